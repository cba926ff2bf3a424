"""The cache on disk: identity, atomic files, eviction, a failing disk."""

import os
import time
from pathlib import Path

import pytest

from callpoint.speech.prompt_cache import EVICT_TO, PromptCache, key

from .conftest import ScriptedEngine


def test_the_key_holds_everything_that_changes_the_sound() -> None:
    keys = {
        key(ScriptedEngine(), "text"),
        key(ScriptedEngine(), "other text"),
        key(ScriptedEngine(name="other"), "text"),
        key(ScriptedEngine(version="2"), "text"),
        key(ScriptedEngine(voice="other"), "text"),
        key(ScriptedEngine(speed=0.9), "text"),
    }
    assert len(keys) == 6
    assert key(ScriptedEngine(), "text") == key(ScriptedEngine(), "text")
    assert all(len(name) == 64 for name in keys)
    assert key(ScriptedEngine(), "\udcff")


def test_what_was_put_is_found_also_by_another_process(tmp_path: Path) -> None:
    PromptCache(tmp_path / "deep" / "prompts").put("ab12", b"sound")
    again = PromptCache(tmp_path / "deep" / "prompts")
    assert again.get("ab12") == b"sound"
    assert again.get("ab13") is None


def test_an_empty_file_left_by_a_crash_is_no_sound(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path)
    cache.put("ab12", b"sound")
    next(tmp_path.rglob("ab12*")).write_bytes(b"")
    assert cache.get("ab12") is None


def test_no_half_written_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    PromptCache(tmp_path).put("ab12", b"sound")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_directory_that_cannot_be_written_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "prompts").write_text("a file where the directory should be")
    cache = PromptCache(tmp_path / "prompts")
    cache.put("ab12", b"sound")
    assert cache.get("ab12") is None
    assert "could not be kept" in caplog.text


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, max_bytes=1000)
    now = time.time()
    for number in range(10):
        cache.put(f"{number:02x}00", bytes(100))
        path = next(tmp_path.rglob(f"{number:02x}00*"))
        os.utime(path, (now - 100_000 + number, now - 100_000 + number))
    # Reading makes the oldest the newest.
    assert cache.get("0000") is not None
    cache.put("ff00", bytes(100))
    left = {path.name[:2] for path in tmp_path.rglob("*.ulaw")}
    assert "00" in left
    assert "ff" in left
    assert "01" not in left
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.ulaw")) <= 1000 * EVICT_TO


def test_files_of_an_earlier_run_count(tmp_path: Path) -> None:
    PromptCache(tmp_path).put("aa", bytes(900))
    PromptCache(tmp_path, max_bytes=1000).put("bb", bytes(300))
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.ulaw")) <= 1000
