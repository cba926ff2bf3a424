"""`callpoint dial` against the simulated PSAP: a real call from the command line's own code."""

import asyncio
import json
import socket
import threading
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from callpoint.lab.behaviour import Behaviour, Mode
from callpoint.lab.main import PSAP_TONE, Lab, LabConfig
from callpoint.ops.cli import app

HOST = "127.0.0.1"


@pytest.fixture
def lab() -> Iterator[Lab]:
    """In a thread of its own, as the command runs a loop itself."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def wait(awaitable: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(awaitable, loop).result(10)

    async def opened() -> Lab:
        made = Lab(LabConfig(HOST, 0, 0, 0, rtp_ports=(37_000, 37_200), phone_port=0))
        await made.open()
        return made

    made = wait(opened())
    yield made
    wait(made.close())
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def dial(lab: Lab, tmp_path: Path, *more: str) -> Result:
    words = ["dial", "911", "--as", "E1001", "--data", str(tmp_path), "--to", f"{HOST}:{lab.ports['psap']}"]
    return CliRunner().invoke(app, [*words, *more])


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_call_is_answered_heard_recorded_and_told(lab: Lab, tmp_path: Path, transport: str) -> None:
    wav = tmp_path / "heard.wav"
    words = ["--seconds", "1.6", "--record", str(wav), "--json", "--transport", transport]
    result = dial(lab, tmp_path, *words, "--from", "+18025550123", "--digits", "5")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["answered"] is True
    assert told["status"] == 200
    assert told["tones"][str(PSAP_TONE)] >= 0.3
    assert 1.0 <= told["heard_seconds"] <= 3.0
    assert told["ended_by"] == "us"
    labels = [rung["label"] for rung in told["ladder"] if rung["label"] != "100 Trying"]
    assert labels == ["INVITE", "180 Ringing", "200 OK", "ACK", "BYE", "200 OK (BYE)"]
    with wave.open(str(wav)) as recorded:
        assert recorded.getframerate() == 8000
        assert recorded.getnframes() == pytest.approx(told["heard_seconds"] * 8000, abs=400)
    received = lab.points["psap"].calls[-1].to_json()
    assert received["sip_call_id"] == told["call_id"]
    assert received["headers"]["X-Employee-ID"] == "E1001"
    assert received["callback_number"] == "+18025550123"
    assert received["digits"] == "5"


def test_the_ladder_is_printed_as_it_happens(lab: Lab, tmp_path: Path) -> None:
    result = dial(lab, tmp_path, "--seconds", "0.5")
    assert result.exit_code == 0
    assert "──▶  INVITE" in result.output
    assert "◀──  200 OK" in result.output
    assert "Answered after" in result.output


def test_a_refused_call_is_exit_code_one_and_says_why(lab: Lab, tmp_path: Path) -> None:
    lab.points["psap"].behaviour = Behaviour(Mode.BUSY)
    result = dial(lab, tmp_path)
    assert result.exit_code == 1
    assert "Not answered: 486" in result.output


def test_a_far_end_that_hangs_up_ends_the_command(lab: Lab, tmp_path: Path) -> None:
    lab.points["psap"].behaviour = Behaviour(Mode.ANSWER, 0.0)
    timer = threading.Timer(1.0, lab.points["psap"].hang_up)
    timer.start()
    result = dial(lab, tmp_path, "--seconds", "60", "--json")
    timer.join()
    told = json.loads(result.stdout)
    assert told["ended_by"] == "them"
    assert told["talked_seconds"] < 10


def test_nobody_listening_is_told(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    words = ["dial", "911", "--as", "E1", "--data", str(tmp_path), "--to", f"{HOST}:{port}", "--transport", "tcp"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    assert "Not answered: not reachable" in result.output


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--to", "nowhere"], 2, "host:port"),
        (["--to", "name.invalid:5060"], 1, "has no address"),
        (["--seconds", "0"], 2, "seconds"),
        (["--transport", "sctp"], 2, "transport"),
        (["--digits", "12x"], 2, "no telephone has a key X"),
    ],
)
def test_wrong_options_are_told(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    result = CliRunner().invoke(app, ["dial", "911", "--as", "E1", "--data", str(tmp_path), *words])
    assert result.exit_code == code
    assert said in result.output


def test_without_an_address_of_that_kind_the_node_cannot_be_dialled(tmp_path: Path) -> None:
    words = ["dial", "911", "--as", "E1", "--data", str(tmp_path), "--transport", "tls"]
    result = CliRunner().invoke(app, words, env={"CALLPOINT_SIP_TLS": ""})
    assert result.exit_code == 2
    assert "listens on no TLS address" in result.output


def test_a_recording_that_cannot_be_written_is_told_before_the_call(lab: Lab, tmp_path: Path) -> None:
    result = dial(lab, tmp_path, "--seconds", "0.3", "--record", str(tmp_path / "none" / "heard.wav"))
    assert result.exit_code == 2
    assert "There is no directory" in result.output
    assert lab.points["psap"].calls == []
