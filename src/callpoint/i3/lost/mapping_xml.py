"""The element mapping (RFC 5222 §5)."""

import re
from typing import Final

from lxml import etree

from callpoint.i3.date_time import require_date_time
from callpoint.i3.document import (
    add,
    children,
    language_of,
    set_attribute,
    set_language,
    text_of,
)
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost.boundary_xml import add_boundary, read_boundary
from callpoint.i3.lost.elements import (
    add_word,
    attribute,
    date_time,
    require_source,
    require_token,
    require_word,
    tag,
    word_of,
)
from callpoint.i3.lost.responses import NO_CACHE, NO_EXPIRATION, DisplayName, Mapping

_SERVICE_NUMBER: Final = re.compile(r"[0-9*#]+", re.ASCII)
_WORDS: Final = frozenset({NO_CACHE, NO_EXPIRATION})


def read_mapping(element: etree._Element) -> Mapping:
    """One mapping. An expiry that cannot be read is NO_CACHE: what is not known to last is asked for again."""
    names = ((text_of(name), language_of(name)) for name in children(element, "displayName"))
    number = "".join(text_of(next(children(element, "serviceNumber"), None)).split())
    return Mapping(
        source=attribute(element, "source"),
        source_id=attribute(element, "sourceId"),
        last_updated=date_time(attribute(element, "lastUpdated")),
        expires=_read_expires(attribute(element, "expires")),
        service=word_of(element, "service"),
        uris=tuple(filter(None, ("".join(text_of(uri).split()) for uri in children(element, "uri")))),
        display_names=tuple(DisplayName(text, language) for text, language in names if text),
        service_number=number if _SERVICE_NUMBER.fullmatch(number) else "",
        boundary=read_boundary(element),
    )


def _read_expires(text: str) -> str:
    return text.upper() if text.upper() in _WORDS else date_time(text) or NO_CACHE


def add_mapping(parent: etree._Element, mapping: Mapping) -> None:
    """Append a mapping; DocumentError where the schema forbids what is in it."""
    element = etree.SubElement(parent, tag("mapping"))
    element.set("expires", mapping.expires if mapping.expires in _WORDS else require_date_time(mapping.expires))
    element.set("lastUpdated", require_date_time(mapping.last_updated))
    element.set("source", require_source(mapping.source))
    set_attribute(element, "sourceId", require_token(mapping.source_id, "sourceId"))
    for name in mapping.display_names:
        set_language(add(element, tag("displayName"), name.text), name.language or "en")
    add_word(element, "service", mapping.service)
    if mapping.boundary is not None:
        add_boundary(element, mapping.boundary)
    for uri in mapping.uris:
        add(element, tag("uri"), require_word(uri, "uri"))
    if mapping.service_number:
        if not _SERVICE_NUMBER.fullmatch(mapping.service_number):
            raise DocumentError(f"{mapping.service_number[:80]!r} is not a service number")
        add(element, tag("serviceNumber"), mapping.service_number)
