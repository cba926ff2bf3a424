"""Reading a PIDF-LO as peers send it.

Real senders leave out presence@entity, put elements into the wrong one of three name spaces or in another order,
say "yes" where the schema has "true", and use the name spaces of drafts. What one part gets wrong costs only that
part, and is told in `PidfLo.defects`: an address is not lost because a shape beside it cannot be read.
"""

from collections.abc import Iterable, Iterator
from typing import Final, cast, get_args

from lxml import etree

from callpoint.i3.additional_data import AdditionalData, is_block, read_block
from callpoint.i3.civic_xml import read_civic
from callpoint.i3.data_blocks import DataReference, ProvidedBy
from callpoint.i3.date_time import is_date_time
from callpoint.i3.document import child, children, language_of, local_name, namespace, read_root, text_of, to_opaque
from callpoint.i3.errors import DocumentError
from callpoint.i3.location import Confidence, Distribution, Location, PidfLo, Subject
from callpoint.i3.namespaces import CIVIC_SPELLINGS, DATA_MODEL, GEOPRIV, PIDF
from callpoint.i3.numbers import read_number
from callpoint.i3.shapes import Shape
from callpoint.i3.shapes_reader import is_shape, read_shape

_SUBJECTS: Final = frozenset(get_args(Subject))
_DISTRIBUTIONS: Final = frozenset(get_args(Distribution))
_YES: Final = frozenset({"true", "1", "yes"})
# In the order of the schema (RFC 4119 §2.2.2); whatever else stands in the rules comes behind.
_RULES_KEPT: Final = ("external-ruleset", "note-well")
_GEOPRIV_PARTS: Final = frozenset({"location-info", "usage-rules", "method", "provided-by"})
# Read in whatever name space they come, so never carried as strangers too; and of presence, which is not carried.
_SUBJECT_PARTS: Final = frozenset({"geopriv", "status", "deviceID", "timestamp"})
_PRESENCE_PARTS: Final = frozenset({"note", "basic", "contact"})
_WRAPPERS: Final = ("location", "Feature", "featureMember")


def read_pidf_lo(body: bytes) -> PidfLo:
    """All locations of a presence document; DocumentError when it is not one or tells no location at all."""
    root = read_root(body)
    if local_name(root) != "presence":
        raise DocumentError(f"{local_name(root)} is not a presence document")
    defects: list[str] = []
    entity = root.get("entity", "").strip()
    if not entity:
        defects.append("presence has no entity")
    locations: list[Location] = []
    others = []
    for element in root:
        found = list(_read_subject(element, defects)) if local_name(element) in _SUBJECTS else []
        locations += found
        if not found and namespace(element) not in (PIDF, ""):
            others.append(element)
    if not locations:
        raise DocumentError("the presence document tells no location")
    return PidfLo(entity, tuple(locations), to_opaque(others), tuple(defects))


def _read_subject(element: etree._Element, defects: list[str]) -> Iterator[Location]:
    """The locations of a device, person or tuple; by RFC 5491 §3 there should be one."""
    holders = [element, *children(element, "status")]
    strangers = [e for holder in holders for e in holder if _is_stranger(e)]
    timestamp = _date_time(text_of(child(element, "timestamp")), "timestamp", defects)
    for holder in holders:
        for geopriv in children(holder, "geopriv"):
            yield _read_geopriv(
                geopriv,
                defects,
                subject=cast(Subject, local_name(element)),
                id=element.get("id", "").strip(),
                device_id=text_of(child(element, "deviceID")),
                timestamp=timestamp,
                subject_other=to_opaque(strangers),
            )


def _is_stranger(element: etree._Element) -> bool:
    name = local_name(element)
    return name not in _SUBJECT_PARTS and not (name in _PRESENCE_PARTS and namespace(element) in (PIDF, DATA_MODEL))


def _read_geopriv(
    geopriv: etree._Element,
    defects: list[str],
    *,
    subject: Subject,
    id: str,  # noqa: A002 - the attribute's own name
    device_id: str,
    timestamp: str,
    subject_other: str,
) -> Location:
    info = child(geopriv, "location-info")
    civic_element, shape, confidence, others = _read_info(() if info is None else info, defects)
    allowed, expiry, rules_other = _read_rules(child(geopriv, "usage-rules"), defects)
    provided_by = child(geopriv, "provided-by")
    strangers = (e for e in geopriv if local_name(e) not in _GEOPRIV_PARTS and namespace(e) != GEOPRIV)
    return Location(
        civic=None if civic_element is None else read_civic(civic_element),
        civic_language="" if civic_element is None else language_of(civic_element),
        shape=shape,
        confidence=confidence,
        other=to_opaque(others),
        method="".join(text_of(child(geopriv, "method")).split()),
        provided_by=None if provided_by is None else _read_provided_by(provided_by, defects),
        retransmission_allowed=allowed,
        retention_expiry=expiry,
        rules_other=rules_other,
        geopriv_other=to_opaque(strangers),
        subject=subject,
        id=id,
        device_id=device_id,
        timestamp=timestamp,
        subject_other=subject_other,
    )


_Info = tuple[etree._Element | None, Shape | None, Confidence | None, list[etree._Element]]


def _read_info(info: Iterable[etree._Element], defects: list[str]) -> _Info:
    """The first address, the first readable shape and its confidence; everything else as it is."""
    civic: etree._Element | None = None
    shape: Shape | None = None
    confidence: Confidence | None = None
    others = []
    for element in _unwrapped(info):
        if civic is None and local_name(element) == "civicAddress" and namespace(element) in (*CIVIC_SPELLINGS, ""):
            civic = element
        elif shape is None and is_shape(element) and (read := _try_shape(element, defects)) is not None:
            shape = read
        elif confidence is None and local_name(element) == "confidence":
            confidence = _read_confidence(element, defects)
        else:
            others.append(element)
    return civic, shape, confidence, others


def _unwrapped(info: Iterable[etree._Element]) -> Iterator[etree._Element]:
    """Older senders put a gml:location around the shape (RFC 4119 §2.3 shows it)."""
    for element in info:
        if local_name(element) in _WRAPPERS and any(is_shape(inner) for inner in element):
            yield from element
        else:
            yield element


def _try_shape(element: etree._Element, defects: list[str]) -> Shape | None:
    try:
        return read_shape(element)
    except DocumentError as error:
        defects.append(f"{local_name(element)} is left out: {error}")
        return None


def _read_confidence(element: etree._Element, defects: list[str]) -> Confidence | None:
    distribution = element.get("pdf", "unknown").strip().lower()
    if distribution not in _DISTRIBUTIONS:
        distribution = "unknown"
    text = text_of(element).lower()
    if text == "unknown":
        return Confidence(None, cast(Distribution, distribution))
    try:
        percent = read_number(text.rstrip("% "))
    except DocumentError as error:
        defects.append(f"confidence is left out: {error}")
        return None
    if not 0 < percent < 100:
        defects.append(f"confidence is left out: {percent} per cent")
        return None
    return Confidence(percent, cast(Distribution, distribution))


def _read_rules(rules: etree._Element | None, defects: list[str]) -> tuple[bool, str, str]:
    """Without a word passing on is not allowed (RFC 4119 §2.2.2)."""
    if rules is None:
        return False, "", ""
    allowed = text_of(child(rules, "retransmission-allowed")).lower() in _YES
    expiry = _date_time(text_of(child(rules, "retention-expiry")), "retention-expiry", defects)
    others = [e for e in rules if local_name(e) not in ("retransmission-allowed", "retention-expiry")]
    others.sort(key=lambda e: _RULES_KEPT.index(local_name(e)) if local_name(e) in _RULES_KEPT else len(_RULES_KEPT))
    return allowed, expiry, to_opaque(others)


def _date_time(text: str, name: str, defects: list[str]) -> str:
    if text and not is_date_time(text):
        defects.append(f"{name} is left out: {text[:40]!r} is not a date and time with a zone")
        return ""
    return text


def _read_provided_by(element: etree._Element, defects: list[str]) -> ProvidedBy | None:
    """RFC 7852 §6; nothing readable in it is as good as no such element."""
    references = []
    blocks: list[AdditionalData] = []
    others: list[etree._Element] = []
    for entry in element:
        if local_name(entry) == "EmergencyCallDataReference":
            references.append(DataReference(entry.get("purpose", "").strip(), entry.get("ref", "").strip()))
        elif local_name(entry) == "EmergencyCallDataValue":
            blocks += (read_block(block) for block in entry if is_block(block))
            others += (block for block in entry if not is_block(block))
        elif is_block(entry):
            blocks.append(read_block(entry))
        else:
            others.append(entry)
    provided = ProvidedBy(tuple(references), tuple(blocks), to_opaque(others))
    if provided == ProvidedBy():
        defects.append("provided-by is left out: it tells nobody")
        return None
    return provided
