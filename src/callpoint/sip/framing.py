"""Messages out of a stream: where one ends and the next begins is told by Content-Length alone (RFC 3261 §18.3)."""

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.fields import value_of
from callpoint.sip.parsing import MAX_BODY, MAX_FIELDS, MAX_HEAD, content_length, cut_fields, find_head_end

MAX_PINGS = 1_000
"""Keep-alives in one read beyond which a peer is only making work (a real one sends one in 30 s or so)."""


class StreamFramer:
    """Cuts the bytes of one connection into messages.

    `pings` counts double CRLF keep-alives since it was last set to 0; the owner answers each with one CRLF
    (RFC 5626 §3.5.1). Once the stream has no known message border any more `broken` says why, and the connection must
    be closed.
    """

    def __init__(self) -> None:
        self.pings = 0
        self.broken: RemoteProtocolError | None = None
        self._buffer = bytearray()
        self._searched = 0
        self._needed = 0

    @property
    def pending(self) -> int:
        """Bytes held back: an unfinished message, or what cannot be framed. Nothing more is kept of a broken stream."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that `data` completes, in order.

        RemoteProtocolError: 400 for a Content-Length that is no number or contradicts another, 413 and 513 beyond the
        limits. Messages complete before the trouble are given out first; the error is then raised by the next call.
        A message without Content-Length has no body here (RFC 3261 §20.14 asks for it on streams).
        """
        messages: list[bytes] = []
        if self.broken is None:
            self._buffer += data
            try:
                while (message := self._next()) is not None:
                    messages.append(message)
            except RemoteProtocolError as error:
                self.broken = error
        if self.broken is not None and not messages:
            raise self.broken
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
        if not self._searched and not self._skip_keep_alives():
            return False
        # The blank line may straddle two reads, so the last three bytes are looked at again.
        head_end, body_start, eol = find_head_end(self._buffer, max(0, self._searched - 3))
        if head_end > MAX_HEAD or (head_end < 0 and len(self._buffer) > MAX_HEAD):
            raise RemoteProtocolError(513, "Message Too Large")
        if head_end < 0:
            self._searched = len(self._buffer)
            return False
        self._needed = body_start + _body_length(bytes(self._buffer[:head_end]), eol)
        return True

    def _skip_keep_alives(self) -> bool:
        """Drop and count blank lines before a message; False when nothing else is there yet."""
        blank = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
        more = blank < len(self._buffer)
        if blank:
            self.pings += self._buffer.count(b"\r\n\r\n", 0, blank)
            # With nothing behind them, an odd CRLF may be the first half of the next keep-alive.
            del self._buffer[: blank if more else blank - blank % 4]
        if self.pings > MAX_PINGS:
            raise RemoteProtocolError(400, "Too Many Keep-Alives")
        return more


def _body_length(head: bytes, eol: str) -> int:
    lines = head.decode("utf-8", "surrogateescape").split(eol)
    if len(lines) > MAX_FIELDS:
        raise RemoteProtocolError(513, "Message Too Large")
    _, found = cut_fields(lines, eol, [])
    lengths = {content_length(value_of(line)) for line in found}
    if len(lengths) > 1:
        raise RemoteProtocolError(400, "Several Content-Length")
    length = lengths.pop() if lengths else 0
    if length > MAX_BODY:
        raise RemoteProtocolError(413, "Request Entity Too Large")
    return length
