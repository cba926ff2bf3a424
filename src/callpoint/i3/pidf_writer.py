"""Writing a PIDF-LO by the book: RFC 4119 with the rules of RFC 5491 §3."""

import re
from typing import Final

from lxml import etree

from callpoint.i3.additional_data import block_element
from callpoint.i3.civic import Civic
from callpoint.i3.civic_xml import add_civic
from callpoint.i3.data_blocks import ProvidedBy
from callpoint.i3.date_time import require_date_time
from callpoint.i3.document import add, from_opaque, set_attribute, write_root
from callpoint.i3.errors import DocumentError
from callpoint.i3.location import Confidence, Location, PidfLo
from callpoint.i3.namespaces import (
    ADDITIONAL_DATA,
    BASIC_POLICY,
    CONFIDENCE,
    DATA_MODEL,
    GEOPRIV,
    PIDF,
)
from callpoint.i3.numbers import write_number
from callpoint.i3.shapes_writer import add_shape

# None is the default name space; the stubs of lxml do not know that.
_NSMAP: Final[dict[str, str]] = {None: PIDF, "dm": DATA_MODEL, "gp": GEOPRIV, "gbp": BASIC_POLICY}  # type: ignore[dict-item]
_NSMAP_ALL_PREFIXED: Final = {"pidf": PIDF, "dm": DATA_MODEL, "gp": GEOPRIV, "gbp": BASIC_POLICY}
_ENTITY: Final = re.compile(r"pres:[^\s<>\"{}|\\^`]+")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_ID: Final = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_TOKEN: Final = re.compile(r"\S+")
_DISTRIBUTIONS: Final = ("unknown", "normal", "rectangular")
# An address that tells the spot inside a building is finer than any shape around that building.
_SPOT: Final = ("FLR", "UNIT", "ROOM", "SEAT", "LOC")


def write_pidf_lo(document: PidfLo) -> bytes:
    """The document, valid against its schemas; DocumentError names what is missing or wrong in `document`."""
    if not _ENTITY.fullmatch(document.entity):
        raise DocumentError(f"entity {document.entity!r} is not a pres: URI")
    if not document.locations:
        raise DocumentError("a PIDF-LO needs a location")
    root = _root(document, _NSMAP)
    # libxml2 would write an element without a name space, deep in something foreign, as one of the default name
    # space; such a document does without a default.
    if next(root.iter("{}*"), None) is not None:
        root = _root(document, _NSMAP_ALL_PREFIXED)
    return write_root(root)


def _root(document: PidfLo, nsmap: dict[str, str]) -> etree._Element:
    root = etree.Element(f"{{{PIDF}}}presence", nsmap=nsmap)
    set_attribute(root, "entity", document.entity)
    taken: set[str] = set()
    # The schema wants tuples before the elements of other name spaces; the sort keeps the order among equals.
    for location in sorted(document.locations, key=lambda location: location.subject != "tuple"):
        _add_location(root, location, _free_id(location.id, taken))
    root.extend(from_opaque(document.other))
    return root


def _free_id(wanted: str, taken: set[str]) -> str:
    free = wanted if _ID.fullmatch(wanted) else "loc"
    number = 1
    while free in taken or free == "loc":
        free = f"loc{number}"
        number += 1
    taken.add(free)
    return free


def _add_location(root: etree._Element, location: Location, element_id: str) -> None:
    if location.subject == "tuple":
        element = etree.SubElement(root, f"{{{PIDF}}}tuple", id=element_id)
        _add_geopriv(etree.SubElement(element, f"{{{PIDF}}}status"), location)
        element.extend(from_opaque(location.subject_other))
        _add_timestamp(element, PIDF, location)
        return
    element = etree.SubElement(root, f"{{{DATA_MODEL}}}{location.subject}", id=element_id)
    _add_geopriv(element, location)
    element.extend(from_opaque(location.subject_other))
    if location.subject == "device":
        if not _URI.fullmatch(location.device_id):
            raise DocumentError(f"device ID {location.device_id!r} is not a URI")
        add(element, f"{{{DATA_MODEL}}}deviceID", location.device_id)
    _add_timestamp(element, DATA_MODEL, location)


def _add_timestamp(element: etree._Element, space: str, location: Location) -> None:
    if location.timestamp:
        add(element, f"{{{space}}}timestamp", require_date_time(location.timestamp))


def _add_geopriv(parent: etree._Element, location: Location) -> None:
    geopriv = etree.SubElement(parent, f"{{{GEOPRIV}}}geopriv")
    _add_location_info(geopriv, location)
    rules = etree.SubElement(geopriv, f"{{{GEOPRIV}}}usage-rules")
    allowed = "true" if location.retransmission_allowed else "false"
    add(rules, f"{{{BASIC_POLICY}}}retransmission-allowed", allowed)
    if location.retention_expiry:
        add(rules, f"{{{BASIC_POLICY}}}retention-expiry", require_date_time(location.retention_expiry))
    rules.extend(from_opaque(location.rules_other))
    if location.method:
        if not _TOKEN.fullmatch(location.method):
            raise DocumentError(f"method {location.method!r} is not a token")
        add(geopriv, f"{{{GEOPRIV}}}method", location.method)
    if location.provided_by is not None:
        _add_provided_by(geopriv, location.provided_by)
    geopriv.extend(from_opaque(location.geopriv_other))


def _add_location_info(geopriv: etree._Element, location: Location) -> None:
    """Both ways of telling one place go into one location-info, the coarser first (RFC 5491 §3)."""
    info = etree.SubElement(geopriv, f"{{{GEOPRIV}}}location-info")
    civic, shape = location.civic, location.shape
    shape_first = civic is not None and _tells_the_spot(civic)
    if shape is not None and shape_first:
        add_shape(info, shape)
    if civic is not None:
        add_civic(info, civic, location.civic_language)
    if shape is not None and not shape_first:
        add_shape(info, shape)
    if location.confidence is not None:
        _add_confidence(info, location.confidence)
    info.extend(from_opaque(location.other))


def _tells_the_spot(civic: Civic) -> bool:
    return any(getattr(civic, name) for name in _SPOT)


def _add_confidence(info: etree._Element, confidence: Confidence) -> None:
    """RFC 7459 §4.1: the schema leaves out both ends, for nothing is quite sure or quite excluded."""
    percent = confidence.percent
    if percent is not None and not 0 < percent < 100:
        raise DocumentError(f"confidence of {percent} per cent")
    if confidence.distribution not in _DISTRIBUTIONS:
        raise DocumentError(f"distribution {confidence.distribution!r} is not known")
    element = etree.SubElement(info, f"{{{CONFIDENCE}}}confidence", nsmap={"conf": CONFIDENCE})
    element.text = "unknown" if percent is None else write_number(percent)
    element.set("pdf", confidence.distribution)


def _add_provided_by(geopriv: etree._Element, provided_by: ProvidedBy) -> None:
    """RFC 7852 §6.2, §6.3: references, then blocks by value."""
    element = etree.SubElement(geopriv, f"{{{GEOPRIV}}}provided-by", nsmap={"ad": ADDITIONAL_DATA})
    for reference in provided_by.references:
        entry = etree.SubElement(element, f"{{{ADDITIONAL_DATA}}}EmergencyCallDataReference")
        if not reference.purpose or not _URI.fullmatch(reference.uri):
            raise DocumentError(f"{reference} needs a purpose and a URI")
        set_attribute(entry, "purpose", reference.purpose)
        set_attribute(entry, "ref", reference.uri)
    if provided_by.blocks:
        value = etree.SubElement(element, f"{{{ADDITIONAL_DATA}}}EmergencyCallDataValue")
        value.extend(map(block_element, provided_by.blocks))
    element.extend(from_opaque(provided_by.other))
    if len(element) == 0:
        raise DocumentError("provided-by tells nobody")
