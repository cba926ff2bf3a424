"""How far a snapshot follows which database, kept in a small file beside it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Position:
    """`position` of the feed of the database `database_id`, true of a snapshot of `version` or later.

    `last_row` is `Feed.last_row(position)` as it was then: a database restored from a backup gives out the same
    numbers again for other rows. "" is of a version that did not write it.
    """

    database_id: str
    position: int
    version: int
    last_row: str = ""


class PositionFile:
    """Reads and replaces the file. It is written after the snapshot: repeating work is harmless, skipping it is not."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Position | None:
        """What was written last; None when there is nothing, or nothing that can be believed."""
        try:
            found = json.loads(self._path.read_text("utf-8"))
            last_row = str(found.get("last_row", ""))
            return Position(str(found["database_id"]), int(found["position"]), int(found["version"]), last_row)
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, position: Position) -> None:
        """Put the new position in the old one's place, whole. Raises `OSError`."""
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(position)), "utf-8")
        os.replace(draft, self._path)
