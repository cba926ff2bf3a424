"""What a verdict is called on pages: for everybody who has to decide whether an address is good enough."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callpoint.addresses.verdict import Accuracy, ElementState
from callpoint.i3.civic import Civic


@dataclass(frozen=True)
class Words:
    """`level` is for the eye (good, doubtful, bad), `short` for a list; `meaning` says what it means for a call."""

    level: str
    short: Promise
    title: Promise
    meaning: Promise


_CONFIRMED: Final = _("A call taker gets this address as confirmed, and help can be sent to the door.")
_NEVER: Final = _("It cannot be saved: nobody could be sent there.")
VERDICTS: Final[dict[str, Words]] = {
    "valid": Words("good", _("valid"), _("Valid: help can be sent to this door"), _CONFIRMED),
    "valid_corrected": Words("good", _("valid, corrected"), _("Valid, with the correction you chose"), _CONFIRMED),
    "area": Words(
        "doubtful",
        _("area only"),
        _("Only the area is known: help cannot be sent to a door"),
        _(
            "A call from here goes to whoever serves the area, and the call taker is told that the "
            "house is not confirmed: the caller is asked for the address, and help waits for the answer."
        ),
    ),
    "unchecked": Words(
        "doubtful",
        _("unchecked"),
        _("Nobody has checked this address"),
        _(
            "A call from here goes where this address says, right or wrong, and the call taker is "
            "told that nobody has checked it: the caller is asked for the address."
        ),
    ),
    "ambiguous": Words("doubtful", _("ambiguous"), _("Several places fit: choose one"), _NEVER),
    "invalid": Words("bad", _("no such address"), _("There is no such address"), _NEVER),
    "refused": Words("bad", _("refused"), _("Refused"), _NEVER),
}
ACCURACIES: Final[dict[Accuracy, Promise]] = {
    "point": _("at the door"),
    "range": _("estimated along the road"),
    "area": _("middle of the postal area, no place to send anybody"),
}
BY_HAND: Final = _("set by hand")
# As people call them; the rest is shown by its CLDXF name alone.
ELEMENTS: Final[dict[str, Promise]] = {
    "country": _("Country"),
    "A1": _("State or province"),
    "A2": _("County"),
    "A3": _("City or town"),
    "A4": _("District"),
    "A5": _("Neighbourhood"),
    "PRM": _("Before the street"),
    "PRD": _("Direction before"),
    "STP": _("Street type before"),
    "RD": _("Street"),
    "STS": _("Street type"),
    "POD": _("Direction after"),
    "POM": _("After the street"),
    "HNP": _("Before the number"),
    "HNO": _("Number"),
    "HNS": _("After the number"),
    "LMK": _("Landmark"),
    "LOC": _("Further words"),
    "NAM": _("Name at the address"),
    "BLD": _("Building"),
    "FLR": _("Floor"),
    "UNIT": _("Unit"),
    "ROOM": _("Room"),
    "SEAT": _("Seat"),
    "PC": _("Postal code"),
    "PCN": _("Postal name"),
}


@dataclass(frozen=True)
class State:
    """How sure one element is."""

    level: str
    words: Promise


STATES: Final[dict[ElementState, State]] = {
    "valid": State("good", _("yes")),
    "invalid": State("bad", _("no, this contradicts the data")),
    "unchecked": State("doubtful", _("not checked")),
}


@dataclass(frozen=True)
class Element:
    """One element of an address: in words ("" where there are none), by its CLDXF name, and what is known of it."""

    words: str | Promise
    name: str
    value: str
    state: State


def elements_of(civic: Civic, states: dict[str, ElementState]) -> list[Element]:
    """Every filled element of the address, in the order of the schema."""
    fields = civic.to_fields().items()
    return [
        Element(ELEMENTS.get(name, ""), name, value, STATES[states.get(name, "unchecked")]) for name, value in fields
    ]
