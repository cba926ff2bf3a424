"""Loading a file of address points or roads."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from callpoint.addresses.reference.points_build import build_points
from callpoint.addresses.reference.roads_build import build_roads
from callpoint.datasets import loading
from callpoint.datasets.building import Draft
from callpoint.datasets.dates import iso_utc
from callpoint.datasets.feature import Feature
from callpoint.datasets.kinds import Kind
from callpoint.datasets.loading import Build, LoadRequest
from callpoint.datasets.meta import DatasetMeta
from callpoint.datasets.report import LoadLog

# How each kind of reference file is built.
BUILDS: Final[MappingProxyType[Kind, Build]] = MappingProxyType({"address-points": build_points, "roads": build_roads})


def load(request: LoadRequest) -> DatasetMeta:
    """Loads the file of `request`, whose kind is one of BUILDS; its report is in the answer.

    The set is in its place, whole, when this returns. DatasetError (with a report where there is one) when nothing
    was changed: the file is broken, no row of it can be used, or the disk is full.
    """
    build = BUILDS[request.kind]
    now = request.now.astimezone(UTC)

    def in_force_alone(features: Iterable[Feature], draft: Draft, log: LoadLog) -> None:
        build(_in_force(features, log, now), draft, log)

    return loading.load(request, in_force_alone)


def _in_force(features: Iterable[Feature], log: LoadLog, now: datetime) -> Iterator[Feature]:
    """What holds at `now` (NENA-STA-006.3, Effective and Expire); the set is of one moment, so the rest is told."""
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    for feature in features:
        fields = feature.fields
        begins = iso_utc(fields["Effective"]) if "Effective" in fields else ""
        ends = iso_utc(fields["Expire"]) if "Expire" in fields else ""
        if begins > moment:
            log.reject(feature.line, f"is not in force before {begins}", feature.layer)
        elif ends and ends <= moment:
            log.reject(feature.line, f"is out of force since {ends}", feature.layer)
        else:
            yield feature
