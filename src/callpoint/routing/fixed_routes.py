"""Fixed routes: the plainest mapping from a place to a PSAP, by country, state and town."""

from collections.abc import Iterable
from typing import Final

from callpoint.i3.civic import Civic
from callpoint.routing.records import FixedRoute, Psap

_Key = tuple[str, str, str]

# From the most to the least specific; of two with equally many fields the narrower field counts.
_MASKS: Final = (
    (True, True, True),
    (False, True, True),
    (True, False, True),
    (False, False, True),
    (True, True, False),
    (False, True, False),
    (True, False, False),
    (False, False, False),
)


class RouteTable:
    """Looks up fixed routes in at most eight dictionary look-ups, however many there are."""

    def __init__(self, routes: Iterable[FixedRoute]) -> None:
        self._psaps: dict[_Key, Psap] = {}
        for route in routes:
            self._psaps[_key(route.country, route.A1, route.A3)] = route.psap

    def psap_for(self, civic: Civic | None) -> Psap | None:
        """The PSAP of the most specific route; letter case and outer blanks do not matter, spelling does."""
        place = _key(civic.country, civic.A1, civic.A3) if civic is not None else ("", "", "")
        for mask in _MASKS:
            country, state, town = (part if wanted else "" for part, wanted in zip(place, mask, strict=True))
            if (psap := self._psaps.get((country, state, town))) is not None:
                return psap
        return None


def _key(country: str, state: str, town: str) -> _Key:
    return country.strip().casefold(), state.strip().casefold(), town.strip().casefold()
