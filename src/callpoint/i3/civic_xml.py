"""The element civicAddress (RFC 5139 §4) and its value."""

from typing import Final

from lxml import etree

from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS, Civic, tidy
from callpoint.i3.document import add, from_opaque, local_name, namespace, set_language, text_of, to_opaque
from callpoint.i3.errors import DocumentError
from callpoint.i3.namespaces import CIVIC, CIVIC_EXTENSION, CIVIC_SPELLINGS

_BY_ANY_CASE: Final = {name.lower(): name for name in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS)}
_OWN: Final = CIVIC_SPELLINGS | {CIVIC_EXTENSION, ""}
_TAGS: Final = tuple((name, f"{{{CIVIC}}}{name}") for name in CIVIC_ELEMENTS) + tuple(
    (name, f"{{{CIVIC_EXTENSION}}}{name}") for name in EXTENSION_ELEMENTS
)
_NSMAP: Final = {"ca": CIVIC}
_NSMAP_EXTENDED: Final = {"ca": CIVIC, "cae": CIVIC_EXTENSION}


def read_civic(element: etree._Element) -> Civic:
    """The address in a civicAddress element.

    Elements are known in either name space and in any case of letters; of a repeated one the first that is
    filled counts. Elements of foreign name spaces go to `other` (RFC 6848 §2).
    """
    fields: dict[str, str] = {}
    foreign = []
    for child in element:
        name = _BY_ANY_CASE.get(local_name(child).lower()) if namespace(child) in _OWN else None
        if name is not None:
            fields[name] = fields.get(name) or text_of(child)
        elif namespace(child) not in _OWN:
            foreign.append(child)
    return Civic.from_fields({**fields, "other": to_opaque(foreign)})


def add_civic(parent: etree._Element, civic: Civic, language: str = "") -> None:
    """Append the civicAddress of `civic`, its elements in the order of the schema.

    DocumentError for a country that is not two capitals and for text that is not a token (`tidy`).
    """
    country = civic.country
    if country and not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        raise DocumentError(f"country {country!r} is not two capital letters")
    fields = civic.to_fields()
    extended = any(name in fields for name in EXTENSION_ELEMENTS)
    element = etree.SubElement(parent, f"{{{CIVIC}}}civicAddress", nsmap=_NSMAP_EXTENDED if extended else _NSMAP)
    set_language(element, language)
    for name, tag in _TAGS:
        text = fields.get(name)
        if text is not None:
            if tidy(text) != text:
                raise DocumentError(f"{name} {text!r} is not tidy text")
            add(element, tag, text)
    element.extend(from_opaque(civic.other))
