"""How far a snapshot follows which database, kept in a small file beside it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Position:
    """`position` of the feed of the database `database_id`, true of a snapshot of `version` or later."""

    database_id: str
    position: int
    version: int


class PositionFile:
    """Reads and replaces the file. It is written after the snapshot: repeating work is harmless, skipping it is not."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Position | None:
        """What was written last; None when there is nothing, or nothing that can be believed."""
        try:
            found = json.loads(self._path.read_text("utf-8"))
            return Position(str(found["database_id"]), int(found["position"]), int(found["version"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def write(self, position: Position) -> None:
        """Put the new position in the old one's place, whole. Raises `OSError`."""
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(position)), "utf-8")
        os.replace(draft, self._path)
