"""Messages out of a stream: where one ends and the next begins is told by Content-Length alone (RFC 3261 §18.3)."""

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.fields import key_of, value_of
from callpoint.sip.parsing import MAX_BODY, MAX_HEAD, content_length, find_head_end

MAX_PINGS = 1_000
"""Keep-alives in one read beyond which a peer is only making work (a real one sends one in 30 s or so)."""


class StreamFramer:
    """Cuts the bytes of one connection into messages.

    `pings` counts double CRLF keep-alives since it was last set to 0; the owner answers each with one CRLF
    (RFC 5626 §3.5.1). After an error the stream has no known message border any more: the connection must be closed.
    """

    def __init__(self) -> None:
        self.pings = 0
        self._buffer = bytearray()
        self._searched = 0
        self._needed = 0

    @property
    def pending(self) -> int:
        """Bytes of an unfinished message held back: what a slow sender makes us keep."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that `data` completes, in order.

        RemoteProtocolError: 400 for a Content-Length that is missing its number or contradicts another, 413 and 513
        beyond the limits. A message without Content-Length has no body here (RFC 3261 §20.14 asks for it on streams).
        """
        self._buffer += data
        messages: list[bytes] = []
        while (message := self._next()) is not None:
            messages.append(message)
        return messages

    def _next(self) -> bytes | None:
        if not self._needed and not self._measure():
            return None
        if len(self._buffer) < self._needed:
            return None
        message = bytes(self._buffer[: self._needed])
        del self._buffer[: self._needed]
        self._needed = self._searched = 0
        return message

    def _measure(self) -> bool:
        """Find out how long the message in front is; False while its head is not complete."""
        if not self._searched:
            self._skip_keep_alives()
        # The blank line may straddle two reads, so the last three bytes are looked at again.
        head_end, body_start, _ = find_head_end(self._buffer, max(0, self._searched - 3))
        if head_end > MAX_HEAD or (head_end < 0 and len(self._buffer) > MAX_HEAD):
            raise RemoteProtocolError(513, "Message Too Large")
        if head_end < 0:
            self._searched = len(self._buffer)
            return False
        self._needed = body_start + _body_length(bytes(self._buffer[:head_end]))
        return True

    def _skip_keep_alives(self) -> None:
        blank = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
        if not blank:
            return
        self.pings += self._buffer.count(b"\r\n\r\n", 0, blank)
        # With nothing behind them, an odd CRLF may be the first half of the next keep-alive.
        keep = 0 if blank < len(self._buffer) else blank % 4
        del self._buffer[: blank - keep]
        if self.pings > MAX_PINGS:
            raise RemoteProtocolError(400, "Too Many Keep-Alives")


def _body_length(head: bytes) -> int:
    lengths: set[int] = set()
    for line in head.decode("utf-8", "surrogateescape").split("\n"):
        name, colon, _ = line.partition(":")
        if colon and name[:1] not in (" ", "\t") and key_of(name) == "content-length":
            lengths.add(content_length(value_of(line)))
    if len(lengths) > 1:
        raise RemoteProtocolError(400, "Several Content-Length")
    length = lengths.pop() if lengths else 0
    if length > MAX_BODY:
        raise RemoteProtocolError(413, "Request Entity Too Large")
    return length
