"""Compass directions, English and French, and what they are called in full."""

from typing import Final, NamedTuple

from callpoint.addresses.domains.listing import listed


class Direction(NamedTuple):
    """One direction: its English and French words (NENA registry), `concept` for comparing."""

    english: str
    french: str
    concept: str


def _direction(english: str, french: str) -> Direction:
    return Direction(english, french, english.lower())


_NORTH: Final = _direction("North", "Nord")
_SOUTH: Final = _direction("South", "Sud")
_EAST: Final = _direction("East", "Est")
_WEST: Final = _direction("West", "Ouest")
_NORTHEAST: Final = _direction("Northeast", "Nord-Est")
_NORTHWEST: Final = _direction("Northwest", "Nord-Ouest")
_SOUTHEAST: Final = _direction("Southeast", "Sud-Est")
_SOUTHWEST: Final = _direction("Southwest", "Sud-Ouest")

# Folded words read as a direction in English. "O" is none: Washington has an O Street beside its W Street.
ENGLISH: Final = {
    **dict.fromkeys(("n", "north", "nth"), _NORTH),
    **dict.fromkeys(("s", "south", "sth"), _SOUTH),
    **dict.fromkeys(("e", "east"), _EAST),
    **dict.fromkeys(("w", "west"), _WEST),
    **dict.fromkeys(("ne", "northeast", "north east", "n e"), _NORTHEAST),
    **dict.fromkeys(("nw", "northwest", "north west", "n w"), _NORTHWEST),
    **dict.fromkeys(("se", "southeast", "south east", "s e"), _SOUTHEAST),
    **dict.fromkeys(("sw", "southwest", "south west", "s w"), _SOUTHWEST),
}
# Behind a French street name both languages' letters are met: "Sherbrooke O", "Sherbrooke W".
FRENCH: Final = {
    **ENGLISH,
    **dict.fromkeys(("nord",), _NORTH),
    **dict.fromkeys(("sud",), _SOUTH),
    **dict.fromkeys(("est",), _EAST),
    **dict.fromkeys(("o", "ouest"), _WEST),
    **dict.fromkeys(("nord est",), _NORTHEAST),
    **dict.fromkeys(("no", "nord ouest", "n o"), _NORTHWEST),
    **dict.fromkeys(("sud est",), _SOUTHEAST),
    **dict.fromkeys(("so", "sud ouest", "s o"), _SOUTHWEST),
}
# Behind these a direction belongs to the name: "West End Avenue", "North Shore Drive".
JOINED_TO_DIRECTION: Final = frozenset(
    listed(
        "end shore side bay gate wood woods view point pointe bank branch fork hill hills lake park ridge river slope ",
        "beach brook creek mountain pond port star pole field cove harbor harbour haven water village",
    )
)
