"""What all LoST documents share: names, attributes, the path, and text held to the types of the schema."""

from typing import Final, cast

from lxml import etree

from callpoint.i3.civic import tidy
from callpoint.i3.date_time import is_date_time, require_date_time
from callpoint.i3.document import (
    add,
    child,
    children,
    local_name,
    namespace,
    set_attribute,
    set_language,
    text_of,
    write_root,
)
from callpoint.i3.errors import DocumentError
from callpoint.i3.source_name import is_source

LOST: Final = "urn:ietf:params:xml:ns:lost1"  # RFC 5222 §17.3
PLANNED: Final = "urn:ietf:params:xml:ns:lostPlannedChange1"  # draft-ietf-ecrit-lost-planned-changes

_YES: Final = frozenset({"true", "1", "yes"})


def tag(name: str) -> str:
    return f"{{{LOST}}}{name}"


def open_root(name: str) -> etree._Element:
    """A new document; LoST is its default name space, as simple clients expect."""
    return etree.Element(tag(name), nsmap=cast(dict[str, str], {None: LOST}))  # lxml-stubs know no default name space


def write_document(root: etree._Element) -> bytes:
    """The document of `root`.

    libxml2 would write an element without a name space, deep in something foreign, as one of the default name
    space; a document with such a one has a prefix for LoST instead.
    """
    if next(root.iter("{}*"), None) is not None:
        prefixed = etree.Element(
            root.tag, {str(name): str(value) for name, value in root.items()}, nsmap={"lost": LOST}
        )
        prefixed.extend(list(root))
        root = prefixed
    return write_root(root)


def is_lost(element: etree._Element) -> bool:
    """Whether the element is LoST's, or of a peer that forgot the name space."""
    return namespace(element) in (LOST, "")


def strangers(element: etree._Element) -> list[etree._Element]:
    """The children at the extension point (RFC 5222 §15)."""
    return [inner for inner in element if not is_lost(inner)]


def attribute(element: etree._Element, name: str) -> str:
    """The attribute as a token, "" without it; also found by peers' qualified spelling `lost:name`."""
    found = element.get(name) or element.get(tag(name)) or ""
    return " ".join(found.split())


def flag(element: etree._Element, name: str, default: bool) -> bool:
    text = attribute(element, name).lower()
    return text in _YES if text else default


def date_time(text: str) -> str:
    """`text` when it is xs:dateTime, in UTC when it names no zone; "" for anything else."""
    return next((candidate for candidate in (text, f"{text}Z") if is_date_time(candidate)), "")


def planned(element: etree._Element, name: str) -> str:
    """The date in an extension element of planned changes, "" without a good one."""
    found = next((inner for inner in strangers(element) if local_name(inner) == name), None)
    return date_time(text_of(found))


def add_planned(parent: etree._Element, name: str, moment: str) -> None:
    if moment:
        inner = etree.SubElement(parent, f"{{{PLANNED}}}{name}", nsmap=cast(dict[str, str], {None: PLANNED}))
        inner.text = require_date_time(moment)


def require_token(text: str, what: str) -> str:
    if not text or tidy(text) != text:
        raise DocumentError(f"{what} {text[:80]!r} is not a token")
    return text


def require_word(text: str, what: str) -> str:
    """A token without blanks, as URIs and names are."""
    if " " in require_token(text, what):
        raise DocumentError(f"{what} {text[:80]!r} has a blank in it")
    return text


def require_source(text: str) -> str:
    if not is_source(text):
        raise DocumentError(f"{text[:80]!r} is not an application unique string like lost.example")
    return text


def set_message(element: etree._Element, message: str, language: str) -> None:
    """The attributes message and xml:lang, which go together; none for an empty message."""
    if message:
        set_attribute(element, "message", require_token(message, "message"))
        set_language(element, language or "en")


def read_path(element: etree._Element) -> tuple[str, ...]:
    """The servers the message has passed, the first asked first (RFC 5222 §6)."""
    path = child(element, "path")
    return () if path is None else tuple(filter(None, (attribute(via, "source") for via in children(path, "via"))))


def add_path(parent: etree._Element, path: tuple[str, ...]) -> None:
    if path:
        element = etree.SubElement(parent, tag("path"))
        for source in path:
            etree.SubElement(element, tag("via"), source=require_source(source))


def add_word(parent: etree._Element, name: str, text: str) -> None:
    """A child with one word, left out for ""."""
    if text:
        add(parent, tag(name), require_word(text, name))


def word_of(element: etree._Element, name: str) -> str:
    """The text of a LoST child with all white space taken out: a URI broken over lines is still one."""
    found = child(element, name)
    return "" if found is None else "".join(text_of(found).split())
