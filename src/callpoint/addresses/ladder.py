"""The matching ladder: from a door that is exactly the one asked for, down to streets that look like it.

Every rung answers with known addresses and how they differ (`comparison`); what that means is decided elsewhere.

1. *points*: the number on the very street, in the place or under the postal code.
2. *ranges*: the same among road ranges, where no set claims to list every door of the place.
3. *twins*: the same door in other places of the region.
4. *likely*: streets of the place or the postal area whose name looks like the one given, if they have the number.
5. *near*: numbers that exist on the very street, where the one asked for does not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from callpoint.addresses.comparison import Match, compare
from callpoint.addresses.folding import fold
from callpoint.addresses.place_fit import place_fit
from callpoint.addresses.postal import PostalTables
from callpoint.addresses.query import Query
from callpoint.addresses.reference import PointHit, ReferenceSet, Street
from callpoint.i3.civic import Civic

# Streets of similar names looked at in a place, and in a postal area: beyond these nobody would see a likeness.
LIKE_STREETS: Final = 12
NEAR_NUMBERS: Final = 3
# Below this two names do not look alike, whatever a third one does.
LOOKALIKE: Final = 0.7
# A town known to the post by its name has a few postal codes; a city of hundreds is known to its data set as well.
CODES_OF_A_PLACE: Final = 6
# Twins of a door in one region. "100 Main Street" has hundreds, of which nobody would read more than a few.
TWINS: Final = 40


@dataclass(frozen=True)
class Ladder:
    """The data sets of one moment. `points` and `roads` in the order in which they are believed."""

    points: Sequence[ReferenceSet]
    roads: Sequence[ReferenceSet]
    tables: PostalTables

    def exact(self, query: Query) -> list[Match]:
        """Doors with this number on the very street, in the place or under the postal code, or both.

        Where neither is given, in the region: then a few are as good as all.
        """
        if not query.has_number or not query.key.full:
            return []
        found = list(self._exact(self.points, query))
        if not any(match.clean for match in found) and not self._every_door_is_listed(query):
            found += self._exact(self.roads, query)
        return found

    def twins(self, query: Query) -> list[Match]:
        """The same number and street anywhere in the region: what somebody may have meant who got the place wrong."""
        if not query.has_number or not query.key.full:
            return []
        return [match for one in (*self.points, *self.roads) for match in self._twins(one, query)]

    def siblings(self, query: Query) -> list[Match]:
        """Doors with this number, in the place, on streets of the same name that what is given leaves open.

        Those with a type, where none may be given; and US 5 besides State Route 5, where "Route 5" is.
        """
        civic = query.civic
        return [
            self._compared(query, hit)
            for key in query.keys
            if not key.type or query.leaves_road_system_open
            for one in self.points
            for area_place, postal in self._areas(query)
            for street in one.streets_named(key.name, query.region, place=area_place, postal=postal)
            if street.key != query.key and not (key.type and street.key.type != key.type)
            for hit in one.at(street, civic.HNP, civic.HNO, civic.HNS)
        ]

    def lookalikes(self, match: Match) -> list[Match]:
        """Where a word of the name was read as an abbreviation: doors on streets that look as much like what stood.

        "Ldge Rd" is an abbreviation of Lodge Road, and a slip for Ledge Road.
        """
        civic = match.query.civic
        written, known = fold(civic.RD), fold(match.hit.civic.RD)
        if written == known or _with_direction(civic) == _with_direction(match.hit.civic):
            return []
        if not written.replace(" ", "").isalpha() or not known.replace(" ", "").isalpha():
            return []
        least = max(OSA.normalized_similarity(written, known), LOOKALIKE)
        return [
            self._compared(match.query, hit)
            for one in self.points
            for area_place, postal in self._areas(match.query)
            for street, likeness in one.streets_like(written, match.query.region, area_place, postal, LIKE_STREETS)
            if likeness >= least and street.key != match.query.key
            for hit in one.at(street, civic.HNP, civic.HNO, civic.HNS)
        ]

    def likely(self, query: Query) -> list[Match]:
        """Doors with this number on streets whose name looks like the one given, in the place or the postal area."""
        if not query.has_number or not query.key.name:
            return []
        found = list(self._likely(self.points, query))
        if not self._every_door_is_listed(query):
            known = {(match.hit.street.key, place(match.hit)) for match in found}
            found += [m for m in self._likely(self.roads, query) if (m.hit.street.key, place(m.hit)) not in known]
        return found

    def near(self, query: Query) -> list[PointHit]:
        """Numbers near the one given on the very street, when that is in the place or postal area asked for."""
        if not query.civic.HNO.isdigit():
            return []
        return [
            hit
            for street in self.streets(query)
            for hit in street.set.near_numbers(street, query.civic.HNO, limit=NEAR_NUMBERS)
        ]

    def streets(self, query: Query) -> list[Street]:
        """The very street, in the place asked for or, where that is silent, in the postal area."""
        if not query.key.full:
            return []
        found: list[Street] = []
        for one in (*self.points, *self.roads):
            for area_place, postal in self._areas(query):
                for street in one.streets(query.key, query.region, place=area_place, postal=postal):
                    if street not in found and self._is_in_place(street, query):
                        found.append(street)
        return found

    def _is_in_place(self, street: Street, query: Query) -> bool:
        if place_fit(query.place, street.civic, self.tables) != "elsewhere":
            return True
        return any(self.tables.serves(code, query.place) for code in street.postals)

    def complete_for(self, query: Query) -> ReferenceSet | None:
        """The set that claims to hold every door, or every road, of the place: what it lacks does not exist.

        Only for a place by its own name: that of a post office ("Barre") covers towns the set may not have.
        """
        return next((one for one in (*self.points, *self.roads) if self._is_complete(one, query)), None)

    def _every_door_is_listed(self, query: Query) -> bool:
        return any(self._is_complete(one, query) for one in self.points)

    def _is_complete(self, one: ReferenceSet, query: Query) -> bool:
        return bool(query.place) and one.complete and one.covers(query.region, query.place)

    def covering(self, query: Query) -> ReferenceSet | None:
        """A set with doors in the place or the postal area, complete or not."""
        for one in (*self.points, *self.roads):
            if query.place and one.is_place(query.place, query.region):
                return one
            if any(postal and one.covers(query.region, "", postal) for _, postal in self._areas(query)):
                return one
        return None

    def covers(self, region: str, place: str, postal: str) -> bool:
        """Whether any set has doors there."""
        return any(one.covers(region, place, postal) for one in (*self.points, *self.roads))

    def _areas(self, query: Query) -> list[tuple[str, str]]:
        """What a look-up is narrowed by: the place, and the postal code; neither is believed more than the other.

        Without a code those of the place are taken, for data sets may know the place by another name than the post.
        """
        codes: tuple[str, ...] = (query.postal,) if query.postal else ()
        if not codes and query.place and not self._is_own_place(query):
            codes = self.tables.zips_of(query.region, query.place)[:CODES_OF_A_PLACE]
        return [pair for pair in ((query.place, ""), *(("", code) for code in codes)) if any(pair)]

    def _is_own_place(self, query: Query) -> bool:
        return any(one.covers(query.region, query.place) for one in (*self.points, *self.roads))

    def _compared(self, query: Query, hit: PointHit) -> Match:
        own = not query.postal and self._is_own_place(query)
        return compare(query, hit, self.tables, is_own_place=own)

    def _exact(self, sets: Iterable[ReferenceSet], query: Query) -> Iterator[Match]:
        civic = query.civic
        areas = self._areas(query)
        for one in sets:
            if not areas:
                yield from self._twins(one, query)
            streets = {
                street.id: street
                for area_place, postal in areas
                for street in one.streets(query.key, query.region, place=area_place, postal=postal)
            }
            for street in streets.values():
                for hit in one.at(street, civic.HNP, civic.HNO, civic.HNS):
                    yield self._compared(query, hit)

    def _twins(self, one: ReferenceSet, query: Query) -> Iterator[Match]:
        civic = query.civic
        for hit in one.elsewhere(query.key, civic.HNP, civic.HNO, civic.HNS, region=query.region, limit=TWINS):
            yield self._compared(query, hit)

    def _likely(self, sets: Iterable[ReferenceSet], query: Query) -> Iterator[Match]:
        civic = query.civic
        for one in sets:
            streets = {}
            for name in _names(query):
                for area_place, postal in self._areas(query):
                    alike = one.streets_like(name, query.region, place=area_place, postal=postal, limit=LIKE_STREETS)
                    streets.update({street.id: street for street, _ in alike})
            for name in query.other_directions:
                for area_place, postal in self._areas(query):
                    found = one.streets_named(name, query.region, place=area_place, postal=postal)
                    streets.update({street.id: street for street in found})
            for street in streets.values():
                for hit in one.at(street, civic.HNP, civic.HNO, civic.HNS):
                    yield self._compared(query, hit)


def place(hit: PointHit) -> str:
    """The municipality of a known address, as its data set writes it."""
    return hit.civic.A3 or hit.civic.PCN


def _with_direction(civic: Civic) -> str:
    """The name as it is said, whether its direction is an element of its own or not ("West Hill")."""
    return fold(f"{civic.PRD} {civic.RD} {civic.POD}")


def _names(query: Query) -> list[str]:
    """The name in every reading, that of a word taken for a slip included ("Oak Stret", "Firot St").

    And as it stands: "Mtin" is an abbreviation of mountain, and a slip for Main.
    """
    return list(dict.fromkeys((*(key.name for key in (*query.keys, *query.slips)), fold(query.civic.RD))))
