"""What an otherwise good address lacks for whoever has to find somebody behind the door."""

import re
from typing import Final

from callpoint.addresses.reference import PointHit
from callpoint.addresses.verdict import Reason
from callpoint.i3.civic import Civic

# Words of registries for buildings with more than one floor or more than one household.
_SHARED: Final = re.compile(
    r"\b(?:multi|apartments?|condo\w*|office building|high ?rise|tower|hotel|motel|inn|lodging|dorm\w*|barracks|"
    r"hospital|nursing|assisted living|college|university|school|government|mall|immeuble|h[oô]pital|h[oô]tel)\b",
    re.IGNORECASE,
)
_SPOT: Final = ("FLR", "ROOM", "UNIT", "SEAT", "LOC")


def warnings_of(hit: PointHit, civic: Civic) -> tuple[Reason, ...]:
    """Warnings on a confirmed address."""
    found = []
    if not any(getattr(civic, name) for name in _SPOT) and (hit.units > 1 or _SHARED.search(hit.place_type)):
        what = f"{hit.units} addresses in one building" if hit.units > 1 else hit.place_type.lower()
        text = f"This is a building of many ({what}): without floor, room or unit nobody is found quickly."
        found.append(Reason("spot_missing", text))
    if hit.dataset.sample:
        text = f"{hit.dataset.name} is a sample for trying out; it must not decide where real calls go."
        found.append(Reason("sample_data", text))
    return tuple(found)
