"""Records one call, sealed, beside the mixer: the tick only appends bytes; a thread of its own writes them.

Whatever goes wrong (no key, a full disk, a disk that hangs) ends the recording and is told once; the call goes on.
"""

import asyncio
import hashlib
import logging
import os
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import Full, Queue
from typing import Any, Final

import numpy as np

from callpoint.media.recording_key import FOLDER_NAME, RecordingKeyError, recording_key
from callpoint.media.sealed_recording import SUFFIX, SealedWriter
from callpoint.speech import mu_law
from callpoint.speech.mu_law import Pcm

logger = logging.getLogger(__name__)

PIECE_SECONDS: Final = 2.0
"""What a power failure costs at most."""
MOST_WAITING: Final = 30
"""Pieces that wait for the disk, a minute; a disk that hangs longer is one that has failed."""
FINISH_SECONDS: Final = 5.0
TIME_FORMAT: Final = "%Y%m%dT%H%M%SZ"
_SAFE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True)
class RecordingOf:
    """What is recorded, and when it begins (UTC)."""

    call_id: str
    organization: str
    began: datetime
    more: dict[str, Any] = field(default_factory=dict)

    def new_path(self, data_dir: Path) -> Path:
        """Tells whose and when, and nothing of a person; the call's number is sealed inside."""
        name = f"{self.began.strftime(TIME_FORMAT)}-{secrets.token_hex(6)}{SUFFIX}"
        return data_dir / FOLDER_NAME / folder_of(self.organization) / name


class Recorder:
    """`write` is called each tick. `on_failed(why)` comes on the event loop, at most once."""

    def __init__(self, data_dir: Path, what: RecordingOf, on_failed: Callable[[str], None]) -> None:
        """Touches no disk."""
        self.path = what.new_path(data_dir)
        self.failed = False
        self._data_dir = data_dir
        self._what = what
        self._on_failed = on_failed
        self._loop = asyncio.get_running_loop()
        self._left: list[Pcm] = []
        self._right: list[Pcm] = []
        self._samples = 0
        self._pieces: Queue[tuple[bytes, bytes] | None] = Queue(MOST_WAITING)
        self._done = asyncio.Event()
        threading.Thread(target=self._work, name="recorder", daemon=True).start()

    @property
    def name(self) -> str:
        """How others name the recording: folder and file."""
        return f"{self.path.parent.name}/{self.path.name}"

    def write(self, left: Pcm, right: Pcm) -> None:
        """Sound of this tick, equally long; never waits and raises nothing."""
        if self.failed:
            return
        self._left.append(left)
        self._right.append(right)
        self._samples += len(left)
        if self._samples >= PIECE_SECONDS * mu_law.SAMPLE_RATE:
            self._hand_over()

    async def finish(self) -> None:
        """Writes what is left and closes the file; gives up on a disk that hangs."""
        if not self.failed:
            if self._samples:
                self._hand_over()
            self._put(None)
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                await self._done.wait()
        except TimeoutError:
            self._fail("the disk does not take the end of the recording")

    def _hand_over(self) -> None:
        left, right = (mu_law.encode(np.concatenate(frames)) for frames in (self._left, self._right))
        self._left, self._right, self._samples = [], [], 0
        self._put((left, right))

    def _put(self, piece: tuple[bytes, bytes] | None) -> None:
        try:
            self._pieces.put_nowait(piece)
        except Full:
            self._fail("the disk does not keep up")

    def _fail(self, why: str) -> None:
        if self.failed:
            return
        self.failed = True
        self._left, self._right = [], []
        logger.error("the recording %s has ended: %s", self.name, why)
        self._on_failed(why)

    # --- the writing thread

    def _work(self) -> None:
        try:
            self._write_file()
        except RecordingKeyError as error:
            self._tell(str(error))
        except OSError as error:
            self._tell(error.strerror or str(error))
        except Exception as error:
            logger.exception("recording %s", self.name)
            self._tell(f"fault: {error!r}")
        finally:
            self._on_loop(self._done.set)

    def _write_file(self) -> None:
        key = recording_key(self._data_dir)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        what = self._what
        particulars = {"call_id": what.call_id, "organization": what.organization, "began": what.began.isoformat()}
        with open(self.path, "xb", opener=_private) as file:
            writer = SealedWriter(file, key, particulars | what.more)
            while (piece := self._pieces.get()) is not None:
                if self.failed:
                    return
                writer.write(*piece)
            writer.finish()

    def _tell(self, why: str) -> None:
        self._on_loop(lambda: self._fail(why))

    def _on_loop(self, what: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(what)
        except RuntimeError:
            logger.info("the process is ending, and %s with it", self.name)


def folder_of(organization: str) -> str:
    """The folder of an organization's recordings: its slug, where that is safe as a name of a folder."""
    if _SAFE_NAME.fullmatch(organization):
        return organization
    return hashlib.sha256(organization.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
