"""Addresses judged for people: the verdict by the loaded data, and who would answer a call from there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol, Self

from callpoint.addresses.live_validator import open_validator
from callpoint.addresses.remote.second_opinion import SecondOpinion
from callpoint.addresses.verdict import Suggestion, Verdict
from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Point, Shape
from callpoint.routing.records import Psap
from callpoint.snapshot.boundaries import BoundariesOnDemand
from callpoint.snapshot.store import Snapshot

# Below the data directory.
DATASETS: Final = "datasets"
SNAPSHOT: Final = Path("node") / "snapshot.db"

# Of these something is known that a call could be routed by.
_LOCATED: Final = ("valid", "valid_corrected", "area")


class Checker(Protocol):
    """`addresses.live_validator.LiveValidator`."""

    def check(self, address: str | Civic, *, accepted: Civic | Suggestion | None = None) -> Verdict: ...
    def knows_addresses(self) -> bool: ...
    def problems(self) -> tuple[str, ...]: ...


class Routes(Protocol):
    """`snapshot.store.Snapshot` with boundaries."""

    def psap_for(self, civic: Civic | None, shape: Shape | None) -> Psap | None: ...
    def close(self) -> None: ...


class AddressDesk:
    """Answers for one installation. Safe to share between threads, as its parts are."""

    def __init__(self, checker: Checker, routes: Routes, opinion: SecondOpinion | None = None) -> None:
        self._checker = checker
        self._routes = routes
        self._opinion = opinion

    @classmethod
    def open(cls, data: Path, opinion: SecondOpinion | None = None) -> Self:
        """Over the data directory, of which nothing but what is there is used: no data set, no snapshot will do."""
        datasets = data / DATASETS
        snapshot = Snapshot(data / SNAPSHOT, boundaries=BoundariesOnDemand(datasets, _silent), alarm=_silent)
        return cls(open_validator(datasets), snapshot, opinion)

    def problems(self) -> tuple[str, ...]:
        """Data sets that cannot be read, in words."""
        return self._checker.problems()

    def knows_addresses(self) -> bool:
        """Whether any set is loaded that could confirm or deny a house."""
        return self._checker.knows_addresses()

    def verdict(self, address: str | Civic, accepted: Civic | Suggestion | None = None) -> Verdict:
        """The verdict; `accepted` is a suggestion of an earlier one on the same address."""
        verdict = self._checker.check(address, accepted=accepted)
        return self._opinion.on(verdict) if self._opinion is not None else verdict

    def psap(self, verdict: Verdict) -> Psap | None:
        """The PSAP a call from there would go to, None when nobody knows."""
        if verdict.status not in _LOCATED:
            return None
        shape = Point(*verdict.point) if verdict.point is not None else None
        return self._routes.psap_for(verdict.civic, shape)

    def document(self, verdict: Verdict) -> dict[str, Any]:
        """Verdict and PSAP as plain JSON values."""
        psap = self.psap(verdict)
        return verdict.to_json(_named(psap) if psap is not None else None)

    def close(self) -> None:
        """Lets go of the snapshot."""
        self._routes.close()


def _named(psap: Psap) -> Mapping[str, str]:
    return {"name": psap.name, "uri": psap.targets[0].uri if psap.targets else ""}


def _silent(name: str, text: str, cleared: bool) -> None:
    """A snapshot that is not there is no trouble here: then only the boundaries are asked."""
