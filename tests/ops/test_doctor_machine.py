"""Voice and machine: stand-ins for what this machine has, and one look at the real thing."""

import resource
import sqlite3
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.ops.doctor_cases import NOW, ids, one, publish_all, subject

from callpoint.ops.doctor import system, voice
from callpoint.speech.engine import EngineFailure
from callpoint.speech.hibari_engine import HibariEngine


class Speaker:
    """An engine as it may behave."""

    version, voice, speed = "1", "any", 1.0

    def __init__(self, name: str = "hibari", trouble: str = "", seconds: float = 0.0) -> None:
        self.name = name
        self.trouble = trouble
        self.seconds = seconds
        self.closed = False

    def render(self, text: str) -> bytes:
        time.sleep(self.seconds)
        if self.trouble:
            raise EngineFailure(self.trouble)
        return b"\xff" * 8000

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (Speaker(), Speaker("flite"), ["voice.fine"]),
        (Speaker(), None, ["voice.no-second", "voice.fine"]),
        (Speaker(), Speaker("flite", "no voice rms"), ["voice.no-second", "voice.fine"]),
        (Speaker(trouble="died"), Speaker("flite"), ["voice.second-only"]),
        (Speaker(trouble="died"), None, ["voice.mute"]),
        (Speaker(trouble="died"), Speaker("flite", "no voice rms"), ["voice.mute"]),
    ],
)
def test_which_voices_speak(first: Speaker, second: Speaker | None, expected: list[str]) -> None:
    found = list(voice.judged(first, second))
    assert ids(found) == expected
    assert first.closed
    assert second is None or second.closed
    for speaker in (first, second):
        if speaker is not None and speaker.trouble:
            assert speaker.trouble in found[0].sentence


def test_a_slow_voice_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "SLOW_SECONDS", 0.01)
    assert ids(voice.judged(Speaker(seconds=0.02), Speaker("flite"))) == ["voice.slow"]


def test_the_real_first_voice_speaks() -> None:
    found = ids(voice.judged(HibariEngine(), Speaker("flite")))
    assert set(found) <= {"voice.fine", "voice.slow"}
    assert found


def test_prompts_are_counted(tmp_path: Path) -> None:
    assert ids(voice.look_at_cache(subject(tmp_path))) == []
    folder = tmp_path / "node" / "prompts" / "ab"
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f"ab{number}.ulaw").write_bytes(b"\xff" * 400_000)
    assert "3 prompts are kept, 1.2 of" in one(voice.look_at_cache(subject(tmp_path)), "voice.cache").sentence


def test_prompts_that_cannot_be_kept(tmp_path: Path) -> None:
    if not Path("/proc/self").is_dir():
        pytest.skip("needs /proc")
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "prompts").symlink_to("/proc/self")
    assert ids(voice.look_at_cache(subject(tmp_path))) == ["voice.no-cache"]


# --- machine


@pytest.fixture
def good_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limit = tmp_path / "rmem_max"
    limit.write_text("8388608\n")
    monkeypatch.setattr(system, "RECEIVE_LIMIT", limit)
    monkeypatch.setattr(system, "clock_is_loose", lambda: False)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (4096, 4096))


@pytest.mark.usefixtures("good_machine")
def test_a_good_machine(tmp_path: Path) -> None:
    assert ids(system.look(subject(tmp_path))) == ["system.fine"]


@pytest.mark.usefixtures("good_machine")
@pytest.mark.parametrize(("limit", "expected"), [(1024, "system.open-files"), (resource.RLIM_INFINITY, "system.fine")])
def test_open_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int, expected: str) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    assert ids(system.look(subject(tmp_path))) == [expected]


@pytest.mark.usefixtures("good_machine")
@pytest.mark.parametrize(
    ("text", "expected"),
    [("212992", ["system.receive-buffer", "system.fine"]), ("hidden", ["system.fine"]), (None, ["system.fine"])],
)
def test_receive_buffer(tmp_path: Path, text: str | None, expected: list[str]) -> None:
    if text is None:
        system.RECEIVE_LIMIT.unlink()
    else:
        system.RECEIVE_LIMIT.write_text(text)
    assert ids(system.look(subject(tmp_path))) == expected


@pytest.mark.usefixtures("good_machine")
def test_old_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 1, "final", 0))
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    assert ids(system.look(subject(tmp_path))) == ["system.python", "system.sqlite"]


@pytest.mark.usefixtures("good_machine")
def test_sqlite_without_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Bare:
        def execute(self, _: str) -> Any:
            raise sqlite3.OperationalError("no such function: json_extract")

        def close(self) -> None:
            pass

    monkeypatch.setattr(sqlite3, "connect", lambda _: Bare())
    assert "no such function" in one(system.look(subject(tmp_path)), "system.sqlite").sentence


@pytest.mark.usefixtures("good_machine")
def test_a_clock_nobody_keeps_and_one_that_was_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "clock_is_loose", lambda: True)
    assert ids(system.look(subject(tmp_path))) == ["system.clock", "system.fine"]
    written = publish_all(tmp_path).stat().st_mtime
    early = NOW.fromtimestamp(written, NOW.tzinfo) - timedelta(minutes=90)
    assert "90 minutes from now" in one(system.look(subject(tmp_path, now=early)), "system.clock-back").sentence
    nearly = NOW.fromtimestamp(written, NOW.tzinfo) - timedelta(seconds=30)
    assert "system.clock-back" not in ids(system.look(subject(tmp_path, now=nearly)))


def test_the_kernel_is_asked_without_harm() -> None:
    before = time.time()
    assert system.clock_is_loose() in (True, False)
    assert abs(time.time() - before) < 60
