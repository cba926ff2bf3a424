"""The whole of `callpoint demo`, twice on the same data directory: what somebody who tries Callpoint lives through."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

OFFSET = 16_000 + os.getpid() % 4_000
READY_SECONDS = 60.0


@dataclass
class Demo:
    process: subprocess.Popen[str]
    ready: dict[str, Any]
    data: Path

    def calls(self, point: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.ready['lab']}/{point}/calls", timeout=5) as answer:
            found: list[dict[str, Any]] = json.load(answer)
            return found

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return program(*words, "--data", str(self.data), "--port-offset", str(OFFSET))

    def dial(self, number: str, identity: str, *more: str) -> dict[str, Any]:
        done = self.run("dial", number, "--as", identity, "--seconds", "1", "--json", *more)
        assert done.returncode == 0, done.stdout + done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def titles(self) -> set[str]:
        """Names `ps` shows in the process group of the demo."""
        group = os.getpgid(self.process.pid)
        listed = subprocess.run(["ps", "-eo", "pgid,args"], capture_output=True, text=True, check=True).stdout
        rows = (line.split(maxsplit=1) for line in listed.splitlines()[1:])
        return {row[1].strip() for row in rows if row[0] == str(group) and len(row) == 2}


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CALLPOINT_")}


def program(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "callpoint", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment(), check=False)


def wait(condition: Callable[[], bool], process: subprocess.Popen[str], limit: float) -> None:
    end = time.monotonic() + limit
    while not condition():
        assert process.poll() is None, "the demo ended by itself"
        assert time.monotonic() < end, "the demo did not get ready"
        time.sleep(0.05)


@contextmanager
def running(data: Path) -> Iterator[Demo]:
    ready, log = data.parent / "ready.json", data.parent / "demo.log"
    command = [sys.executable, "-m", "callpoint", "demo", "--data", str(data), "--port-offset", str(OFFSET)]
    with log.open("a") as out:
        process = subprocess.Popen(
            [*command, "--ready-file", str(ready)],
            stdout=out,
            stderr=out,
            text=True,
            env=environment(),
            start_new_session=True,
        )
        try:
            wait(ready.exists, process, READY_SECONDS)
            yield Demo(process, json.loads(ready.read_text()), data)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, log.read_text()[-3000:]
    assert not ready.exists()


def test_the_demo_from_the_first_start_to_the_second(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as demo:
        assert demo.ready["organization"] == "demo"
        assert demo.ready["sip"] == f"127.0.0.1:{5060 + OFFSET}"
        assert {
            f"callpoint {name}" for name in ("demo", "node", "media", "dispatcher", "worker", "lab")
        } <= demo.titles()
        password = demo.ready["admin"]["password"]
        _calls_reach_whom_they_should(demo)
        _somebody_else_is_told_that_the_ports_are_taken(demo, tmp_path)
        shown = (tmp_path / "demo.log").read_text()
        assert "Callpoint is ready" in shown
        assert password in shown
        assert "911 dialled as E1001" in shown
    with running(data) as demo:
        assert demo.ready["admin"]["password"] == password
        assert demo.dial("911", "E1001")["answered"]


def _calls_reach_whom_they_should(demo: Demo) -> None:
    told = demo.dial("911", "E1001")
    assert told["tones"].get("600", 0) > 0 or told["tones"].get("520", 0) > 0
    received = demo.calls("psap")[-1]
    assert received["civic"]["HNO"] == "115"
    assert received["civic"]["A3"] == "Montpelier"
    assert received["callback_number"].startswith("+1802555")
    assert received["heard"]["tones"]["1000"] >= 0.5
    assert demo.dial("911", "E1002", "--transport", "tls")["answered"]
    assert demo.calls("psap")[-1]["civic"]["country"] == "CA"
    assert demo.dial("911", "nobody", "--transport", "tcp")["answered"]
    assert demo.calls("relay")[-1]["civic"] is None
    assert demo.dial("933", "E1001")["answered"]
    assert len(demo.calls("psap")) == 2
    explained = demo.run("explain", "E1001")
    assert "would go directly to" in explained.stdout


def _somebody_else_is_told_that_the_ports_are_taken(demo: Demo, tmp_path: Path) -> None:
    done = program("demo", "--data", str(tmp_path / "other"), "--port-offset", str(OFFSET))
    assert done.returncode == 1
    assert "is taken by" in done.stderr
    assert "--port-offset" in done.stderr
    assert demo.process.poll() is None
