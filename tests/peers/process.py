"""A foreign program under test: in a folder of its own, its output kept for the failure message, ended by us."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

GENTLE_END = 5.0  # seconds between SIGTERM and SIGKILL
LOOK_AGAIN = 0.02  # seconds between two looks at a condition


class PeerFailed(AssertionError):
    """The foreign program ended, or never did what was waited for; carries the end of its output."""


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM, host: str = "127.0.0.1") -> int:
    """A loopback port that is free at this moment, for UDP and TCP alike (for programs that cannot bind port 0)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _ in range(50):
        with socket.socket(family, kind) as first:
            first.bind((host, 0))
            port: int = first.getsockname()[1]
            other = socket.SOCK_DGRAM if kind == socket.SOCK_STREAM else socket.SOCK_STREAM
            with socket.socket(family, other) as second, contextlib.suppress(OSError):
                second.bind((host, port))
                return port
    raise PeerFailed("no port is free for both UDP and TCP")


def free_port_and_next(host: str = "127.0.0.1") -> int:
    """A port as `free_port` finds it, the one behind which is free for TCP: baresip takes that for TLS."""
    for _ in range(50):
        port = free_port(host=host)
        with contextlib.suppress(OSError), socket.create_server((host, port + 1)):
            return port
    raise PeerFailed("no two ports in a row are free")


def free_even_port(host: str = "127.0.0.1") -> int:
    """Four free ports from an even one on: RTP and RTCP (RFC 3550 §11), and the pair SIPp takes for video."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _ in range(200):
        port = free_port(socket.SOCK_DGRAM, host) & ~1
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for number in range(port, port + 4):
                stack.enter_context(_udp(family)).bind((host, number))
            return port
    raise PeerFailed("no pair of ports is free for RTP")


def _udp(family: socket.AddressFamily) -> socket.socket:
    return socket.socket(family, socket.SOCK_DGRAM)


def wait_for(condition: Callable[[], bool], seconds: float, what: str, report: Callable[[], str] = str) -> None:
    """Returns once `condition` holds; raises PeerFailed naming `what` after `seconds`, with `report()` below it."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise PeerFailed(f"{what} did not happen within {seconds:g} s\n{report()}")
        time.sleep(LOOK_AGAIN)


class ForeignProcess:
    """One run of a program. A context manager: leaving it ends the program, whatever has happened."""

    def __init__(self, command: Sequence[str | Path], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.arguments = [str(part) for part in command]
        self.folder = folder
        self.log = folder / "output.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running program; raises PeerFailed before start()."""
        if self._process is None:
            raise PeerFailed(f"{self.arguments[0]} was not started")
        return self._process

    def start(self) -> Self:
        """Starts it; what it prints goes to `output.log` in its folder."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self.arguments, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        return self

    def stop(self) -> None:
        """Ends it and what it has started: SIGTERM, and SIGKILL for those that do not listen."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.terminate()
            self._process.wait(GENTLE_END)
        # It leads a process group of its own; Kamailio's children would outlive a parent that was killed.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def wait(self, seconds: float) -> int:
        """Its exit status; raises PeerFailed when it still runs after `seconds`."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise PeerFailed(f"{self.arguments[0]} still runs after {seconds:g} s\n{self.report()}") from None

    def wait_for(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Waits for `condition`, and gives up at once when the program has ended."""

        def settled() -> bool:
            if not condition():
                if not self.running():
                    raise PeerFailed(f"{self.arguments[0]} ended before: {what}\n{self.report()}")
                return False
            return True

        wait_for(settled, seconds, what, self.report)

    def output(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def report(self) -> str:
        """What a failure message should show of it: the command, its fate, and the end of its output."""
        state = "running" if self.running() else f"ended with {self.process.returncode}"
        return f"--- {' '.join(self.arguments)}\n--- {state}, printed:\n{self.output()[-4000:]}"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is not None:
            error.add_note(self.report())
