"""Files to load, made for a test: GeoPackages of any layers, and a square of land to put in them."""

import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyogrio import raw

from callpoint.datasets.building import Draft
from callpoint.datasets.meta import DatasetMeta
from callpoint.datasets.report import LoadReport

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
# Half a kilometre and more on each side, in the middle of Kansas.
WEST, SOUTH, SIDE = -98.0, 38.0, 0.01


def square(column: int, row: int, *, wide: float = 1, high: float = 1, overhang: float = 0) -> Any:
    """One field of a chessboard, counted from the south-west; `overhang` lets it reach over its eastern neighbour."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return shapely.box(west, south, west + (wide + overhang) * SIDE, south + high * SIDE)


def write_layer(
    path: Path,
    layer: str,
    rows: Sequence[Mapping[str, Any]],
    shapes: Sequence[Any],
    *,
    shape: str = "MultiPolygon",
    crs: str | None = "EPSG:4326",
) -> Path:
    """A layer of a GeoPackage, added to those in the file; every row has the columns of the first."""
    columns = list(rows[0]) if rows else ["DsplayName"]
    data = [_column([row[name] for row in rows]) for name in columns]
    wkb = np.array([None if one is None else shapely.to_wkb(one) for one in shapes], dtype=object)
    promote = shape.startswith("Multi")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")  # a test of ours means it so
        raw.write(
            path, wkb, data, columns, layer=layer, driver="GPKG", geometry_type=shape, crs=crs, promote_to_multi=promote
        )
    return path


def _column(values: Sequence[Any]) -> Any:
    if values and all(isinstance(value, int) for value in values):
        return np.array(values, dtype="int32")
    if values and all(isinstance(value, float) for value in values):
        return np.array(values, dtype="float64")
    if values and all(isinstance(value, datetime) for value in values):
        return np.array([value.replace(tzinfo=None) for value in values], dtype="datetime64[ms]")
    return np.array(values, dtype=object)


def agency(name: str, **others: Any) -> dict[str, Any]:
    """A row of a service boundary layer."""
    return {
        "DiscrpAgID": "ks.gov",
        "NGUID": f"urn:emergency:uid:gis:Psap:{name}:ks.gov",
        "Agency_ID": f"{name.lower()}.ks.gov",
        "ServiceURI": f"sip:911@{name.lower()}.example",
        "ServiceURN": "urn:service:sos",
        "DsplayName": name,
    } | others


def publish(directory: Path, name: str, *values: str, kind: Any = "roads", **about: Any) -> DatasetMeta:
    """A small finished data set with one table of texts, `word`."""
    given = {
        "version": "2026-01-01-00000000",
        "source": "a.csv",
        "sha256": "0" * 64,
        "loaded_at": "2026-03-01T12:00:00Z",
    }
    meta = DatasetMeta(kind=kind, name=name, report=LoadReport(loaded=len(values)), **(given | about))
    with Draft(directory, kind, name) as draft:
        draft.script("CREATE TABLE word (text TEXT)")
        draft.executemany("INSERT INTO word VALUES (?)", [(value,) for value in values])
        draft.publish(meta)
    return meta
