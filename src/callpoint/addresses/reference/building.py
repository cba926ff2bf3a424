"""Loading a file of address points or roads."""

from types import MappingProxyType
from typing import Final

from callpoint.addresses.reference.points_build import build_points
from callpoint.addresses.reference.roads_build import build_roads
from callpoint.datasets import loading
from callpoint.datasets.kinds import Kind
from callpoint.datasets.loading import Build, LoadRequest
from callpoint.datasets.meta import DatasetMeta

# How each kind of reference file is built.
BUILDS: Final[MappingProxyType[Kind, Build]] = MappingProxyType({"address-points": build_points, "roads": build_roads})


def load(request: LoadRequest) -> DatasetMeta:
    """Loads the file of `request`, whose kind is one of BUILDS; its report is in the answer.

    The set is in its place, whole, when this returns. DatasetError (with a report where there is one) when nothing
    was changed: the file is broken, no row of it can be used, or the disk is full.
    """
    return loading.load(request, BUILDS[request.kind])
