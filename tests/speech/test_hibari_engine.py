"""The voice in its own process: deterministic, replaced when it dies, limited in time."""

import json
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from callpoint.speech import hibari_engine, mu_law, renderer_process
from callpoint.speech.engine import EngineFailure
from callpoint.speech.hibari_engine import HibariEngine

PHRASE = "One fifteen State Street, Montpelier."


def test_the_same_text_gives_the_same_bytes(hibari: HibariEngine) -> None:
    first, second = hibari.render(PHRASE), hibari.render(PHRASE)
    assert first == second
    assert 1.5 < len(first) / mu_law.BYTES_PER_SECOND < 5
    pcm = mu_law.decode(first).astype(float)
    assert np.sqrt(np.mean(pcm**2)) > 1000


def test_a_fresh_process_gives_the_same_bytes_too(hibari: HibariEngine) -> None:
    fresh = HibariEngine()
    try:
        assert fresh.render(PHRASE) == hibari.render(PHRASE)
    finally:
        fresh.close()


def test_another_text_sounds_different(hibari: HibariEngine) -> None:
    assert hibari.render("One fifty State Street, Montpelier.") != hibari.render(PHRASE)


def test_a_killed_process_is_replaced(hibari: HibariEngine) -> None:
    before = hibari.render(PHRASE)
    killed = hibari.process_id
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert hibari.render(PHRASE) == before
    assert hibari.process_id not in (None, killed)


def test_killed_in_the_middle_of_a_text_the_text_still_comes(hibari: HibariEngine) -> None:
    hibari.render("Ready.")
    process = hibari.process_id
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (process, signal.SIGKILL)).start()
    assert len(hibari.render(PHRASE)) > mu_law.BYTES_PER_SECOND
    assert hibari.process_id != process


def test_a_text_nobody_can_say_fails_and_the_process_lives_on(hibari: HibariEngine) -> None:
    hibari.render("Ready.")
    process = hibari.process_id
    with pytest.raises(EngineFailure, match="silent"):
        hibari.render("[]")
    assert hibari.render(PHRASE)
    assert hibari.process_id == process


def test_the_process_ends_with_its_owner() -> None:
    engine = HibariEngine()
    engine.render("Ready.")
    process = engine._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(10) == 0
    engine.close()


def test_closing_wakes_whoever_waits_and_is_final() -> None:
    engine = HibariEngine(
        command=(sys.executable, "-c", "import time; print('{\"ready\": true}', flush=True); time.sleep(60)")
    )
    failures: list[EngineFailure] = []

    def wait() -> None:
        try:
            engine.render(PHRASE)
        except EngineFailure as failure:
            failures.append(failure)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while engine.process_id is None:
        time.sleep(0.01)
    engine.close()
    waiting.join(5)
    assert [str(failure) for failure in failures] == ["closed"]
    with pytest.raises(EngineFailure, match="closed"):
        engine.render(PHRASE)


def test_an_idle_process_ends_and_comes_back_when_needed() -> None:
    program = "from callpoint.speech import renderer_process as r; r.IDLE_SECONDS = 0.05; r.main()"
    engine = HibariEngine(command=(sys.executable, "-c", program))
    try:
        first = engine.render(PHRASE)
        process = engine._process
        assert process is not None
        assert process.wait(10) == 0
        assert engine.process_id is None
        assert engine.render(PHRASE) == first
    finally:
        engine.close()


BROKEN_PROGRAMS = {
    "ends at once": "pass",
    "speaks no JSON": "print('hello', flush=True); input()",
    "sends no object": "print('[1]', flush=True); input()",
    "is never ready": "print('{}', flush=True); input()",
    "answers another question": "print('{\"ready\": true}', flush=True); input(); print('{\"id\": 99}', flush=True)",
    "sends no audio": 'print(\'{"ready": true}\', flush=True); input(); print(\'{"id": 1, "audio": "?"}\', flush=True)',
    "hangs": "print('{\"ready\": true}', flush=True); import time; time.sleep(60)",
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hibari_engine, "RENDER_TIMEOUT", 0.3)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("program", BROKEN_PROGRAMS.values(), ids=BROKEN_PROGRAMS.keys())
def test_a_broken_process_is_a_failure_and_rests(program: str) -> None:
    engine = HibariEngine(command=(sys.executable, "-c", program))
    try:
        with pytest.raises(EngineFailure):
            engine.render(PHRASE)
        assert engine.process_id is None
        with pytest.raises(EngineFailure, match="a moment ago"):
            engine.render(PHRASE)
    finally:
        engine.close()


@pytest.mark.usefixtures("impatient")
def test_a_hanging_process_is_waited_for_once_only(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    program = f"open({str(starts)!r}, 'a').write('x'); {BROKEN_PROGRAMS['hangs']}"
    engine = HibariEngine(command=(sys.executable, "-c", program))
    with pytest.raises(EngineFailure, match="too long"):
        engine.render(PHRASE)
    assert starts.read_text() == "x"
    engine.close()


def test_a_program_that_is_not_there_is_a_failure() -> None:
    engine = HibariEngine(command=("/nonexistent/voice",))
    with pytest.raises(EngineFailure, match="cannot be started"):
        engine.render(PHRASE)


def test_every_bad_order_is_answered_and_none_raises() -> None:
    def voice(text: str, speed: float, seed: int) -> np.ndarray:
        return np.full(24000, 0.1 * speed, np.float32)

    for line in (b"", b"{", b"[]", b"{}", b'{"id": 4}', b'{"id": 4, "text": 5, "speed": 1}', b"\xff"):
        assert "error" in renderer_process.answer(voice, line)
    good = json.dumps({"id": 5, "text": "yes", "speed": 1.0}).encode()
    reply = renderer_process.answer(voice, good)
    assert reply["id"] == 5
    assert "audio" in reply


def test_lines_may_come_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b'{"id"', b": 1}\n{", b"}\nrest")

    reading, writing = os.pipe()
    for piece in pieces():
        os.write(writing, piece)
    os.close(writing)
    with os.fdopen(reading, "rb") as source:
        assert list(renderer_process._lines(source)) == [b'{"id": 1}', b"{}"]
    reading, writing = os.pipe()
    monkeypatch.setattr(renderer_process, "IDLE_SECONDS", 0.01)
    with os.fdopen(reading, "rb") as source:
        assert list(renderer_process._lines(source)) == []
    os.close(writing)


def test_it_speaks_in_a_process_that_holds_a_thousand_sockets() -> None:
    """Descriptors above 1023, as the dispatcher has them when a thousand screens are connected."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    engine = HibariEngine()
    try:
        assert len(engine.render("Floor two.")) > 4000
        assert engine._process is not None
        assert engine._process.stdout is not None
        assert engine._process.stdout.fileno() > 1023
    finally:
        engine.close()
        for one in held:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
