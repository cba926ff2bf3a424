"""Data sets of boundaries on disk, as `callpoint data load psaps` leaves them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shapely

from callpoint.datasets.boundary_build import build_boundaries
from callpoint.datasets.building import Draft
from callpoint.datasets.feature import Feature
from callpoint.datasets.meta import DatasetMeta
from callpoint.datasets.report import LoadLog

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MONTPELIER = shapely.box(-72.7, 44.2, -72.5, 44.3)
BARRE = shapely.box(-72.5, 44.2, -72.4, 44.3)


def area(name: str, geometry: Any, **fields: str) -> tuple[dict[str, str], bytes]:
    """One feature; `fields` are those of a PsapPolygon."""
    plain = {
        "NGUID": name.lower(),
        "DsplayName": name,
        "Agency_ID": f"{name.lower()}.vt.example",
        "ServiceURN": "urn:service:sos",
        "ServiceURI": f"sip:911@{name.lower()}.vt.example",
    }
    return plain | fields, shapely.to_wkb(geometry)


def write_set(
    directory: Path, name: str, *areas: tuple[dict[str, str], bytes], version: str = "1", sample: bool = False
) -> Path:
    """Puts the set in its place, whole."""
    log = LoadLog()
    features = [Feature(line, "PsapPolygon", fields, None, wkb) for line, (fields, wkb) in enumerate(areas, 1)]
    with Draft(directory, "psaps", name) as draft:
        build_boundaries(features, draft, log, now=NOW, sample=sample)
        draft.publish(DatasetMeta("psaps", name, version, "drawn", version * 8, "2026-11-23T00:00:00Z", sample=sample))
    return draft.path
