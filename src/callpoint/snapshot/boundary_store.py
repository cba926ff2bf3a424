"""Boundaries made ready once, for every process: their arrays as files that can be mapped into memory.

Ten million corners are 170 MB. The process that reads the data sets first writes what it made of them into a folder
named for exactly those sets; the others map it, so that the system keeps one copy. A folder appears under its name
whole or not at all, and a mapped one may be removed: its pages live on until nobody uses them.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.datasets.meta import DatasetMeta
from callpoint.routing.rings import CORNERS_A_RUN, RingArrays

# Raised when the arrays mean something else than before.
FORM: Final = 1
# Who has not finished writing after that long has died over it.
ABANDONED_SECONDS: Final = 3600.0
_AT_ONCE: Final = 1 << 17
_BOUNDARIES: Final = "boundaries.json"

Contents = tuple[tuple[ServiceBoundary, ...], RingArrays]


class BoundaryStore:
    """Below `folder`, which is made when something is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, key: str, *, mapped: bool) -> Contents | None:
        """What was kept under the key, or None. Unless `mapped`, in memory of this process's own."""
        place = self._folder / key
        try:
            rows = json.loads((place / _BOUNDARIES).read_text(encoding="utf-8"))
            names = RingArrays.__dataclass_fields__
            parts = {name: _load(place / f"{name}.npy", mapped) for name in names}
            return tuple(ServiceBoundary(**row) for row in rows), RingArrays.of_parts(parts)
        except (OSError, ValueError, TypeError, KeyError):  # absent, being removed, or damaged: it is made anew
            return None

    def keep(self, key: str, boundaries: Sequence[ServiceBoundary], arrays: RingArrays) -> None:
        """Puts it there and removes what was kept under other keys. Does nothing where nothing can be written: then
        each process has a copy of its own, and calls go on."""
        place, part = self._folder / key, self._folder / f"{key}.{os.getpid()}.part"
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.rmtree(place, ignore_errors=True)  # one that could not be opened
            part.mkdir(mode=0o700)
            try:
                _write(part, boundaries, arrays)
                part.rename(place)
            finally:
                shutil.rmtree(part, ignore_errors=True)
            self._remove_others(key)

    def _remove_others(self, key: str) -> None:
        for other in self._folder.iterdir():
            in_work = other.suffix == ".part" and time.time() - other.stat().st_mtime < ABANDONED_SECONDS
            if other.name != key and not in_work:
                shutil.rmtree(other, ignore_errors=True)


def key_of(metas: Sequence[DatasetMeta]) -> str:
    """A name for exactly these sets in this order, read by this version."""
    told = [FORM, CORNERS_A_RUN, *[(meta.name, meta.version, meta.sha256, meta.loaded_at) for meta in metas]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def _load(path: Path, mapped: bool) -> NDArray[Any]:
    """As a plain array, because those of class memmap take twice as long for every small look."""
    there: NDArray[Any] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    if mapped:
        return there
    own = np.empty_like(there)
    for begin in range(0, len(there), _AT_ONCE):  # in one go, a call being set up would wait 40 ms for its turn
        own[begin : begin + _AT_ONCE] = there[begin : begin + _AT_ONCE]
    return own


def _write(folder: Path, boundaries: Sequence[ServiceBoundary], arrays: RingArrays) -> None:
    text = json.dumps([asdict(boundary) for boundary in boundaries], ensure_ascii=False)
    (folder / _BOUNDARIES).write_text(text, encoding="utf-8")
    for name, part in arrays.parts().items():
        np.save(folder / f"{name}.npy", part, allow_pickle=False)
    for written in [*folder.iterdir(), folder]:
        descriptor = os.open(written, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
