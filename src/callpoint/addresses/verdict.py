"""What is known of an address, never better than it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from callpoint.i3.civic import Civic

Status = Literal["valid", "valid_corrected", "ambiguous", "area", "invalid", "refused"]
Accuracy = Literal["point", "range", "area"]
ElementState = Literal["valid", "invalid", "unchecked"]
LatLon = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the verdict is what it is: a stable code for programs, a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class DatasetRef:
    """Which data set said so. `sample` data is for trying out and never for real routing."""

    name: str
    version: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An address that exists and may be the one that was meant. `why` says how it differs from what was given."""

    civic: Civic
    why: str
    point: LatLon | None = None
    accuracy: Accuracy | None = None
    dataset: DatasetRef | None = None


@dataclass(frozen=True)
class Verdict:
    """The judgement of one address.

    - *valid*: an address point, or a road range, of a named data set confirms street and number.
    - *valid_corrected*: the same after a correction that was shown and accepted.
    - *ambiguous*: several places fit; `suggestions` lists them and a choice is demanded.
    - *area*: only postal code and place are confirmed; allowed, but nobody can be sent to a door.
    - *invalid*: a data set says there is no such address; `suggestions` are the likely right ones.
    - *refused*: never looked up: outside the US and Canada, a post office box, no country to be seen.

    `civic` is the standard form. `point` is (latitude, longitude), WGS 84 degrees, and None unless the status is
    valid, valid_corrected or area; with accuracy "area" it is the middle of a postal code and no place to send
    anybody. `elements` maps a civic element's name to valid, invalid or unchecked (RFC 5222 §8.4.2).
    """

    input: str
    status: Status
    civic: Civic
    point: LatLon | None = None
    accuracy: Accuracy | None = None
    elements: Mapping[str, ElementState] = field(default_factory=dict)
    suggestions: tuple[Suggestion, ...] = ()
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    dataset: DatasetRef | None = None

    @property
    def dispatchable(self) -> bool:
        """Whether somebody can be sent to a door."""
        return self.status in ("valid", "valid_corrected")

    def to_json(self, psap: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Plain JSON values, as `callpoint validate --json` prints them; `psap` is {"name", "uri"}."""
        return {
            "input": self.input,
            "status": self.status,
            "civic": self.civic.to_fields(),
            "formatted": self.civic.formatted(),
            "point": list(self.point) if self.point is not None else None,
            "accuracy": self.accuracy,
            "elements": dict(self.elements),
            "psap": dict(psap) if psap is not None else None,
            "suggestions": [_suggestion(one) for one in self.suggestions],
            "reasons": [_reason(one) for one in self.reasons],
            "warnings": [_reason(one) for one in self.warnings],
            "dataset": _dataset(self.dataset),
        }


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "formatted": one.civic.formatted(),
        "civic": one.civic.to_fields(),
        "why": one.why,
        "point": list(one.point) if one.point is not None else None,
        "accuracy": one.accuracy,
        "dataset": _dataset(one.dataset),
    }


def _reason(one: Reason) -> dict[str, str]:
    return {"code": one.code, "text": one.text}


def _dataset(dataset: DatasetRef | None) -> dict[str, Any] | None:
    if dataset is None:
        return None
    return {"name": dataset.name, "version": dataset.version} | ({"sample": True} if dataset.sample else {})
