"""Names of address elements as qualified names inside text (RFC 5222 §8.4.2)."""

from collections.abc import Iterable, Mapping
from typing import Final

from lxml import etree

from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS
from callpoint.i3.document import text_of
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost.elements import LOST
from callpoint.i3.namespaces import CIVIC, CIVIC_EXTENSION, CIVIC_SPELLINGS

_OUR_SPACE: Final = dict.fromkeys(CIVIC_ELEMENTS, CIVIC) | dict.fromkeys(EXTENSION_ELEMENTS, CIVIC_EXTENSION)
_OURS: Final = CIVIC_SPELLINGS | {CIVIC_EXTENSION, LOST, ""}
_BY_ANY_CASE: Final = {name.lower(): name for name in _OUR_SPACE}
_PREFIXES: Final = {CIVIC: "ca", CIVIC_EXTENSION: "cae"}


def read_names(element: etree._Element | None) -> tuple[str, ...]:
    """The names in the text of valid, invalid or unchecked: bare for those of an address, else "{name space}name".

    A name without a prefix, or with one nobody declared, is taken for an address element when it is called so.
    """
    if element is None:
        return ()
    spaces = element.nsmap
    return tuple(dict.fromkeys(_read_name(word, spaces) for word in text_of(element).split()))


def _read_name(word: str, spaces: Mapping[str | None, str]) -> str:
    prefix, _, local = word.rpartition(":")
    space = spaces.get(prefix or None, "")
    name = _BY_ANY_CASE.get(local.lower())
    if name is not None and space in _OURS:
        return name
    return f"{{{space}}}{local}" if space and space != LOST else local


def prefixes_for(names: Iterable[str]) -> dict[str, str]:
    """The prefixes that have to be in scope where `names` are written."""
    spaces = dict.fromkeys(_space_of(name) for name in names)
    strange = (space for space in spaces if space not in _PREFIXES)
    known = {_PREFIXES[space]: space for space in spaces if space in _PREFIXES}
    return {**known, **{f"n{number}": space for number, space in enumerate(strange, 1)}}


def write_names(names: Iterable[str], prefixes: Mapping[str, str]) -> str:
    """The text for `names` under `prefixes`; DocumentError for a name that is none."""
    by_space = {space: prefix for prefix, space in prefixes.items()}
    return " ".join(f"{by_space[_space_of(name)]}:{_local_of(name)}" for name in names)


def _space_of(name: str) -> str:
    if name in _OUR_SPACE:
        return _OUR_SPACE[name]
    space, closed, _ = name[1:].partition("}")
    if not name.startswith("{") or not closed or not space:
        raise DocumentError(f"{name[:80]!r} is not the name of an address element")
    return space


def _local_of(name: str) -> str:
    try:
        return etree.QName(name).localname
    except ValueError as error:
        raise DocumentError(f"{name[:80]!r} is not a qualified name") from error
