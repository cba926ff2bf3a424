"""What a station does when something of its own is missing."""

import asyncio
import datetime
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.lab.stage import HOST, Caller, until

from callpoint.lab.answering_point import AnsweringPoint, CallbackError, NoSuchCallError, Station
from callpoint.lab.behaviour import Behaviour, Mode
from callpoint.lab.main import Lab, LabConfig
from callpoint.media.ports import PortRange
from callpoint.sip.hop import Hop


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@pytest.fixture
async def point() -> AsyncIterator[AnsweringPoint]:
    """One pair of audio ports: the second call finds none."""
    made = AnsweringPoint(Station("psap", HOST, (500,), 600, Hop("udp", HOST, 9)), PortRange(35_000, 35_001), now)
    made.behaviour = Behaviour(Mode.ANSWER, 0.0)
    yield made
    await made.close()


async def test_without_an_audio_port_a_call_is_refused_and_the_other_goes_on(
    point: AnsweringPoint, caller: Caller
) -> None:
    hop = Hop("udp", HOST, await point.open(0))
    first = await caller.dial(hop)
    await first.becomes("answered")
    second = await caller.dial(hop)
    await second.becomes("rejected")
    assert second.call.status == 500
    assert first.call.state == "answered"
    first.call.hang_up()
    await until(lambda: point.calls[0].state == "ended")
    third = await caller.dial(hop)
    await third.becomes("answered")


async def test_a_caller_without_a_number_cannot_be_called_back(point: AnsweringPoint, caller: Caller) -> None:
    talk = await caller.dial(Hop("udp", HOST, await point.open(0)))
    await talk.becomes("answered")
    invite = point.calls[0].invite
    invite.set("From", f"<sip:anonymous@{HOST}>;tag=x")
    with pytest.raises(CallbackError, match="no callback number"):
        await point.call_back(invite.call_id)
    with pytest.raises(NoSuchCallError):
        await point.call_back("nobody")


async def test_of_two_calls_of_one_name_the_newest_is_meant(point: AnsweringPoint, caller: Caller) -> None:
    point.behaviour = Behaviour(Mode.BUSY)
    hop = Hop("udp", HOST, await point.open(0))
    for _ in range(2):
        talk = await caller.dial(hop, headers=(("Call-Info", "<urn:nena:uid:callid:same:x>;purpose=emergency-CallId"),))
        await talk.becomes("rejected")
    assert point.find("same") is point.calls[-1]


async def test_a_taken_port_is_told_and_nothing_stays_open() -> None:
    with socket.create_server((HOST, 0)) as taken:
        lab = Lab(LabConfig(HOST, taken.getsockname()[1], 0, 0))
        with pytest.raises(OSError, match="in use"):
            await lab.open()
        await lab.close()


def test_the_lab_runs_alone_as_a_process_and_ends_clean(tmp_path: Path) -> None:
    offset = 21_000 + int(tmp_path.stat().st_ino) % 1000
    command = [sys.executable, "-m", "callpoint", "lab", "--data", str(tmp_path), "--port-offset", str(offset)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        asyncio.run(until(lambda: _answers(f"http://{HOST}:{8913 + offset}/healthz"), 30))
        assert _title(process.pid) == "callpoint lab"
    finally:
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 0, told
    assert "Traceback" not in told


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=0.5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _title(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0 ").decode()
