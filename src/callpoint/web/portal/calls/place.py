"""Where a caller was, and who may see it.

Of an emergency everybody who may see calls sees the whole place, a home as well: a guard who opens the door, or tells
the ambulance the way, needs it during the call and after it. Of a test nobody waits for help: somebody who may not
see people (a guard) sees the building of their organization, but of a home only the town.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callpoint.calls.models import CallRecord
from callpoint.directory.access import Access, Right


@dataclass(frozen=True)
class Place:
    """`building` and `address` as they were sent, "" for none; `whole` is False where the rest is not for this eye."""

    building: str
    address: str
    verdict: str
    point: tuple[float, float] | None
    whole: bool


def place_of(call: CallRecord, access: Access) -> Place | None:
    """The location that went with the call, or would have gone; None when there was none."""
    location = call.location
    if not isinstance(location, Mapping):
        return None
    building, verdict = str(location.get("building") or ""), str(location.get("verdict") or "")
    if not (building or _may_see_homes(call, access)):
        return Place("", _town(location), verdict, None, whole=False)
    return Place(building, str(location.get("formatted") or ""), verdict, _point(location), whole=True)


def hides_home(call: CallRecord, access: Access) -> bool:
    """Whether reasons and steps, which name the place in words, are to be kept back."""
    location = call.location
    corporate = isinstance(location, Mapping) and bool(location.get("building"))
    return not (corporate or _may_see_homes(call, access))


def _may_see_homes(call: CallRecord, access: Access) -> bool:
    return call.service == "emergency" or Right.READ in access.rights


def _town(location: Mapping[str, Any]) -> str:
    civic = location.get("civic")
    if not isinstance(civic, Mapping):
        return ""
    return ", ".join(str(civic[name]) for name in ("A3", "A1") if civic.get(name))


def _point(location: Mapping[str, Any]) -> tuple[float, float] | None:
    point = location.get("point")
    if isinstance(point, list | tuple) and len(point) == 2 and all(isinstance(one, int | float) for one in point):
        return float(point[0]), float(point[1])
    return None
