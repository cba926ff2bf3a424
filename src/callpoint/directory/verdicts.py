"""From a verdict to an address: what is kept of it, and what is told where an address is not accepted.

*valid*, *valid_corrected* and *area* are accepted; *ambiguous*, *invalid* and *refused* never enter. Without any set of
addresses there is nobody who could confirm or deny a house: then only *refused* is held against an address, and what
not even the postal tables know comes in *unchecked*.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from callpoint.addresses.verdict import Reason, Verdict
from callpoint.directory.models import Address, Organization
from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS, Civic

Columns = dict[str, Any]
"""Column values of `Address`: its elements, and what is known of their truth."""

ELEMENT_COLUMNS: Final = {element: element.lower() for element in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS)}
DISPATCHABLE: Final = frozenset({"valid", "valid_corrected"})
ACCEPTED: Final = DISPATCHABLE | {"area"}
SUGGESTIONS_TOLD: Final = 5
_LONGEST: Final[dict[str, int]] = {
    field.attname: field.max_length
    for field in Address._meta.concrete_fields
    if field.attname in ELEMENT_COLUMNS.values() and field.max_length is not None
}
# How far a verdict confirms an address; what is known better is never replaced by what is known less.
_CONFIRMS: Final = {"valid": 2, "valid_corrected": 2, "area": 1}


class AddressError(ValueError):
    """An address that is not accepted; the text says why, and names the likely right ones."""

    def __init__(self, text: str, verdict: Verdict | None = None) -> None:
        super().__init__(text)
        self.verdict = verdict

    @property
    def suggestions(self) -> tuple[str, ...]:
        """The likely right ones as people write them, the likeliest first."""
        found = self.verdict.suggestions if self.verdict is not None else ()
        return tuple(one.civic.formatted() for one in found)

    @property
    def element(self) -> str:
        """The first civic element found wrong; "" when none is to blame alone."""
        states = self.verdict.elements if self.verdict is not None else {}
        return next((element for element in ELEMENT_COLUMNS if states.get(element) == "invalid"), "")


@dataclass(frozen=True)
class Judge:
    """Who judges addresses. `knows_addresses` says whether any set of address points or roads is loaded.

    A sample set is for trying out: only with `samples`, for the sample organization, does it say anything.
    """

    check: Callable[[Civic], Verdict]
    knows_addresses: Callable[[], bool] = lambda: True
    samples: bool = False

    def for_organization(self, organization: Organization) -> "Judge":
        """The judge of that organization's addresses."""
        return replace(self, samples=organization.sample)

    def believes(self, verdict: Verdict) -> bool:
        """Whether the set that said so counts."""
        return self.samples or verdict.dataset is None or not verdict.dataset.sample


@dataclass(frozen=True)
class Accepted:
    """An address that may enter: its columns, and what whoever brings it should know."""

    columns: Columns
    warnings: tuple[Reason, ...] = ()

    @property
    def dispatchable(self) -> bool:
        """Whether a data set confirmed it, so that somebody can be sent to a door."""
        return self.columns["verdict"] in DISPATCHABLE


def accept(civic: Civic, judge: Judge) -> Accepted:
    """The address in its standard form with its verdict. Raises `AddressError` for one that must not enter."""
    verdict = judge.check(civic)
    if not judge.believes(verdict):
        doubt = Reason("sample_data", "only sample data knows this address, which confirms nothing real")
        return Accepted(unchecked_columns(verdict.civic), (doubt,))
    if verdict.status in ACCEPTED:
        return Accepted(columns_of(verdict), verdict.warnings)
    if verdict.status == "refused" or judge.knows_addresses():
        raise AddressError(complaint(verdict), verdict)
    doubt = Reason("not_confirmed", complaint(verdict))
    return Accepted(unchecked_columns(verdict.civic), (doubt, *verdict.warnings))


def columns_of(verdict: Verdict) -> Columns:
    """What is kept of a verdict. The middle of a postal area is no place to send anybody, so it is no point of an
    address. Raises `AddressError` for an element longer than a column."""
    columns = unchecked_columns(verdict.civic)
    columns |= {"verdict": verdict.status, "elements": dict(verdict.elements)}
    if verdict.dataset is not None:
        columns |= {"dataset": verdict.dataset.name, "dataset_version": verdict.dataset.version}
    if verdict.point is not None and verdict.accuracy in ("point", "range"):
        columns |= {"latitude": verdict.point[0], "longitude": verdict.point[1], "accuracy": verdict.accuracy}
    if verdict.status == "valid_corrected":
        columns["chosen"] = {"given": verdict.input, "chosen": verdict.civic.formatted()}
    return columns


def unchecked_columns(civic: Civic) -> Columns:
    """The columns of an address nobody has looked at. Raises `AddressError` for an element longer than a column."""
    columns: Columns = {column: getattr(civic, element) for element, column in ELEMENT_COLUMNS.items()}
    for column, longest in _LONGEST.items():
        if len(columns[column]) > longest:
            raise AddressError(f"{columns[column][:40]!r}… is longer than the {longest} characters kept; shorten it")
    nothing: Columns = {"dataset": "", "dataset_version": "", "elements": {}, "chosen": None}
    nowhere = {"latitude": None, "longitude": None, "accuracy": ""}
    return columns | {"verdict": Address.Verdict.UNCHECKED.value} | nothing | nowhere


def civic_of(address: Mapping[str, Any]) -> Civic:
    """The address of these column values, without any spot of a location in it."""
    return Civic.from_fields({element: address[column] for element, column in ELEMENT_COLUMNS.items()})


def settle(address: Address, columns: Columns, same_place: bool | None = None) -> None:
    """Bring an address to these columns: to all of them if it is another place, else only to what confirms it better.

    `same_place` where that is known; otherwise the elements tell. A place found again keeps the choice that was once
    made for it, and a point given by hand where no set has one.
    """
    now = address.values()
    if same_place is None:
        same_place = is_same_place(now, columns)
    kept: Columns = {}
    if same_place:
        if _confirms(columns) < max(_confirms(now), 1):
            return
        if now["verdict"] == "valid_corrected" and columns["verdict"] in DISPATCHABLE:
            kept = {"verdict": now["verdict"], "chosen": now["chosen"]}
        if columns["latitude"] is None:
            kept |= {name: now[name] for name in ("latitude", "longitude", "accuracy")}
    for name, value in (columns | kept).items():
        setattr(address, name, value)


def _confirms(columns: Columns) -> int:
    return _CONFIRMS.get(columns["verdict"], 0)


def is_same_place(one: Columns, other: Columns) -> bool:
    """Whether all civic elements are the same."""
    return all(one[column] == other[column] for column in ELEMENT_COLUMNS.values())


def complaint(verdict: Verdict) -> str:
    """Why an address is not accepted and which ones may be meant, in one line."""
    why = "; ".join(reason.text.rstrip(".") for reason in verdict.reasons) or f"the address is {verdict.status}"
    likely = [one.civic.formatted() for one in verdict.suggestions]
    if not likely:
        return f"{why}; correct it"
    told = " | ".join(likely[:SUGGESTIONS_TOLD])
    more = f" | and {len(likely) - SUGGESTIONS_TOLD} more" if len(likely) > SUGGESTIONS_TOLD else ""
    if verdict.status == "ambiguous":
        return f"{why}; write out the one that is meant: {told}{more}"
    return f"{why}; did you mean {told}{more}?"
