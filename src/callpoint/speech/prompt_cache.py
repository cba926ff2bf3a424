"""Rendered speech on disk: one file of mu-law per engine, voice, speed and text."""

import contextlib
import hashlib
import json
import logging
import os
import tempfile
import threading
import time
from pathlib import Path

from callpoint.speech.engine import TtsEngine

logger = logging.getLogger(__name__)

# About ten thousand addresses with their digit-by-digit form (8 kB a second).
MAX_BYTES = 2 * 1024**3
# Eviction goes below the bound by this much, so that it is not needed again at the next file.
EVICT_TO = 0.9
# A file's time of use is written at most this often: a write for every read would cost more than the read.
TOUCH_AFTER = 3600.0
SUFFIX = ".ulaw"


def key(engine: TtsEngine, text: str) -> str:
    """The name of the sound: sha256 over engine, version, voice, speed and text, in hex."""
    identity = json.dumps([engine.name, engine.version, engine.voice, engine.speed, text], ensure_ascii=False)
    return hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()


class PromptCache:
    """Files in `directory`, shared by processes: written whole or not at all, the least recently used go first.

    A failing disk never stops a prompt: `put` tells it in the log and goes on.
    """

    def __init__(self, directory: Path, max_bytes: int = MAX_BYTES) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._size: int | None = None

    def get(self, name: str) -> bytes | None:
        """The sound of that key, or None. One file read."""
        path = self._path(name)
        try:
            audio = path.read_bytes()
        except OSError:
            return None
        if not audio:
            return None
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > TOUCH_AFTER:
                os.utime(path)
        return audio

    def put(self, name: str, audio: bytes) -> None:
        """Keep that sound. Another process may write the same at the same time: the bytes are equal."""
        path = self._path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(path, audio)
        except OSError as error:
            logger.warning("a prompt could not be kept in %s: %s", path.parent, error)
            return
        with self._lock:
            self._size = self._measure() if self._size is None else self._size + len(audio)
            if self._size > self._max_bytes:
                self._size = self._evict()

    def _path(self, name: str) -> Path:
        return self._directory / name[:2] / f"{name}{SUFFIX}"

    def _write(self, path: Path, audio: bytes) -> None:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(audio)
            os.replace(temporary, path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._directory.glob(f"*/*{SUFFIX}"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        return found

    def _measure(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _evict(self) -> int:
        """Remove the least recently used until EVICT_TO of the bound is left; gives the size then."""
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= self._max_bytes * EVICT_TO:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size
        return total
