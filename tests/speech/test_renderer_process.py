"""The process that speaks, as its owner sees it: lines in, lines out, and an end when nobody is left."""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from callpoint.speech.engine import EngineFailure
from callpoint.speech.hibari_engine import COMMAND, HibariEngine
from callpoint.speech.prompt_cache import PromptCache

Process = subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    started = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    yield started
    started.kill()
    started.wait()


@pytest.fixture(scope="module")
def ready(process: Process) -> Process:
    assert process.stdout is not None
    assert json.loads(process.stdout.readline()) == {"ready": True}
    return process


def ask(process: Process, line: bytes) -> dict[str, object]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(line + b"\n")
    reply = json.loads(process.stdout.readline())
    assert isinstance(reply, dict)
    return reply


def order(number: int, text: str, speed: float = 1.0) -> bytes:
    return json.dumps({"id": number, "text": text, "speed": speed}).encode()


def test_an_order_is_answered_with_its_number_and_sound(ready: Process) -> None:
    reply = ask(ready, order(41, "Floor two."))
    assert reply["id"] == 41
    assert len(base64.b64decode(str(reply["audio"]))) > 4000


def test_slower_speech_is_longer(ready: Process) -> None:
    usual = ask(ready, order(1, "Montpelier, Vermont."))
    slow = ask(ready, order(2, "Montpelier, Vermont.", 0.7))
    assert len(str(slow["audio"])) > 1.2 * len(str(usual["audio"]))


@pytest.mark.parametrize("line", [b"", b"nonsense", b'{"id": 3}', b'{"id": 3, "text": "", "speed": 1}', b"\xff\xfe"])
def test_a_bad_order_is_answered_and_the_next_good_one_too(ready: Process, line: bytes) -> None:
    assert "error" in ask(ready, line)
    assert "audio" in ask(ready, order(4, "Floor two."))


def test_an_interrupt_of_the_terminal_is_for_its_owner(ready: Process) -> None:
    os.kill(ready.pid, signal.SIGINT)
    assert "audio" in ask(ready, order(5, "Floor two."))


def test_it_ends_with_its_input(ready: Process) -> None:
    assert ready.stdin is not None
    ready.stdin.close()
    assert ready.wait(10) == 0


def test_many_threads_share_one_voice_and_each_gets_its_own_text() -> None:
    engine = HibariEngine()
    texts = [f"Floor {word}." for word in ("one", "two", "three", "four", "five", "six")]
    try:
        alone = [engine.render(text) for text in texts]
        with ThreadPoolExecutor(6) as pool:
            together = list(pool.map(engine.render, texts * 2))
    finally:
        engine.close()
    assert together == alone * 2
    assert len(set(alone)) == len(texts)


def test_without_its_engine_the_process_is_a_failure_not_a_crash() -> None:
    engine = HibariEngine(command=(sys.executable, "-c", "raise ImportError('no onnxruntime')"))
    with pytest.raises(EngineFailure):
        engine.render("Floor two.")
    engine.close()


def test_many_writers_of_the_same_sound_leave_one_whole_file(tmp_path: Path) -> None:
    caches = [PromptCache(tmp_path) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            list(pool.map(lambda cache: cache.put("ab12", b"s" * 50_000), caches))
            assert caches[0].get("ab12") == b"s" * 50_000
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
