"""Thousands of connections: what the operating system has to allow, and when it is to give a dead one up."""

import contextlib
import logging
import resource
import socket
from typing import Final

logger = logging.getLogger(__name__)

# Ten thousand screens that come back before their old connections are known to be dead, twice over.
ENOUGH_FILES: Final = 65_536
# A peer that acknowledges or takes nothing for so long is gone: its buffers are given back.
DEAD_AFTER_MILLISECONDS: Final = 30_000
_OPTIONS: Final = (
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 20),
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 10),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 3),
    (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", DEAD_AFTER_MILLISECONDS),
)


def ready_for_many(listening: socket.socket) -> int:
    """Sets up a listening socket, whose options its connections inherit, and the process; returns how many files it
    may have open. An option this system does not have is left out; the others do without."""
    for level, name, value in _OPTIONS:
        with contextlib.suppress(OSError, AttributeError):
            listening.setsockopt(level, getattr(socket, name), value)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(ENOUGH_FILES, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError) as error:
        logger.warning("at most %d screens can be served: the limit of open files cannot be raised (%s)", soft, error)
        return soft
    return wanted
