"""Reading a data set of service boundaries."""

from dataclasses import dataclass, fields
from typing import Any, Final

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.meta import DatasetMeta

_OF_THE_SET: Final = ("dataset", "dataset_version", "sample")
_COLUMNS: Final = tuple(field.name for field in fields(ServiceBoundary) if field.name not in _OF_THE_SET)
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)}, wkb FROM boundary ORDER BY row"  # noqa: S608 - names of our own


@dataclass(frozen=True)
class BoundarySet:
    """A whole set in memory: `wkb[i]` is the area of `boundaries[i]`, in degrees, longitude first."""

    meta: DatasetMeta
    boundaries: tuple[ServiceBoundary, ...]
    wkb: tuple[bytes, ...]


def read(file: DatasetFile) -> BoundarySet:
    """Everything in the file. DatasetError when it is damaged."""
    meta = file.meta
    boundaries: list[ServiceBoundary] = []
    areas: list[bytes] = []
    about: dict[str, Any] = {"dataset": meta.name, "dataset_version": meta.version, "sample": meta.sample}
    for *texts, wkb in file.query(_SELECT):
        boundaries.append(ServiceBoundary(**dict(zip(_COLUMNS, texts, strict=True)), **about))
        areas.append(wkb)
    return BoundarySet(meta, tuple(boundaries), tuple(areas))
