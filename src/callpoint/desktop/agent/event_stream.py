"""Server-Sent Events, read as they come: bytes in, events out. No socket and no clock (WHATWG HTML §9.2.6)."""

from dataclasses import dataclass, field
from typing import Final

LARGEST_EVENT: Final = 1_000_000  # characters; an alert takes some thousand, more is a server gone wrong


class EventTooLargeError(ValueError):
    """The server sends one event without end: the connection is to be given up."""


@dataclass(frozen=True)
class ServerEvent:
    """`id` is the last one the stream has named so far, also with an earlier event; `name` "message" if it has none."""

    name: str
    data: str
    id: str


@dataclass
class EventReader:
    """Reads one connection. `retry` is the pause in seconds the server asks for before the next one, if it did.

    `last_id` is what the next connection is to name as Last-Event-ID.
    """

    last_id: str = ""
    retry: float | None = None
    _rest: bytes = b""
    _id: str | None = None
    _name: str = ""
    _data: list[str] = field(default_factory=list)
    _size: int = 0

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """The events that `chunk` completes. Raises EventTooLargeError."""
        events = []
        lines, self._rest = _whole_lines(self._rest + chunk)
        if len(self._rest) > LARGEST_EVENT:
            raise EventTooLargeError(f"a line of more than {LARGEST_EVENT} bytes")
        for line in lines:
            event = self._line(line.decode("utf-8", "replace").removeprefix("\ufeff"))
            if event is not None:
                events.append(event)
        return events

    def _line(self, line: str) -> ServerEvent | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._size += len(value)
            if self._size > LARGEST_EVENT:
                raise EventTooLargeError(f"an event of more than {LARGEST_EVENT} characters")
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry = int(value) / 1000
        return None

    def _dispatch(self) -> ServerEvent | None:
        # Not before its blank line: an event cut off in the middle must come again on the next connection.
        if self._id is not None:
            self.last_id = self._id
        event = ServerEvent(self._name or "message", "\n".join(self._data), self.last_id) if self._data else None
        self._name, self._data, self._size = "", [], 0
        return event


def _whole_lines(content: bytes) -> tuple[list[bytes], bytes]:
    """The lines that have ended, and the rest. A CR at the very end waits: an LF may follow it."""
    if not content.endswith(b"\r"):
        normal = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = normal.split(b"\n")
        return lines, rest
    *lines, rest = content[:-1].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return lines, rest + b"\r"
