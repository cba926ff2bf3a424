"""What is never looked up, because nobody can be found there."""

from types import MappingProxyType
from typing import Final

from callpoint.addresses.parsed import Kind, Parsed
from callpoint.addresses.verdict import Reason

_REFUSED: Final = MappingProxyType(
    {
        "nothing": Reason("nothing_given", "There is nothing given that could be looked up."),
        "po_box": Reason("po_box", "A post office box is no place to send anybody to: nobody can be found there."),
        "general_delivery": Reason(
            "general_delivery", "Post kept at the post office until called for: nobody can be found there."
        ),
        "military": Reason(
            "military", "A military postal address has its door outside the US: no emergency service here reaches it."
        ),
    }
)
_NO_DOOR: Final = MappingProxyType(
    {
        "rural_route": Reason(
            "rural_route", "A rural route names a mail carrier's round and a box on it, not a door on a street."
        ),
        "intersection": Reason("intersection", "An intersection is a spot on the road, not an address with a number."),
        "landmark": Reason("landmark", "Only the name of a place is given, no street and number."),
    }
)


def refusal(kind: Kind) -> Reason | None:
    """Why an address of this kind is refused before it is looked up, or None."""
    return _REFUSED.get(kind)


def no_door(parsed: Parsed) -> Reason | None:
    """Why the words name an area at best, whatever the data sets have; None for an address with a street."""
    return _NO_DOOR.get(parsed.kind)
