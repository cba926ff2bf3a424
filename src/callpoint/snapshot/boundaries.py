"""The service boundaries a process routes by: read from the data sets, followed as they are replaced.

A nation takes seconds to read, so that happens in a thread of its own; whoever asks meanwhile gets the boundaries of
before, or the answer that they are still being read. They change as a whole or not at all: with a set that cannot be
read, those of before stay, and an alarm is told until all can be read again.
"""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from shapely.errors import ShapelyError

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.datasets.boundary_file import read
from callpoint.datasets.catalogue import Catalogue
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.file import DatasetFile
from callpoint.routing.boundaries import BoundaryIndex, in_force
from callpoint.routing.boundary_psaps import Names, psap_names, psap_of
from callpoint.routing.records import Target
from callpoint.routing.rings import RingArrays, build_rings
from callpoint.snapshot.alarms import AlarmCallback, Alarms, to_stderr
from callpoint.snapshot.boundary_store import BoundaryStore, Contents, key_of

KIND: Final = "psaps"
STORE: Final = "ready"  # the folder below the data sets
ALARM: Final = "boundaries_unreadable"
# Looking costs one listing of a folder; a set that was loaded is routed by within this time and that of reading it.
CHECK_SECONDS: Final = 2.0
# A set that could not be read may have met a passing trouble of the disk.
RETRY_SECONDS: Final = 300.0
CLOSE_SECONDS: Final = 1.0
# Larger sets are made ready by a process of their own: it takes the memory they were read into with it (as much again
# as the result), and no call of this process waits for its turn meanwhile.
MOST_BYTES_HERE: Final = 16_000_000
PREPARE_SECONDS: Final = 300.0
_MODULE: Final = "callpoint.snapshot.boundaries"  # __name__ is another one where this is started by itself
# Names of a region are kept ready for calls. Those of a nation are thousands that one look-up after another would not
# get through, most of which no call will ever need; such a call waits for its name, within the reroute time.
MOST_TARGETS: Final = 200


@dataclass(frozen=True)
class LoadedBoundaries:
    """An index ready to be asked, and how long it took to read and to warm it.

    `names` are `psap_names`. `targets` are what the PSAPs of boundaries are reached by, so that their host names are
    looked up ahead of calls; of more than MOST_TARGETS none.
    """

    index: BoundaryIndex
    names: Names
    targets: tuple[Target, ...] = ()
    read_seconds: float = 0.0
    warm_seconds: float = 0.0


Listener = Callable[[LoadedBoundaries], None]


def _nobody(loaded: LoadedBoundaries) -> None:
    """Nobody waits for them."""


def no_boundaries() -> LoadedBoundaries:
    """What an installation without boundaries routes by."""
    return LoadedBoundaries(BoundaryIndex((), ()), {})


class UnreadableSet(Exception):
    """One data set cannot be used; the text says which and why."""

    def __init__(self, file: DatasetFile, why: Exception) -> None:
        super().__init__(f"the boundaries {file.meta.name} cannot be used: {why}")
        self.file = file


class LiveBoundaries:
    """The boundaries below `directory` (that of all data sets). Asking never blocks, from whatever thread.

    With `mapped` the processes of a machine share one copy; without, this one has its own, which no fault of the
    disk can take from it: that is for the node. `loaded_anew` hears of every new index, in the reading thread.
    """

    def __init__(
        self,
        directory: Path,
        *,
        mapped: bool = True,
        alarm: AlarmCallback = to_stderr,
        loaded_anew: Listener = _nobody,
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        self._directory = directory
        self._catalogue = Catalogue(directory)
        self._store = BoundaryStore(directory / STORE)
        self._mapped = mapped
        self._alarms = Alarms(alarm)
        self._loaded_anew = loaded_anew
        self._check_seconds = check_seconds
        self._loaded = None if any((directory / KIND).glob("*.sqlite")) else no_boundaries()
        self._key = ""
        self._retry_at = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="boundaries", daemon=True)

    @property
    def loaded(self) -> LoadedBoundaries | None:
        """None while the first ones are being read."""
        return self._loaded

    @property
    def index(self) -> BoundaryIndex:
        """An empty one while the first ones are being read."""
        return self._loaded.index if self._loaded is not None else no_boundaries().index

    def start(self) -> None:
        """Read them now, and follow the data sets from now on, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Follow no longer; the index goes on answering. Reading that is under way is not waited for."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)

    def follow(self) -> bool:
        """One look: reads the data sets when they have changed. Whether there is a new index."""
        if self._retry_at > monotonic() and not self._catalogue.changed():
            return False
        began = monotonic()
        files = self._catalogue.files(KIND)
        problems = [str(problem) for problem in self._catalogue.problems()]
        fresh = None
        if not problems or not self._key:
            fresh, refused = self._read(list(files))
            problems += refused
        self._retry_at = monotonic() + RETRY_SECONDS if problems else float("inf")
        if problems:
            self._alarms.set(ALARM, "; ".join(problems))
        else:
            self._alarms.clear(ALARM, "all boundaries can be read")
        if fresh is None:
            return False
        self._swap(*fresh, monotonic() - began)
        return True

    def _run(self) -> None:
        while True:
            try:
                self.follow()
            except Exception as error:  # noqa: BLE001 - whatever it is, the boundaries of before go on answering
                self._alarms.set(ALARM, f"the boundaries cannot be read: {error!r}")
                self._retry_at = monotonic() + RETRY_SECONDS
            if self._stop.wait(self._check_seconds):
                return

    def _read(self, files: list[DatasetFile]) -> tuple[tuple[str, BoundaryIndex] | None, list[str]]:
        """The new index with its key, unless it is the one in use, and what is wrong.

        With a set that cannot be used there is none, but at the start: then whatever can be used is.
        """
        wrong: list[str] = []
        while True:
            key = key_of([file.meta for file in files])
            if key == self._key:
                return None, wrong
            try:
                return (key, self._index(key, files)), wrong
            except UnreadableSet as error:
                wrong.append(str(error))
                if self._key:
                    return None, wrong
                files = [file for file in files if file is not error.file]

    def _index(self, key: str, files: Sequence[DatasetFile]) -> BoundaryIndex:
        kept = self._store.open(key, mapped=self._mapped)
        if kept is None and sum(file.path.stat().st_size for file in files) > MOST_BYTES_HERE:
            prepare_elsewhere(self._directory)
            kept = self._store.open(key, mapped=self._mapped)
        return BoundaryIndex.of_arrays(*(kept or prepare(self._store, key, files)))

    def _swap(self, key: str, index: BoundaryIndex, read_seconds: float) -> None:
        began = monotonic()
        index.warm()
        names = psap_names(index.boundaries)
        loaded = LoadedBoundaries(index, names, _targets(index, names), read_seconds, monotonic() - began)
        self._key, self._loaded = key, loaded
        self._loaded_anew(loaded)


class BoundariesOnDemand:
    """For a command that decides one call and ends: read when first asked for, and then waited for."""

    def __init__(self, directory: Path, alarm: AlarmCallback = to_stderr) -> None:
        self._live = LiveBoundaries(directory, alarm=alarm)

    @property
    def loaded(self) -> LoadedBoundaries | None:
        if self._live.loaded is None:
            self._live.follow()
        return self._live.loaded


def prepare(store: BoundaryStore, key: str, files: Sequence[DatasetFile]) -> Contents:
    """Reads the sets and keeps what comes of them, where it can be kept. UnreadableSet for the first that is broken."""
    boundaries, arrays = _read_sets(files)
    if boundaries:
        store.keep(key, boundaries, arrays)
    return boundaries, arrays


def prepare_elsewhere(directory: Path) -> None:
    """`prepare` for all sets below `directory`, in a process of its own. When that fails, nothing is kept."""
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(
            [sys.executable, "-m", _MODULE, str(directory)],
            check=True,
            timeout=PREPARE_SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # whoever started it tries itself, and tells what is wrong
        )


def _read_sets(files: Sequence[DatasetFile]) -> tuple[tuple[ServiceBoundary, ...], RingArrays]:
    """UnreadableSet for the first one that cannot be used."""
    boundaries: list[ServiceBoundary] = []
    reading: list[DatasetFile] = []

    def areas() -> Iterator[bytes]:
        for file in files:
            reading.append(file)
            one = read(file)
            for boundary in one.boundaries:
                in_force(boundary)
            boundaries.extend(one.boundaries)
            yield from one.wkb

    try:
        arrays = build_rings(areas())
    except (DatasetError, ShapelyError, ValueError, TypeError) as error:
        raise UnreadableSet(reading[-1], error) from error
    return tuple(boundaries), arrays


def _targets(index: BoundaryIndex, names: Names) -> tuple[Target, ...]:
    psaps = [psap_of(boundary, names, {}) for boundary in index.boundaries if boundary.key in names]
    targets = tuple(dict.fromkeys(target for psap in psaps for target in psap.targets))
    return targets if len(targets) <= MOST_TARGETS else ()


def main(directory: Path) -> None:
    """`python -m callpoint.snapshot.boundaries DIRECTORY` makes all boundaries below it ready for other processes."""
    files = Catalogue(directory).files(KIND)
    prepare(BoundaryStore(directory / STORE), key_of([file.meta for file in files]), files)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
