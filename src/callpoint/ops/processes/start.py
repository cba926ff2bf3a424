"""What every process does first: take its name, write its log in one form, and say plainly why it cannot start."""

import atexit
import logging
import os
import queue
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import QueueHandler, QueueListener

from setproctitle import setproctitle

from callpoint.ops.errors import OperatorError

LOG_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
LINES_HELD = 10_000  # while nobody reads our log: some megabytes, and hours of an ordinary node
LAST_LINES_SECONDS = 1.0
STDERR = 2


class DroppingHandler(QueueHandler):
    """Hands lines to a thread that writes them, and never waits: a log nobody reads must not hold up a call.

    With the queue full a line is dropped and counted; the next one that finds room says how many were.
    """

    def __init__(self, lines: "queue.Queue[logging.LogRecord]") -> None:
        super().__init__(lines)
        self.dropped = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            if self.dropped:
                text = f"{self.dropped} lines of this log were dropped: nobody read it"
                told = logging.LogRecord("callpoint.log", logging.WARNING, "", 0, text, None, None)
                self.queue.put_nowait(told)
                self.dropped = 0
            self.queue.put_nowait(record)
        except queue.Full:
            self.dropped += 1


class StandardError(logging.Handler):
    """Writes to the descriptor itself: a thread stuck in `sys.stderr` would hold its lock, and the end of the process.

    Used by the listener's thread alone, so it needs no lock of its own either.
    """

    def createLock(self) -> None:  # noqa: N802 - named by logging
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        # The reader may be gone (a supervisor that was killed): then there is nobody to tell, and calls go on.
        with suppress(OSError):
            os.write(STDERR, (self.format(record) + "\n").encode("utf-8", "backslashreplace"))


def begin(name: str) -> None:
    """`name` as in `callpoint NAME`: the title `ps` shows. The log goes to standard error, from a thread of its own."""
    setproctitle(f"callpoint {name}")
    logging.getLogger().setLevel(logging.INFO)
    _listen()
    # Threads stay behind when a process divides, as the web server does: its pages would log to nobody.
    os.register_at_fork(after_in_child=_listen)


def _listen() -> None:
    """Have what is logged written from now on, by a thread of this very process."""
    lines: queue.Queue[logging.LogRecord] = queue.Queue(LINES_HELD)
    writer = StandardError()
    writer.setFormatter(logging.Formatter(LOG_FORMAT))
    listener = QueueListener(lines, writer)
    root = logging.getLogger()
    for inherited in [handler for handler in root.handlers if isinstance(handler, DroppingHandler)]:
        root.removeHandler(inherited)
    root.addHandler(DroppingHandler(lines))
    listener.start()
    atexit.unregister(_write_last_lines)
    atexit.register(_write_last_lines, listener)


def _write_last_lines(listener: QueueListener) -> None:
    """As many as can be written soon: the end of the process must not wait for a reader either."""
    thread = listener._thread
    try:
        listener.enqueue_sentinel()
    except queue.Full:
        return
    if thread is not None:
        thread.join(LAST_LINES_SECONDS)


@contextmanager
def plainly(name: str) -> Iterator[None]:
    """Turns what the system refuses at the start of a process (a port, a file) into words. Raises OperatorError."""
    try:
        yield
    except OSError as error:
        remedy = "Is it running already (ps -e | grep callpoint)? Another --port-offset or --data starts a second one."
        raise OperatorError(f"The {name} cannot run: {error}.", remedy) from error
