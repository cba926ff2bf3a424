"""A feature of a service boundary layer, as the boundary it says it is."""

import re
from dataclasses import dataclass
from typing import Any, Final

import shapely

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.datasets.column_maps import plain
from callpoint.datasets.dates import iso_utc
from callpoint.datasets.feature import Feature

# What a layer's agencies do, where its rows do not say. A table of one service comes as a file of any name, and is
# loaded as PSAPs; ServiceBoundaryPolygon holds all services and must say for each row.
PSAP_SERVICE: Final = "urn:emergency:service:sos.psap"
_LAYER_SERVICES: Final = {
    "psappolygon": PSAP_SERVICE,
    "policepolygon": "urn:emergency:service:responder.police",
    "firepolygon": "urn:emergency:service:responder.fire",
    "emspolygon": "urn:emergency:service:responder.ems",
    "serviceboundarypolygon": "",
}
_URN: Final = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:[a-z0-9.:_-]+", re.ASCII)
# What a call or a message can be sent to; a name or a number without its scheme cannot.
_URI: Final = re.compile(r"(?:sips?|tel|https?|xmpp|im):\S+", re.ASCII | re.IGNORECASE)


class NotABoundary(ValueError):
    """The feature cannot be used; the message says why."""


@dataclass(frozen=True)
class ServiceArea:
    """A boundary with its area, valid and of polygons only. `mended` says what was not as it should have been."""

    boundary: ServiceBoundary
    layer: str
    geometry: Any
    mended: tuple[str, ...]


def service_area(feature: Feature, dataset: str, *, sample: bool = False) -> ServiceArea:
    """The feature read as a boundary of `dataset`. Raises NotABoundary."""
    mended: list[str] = []
    geometry = _geometry(feature, mended)
    effective, expires = (_date(feature, name, mended) for name in ("Effective", "Expire"))
    if effective and expires and expires <= effective:
        raise NotABoundary(f"ends ({expires}) before it begins ({effective})")
    get = feature.fields.get
    boundary = ServiceBoundary(
        id=get("NGUID") or f"{dataset}:{feature.layer}:{feature.line}",
        service=_service(feature, mended),
        display_name=_display_name(feature, mended),
        uri=_uri(feature, mended),
        agency_id=get("Agency_ID", ""),
        service_number=get("ServiceNum", ""),
        effective=effective,
        expires=expires,
        updated_at=iso_utc(get("DateUpdate", "")),
        dataset=dataset,
        sample=sample,
    )
    return ServiceArea(boundary, feature.layer, geometry, tuple(mended))


def _geometry(feature: Feature, mended: list[str]) -> Any:
    geometry = shapely.from_wkb(feature.geometry)
    if not shapely.is_valid(geometry):
        why = shapely.is_valid_reason(geometry)
        geometry = _repaired(geometry, why)
        mended.append(f"had a geometry that is not valid ({why}); it was repaired")
    if geometry.is_empty or not geometry.area:
        raise NotABoundary("covers no area")
    return geometry


def _repaired(geometry: Any, why: str) -> Any:
    try:
        sound = shapely.make_valid(geometry, method="structure")
    except shapely.errors.GEOSException as error:
        raise NotABoundary(f"has a geometry that cannot be repaired ({why})") from error
    polygons = [part for part in shapely.get_parts(sound).tolist() if part.geom_type in ("Polygon", "MultiPolygon")]
    return polygons[0] if len(polygons) == 1 else shapely.union_all(polygons)


def _date(feature: Feature, name: str, mended: list[str]) -> str:
    written = feature.fields.get(name, "")
    date = iso_utc(written)
    if written and not date and not written.startswith(("1899", "1900", "1970")):  # fillers of empty cells
        mended.append(f"has {name} {written[:40]!r}, which is no date; it counts as not given")
    return date


def _service(feature: Feature, mended: list[str]) -> str:
    written = feature.fields.get("ServiceURN", "").lower()
    if _URN.fullmatch(written):
        return written
    service = _LAYER_SERVICES.get(plain(feature.layer), PSAP_SERVICE)
    if not service:
        raise NotABoundary(f"names no service ({written[:60]!r}), and its layer holds all of them")
    if written:
        mended.append(f"has {written[:60]!r} as its service, which is no URN; its layer says {service}")
    return service


def _display_name(feature: Feature, mended: list[str]) -> str:
    get = feature.fields.get
    name = get("DsplayName") or get("Agency_ID")
    if name:
        return name
    known = get("NGUID") or get("DiscrpAgID")
    if not known:
        raise NotABoundary("names no agency")
    mended.append(f"names no agency; {known} is all that is known of it")
    return f"Unnamed area {known}"


def _uri(feature: Feature, mended: list[str]) -> str:
    written = feature.fields.get("ServiceURI", "")
    if written and not _URI.fullmatch(written):
        mended.append(f"has {written[:60]!r} as its URI, which is none; it counts as not published")
        return ""
    return written
