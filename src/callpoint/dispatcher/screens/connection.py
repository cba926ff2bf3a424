"""One open stream: what is still to be sent to it, bounded.

A reader too slow for its bound is not waited for: what it was to get is let go of, and it is told to come again with
the number of the last event it has seen.
"""

import asyncio
from collections import deque
from typing import Final

from callpoint.dispatcher.screens.viewer import Audience, Viewer

# Some hundred alerts' worth; a screen that is behind by more is faster served with the state of now.
MAX_WAITING_BYTES: Final = 512 * 1024

END_TOO_SLOW: Final = "too_slow"
END_REVOKED: Final = "revoked"
END_CHANGED: Final = "changed"  # it is to see something else now: let it come again without a number
END_REPLACED: Final = "replaced"
END_CLOSING: Final = "closing"
END_GONE: Final = "gone"


class Connection:
    """Belongs to one event loop. Once `ended` says why, nothing more is taken."""

    def __init__(self, number: int, viewer: Viewer, audience: Audience, max_bytes: int = MAX_WAITING_BYTES) -> None:
        self.number = number
        self.viewer = viewer
        self.audience = audience
        self.ended = ""
        self._max_bytes = max_bytes
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._something = asyncio.Event()

    def push(self, chunk: bytes) -> None:
        """To be sent as soon as the reader takes it. The same bytes may be pushed to many."""
        if self.ended or not chunk:
            return
        if self._size and self._size + len(chunk) > self._max_bytes:
            self._let_go()
            self.end(END_TOO_SLOW)
            return
        self._waiting.append(chunk)
        self._size += len(chunk)
        self._something.set()

    def end(self, why: str) -> None:
        """What was pushed before is still sent, unless the reader was too slow."""
        self.ended = self.ended or why
        self._something.set()

    async def take(self) -> bytes:
        """All that waits, as one piece; b"" when it has ended."""
        while not self._waiting and not self.ended:
            self._something.clear()
            await self._something.wait()
        chunk = b"".join(self._waiting)
        self._let_go()
        return chunk

    def _let_go(self) -> None:
        self._waiting.clear()
        self._size = 0
