"""XML in and out, with everything off that can reach beyond the document.

A body of a call comes from whoever can reach us: no document type is accepted at all, so there are no entities
to expand or fetch; the parser keeps its own limits on depth and size (`huge_tree` off), and ours comes first.
"""

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from callpoint.i3.errors import DocumentError
from callpoint.i3.namespaces import PREFIXES, XML_LANG

# The largest location document seen in practice is below 20 kB; a SIP message over TCP may carry several.
MAX_DOCUMENT_BYTES: Final = 256 * 1024

_PARSER: Final = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_QNAME_PREFIX: Final = re.compile(r"\s*([^\W\d][\w.-]*):\S")


def read_root(data: bytes, max_bytes: int = MAX_DOCUMENT_BYTES) -> etree._Element:
    """The root element of `data`; DocumentError for what is too large, not well-formed or has a document type."""
    if len(data) > max_bytes:
        raise DocumentError(f"document of {len(data)} bytes, {max_bytes} are the limit")
    if b"<!DOCTYPE" in data:
        raise DocumentError("document type declarations are not accepted")
    try:
        root = etree.fromstring(data.lstrip(b" \t\r\n"), _PARSER)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise DocumentError(f"not well-formed XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:  # hidden from the search above by a 16-bit encoding
        raise DocumentError("document type declarations are not accepted")
    return root


def write_root(root: etree._Element) -> bytes:
    """The document of `root`: UTF-8 with a declaration."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def set_text(element: etree._Element, text: str) -> None:
    """Put `text` into `element`; DocumentError for characters XML cannot carry."""
    try:
        element.text = text
    except ValueError as error:
        raise DocumentError(f"text that XML cannot carry: {text!r}") from error


def add(parent: etree._Element, tag: str, text: str) -> etree._Element:
    """A new last child with text; DocumentError for characters XML cannot carry."""
    child = etree.SubElement(parent, tag)
    set_text(child, text)
    return child


def set_attribute(element: etree._Element, name: str, text: str) -> None:
    """Set an attribute; DocumentError for characters XML cannot carry."""
    try:
        element.set(name, text)
    except ValueError as error:
        raise DocumentError(f"text that XML cannot carry: {text!r}") from error


def text_of(element: etree._Element | None) -> str:
    """The text in and below `element` as a token: edges bare, runs of white space collapsed."""
    return "" if element is None else " ".join(raw_text_of(element).split())


def raw_text_of(element: etree._Element | None) -> str:
    """The text in and below `element` as it stands."""
    return "" if element is None else "".join(map(str, element.itertext()))


def local_name(element: etree._Element) -> str:
    """The name without its name space; without the prefix too where a peer forgot to declare that."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def namespace(element: etree._Element) -> str:
    """The name space, "" for none and for a prefix that was never declared."""
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _is_well_named(element: etree._Element) -> bool:
    """Whether every prefix in and below `element` is declared; libxml2 lets others pass as part of the name."""
    names = (str(name) for node in element.iter() for name in (node.tag, *node.attrib))
    return not any(":" in name.rpartition("}")[2] for name in names)


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children with this local name, whatever their name space: peers mix them up."""
    return (child for child in element if local_name(child) == name)


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next(children(element, name), None)


def set_language(element: etree._Element, language: str) -> None:
    """Set xml:lang unless `language` is ""; DocumentError when it is no language tag."""
    if language:
        if not _LANGUAGE.fullmatch(language):
            raise DocumentError(f"{language!r} is not a language tag")
        element.set(XML_LANG, language)


def language_of(element: etree._Element) -> str:
    """The xml:lang of `element` itself, "" without one or with one that is no language tag."""
    language = element.get(XML_LANG, "").strip()
    return language if _LANGUAGE.fullmatch(language) else ""


def to_opaque(elements: Iterable[etree._Element]) -> str:
    """Elements nobody here understands as one text, each complete with the name spaces it uses.

    The text is canonical (exclusive C14N, our prefixes for name spaces we know), so it does not change by being
    carried through again. Left out are elements that no document of ours could hold: those without a name space,
    which no schema has a place for, and those whose name space C14N does not accept or whose prefix is not declared.
    """
    return "".join(_canonical(element) for element in elements if namespace(element) and _is_well_named(element))


def _canonical(element: etree._Element) -> str:
    # Moving it under our prefixes makes lxml use them, just as the writer will when it moves it into a document.
    holder = etree.Element("holder", nsmap=PREFIXES)
    holder.append(copy.deepcopy(element))
    moved = holder[0]
    prefixes = _prefixes_in_content(moved)
    try:
        canonical = etree.tostring(
            moved, method="c14n", exclusive=True, with_tail=False, inclusive_ns_prefixes=prefixes
        )
    except etree.LxmlError:
        return ""
    return canonical.decode()


def _prefixes_in_content(element: etree._Element) -> list[str]:
    """Prefixes used only inside text or attribute values, as in xsi:type="x:T": C14N cannot see them by itself."""
    found = set()
    for node in element.iter():
        for value in (node.text or "", *map(str, node.attrib.values())):
            match = _QNAME_PREFIX.match(value)
            if match and match[1] in node.nsmap:
                found.add(match[1])
    return sorted(found)


def from_opaque(text: str) -> list[etree._Element]:
    """The elements of such a text, to be put into a document; DocumentError unless every one has a name space."""
    if not text:
        return []
    try:
        holder = read_root(f"<opaque>{text}</opaque>".encode())
    except UnicodeEncodeError as error:
        raise DocumentError("text that XML cannot carry") from error
    elements = list(holder)
    if holder.text or any(element.tail for element in elements):
        raise DocumentError("text beside the elements")
    for element in elements:
        if not namespace(element) or not _is_well_named(element):
            raise DocumentError(f"element {local_name(element)} has no name space")
    return elements
