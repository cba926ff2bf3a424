"""What a look-up may be narrowed by: the places and postal codes of a data set, all of them in memory."""

from collections.abc import Iterable, Iterator

from callpoint.addresses.postal.place_key import place_key, without_its_kind
from callpoint.addresses.reference.place_words import postal_area


class Areas:
    """Rows of the table `area`. A region of "" stands for all of them."""

    def __init__(self, rows: Iterable[tuple[int, str, str, str, int]]) -> None:
        self._places: dict[tuple[str, str], list[int]] = {}
        self._postals: dict[tuple[str, str], list[int]] = {}
        self._own: set[tuple[str, str]] = set()
        for id_, region, place, postal, own in rows:
            table, name = (self._places, place) if place else (self._postals, postal)
            for at in ((region, name), ("", name)):
                table.setdefault(at, []).append(id_)
                if own:
                    self._own.add(at)

    def of_place(self, region: str, place: str) -> list[int]:
        """Areas of a place. "Barre City" also finds the Barre of a source that does not say which it is."""
        key = place_key(place)
        return self._places.get((region, key)) or self._places.get((region, without_its_kind(key)), [])

    def of_postal(self, region: str, postal: str) -> list[int]:
        """Areas of a ZIP code or Canadian postal code, of which the first three characters count."""
        return self._postals.get((region, postal_area(postal)), [])

    def is_place(self, region: str, name: str) -> bool:
        """Whether the set has streets in a place of that name."""
        return (region, place_key(name)) in self._places

    def is_own_place(self, region: str, name: str) -> bool:
        """The same under its full name: "Barre" is no claim about the city, for there is a town besides."""
        return (region, place_key(name)) in self._own

    def narrow(self, region: str, place: str, postal: str) -> Iterator[list[int]]:
        """For every condition given the areas that meet it; a street must lie in one of each."""
        if place:
            yield self.of_place(region, place)
        if postal:
            yield self.of_postal(region, postal)
