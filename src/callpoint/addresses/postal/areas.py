"""One postal area of either country. Named tuples of raw names: 42,000 of them are made when the tables load."""

from typing import Literal, NamedTuple

from callpoint.addresses.postal.place_key import place_key
from callpoint.addresses.verdict import LatLon

ZipKind = Literal["STANDARD", "UNIQUE", "PO BOX", "MILITARY"]


class ZipArea(NamedTuple):
    """A ZIP code of five digits.

    `accepted` are the further names the post takes beside `city`, `disliked` those people use although the post
    would rather not ("Manhattan" for 10001), with the names of large recipients among them. `point` is the middle
    as (latitude, longitude), None where nobody says. A *UNIQUE* code belongs to one recipient, a *PO BOX* one to
    a post office, though small towns are written under theirs at the door too. `active` is false for codes the
    post has given up, which old records still carry.
    """

    code: str
    A1: str
    city: str
    accepted: tuple[str, ...]
    disliked: tuple[str, ...]
    county: str
    point: LatLon | None
    kind: ZipKind
    active: bool

    @property
    def places(self) -> tuple[str, ...]:
        """Keys (`place_key`) of the places the post accepts, that of `city` first."""
        return tuple(map(place_key, (self.city, *self.accepted)))

    def serves(self, place: str) -> bool:
        """Whether the place of that key is one of this code, however the post likes the name."""
        return place in self.places or place in map(place_key, self.disliked)


class FsaArea(NamedTuple):
    """A forward sortation area: the first three characters of a Canadian postal code.

    `city` is the municipality of today, "" where a rural area has many; `places` its key and those of what it
    took in or what lies in the area.
    """

    code: str
    A1: str
    city: str
    places: tuple[str, ...]
    point: LatLon | None

    @property
    def rural(self) -> bool:
        """Whether it serves many villages, of which hardly one is known here: a name missing proves nothing."""
        return self.code[1] == "0"

    def serves(self, place: str) -> bool:
        """Whether the place of that key is known to lie in this area."""
        return place in self.places
