"""A task: steps, trouble, pauses. The clock is stepped by hand, nothing sleeps."""

import logging
import threading

import pytest

from callpoint.worker.task import LONGEST_PAUSE, Task


class Scripted:
    """A job whose steps follow a script: True (worked), False (nothing), or an exception."""

    name = "scripted"

    def __init__(self, *script: bool | Exception) -> None:
        self.script = list(script)
        self.opened = 0
        self.closed = 0
        self.waited = 0

    def open(self) -> None:
        self.opened += 1

    def step(self) -> bool:
        outcome = self.script.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def wait(self, stop: threading.Event) -> None:
        self.waited += 1
        if not self.script:
            stop.set()

    def close(self) -> None:
        self.closed += 1


class Pauses(threading.Event):
    """Counts pauses instead of keeping them."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.kept.append(timeout or 0.0)
        return self.is_set()


def test_works_until_nothing_is_left_then_waits() -> None:
    job, stop = Scripted(True, True, False), Pauses()
    task = Task(job, stop, clock=lambda: 0.0)
    task.run()
    assert (job.opened, job.waited, job.closed) == (1, 1, 1)
    assert (task.health.steps, task.health.trouble) == (2, "")
    assert stop.kept == []


def test_trouble_is_told_paused_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    job, stop = Scripted(*[OSError("disk full")] * 9, True, False), Pauses()
    task = Task(job, stop, clock=lambda: 0.0)
    with caplog.at_level(logging.INFO):
        task.run()
    assert job.opened == 10
    assert stop.kept == [0.2, 0.4, 0.8, 1.6, 3.2, *[LONGEST_PAUSE] * 4]
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "disk full" in caplog.text
    assert "well again" in caplog.text


def test_another_trouble_is_told_as_well(caplog: pytest.LogCaptureFixture) -> None:
    task = Task(Scripted(OSError("one"), OSError("two"), False), Pauses(), clock=lambda: 0.0)
    task.run()
    assert "one" in caplog.text
    assert "two" in caplog.text


def test_health_tells_since_when_it_is_behind() -> None:
    now = 100.0
    task = Task(Scripted(False, True, True, OSError("x"), False), threading.Event(), clock=lambda: now)
    task.once()
    now = 101.0
    task.once()
    now = 102.0
    task.once()
    assert (task.health.caught_up, task.health.steps) == (100.0, 2)
    now = 103.0
    task.once()
    assert (task.health.caught_up, task.health.trouble) == (100.0, "OSError: x")
    now = 104.0
    task.once()
    assert (task.health.caught_up, task.health.trouble) == (104.0, "")
