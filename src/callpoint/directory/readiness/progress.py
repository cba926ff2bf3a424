"""How far readiness has been worked out, in a small file that pages read: `readiness.json` in the data directory."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

FILE_NAME: Final = "readiness.json"


@dataclass(frozen=True)
class Progress:
    """What a page of one organization tells.

    Every change committed before `known_at` is in the rows (None: nobody has ever looked). `of` people are being
    worked out again, `done` of them so far; both 0 when none are.
    """

    known_at: datetime | None = None
    done: int = 0
    of: int = 0


class ProgressFile:
    """Counts what is to be done and is done for each organization, and writes it down. For one thread."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE_NAME
        self._known_at: datetime | None = read(data, 0).known_at
        self._work: dict[int, list[int]] = {}

    def more(self, people: Mapping[int, int]) -> None:
        """That many people of these organizations (by primary key) are to be worked out."""
        for organization, count in people.items():
            self._work.setdefault(organization, [0, 0])[1] += count

    def did(self, people: Mapping[int, int]) -> None:
        """That many of them are."""
        for organization, count in people.items():
            work = self._work.get(organization)
            if work is not None:
                work[0] = min(work[0] + count, work[1])

    def complete(self, now: datetime) -> bool:
        """Everything committed before `now` is worked out. Whether that is news."""
        is_news = bool(self._work) or self._known_at is None
        self._work.clear()
        self._known_at = now
        return is_news

    def write(self) -> None:
        """Put it in the old one's place, whole. Raises `OSError`."""
        known_at = self._known_at.isoformat() if self._known_at is not None else None
        told: dict[str, Any] = {"known_at": known_at, "organizations": self._work}
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(told), "utf-8")
        os.replace(draft, self._path)


def read(data: Path, organization: int) -> Progress:
    """What the worker wrote last; nothing known when there is no file, or none that can be believed."""
    try:
        told = json.loads((data / FILE_NAME).read_text("utf-8"))
        done, of = told["organizations"].get(str(organization), (0, 0))
        known_at = told["known_at"]
        return Progress(datetime.fromisoformat(known_at) if known_at else None, int(done), int(of))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Progress()
