"""The web server: granian with WSGI threads, which serve Django's pages two to five times faster than ASGI does."""

import os
import resource
from typing import Final, Protocol

from granian.constants import Interfaces
from granian.server import Server

APPLICATION: Final = "callpoint.web.wsgi:application"
# How the application learns on how many threads pages are made; the name of the setting in the environment.
THREADS: Final = "CALLPOINT_WEB_THREADS"
# Requests whose bodies may be on their way at the same time (`turns`). Threads are made when they are needed.
MOST_COMING: Final = 256
# So many the system keeps for us until we take them.
BACKLOG: Final = 1024
# So many connections are kept. Beyond them granian takes no new one, and it never ends one on which nobody asks: with
# as few as its own choice (the backlog), idle browsers and strangers shut everybody else out.
MOST_CONNECTIONS: Final = 4096
_OTHER_FILES: Final = 256  # data sets, the database, logs


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
    os.environ[THREADS] = str(config.web.threads)
    Server(
        APPLICATION,
        address=config.web.host,
        port=config.web.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=MOST_COMING,
        backlog=BACKLOG,
        backpressure=connections(resource.getrlimit(resource.RLIMIT_NOFILE)[0]),
        log_access=False,
        websockets=False,
        process_name="callpoint web",  # as `ps` shows the other processes
    ).serve()
    return 0


def connections(files: int) -> int:
    """How many connections to keep where `files` may be open (RLIM_INFINITY is negative)."""
    return MOST_CONNECTIONS if files < 0 else min(MOST_CONNECTIONS, max(files - _OTHER_FILES, files // 2))
