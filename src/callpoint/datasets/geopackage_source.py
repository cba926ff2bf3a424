"""A GeoPackage as features: its layers of one kind, read in batches, in degrees of WGS 84."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyogrio
import shapely
from pyogrio import raw

from callpoint.datasets.column_maps import ColumnMap, detect, needs, plain
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.feature import Feature
from callpoint.datasets.geometry import SHAPES, flat_wkb, point_problem, shape_problem
from callpoint.datasets.kinds import Kind
from callpoint.datasets.report import LoadLog

# Large enough that a query's cost is nothing, small enough that a layer of detailed areas stays in memory.
BATCH: Final = {"address-points": 20_000, "roads": 10_000, "psaps": 500}

# NENA-STA-006.3 names its layers; other names are tried where none of these is in the file.
LAYERS: Final[dict[Kind, tuple[str, ...]]] = {
    "address-points": ("SiteStructureAddressPoint",),
    "roads": ("RoadCenterLine",),
    "psaps": ("PsapPolygon", "PolicePolygon", "FirePolygon", "EmsPolygon", "ServiceBoundaryPolygon"),
}
# Degrees that are WGS 84 within less than a metre wherever we serve; everything else is transformed.
_WGS84: Final = frozenset({"EPSG:4326", "OGC:CRS84", "EPSG:4979"})

_ERRORS: Final = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError, ValueError)


@dataclass(frozen=True)
class Layer:
    """One layer to be read."""

    name: str
    count: int
    fid: str
    geometry: str
    crs: str
    column_map: ColumnMap


class GeoPackageSource:
    """One file. `features` may be iterated once. DatasetError when it is damaged or has no layer of the kind."""

    def __init__(self, path: Path, kind: Kind, chosen: Mapping[str, str]) -> None:
        self.kind: Kind = kind
        self.rows_are: Literal["line", "feature"] = "feature"
        self.position = 0
        self._path = path
        try:
            self.layers = _layers(path, kind, chosen)
        except _ERRORS as error:
            raise DatasetError(f"The file is no GeoPackage that can be read: {error}.", "Export it again.") from error
        self.total = sum(layer.count for layer in self.layers)
        self.column_map = _joined([layer.column_map for layer in self.layers])

    def close(self) -> None:
        """Every batch opens and closes the file itself."""

    def features(self, log: LoadLog) -> Iterator[Feature]:
        """Every feature that can be read. Those that cannot are rejected in `log`, which counts them all."""
        for layer in self.layers:
            if layer.crs not in _WGS84:
                log.note(
                    f"Layer {layer.name} is in {layer.crs}; its coordinates were transformed to WGS 84."
                    if layer.crs
                    else f"Layer {layer.name} names no coordinate system; its coordinates were taken as WGS 84 degrees."
                )
            read = 0
            for feature in self._of_layer(layer, log):
                read += 1
                if feature is not None:
                    yield feature
            if read < layer.count:
                raise DatasetError(
                    f"Layer {layer.name} ends after {read:,} of {layer.count:,} features: the file is damaged.",
                    "Export or copy it again.",
                    log.report(),
                )

    def _of_layer(self, layer: Layer, log: LoadLog) -> Iterator[Feature | None]:
        last, size = -(2**63), BATCH[self.kind]
        while True:
            try:
                fids, geometries, columns = _read(self._path, layer, last, size)
            except _ERRORS as error:
                if size > 1:
                    size //= 2
                    continue
                skipped = _next_fid(self._path, layer, last)
                if skipped is None:
                    return
                fids, geometries, columns = [], (), {}
                last, size = skipped, BATCH[self.kind]
                log.read += 1
                self.position += 1
                log.reject(skipped, f"cannot be read ({error})", layer.name)
                yield None
                continue
            if len(fids) == 0:
                return
            for feature in self._features(layer, fids, geometries, columns, log):
                log.read += 1
                self.position += 1
                yield feature
            last = int(fids[-1])

    def _features(
        self, layer: Layer, fids: Sequence[int], wkb: Any, columns: Mapping[str, list[str]], log: LoadLog
    ) -> Iterator[Feature | None]:
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
        points = self.kind == "address-points"
        longitudes, latitudes = _middles(shapes) if points else ([], [])
        constants = layer.column_map.constants
        names = list(columns)
        rows = zip(*columns.values(), strict=True) if names else iter([()] * len(fids))
        for index, (fid, values) in enumerate(zip(fids, rows, strict=True)):
            fields = {**constants, **{name: value for name, value in zip(names, values, strict=True) if value}}
            if points:
                point = (latitudes[index], longitudes[index])
                problem = point_problem(*point)
                feature = Feature(int(fid), layer.name, fields, point)
            else:
                problem = shape_problem(self.kind, shapes[index])
                feature = Feature(int(fid), layer.name, fields, None, None if problem else flat_wkb(shapes[index]))
            if problem:
                log.reject(int(fid), problem, layer.name)
            yield None if problem else feature


def _layers(path: Path, kind: Kind, chosen: Mapping[str, str]) -> tuple[Layer, ...]:
    shapes = {
        str(name): str(shape).removesuffix(" Z").removesuffix(" M").removesuffix(" ZM")
        for name, shape in pyogrio.list_layers(path)
    }
    known = {plain(name) for name in LAYERS[kind]}
    named = [name for name in shapes if plain(name) in known]
    candidates = named or [name for name, shape in shapes.items() if shape in SHAPES[kind] | {"Unknown"}]
    found = [_layer(path, kind, name, chosen) for name in candidates]
    fitting = [layer for layer in found if layer is not None]
    if not fitting:
        raise DatasetError(
            f"The file has no layer of {kind}. Its layers: {', '.join(shapes) or 'none'}.",
            f"Looked for was {', '.join(LAYERS[kind])}, or one with {needs(kind, has_geometry=True)} "
            "(--map FIELD=COLUMN says which column is which).",
        )
    if not any(layer.count for layer in fitting):
        raise DatasetError(
            f"The layers {', '.join(layer.name for layer in fitting)} are empty.", "Export them with their features."
        )
    return tuple(layer for layer in fitting if layer.count)


def _layer(path: Path, kind: Kind, name: str, chosen: Mapping[str, str]) -> Layer | None:
    info = pyogrio.read_info(path, layer=name)
    column_map = detect(kind, [str(field) for field in info["fields"]], chosen, has_geometry=True)
    if column_map is None:
        return None
    return Layer(name, _count(path, name), info["fid_column"], info["geometry_name"], info["crs"] or "", column_map)


def _count(path: Path, name: str) -> int:
    """Counted, as the number a GeoPackage keeps of its rows is wrong once a program without triggers edited it."""
    statement = f"SELECT count(*) FROM {_quoted(name)}"  # noqa: S608 - the name is quoted
    _, _, _, data = raw.read(path, sql=statement, read_geometry=False)
    return int(data[0][0])


def _middles(shapes: Any) -> tuple[list[float], list[float]]:
    """Longitudes and latitudes; NaN where there is no point."""
    middles = shapely.centroid(np.where(shapely.is_empty(shapes), None, shapes))
    return shapely.get_x(middles).tolist(), shapely.get_y(middles).tolist()


def _joined(maps: Sequence[ColumnMap]) -> ColumnMap:
    columns: dict[str, str] = {}
    for one in reversed(maps):
        columns |= one.columns
    ignored = [column for one in maps for column in one.ignored if column not in columns.values()]
    names = ", ".join(dict.fromkeys(one.name for one in maps))
    return ColumnMap(names, columns, {}, tuple(dict.fromkeys(ignored)), all(one.complete for one in maps))


def _read(path: Path, layer: Layer, after: int, size: int) -> tuple[Sequence[int], Any, dict[str, list[str]]]:
    wanted = dict.fromkeys(layer.column_map.columns.values())
    geometry = _quoted(layer.geometry)
    if layer.crs and layer.crs not in _WGS84:
        geometry = f"ST_Transform({geometry}, 4326) AS {geometry}"
    fid = _quoted(layer.fid)
    names = ", ".join([fid, geometry, *map(_quoted, wanted)])
    statement = f"SELECT {names} FROM {_quoted(layer.name)} WHERE {fid} > {after} ORDER BY {fid} LIMIT {size}"  # noqa: S608 - names are quoted, numbers ours
    meta, fids, wkb, data = raw.read(path, sql=statement, return_fids=True, force_2d=True)
    texts = {str(name): _texts(column) for name, column in zip(meta["fields"], data, strict=True)}
    return fids, wkb, {name: texts[column] for name, column in layer.column_map.columns.items()}


def _next_fid(path: Path, layer: Layer, after: int) -> int | None:
    fid = _quoted(layer.fid)
    statement = f"SELECT {fid} FROM {_quoted(layer.name)} WHERE {fid} > {after} ORDER BY {fid} LIMIT 1"  # noqa: S608 - as above
    try:
        _, fids, _, _ = raw.read(path, sql=statement, return_fids=True, read_geometry=False)
    except _ERRORS:
        return None  # nothing more can be told apart; the caller misses the rest and says so
    return int(fids[0]) if len(fids) else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _texts(column: Any) -> list[str]:
    """A column's values as text: whole numbers without a point, dates in UTC, nothing as ""."""
    if np.issubdtype(column.dtype, np.datetime64):
        dates = np.datetime_as_string(column.astype("datetime64[s]"))
        return ["" if date == "NaT" else f"{date}Z" for date in dates.tolist()]
    if np.issubdtype(column.dtype, np.floating):
        return ["" if value != value else format(value, ".15g") for value in column.tolist()]
    return ["" if value is None else str(value).strip() for value in column.tolist()]
