"""Data sets of a few features, built and opened by the real parts."""

from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import Final

import shapely

from callpoint.addresses.reference import BUILDS, ReferenceSet
from callpoint.datasets.building import Draft
from callpoint.datasets.feature import Feature
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.kinds import Kind
from callpoint.datasets.meta import DatasetMeta
from callpoint.datasets.report import LoadLog
from tests.addresses.reference.drawn_map import ORIGIN, Position

_NAMES: Final = count(1)
# A town the post does not know, so that nothing here leans on its tables.
TOWN: Final = {"Country": "US", "A1": "VT", "A2": "Sample", "A3": "Sampleton", "Post_Code": "05999"}


def point(line: int, number: str, at: Position = ORIGIN, **fields: str) -> Feature:
    """An address point, on Main Street of the town unless told otherwise; "" takes a field away."""
    values = TOWN | {"St_Name": "Main", "St_PosTyp": "Street", "Add_Number": number} | fields
    return Feature(line, "points", {name: text for name, text in values.items() if text}, at)


def road(line: int, left: str, right: str, places: Sequence[Position], **fields: str) -> Feature:
    """A stretch of Main Street through `places`; sides are written "1-99", "" has no numbers."""
    values = {"St_Name": "Main", "St_PosTyp": "Street"}
    for side, numbers in (("L", left), ("R", right)):
        start, _, end = numbers.partition("-")
        values |= {f"FromAddr_{side}": start or "0", f"ToAddr_{side}": end or "0"}
        values |= {f"{name}_{side}": TOWN[name] for name in ("Country", "A1", "A2", "A3")}
        values[f"PostCode_{side}"] = TOWN["Post_Code"]
    values |= fields
    wkb = shapely.to_wkb(shapely.LineString([(lon, lat) for lat, lon in places]))
    return Feature(line, "roads", {name: text for name, text in values.items() if text}, None, wkb)


def build(
    directory: Path, kind: Kind, features: Iterable[Feature], *, complete: bool = True
) -> tuple[ReferenceSet, LoadLog]:
    """The set, and what was told about the features."""
    name = f"small-{next(_NAMES)}"
    log = LoadLog()
    with Draft(directory, kind, name) as draft:
        BUILDS[kind](features, draft, log)
        draft.publish(
            DatasetMeta(kind, name, "undated-1", "drawn", "0" * 64, "2026-01-01T00:00:00Z", log.counts, complete)
        )
    return ReferenceSet(DatasetFile(directory / kind / f"{name}.sqlite")), log


def told(log: LoadLog) -> list[tuple[int, str, str]]:
    """Line, outcome and message of every row with something wrong."""
    return [(problem.line, problem.outcome, problem.message) for problem in log.report().problems]
