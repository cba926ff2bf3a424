"""Whether the place somebody wrote is the place a data set has, and by which of its names."""

from typing import Final, Literal

from callpoint.addresses.postal import PostalTables, place_key
from callpoint.addresses.postal.place_key import without_its_kind
from callpoint.i3.civic import Civic

PlaceFit = Literal["own", "kind", "postal", "not given", "elsewhere"]

_PLACE_ELEMENTS: Final = ("A3", "PCN", "A4", "A5")


def place_fit(place: str, known: Civic, tables: PostalTables) -> PlaceFit:
    """How the place key `place` fits the place of a known address.

    - *own*: one of its own names. A name of the post that the data set itself carries (PCN) counts as own.
    - *kind*: own but for the word that tells a town from the city in it ("Barre" for "Barre City"). Both may bear
      the name, so whoever decides has to look at the other one, too.
    - *postal*: a name the post serves under the known postal code ("Waterbury Center" for a door in Waterbury).
    - *elsewhere*: none of these. "Barre Town" is not "Barre City", although one ZIP code serves both.
    """
    if not place:
        return "not given"
    names = [place_key(name) for element in _PLACE_ELEMENTS if (name := getattr(known, element))]
    if place in names:
        return "own"
    bare = without_its_kind(place) or place
    for name in names:
        if (without_its_kind(name) or name) == bare:
            # Both carry a word of kind, and not the same one: two places, deliberately told apart.
            return "elsewhere" if bare != place and bare != name else "kind"
    if known.PC and tables.serves(known.PC, place):
        return "postal"
    return "elsewhere"
