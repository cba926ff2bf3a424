"""Judges for tests: they say what they were told to say, and count how often they were asked."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from callpoint.addresses.verdict import DatasetRef, Reason, Suggestion, Verdict
from callpoint.directory.verdicts import Judge
from callpoint.i3.civic import Civic

VERMONT = DatasetRef("vermont", "2026-11-01.1")
STATE_STREET = Civic.from_fields(
    {"country": "US", "A1": "VT", "A3": "Montpelier", "HNO": "115", "RD": "State", "STS": "Street", "PC": "05633"}
)
STATE_STREET_POINT = (44.2601, -72.5806)


def valid(civic: Civic = STATE_STREET, **more: Any) -> Verdict:
    """A point of a data set confirms it."""
    told: dict[str, Any] = {"point": STATE_STREET_POINT, "accuracy": "point", "dataset": VERMONT}
    return Verdict("as given", "valid", civic, elements={"HNO": "valid", "RD": "valid"}, **(told | more))


def area(civic: Civic = STATE_STREET) -> Verdict:
    """Postal code and place are confirmed, no more."""
    return Verdict("as given", "area", civic, (44.25, -72.57), "area", {"PC": "valid", "A3": "valid"})


def invalid(civic: Civic = STATE_STREET, *likely: Civic, elements: Mapping[str, Any] | None = None) -> Verdict:
    """A data set says there is no such address."""
    return Verdict(
        "as given",
        "invalid",
        civic,
        elements=elements or {"HNO": "invalid", "RD": "valid"},
        suggestions=tuple(Suggestion(one, "another number") for one in likely),
        reasons=(Reason("no_such_number", "State Street has no such number."),),
        dataset=VERMONT,
    )


def refused(civic: Civic = STATE_STREET) -> Verdict:
    return Verdict("as given", "refused", civic, reasons=(Reason("po_box", "Nobody can be found at a PO box."),))


def with_number(number: str) -> Civic:
    """State Street at that number."""
    return replace(STATE_STREET, HNO=number)


class Told:
    """Answers by a function, and keeps what it was asked."""

    def __init__(self, say: Callable[[Civic], Verdict], knows_addresses: bool = True) -> None:
        self.asked: list[Civic] = []
        self._say = say
        self.judge = Judge(self._check, lambda: knows_addresses)

    def _check(self, civic: Civic) -> Verdict:
        self.asked.append(civic)
        return self._say(civic)
