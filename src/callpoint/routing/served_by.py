"""Which PSAP serves a place by the boundaries, and what a person should know about that answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.i3.shapes import Point, Shape, simplified, uncertainty
from callpoint.routing.boundaries import BoundaryIndex
from callpoint.routing.boundary_psaps import Names, psap_of
from callpoint.routing.records import Psap
from callpoint.routing.service_urns import PSAP_LAYER

# A call waits: weighing areas takes about 1 ms where borders run through a circle of 2 km, and 5 ms for one of 10 km.
# Of a place known no better than this, the middle decides. A polygon of more corners than RFC 5491 §5.1 allows is taken
# as the circle around it: one whose 200 edges all cross each other held the call up for six seconds.
WIDEST_FOR_CALLS: Final = 5_000.0  # metres

State = Literal["none", "loading", "ready"]


@dataclass(frozen=True)
class BoundaryAnswer:
    """What the boundaries say of one place.

    `state` is "none" when no PSAP boundaries were loaded at all, "loading" while they are being read. `others` are
    the names of further PSAPs that hold the place, best first; `partly` says that the place is an area with a border
    running through it, so that they are no overlap. `datasets` were asked.
    """

    state: State
    psap: Psap | None = None
    boundary: ServiceBoundary | None = None
    others: tuple[str, ...] = ()
    partly: bool = False
    datasets: tuple[str, ...] = ()


NO_BOUNDARIES: Final = BoundaryAnswer("none")
STILL_LOADING: Final = BoundaryAnswer("loading")


def served_by(index: BoundaryIndex, shape: Shape, at: str, names: Names, known: Mapping[str, Psap]) -> BoundaryAnswer:
    """The PSAP of the best boundary at `at` (ISO 8601); `names` are `psap_names`, `known` the directory's PSAPs.

    ValueError when `at` is no date and time.
    """
    place = simplified(shape)
    if uncertainty(place) > WIDEST_FOR_CALLS:
        place = shape.centre
    hits = index.find(place, PSAP_LAYER, at)
    datasets = index.datasets(PSAP_LAYER)
    if not hits:
        return BoundaryAnswer("ready" if datasets else "none", datasets=datasets)
    best = hits[0]
    psap = psap_of(best.boundary, names, known)
    others = [psap_of(hit.boundary, names, known).name for hit in hits[1:]]
    further = tuple(name for name in dict.fromkeys(others) if name != psap.name)
    partly = not isinstance(place, Point) and best.share < 1.0
    return BoundaryAnswer("ready", psap, best.boundary, further, partly, datasets)
