"""Children are kept alive one by one, told by name, and stopped together. The children here are real processes."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from callpoint.ops.backoff import DELAYS, NODE_DELAYS, Backoff
from callpoint.ops.supervisor import Keeper, LineSplitter, ProcessPlan, Supervisor, run_child, run_until_signal

SLEEPER = "import time\nprint('awake', flush=True)\ntime.sleep(600)"
STUBBORN = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\ntime.sleep(600)"
)
# Its own child inherits the pipe and outlives it.
PARENT = (
    "import subprocess, sys\n"
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)']).pid, flush=True)"
)


def plan(name: str, program: str) -> ProcessPlan:
    return ProcessPlan(name, (sys.executable, "-c", program))


async def until(condition: Callable[[], bool], limit: float = 20.0) -> None:
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_backoff_starts_quick_grows_to_a_ceiling_and_forgets_after_a_steady_life() -> None:
    backoff = Backoff(delays=(0.0, 1.0, 5.0), steady=30.0)
    delays = []
    for second in range(4):
        backoff.started(float(second))
        delays.append(backoff.delay_after_death(second + 0.5))
    assert delays == [0.0, 1.0, 5.0, 5.0]
    backoff.started(100.0)
    assert backoff.delay_after_death(130.0) == 0.0
    backoff.started(131.0)
    assert backoff.delay_after_death(132.0) == 1.0


def test_a_killed_node_may_be_started_again_well_within_its_two_seconds() -> None:
    assert DELAYS[0] <= 0.1
    assert list(DELAYS) == sorted(DELAYS)


def test_lines_are_split_decoded_and_bounded() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"one\r\ntw") == ["one"]
    assert splitter.feed(b"o\nbad \xff\n") == ["two", "bad \ufffd"]
    assert splitter.feed(b"x" * 70_000) == ["x" * 70_000]
    assert splitter.feed(b"end") == []
    assert splitter.end() == ["end"]
    assert splitter.end() == []


async def test_a_killed_child_is_started_again_alone_and_its_sibling_lives_on() -> None:
    told: list[tuple[str, str]] = []
    supervisor = Supervisor(lambda name, line: told.append((name, line)))
    supervisor.keep([plan("one", SLEEPER), plan("two", SLEEPER)])
    await until(lambda: told.count(("one", "awake")) == told.count(("two", "awake")) == 1)
    first, sibling = supervisor.keepers["one"].pid, supervisor.keepers["two"].pid
    assert first is not None
    assert sibling is not None

    os.kill(first, signal.SIGKILL)
    await until(lambda: told.count(("one", "awake")) == 2)
    second = supervisor.keepers["one"].pid
    assert second not in (None, first)
    assert supervisor.keepers["two"].pid == sibling
    assert supervisor.keepers["two"].starts == 1
    assert ("one", "was killed by SIGKILL; starting it again in 0.05 s") in told

    await supervisor.stop()
    assert supervisor.keepers["one"].pid is None
    assert not is_alive(sibling)


async def test_a_child_that_keeps_dying_is_started_less_and_less_often() -> None:
    told: list[str] = []
    keeper = Keeper(
        plan("short", "raise SystemExit(3)"), lambda _, line: told.append(line), Backoff((0.01, 0.02, 30.0), 60.0)
    )
    task = asyncio.create_task(keeper.run())
    await until(lambda: len(told) == 3)
    assert told == [f"ended with status 3; starting it again in {delay} s" for delay in ("0.01", "0.02", "30")]
    assert keeper.starts == 3
    await keeper.stop()
    await asyncio.wait_for(task, 1.0)


async def test_a_program_that_does_not_exist_is_told_and_tried_again() -> None:
    told: list[str] = []
    keeper = Keeper(
        ProcessPlan("none", ("/nowhere/program",)), lambda _, line: told.append(line), Backoff((0.01, 30.0), 60.0)
    )
    task = asyncio.create_task(keeper.run())
    await until(lambda: len(told) == 2)
    assert told[0].startswith("could not be started: ")
    await keeper.stop()
    await task


async def test_a_child_deaf_to_sigterm_is_killed() -> None:
    told: list[str] = []
    keeper = Keeper(plan("deaf", STUBBORN), lambda _, line: told.append(line))
    task = asyncio.create_task(keeper.run())
    await until(lambda: told == ["deaf"])
    await keeper.stop(limit=0.2)
    await task
    assert told[-1] == "did not end within 0.2 s; killed"
    assert keeper.starts == 1


async def test_a_child_is_over_when_it_ends_even_if_a_grandchild_holds_its_output() -> None:
    told: list[str] = []
    began = time.monotonic()
    status = await run_child(plan("parent", PARENT), lambda _, line: told.append(line), lambda _: None)
    grandchild = int(told[0])
    try:
        assert status == 0
        assert is_alive(grandchild)
        assert time.monotonic() - began < 15.0
    finally:
        os.kill(grandchild, signal.SIGKILL)


async def test_the_child_gets_its_environment_and_stays_in_our_process_group() -> None:
    told: list[str] = []
    program = "import os\nprint(os.environ['COLOUR'], os.getpgrp())"
    await run_child(
        ProcessPlan("child", (sys.executable, "-c", program), {"COLOUR": "blue"}),
        lambda _, line: told.append(line),
        lambda _: None,
    )
    assert told == [f"blue {os.getpgrp()}"]


async def test_sigterm_and_sigint_end_the_body() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        ended = []

        async def body(stop: asyncio.Event, number: int = number, ended: list[int] = ended) -> None:
            os.kill(os.getpid(), number)
            await asyncio.wait_for(stop.wait(), 5.0)
            ended.append(number)

        await run_until_signal(body)
        assert ended == [number]


def test_no_child_is_started_through_a_shell(tmp_path: Path) -> None:
    told: list[str] = []
    trap = ProcessPlan("echo", ("echo", f"$(touch {tmp_path}/made)"))
    asyncio.run(run_child(trap, lambda _, line: told.append(line), lambda _: None))
    assert told == [f"$(touch {tmp_path}/made)"]
    assert not (tmp_path / "made").exists()


def test_a_node_that_keeps_dying_is_never_away_for_long() -> None:
    backoff = Backoff(NODE_DELAYS)
    assert max(backoff.delay_after_death(0.0) for _ in range(10)) <= 0.5
