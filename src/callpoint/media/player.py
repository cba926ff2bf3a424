"""What is to be played next: a queue of sound that can grow, or be cleared, while it plays."""

from collections import deque

from callpoint.speech.mu_law import BYTES_PER_SECOND, SILENCE


class Player:
    """Cuts queued mu-law into frames. Segments follow each other without a gap inside a frame."""

    def __init__(self) -> None:
        self._segments: deque[bytes] = deque()
        self._offset = 0

    @property
    def remaining(self) -> float:
        """Seconds still to be played."""
        return (sum(map(len, self._segments)) - self._offset) / BYTES_PER_SECOND

    @property
    def empty(self) -> bool:
        """Whether `frame` would give silence only."""
        return not self._segments

    def add(self, mu_law: bytes) -> None:
        """Play that after everything queued."""
        if mu_law:
            self._segments.append(mu_law)

    def clear(self) -> None:
        """Forget everything not yet played."""
        self._segments.clear()
        self._offset = 0

    def frame(self, size: int) -> bytes:
        """The next `size` bytes, filled up with silence where the queue ends."""
        pieces: list[bytes] = []
        missing = size
        while missing and self._segments:
            piece = self._segments[0][self._offset : self._offset + missing]
            pieces.append(piece)
            missing -= len(piece)
            self._offset += len(piece)
            if self._offset == len(self._segments[0]):
                self._segments.popleft()
                self._offset = 0
        return b"".join(pieces) + bytes([SILENCE]) * missing
