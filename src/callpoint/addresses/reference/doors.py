"""What a data set knows about numbers on streets: the same questions for address points and for roads."""

from typing import Final, NamedTuple, Protocol

from callpoint.addresses.reference.street_reader import Span
from callpoint.addresses.verdict import Accuracy, LatLon

# The homes of a park, the buildings of a school, lie this far apart under one address, and whoever is sent to one of
# them sees the others; two doors farther apart are two places, and somebody must be asked which is meant.
FAR_APART_METRES: Final = 200.0


class Door(NamedTuple):
    """A number on a street. `locality` tells the postal code and what else changes along the street."""

    street: int
    prefix: str
    number: int
    suffix: str
    point: LatLon
    locality: int
    units: int = 1
    place_type: str = ""


class Doors(Protocol):
    """Numbers of one data set."""

    accuracy: Accuracy

    def at(self, street: int, number: int, prefix: str, suffix: str) -> list[Door]:
        """The door, several only where the source has it at places far apart or under several postal codes."""
        ...

    def near(self, street: int, number: int, limit: int) -> list[Door]:
        """Doors with the nearest numbers, the same number with another suffix first."""
        ...

    def elsewhere(self, streets: Span, number: int, prefix: str, suffix: str, limit: int) -> list[Door]:
        """The same door on any of the streets."""
        ...
