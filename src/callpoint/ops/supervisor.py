"""Keeps processes running: each is started, restarted alone when it dies, and stopped with the rest.

Children stay in this process group, so a terminal's Ctrl-C reaches them as well. What they write is told line by
line with the child's name; nothing a child does can stop its siblings.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from callpoint.ops.backoff import DELAYS, Backoff

LAST_WORDS_SECONDS = 0.2  # what a dead child still has in its pipe is read for this long
STOP_SECONDS = 8.0  # a node lets its transactions finish; after this a child is killed
CHUNK_BYTES = 65_536
MAX_LINE_BYTES = 65_536  # a longer line is told in pieces, so that one child cannot fill our memory

Say = Callable[[str, str], None]
"""Told (name of the child, one line)."""


@dataclass(frozen=True)
class ProcessPlan:
    """A child to keep: its name, its command line, what is added to the environment, and pauses between its lives."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    delays: tuple[float, ...] = DELAYS


class LineSplitter:
    """Bytes in, whole decoded lines out."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE_BYTES:
            lines.append(self._rest)
            self._rest = b""
        return [line.decode("utf-8", "replace").rstrip("\r") for line in lines]

    def end(self) -> list[str]:
        rest, self._rest = self._rest, b""
        return [rest.decode("utf-8", "replace")] if rest else []


async def run_child(plan: ProcessPlan, say: Say, started: Callable[[asyncio.subprocess.Process], None]) -> int:
    """Runs one child to its end and gives its exit status (negative: the signal that killed it).

    Its end is that of the process, not of its output: a grandchild may hold the pipe long after.
    Raises OSError when it cannot be started.
    """
    read_end, write_end = os.pipe()
    listening = asyncio.create_task(_tell_lines(read_end, lambda line: say(plan.name, line)))
    try:
        process = await asyncio.create_subprocess_exec(
            *plan.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=write_end,
            stderr=write_end,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **plan.environment},
        )
    finally:
        os.close(write_end)
    started(process)
    status = await process.wait()
    await asyncio.wait({listening}, timeout=LAST_WORDS_SECONDS)
    listening.cancel()
    return status


async def _tell_lines(descriptor: int, tell: Callable[[str], None]) -> None:
    stream = asyncio.StreamReader()
    with os.fdopen(descriptor, "rb", buffering=0) as pipe:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), pipe
        )
        splitter = LineSplitter()
        try:
            while chunk := await stream.read(CHUNK_BYTES):
                for line in splitter.feed(chunk):
                    tell(line)
        finally:
            for line in splitter.end():
                tell(line)
            transport.close()


class Keeper:
    """One child, kept alive until told to stop."""

    def __init__(self, plan: ProcessPlan, say: Say, backoff: Backoff | None = None) -> None:
        self.plan = plan
        self.starts = 0
        self._say = say
        self._backoff = backoff or Backoff(plan.delays)
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """Of the running child; None between two lives."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def run(self) -> None:
        now = asyncio.get_running_loop().time
        while not self._stopping.is_set():
            self._backoff.started(now())
            ending = await self._one_life()
            if self._stopping.is_set():
                return
            delay = self._backoff.delay_after_death(now())
            self._say(self.plan.name, f"{ending}; starting it again in {delay:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)

    async def _one_life(self) -> str:
        try:
            status = await run_child(self.plan, self._say, self._started)
        except OSError as error:
            return f"could not be started: {error}"
        return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"

    def _started(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.starts += 1
        if self._stopping.is_set():  # stop() came while the system was still making the process
            process.terminate()

    async def stop(self, limit: float = STOP_SECONDS) -> None:
        """Asks the child to end, and kills it after `limit` seconds."""
        self._stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), limit)
        except TimeoutError:
            self._say(self.plan.name, f"did not end within {limit:g} s; killed")
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Supervisor:
    """Several keepers under one roof."""

    def __init__(self, say: Say) -> None:
        self.keepers: dict[str, Keeper] = {}
        self._say = say
        self._tasks: set[asyncio.Task[None]] = set()

    def keep(self, plans: Sequence[ProcessPlan]) -> None:
        """Starts these children and keeps them."""
        for plan in plans:
            keeper = self.keepers[plan.name] = Keeper(plan, self._say)
            self._tasks.add(asyncio.create_task(keeper.run(), name=f"keep {plan.name}"))

    async def stop(self) -> None:
        """Stops all children side by side and returns when the last is gone."""
        await asyncio.gather(*(keeper.stop() for keeper in self.keepers.values()))
        await asyncio.gather(*self._tasks)


async def run_until_signal(body: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Runs `body(stop)`; SIGTERM or SIGINT sets `stop`."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await body(stop)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
