"""Service boundaries into a data set: every layer of the file in one set, with its gaps and overlaps."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import shapely

from callpoint.datasets.building import Draft
from callpoint.datasets.column_maps import plain
from callpoint.datasets.coverage import Fault, overlaps_and_gaps
from callpoint.datasets.dates import iso_utc
from callpoint.datasets.feature import Feature
from callpoint.datasets.loading import LoadRequest, load
from callpoint.datasets.meta import DatasetMeta
from callpoint.datasets.report import LoadLog, Seam
from callpoint.datasets.service_areas import NotABoundary, ServiceArea, service_area

# Which of the gaps and overlaps are told: the largest. A file with more is not one anybody routes by.
SEAMS_KEPT: Final = 200
# Planned changes looked at ahead, the next ones first. Each costs as much as looking at today.
MOMENTS_AHEAD: Final = 6

_TABLES: Final = """
CREATE TABLE boundary (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, layer TEXT NOT NULL, service TEXT NOT NULL,
  display_name TEXT NOT NULL, uri TEXT NOT NULL, agency_id TEXT NOT NULL, service_number TEXT NOT NULL,
  language TEXT NOT NULL, effective TEXT NOT NULL, expires TEXT NOT NULL, updated_at TEXT NOT NULL, wkb BLOB NOT NULL
)
"""
_INSERT: Final = "INSERT INTO boundary VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def load_boundaries(request: LoadRequest) -> DatasetMeta:
    """Loads a file of kind `psaps`. DatasetError when nothing was changed."""

    def build(features: Iterable[Feature], draft: Draft, log: LoadLog) -> None:
        build_boundaries(features, draft, log, now=request.now, sample=request.sample)

    return load(request, build)


def build_boundaries(
    features: Iterable[Feature], draft: Draft, log: LoadLog, *, now: datetime, sample: bool = False
) -> None:
    """Puts every usable feature into the draft, and looks at how they lie from `now` on."""
    draft.script(_TABLES)
    areas: list[ServiceArea] = []
    owners: dict[str, Feature] = {}
    for feature in features:
        try:
            area = service_area(feature, draft.name, sample=sample)
        except NotABoundary as error:
            log.reject(feature.line, str(error), feature.layer)
            continue
        identifier = _unique(area.boundary.id, feature, owners, log)
        draft.execute(_INSERT, _row(area, identifier))
        areas.append(area)
        log.took(feature)
        if area.mended:
            log.mend(feature.line, "; ".join(area.mended), feature.layer)
    _count(areas, log)
    _look_for_seams(areas, log, iso_utc(now.isoformat()))


def _unique(identifier: str, feature: Feature, owners: dict[str, Feature], log: LoadLog) -> str:
    first = owners.setdefault(identifier, feature)
    if first is feature:
        return identifier
    # A planned change is two records of one area; whoever asks by ID must still find each.
    log.note(
        f"Some records share an ID, as {identifier} in {first.layer} {first.line} and {feature.layer} {feature.line}; "
        "later ones got one of their own."
    )
    return _unique(f"{identifier}#{feature.layer}:{feature.line}", feature, owners, log)


def _row(area: ServiceArea, identifier: str) -> Sequence[Any]:
    one = area.boundary
    return (
        identifier,
        area.layer,
        one.service,
        one.display_name,
        one.uri,
        one.agency_id,
        one.service_number,
        one.language,
        one.effective,
        one.expires,
        one.updated_at,
        shapely.to_wkb(area.geometry),
    )


def _count(areas: Sequence[ServiceArea], log: LoadLog) -> None:
    for area in areas:
        log.counts[area.layer] = log.counts.get(area.layer, 0) + 1
    shapes = [area.geometry for area in areas]
    parts = shapely.get_parts(shapes)
    log.counts |= {
        "boundaries": len(areas),
        "polygons": len(parts),
        "rings": len(parts) + int(shapely.get_num_interior_rings(parts).sum()),
        "vertices": int(shapely.get_num_coordinates(shapes).sum()),
        "without_uri": sum(1 for area in areas if not area.boundary.uri),
    }


def _look_for_seams(areas: Sequence[ServiceArea], log: LoadLog, now: str) -> None:
    overlaps: list[Seam] = []
    gaps: list[Seam] = []
    for key, members in _tilings(areas).items():
        for moment in _moments(members, now, log):
            lying = [area for area in members if _in_force(area, moment or now)]
            names = [area.boundary.display_name for area in lying]
            crossing, open_ = _faults(lying, key, log)
            overlaps += [_seam(one, names, key, moment) for one in crossing]
            gaps += [_seam(one, names, key, moment) for one in open_]
    log.overlaps, log.gaps = _kept(overlaps, log), _kept(gaps, log)


def _faults(lying: Sequence[ServiceArea], key: str, log: LoadLog) -> tuple[list[Fault], list[Fault]]:
    if not lying:
        return [], []
    try:
        return overlaps_and_gaps([area.geometry for area in lying])
    except shapely.errors.GEOSException as error:  # areas one by one sound: calls can be routed by them all the same
        log.note(f"Gaps and overlaps of {key} could not be looked for: {error}")
        return [], []


def _seam(fault: Fault, names: Sequence[str], key: str, moment: str) -> Seam:
    return Seam(key, tuple(names[index] for index in fault.members), fault.km2, fault.point, moment)


def _kept(seams: Sequence[Seam], log: LoadLog) -> tuple[Seam, ...]:
    """Each once, from the moment it is first there; the largest first."""
    first: dict[tuple[Any, ...], Seam] = {}
    for one in seams:
        first.setdefault((one.service, one.agencies, one.point), one)
    ranked = sorted(first.values(), key=lambda one: -one.area_km2)
    log.seams_left_out += len(ranked[SEAMS_KEPT:])
    return tuple(ranked[:SEAMS_KEPT])


def _tilings(areas: Sequence[ServiceArea]) -> dict[str, list[ServiceArea]]:
    """What should lie side by side: a layer, or one service of the layer that holds all; named by its service."""
    tilings: dict[tuple[str, str], list[ServiceArea]] = {}
    for area in areas:
        mixed = plain(area.layer) == "serviceboundarypolygon"
        tilings.setdefault((area.layer, area.boundary.service if mixed else ""), []).append(area)
    return {f"{members[0].boundary.service} ({layer})": members for (layer, _), members in tilings.items()}


def _moments(members: Sequence[ServiceArea], now: str, log: LoadLog) -> list[str]:
    """Now ("") and the planned changes ahead."""
    dates = {date for area in members for date in (area.boundary.effective, area.boundary.expires) if date > now}
    ahead = sorted(dates)
    if len(ahead) > MOMENTS_AHEAD:
        log.note(
            f"Layer {members[0].layer} plans {len(ahead)} changes; gaps and overlaps were looked for until "
            f"{ahead[MOMENTS_AHEAD - 1]}."
        )
    return ["", *ahead[:MOMENTS_AHEAD]]


def _in_force(area: ServiceArea, moment: str) -> bool:
    effective, expires = area.boundary.effective, area.boundary.expires
    return effective <= moment and (not expires or moment < expires)
