"""The data sets addresses are mapped and judged by: which there are, and the boundaries while they are needed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.datasets.catalogue import Catalogue
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.file import DatasetFile
from callpoint.directory.mapping.remapping import LoadedSets
from callpoint.directory.mapping.serving import Boundaries
from callpoint.snapshot.boundaries import LiveBoundaries


class DataSets:
    """Follows the directory of data sets. Not for use by several threads."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._catalogue = Catalogue(directory)
        self._known: LoadedSets | None = None
        self._boundaries: Boundaries | None = None
        self._news = True
        self._looked_at: datetime | None = None

    def changed(self) -> bool:
        """Whether sets were loaded, replaced or removed since `looked`."""
        return self._news or self._catalogue.changed()

    def planned_before(self, now: datetime) -> bool:
        """Whether a boundary came into effect or expired since `looked`."""
        if self._known is None or self._looked_at is None:
            return False
        return any(self._looked_at < instant <= now for instant in self._known.planned)

    def looked(self, now: datetime) -> None:
        """All addresses have been gone through by the sets in `names`, as of `now`."""
        self._news = False
        self._looked_at = now

    def names(self) -> LoadedSets:
        """Which sets there are now; reads the boundaries if that has changed.

        Raises DatasetError when one cannot be read: a broken file is no reason to take the PSAP from anybody.
        """
        if self._known is None or self._catalogue.changed():
            files = self._catalogue.files("psaps")
            addresses = [*self._catalogue.files("address-points"), *self._catalogue.files("roads")]
            for problem in self._catalogue.problems():
                raise problem
            planned = self._load()
            self._news = True
            self._known = LoadedSets(_named(files), _named(addresses), planned)
        return self._known

    def boundaries(self) -> Boundaries | None:
        """The boundaries of the sets in `names`, read again if they were let go; None when there are none."""
        known = self.names()
        if self._boundaries is None and known.boundaries:
            self._load()
        return self._boundaries

    def let_go(self) -> None:
        """Free the memory boundaries take, until they are asked for again."""
        self._boundaries = None

    def _load(self) -> list[datetime]:
        """Read the boundaries; the instants at which one comes into effect or expires, in order."""
        troubles: list[str] = []
        live = LiveBoundaries(
            self._directory, alarm=lambda name, text, cleared: None if cleared else troubles.append(text)
        )
        live.follow()
        for trouble in troubles:
            raise DatasetError(f"{trouble}.", "Load that set again.")
        loaded = live.loaded
        boundaries = loaded.index.boundaries if loaded is not None else ()
        self._boundaries = Boundaries(loaded.index.find, loaded.names) if loaded is not None and boundaries else None
        return sorted({instant for boundary in boundaries for instant in _instants(boundary)})


def _named(files: Iterable[DatasetFile]) -> list[list[str]]:
    return [[f"{file.meta.kind}/{file.meta.name}", file.meta.version] for file in files]


def _instants(boundary: ServiceBoundary) -> Iterable[datetime]:
    for text in (boundary.effective, boundary.expires):
        if text:
            instant = datetime.fromisoformat(text)
            yield instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
