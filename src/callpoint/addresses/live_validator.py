"""A validator that follows the data sets of a directory: what is loaded now is what addresses are judged by."""

import threading
from pathlib import Path
from time import monotonic
from typing import Final

from callpoint.addresses.postal import tables
from callpoint.addresses.reference import ReferenceSet
from callpoint.addresses.validator import Validator
from callpoint.addresses.verdict import Suggestion, Verdict
from callpoint.datasets.catalogue import Catalogue
from callpoint.datasets.kinds import Kind
from callpoint.i3.civic import Civic

# Looking costs some tens of microseconds, as much as a look-up; a data set just loaded may wait this long.
LOOK_SECONDS: Final = 1.0

_KINDS: Final[tuple[Kind, ...]] = ("address-points", "roads")


class LiveValidator:
    """`Validator` over whatever lies below `datasets_dir`, which need not exist. Safe to share between threads.

    A check that has begun ends with the sets it began with. Sets are asked in the order of their names.
    """

    def __init__(self, datasets_dir: Path, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._catalogue = Catalogue(datasets_dir)
        self._look_seconds = look_seconds
        self._lock = threading.Lock()
        self._sets: tuple[ReferenceSet, ...] = ()
        self._validator = self._opened()
        self._next_look = monotonic() + look_seconds

    def check(self, address: str | Civic, *, accepted: Civic | Suggestion | None = None) -> Verdict:
        """As `Validator.check`, by the sets of this moment.

        Raises DatasetError when a set turns out damaged while it is read.
        """
        return self.current().check(address, accepted=accepted)

    def current(self) -> Validator:
        """The validator over the sets of this moment: for many checks that are to be judged alike."""
        now = monotonic()
        if now >= self._next_look:
            with self._lock:
                if now >= self._next_look:
                    self._next_look = now + self._look_seconds
                    if self._catalogue.changed():
                        self._validator = self._opened()
        return self._validator

    def knows_addresses(self) -> bool:
        """Whether any set is loaded that could confirm or deny a house."""
        return bool(self.sets())

    def sets(self) -> tuple[ReferenceSet, ...]:
        """The sets of this moment, address points before roads."""
        self.current()
        return self._sets

    def problems(self) -> tuple[str, ...]:
        """Data sets that are left out, and why, in words."""
        return tuple(str(problem) for problem in self._catalogue.problems())

    def _opened(self) -> Validator:
        self._sets = tuple(ReferenceSet(file) for kind in _KINDS for file in self._catalogue.files(kind))
        return Validator(self._sets, tables())


def open_validator(datasets_dir: Path) -> LiveValidator:
    """The validator of an installation; `datasets_dir` is `datasets/` in its data directory."""
    return LiveValidator(datasets_dir)
