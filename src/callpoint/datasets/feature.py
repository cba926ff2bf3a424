"""One record of a source, whatever the file was."""

from typing import NamedTuple

LatLon = tuple[float, float]


class Feature(NamedTuple):
    """A row of a CSV file, or a feature of a GeoPackage layer.

    `line` is where to find it: the line in the file (the header is line 1), or the feature's ID in its layer.
    `fields` has our field names (`column_maps`), values without blanks around them, and no empty value: use `get`.
    `point` is (latitude, longitude) in WGS 84 degrees where the feature is a point; `geometry` is WKB with
    longitude first where it is a line or an area. (A tuple, because a million are made in one load.)
    """

    line: int
    layer: str
    fields: dict[str, str]
    point: LatLon | None = None
    geometry: bytes | None = None
