"""`callpoint recording` as an operator runs it, on recordings that are whole, cut, spoilt or of another key."""

import json
import stat
import subprocess
import sys
import wave
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callpoint.media.recorder import RecordingOf
from callpoint.media.recording_key import FILE_NAME, recording_key
from callpoint.media.sealed_recording import SealedWriter
from callpoint.media.tones import heard, tone
from callpoint.media.wav import read_wav
from callpoint.speech import mu_law

BEGAN = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def run(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "callpoint", "recording", *words, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def recorded(data: Path, call_id: str, finish: bool = True) -> str:
    """A recording of a second, named as `list` does."""
    path = RecordingOf(call_id, "acme", BEGAN).new_path(data)
    key = recording_key(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = SealedWriter(file, key, {"call_id": call_id, "organization": "acme", "began": BEGAN.isoformat()})
        writer.write(tone([440.0], 1.0), tone([800.0], 1.0))
        if finish:
            writer.finish()
    return f"acme/{path.name}"


def test_recordings_are_listed_and_one_is_taken_out(tmp_path: Path) -> None:
    whole, cut = recorded(tmp_path, "call-1"), recorded(tmp_path, "call-2", finish=False)
    listed = {one["name"]: one for one in json.loads(run(tmp_path, "list", "--json").stdout)}
    assert {name: (one["call_id"], one["seconds"], one["complete"]) for name, one in listed.items()} == {
        whole: ("call-1", 1.0, True),
        cut: ("call-2", 1.0, False),
    }
    assert "call call-2  (cut off" in run(tmp_path, "list").stdout
    wav = tmp_path / "out.wav"
    done = run(tmp_path, "export", whole, str(wav))
    assert (done.returncode, done.stdout) == (0, f"1.0 s written to {wav}.\n")
    assert stat.S_IMODE(wav.stat().st_mode) == 0o600
    with wave.open(str(wav)) as found:
        assert (found.getnchannels(), found.getnframes()) == (2, 8000)
    assert not heard(mu_law.encode(read_wav(wav.read_bytes())), 1300.0)
    assert "cut off" in run(tmp_path, "export", cut, str(tmp_path / "cut.wav")).stdout


def test_without_recordings_it_says_so_and_makes_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "list").stdout == "No call was recorded.\n"
    assert json.loads(run(tmp_path, "list", "--json").stdout) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["acme/none.sealed", "../../etc/passwd", "acme/../../x.sealed", ""])
def test_only_recordings_are_taken_out(tmp_path: Path, name: str) -> None:
    recorded(tmp_path, "call-1")
    done = run(tmp_path, "export", name, str(tmp_path / "out.wav"))
    assert done.returncode == 1
    assert "There is no recording" in done.stderr
    assert not (tmp_path / "out.wav").exists()


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    name = recorded(tmp_path, "call-1")
    wav = tmp_path / "out.wav"
    wav.write_text("mine")
    done = run(tmp_path, "export", name, str(wav))
    assert (done.returncode, wav.read_text()) == (1, "mine")
    done = run(tmp_path, "export", name, str(tmp_path / "nowhere" / "out.wav"))
    assert "cannot be written" in done.stderr


def test_with_the_key_gone_or_exchanged_the_remedy_is_said(tmp_path: Path) -> None:
    name = recorded(tmp_path, "call-1")
    key = (tmp_path / FILE_NAME).rename(tmp_path / "kept")
    for words in (("list",), ("export", name, str(tmp_path / "out.wav"))):
        done = run(tmp_path, *words)
        assert done.returncode == 1
        assert "Bring back the recording-key" in done.stderr
    (tmp_path / FILE_NAME).write_bytes(b"A" * 43 + b"=")
    assert "another key" in run(tmp_path, "list").stdout
    done = run(tmp_path, "export", name, str(tmp_path / "out.wav"))
    assert "sealed under another key" in done.stderr
    assert not (tmp_path / "out.wav").exists()
    key.rename(tmp_path / FILE_NAME)
    assert run(tmp_path, "export", name, str(tmp_path / "out.wav")).returncode == 0
