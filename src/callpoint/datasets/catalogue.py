"""Which data sets there are, and whether that has changed."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

from callpoint.datasets.errors import DatasetError
from callpoint.datasets.file import DatasetFile, Identity
from callpoint.datasets.kinds import KINDS, Kind

Listing = dict[Path, Identity]


class Catalogue:
    """The data sets below `directory`, which need not exist yet. Safe to share between threads.

    Files are opened when first asked for and stay open while they are what lies at their name. A file that cannot be
    read is left out and told by `problems`; the others are not held up by it.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock = threading.Lock()
        self._open: dict[Path, DatasetFile] = {}
        self._problems: dict[Path, tuple[Identity, DatasetError]] = {}
        self._seen: dict[Kind, Listing] = {}

    def files(self, kind: Kind) -> tuple[DatasetFile, ...]:
        """Every readable data set of a kind, by name."""
        with self._lock:
            listing = dict(_listing(self.directory / kind))
            self._seen[kind] = listing
            for path in [path for path in self._open if path.parent.name == kind and path not in listing]:
                del self._open[path]
            for path in [path for path in self._problems if path.parent.name == kind and path not in listing]:
                del self._problems[path]
            found = (self._at(path, identity) for path, identity in sorted(listing.items()))
            return tuple(file for file in found if file is not None)

    def changed(self) -> bool:
        """Whether a set was loaded, replaced or removed since `files` was last asked. Looks at names and times alone.

        Only kinds that were asked for count: a routing process need not wake for address points.
        """
        with self._lock:
            return any(dict(_listing(self.directory / kind)) != seen for kind, seen in self._seen.items())

    def problems(self) -> tuple[DatasetError, ...]:
        """Why files are left out, of the kinds asked for."""
        with self._lock:
            return tuple(error for _, (_, error) in sorted(self._problems.items()))

    def all_files(self) -> tuple[DatasetFile, ...]:
        """Every readable data set, by kind and name."""
        return tuple(file for kind in KINDS for file in self.files(kind))

    def _at(self, path: Path, identity: Identity) -> DatasetFile | None:
        file = self._open.get(path)
        if file is not None and file.identity == identity:
            return file
        known = self._problems.get(path)
        if known is not None and known[0] == identity:
            return None
        try:
            self._open[path] = DatasetFile(path)
        except DatasetError as error:
            self._open.pop(path, None)
            self._problems[path] = (identity, error)
            return None
        self._problems.pop(path, None)
        return self._open[path]


def _listing(directory: Path) -> Iterator[tuple[Path, Identity]]:
    try:
        entries = list(os.scandir(directory))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.name.endswith(".sqlite"):
            try:
                found = entry.stat()
            except FileNotFoundError:  # removed while we looked
                continue
            yield Path(entry.path), (found.st_ino, found.st_size, found.st_mtime_ns)
