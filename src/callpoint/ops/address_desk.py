"""Addresses judged for an operator: the verdict by the loaded data, and who would answer there."""

import json
from pathlib import Path
from typing import Any

from callpoint.addresses.live_validator import open_validator
from callpoint.addresses.verdict import Reason, Verdict
from callpoint.datasets.errors import DatasetError
from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Point
from callpoint.ops.errors import OperatorError
from callpoint.routing.records import Psap
from callpoint.snapshot.boundaries import BoundariesOnDemand
from callpoint.snapshot.store import Snapshot

DATASETS = "datasets"
SNAPSHOT = Path("node") / "snapshot.db"

# Of these something is known that a call could be routed by.
_LOCATED = ("valid", "valid_corrected", "area")


class AddressDesk:
    """Over the data directory `data`, of which nothing but what is there is used: no data set, no snapshot will do."""

    def __init__(self, data: Path) -> None:
        datasets = data / DATASETS
        self._validator = open_validator(datasets)
        self._snapshot = Snapshot(data / SNAPSHOT, boundaries=BoundariesOnDemand(datasets, _silent), alarm=_silent)

    def problems(self) -> tuple[str, ...]:
        """Data sets that cannot be read, in words."""
        return self._validator.problems()

    def verdict(self, address: str, accept: int = 0) -> Verdict:
        """The verdict; with `accept` that after suggestion number `accept` (from 1) was chosen.

        OperatorError when there is no such suggestion, or a data set is damaged.
        """
        try:
            return self._verdict(address, accept)
        except DatasetError as error:
            raise OperatorError(error.sentence, error.remedy) from error

    def _verdict(self, address: str, accept: int) -> Verdict:
        verdict = self._validator.check(address)
        if not accept:
            return verdict
        if not 0 < accept <= len(verdict.suggestions):
            known = f"There are {len(verdict.suggestions)}" if verdict.suggestions else "There is none"
            raise OperatorError(f"There is no suggestion {accept} for this address.", f"{known}.", exit_code=2)
        return self._validator.check(address, accepted=verdict.suggestions[accept - 1].civic)

    def psap(self, verdict: Verdict) -> dict[str, str] | None:
        """Name and URI of the PSAP a call from there would go to, None when nobody knows."""
        if verdict.status not in _LOCATED:
            return None
        shape = Point(*verdict.point) if verdict.point is not None else None
        psap = self._snapshot.psap_for(verdict.civic, shape)
        return {"name": psap.name, "uri": _uri(psap)} if psap is not None else None

    def document(self, address: str, accept: int = 0) -> dict[str, Any]:
        """Verdict and PSAP as plain JSON values."""
        verdict = self.verdict(address, accept)
        return verdict.to_json(self.psap(verdict))

    def line(self, address: str) -> str:
        """The document on one line of JSON. Whatever one address breaks, the next is judged."""
        try:
            return _dumped(self.document(address))
        except Exception as error:  # noqa: BLE001 - a file of a million lines must not end at one of them
            text = f"This could not be judged: {type(error).__name__}: {error}"
            broken = Verdict(address, "refused", Civic(), reasons=(Reason("not_judged", text),))
            return _dumped(broken.to_json())

    def close(self) -> None:
        """Lets go of the snapshot."""
        self._snapshot.close()


def _dumped(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False)


def _uri(psap: Psap) -> str:
    return psap.targets[0].uri if psap.targets else ""


def _silent(name: str, text: str, cleared: bool) -> None:
    """A snapshot that is not there is no trouble here: then only the boundaries are asked."""
