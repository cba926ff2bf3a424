"""The web server: granian with WSGI threads, which serve Django's pages two to five times faster than ASGI does."""

from typing import Final, Protocol

from granian.constants import Interfaces
from granian.server import Server

APPLICATION: Final = "callpoint.web.wsgi:application"
# So many may wait for a thread; more are told at once that the server is busy.
BACKLOG: Final = 256


class Listen(Protocol):
    """Where to listen, and how many requests are answered at a time."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def threads(self) -> int: ...


class WebConfig(Protocol):
    """What the web server must know."""

    @property
    def web(self) -> Listen: ...


def main(config: WebConfig) -> int:
    """Serve until SIGTERM or SIGINT; the exit status. Django must have been started for the data directory."""
    Server(
        APPLICATION,
        address=config.web.host,
        port=config.web.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=config.web.threads,
        backlog=BACKLOG,
        log_access=False,
        websockets=False,
        process_name="callpoint web",  # as `ps` shows the other processes
    ).serve()
    return 0
