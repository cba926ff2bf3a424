"""Heard until somebody takes it; and honest where nothing can be heard."""

import io
import math
import sys
import threading
import wave
from array import array
from pathlib import Path

import pytest

from callpoint.desktop.onsite.player import CommandPlayer, commands_here, outer_environment, seconds_of
from callpoint.desktop.onsite.siren import Siren, Sound
from callpoint.desktop.onsite.tones import CHIME, RATE, SIREN, wav
from tests.desktop.server import until


def strength(samples: "array[int]", frequency: float) -> float:
    """How much of that frequency there is (one bin of a Fourier transform)."""
    turn = 2 * math.pi * frequency / RATE
    real = sum(sample * math.cos(turn * n) for n, sample in enumerate(samples))
    imaginary = sum(sample * math.sin(turn * n) for n, sample in enumerate(samples))
    return math.hypot(real, imaginary) / len(samples)


def test_the_siren_is_two_tones_and_the_chime_is_another_sound() -> None:
    content = wav(SIREN)
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        samples = array("h", file.readframes(file.getnframes()))
    first, second = samples[: RATE // 4], samples[RATE // 4 : RATE // 2]
    assert strength(first, 960) > 20 * strength(first, 770)
    assert strength(second, 770) > 20 * strength(second, 960)
    assert max(samples) > 25_000, "loud"
    assert abs(samples[0]) < 100, "without a click"
    assert wav(CHIME) != content


class Recorded:
    """A player that notes what it is given; each sound lasts until it is stopped or `length` is over."""

    def __init__(self, length: float = 0.02, works: bool = True) -> None:
        self.played: list[str] = []
        self.length, self.works = length, works

    def play(self, path: Path, stop: threading.Event) -> bool:
        self.played.append(path.name)
        stop.wait(self.length)
        return self.works


def siren(player: Recorded, results: list[bool]) -> Siren:
    return Siren(player, results.append, pause=0.01)


def test_every_alert_sounds_in_turn_with_its_words_until_none_is_left() -> None:
    player, results = Recorded(), []
    sounding = siren(player, results)
    sounding.sound((Sound("tone", "first"), Sound("tone", "second"), Sound("tone")))
    until(lambda: player.played.count("second") >= 2)
    assert player.played[:6] == ["tone", "first", "tone", "second", "tone", "tone"]
    sounding.sound(())
    sounding.close()
    count = len(player.played)
    assert all(results)
    assert count == len(player.played)


def test_it_is_silent_at_once_when_somebody_has_taken_it() -> None:
    player = Recorded(length=1000.0)
    sounding = siren(player, [])
    sounding.sound((Sound("tone", "words"),))
    until(lambda: player.played)
    sounding.sound(())
    sounding.once(Sound("check"))  # comes only after the long tone has been ended
    until(lambda: "check" in player.played)
    assert player.played == ["tone", "check"]
    sounding.close()


def test_a_player_that_fails_is_told() -> None:
    results: list[bool] = []
    sounding = siren(Recorded(works=False), results)
    sounding.once(Sound("tone"))
    until(lambda: results)
    assert results == [False]
    sounding.close()


def program(folder: Path, name: str, text: str) -> tuple[str, ...]:
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{text}\n", "utf-8")
    path.chmod(0o755)
    return (str(path),)


def test_the_next_program_plays_where_one_cannot_and_is_asked_first_then(tmp_path: Path) -> None:
    log = tmp_path / "log"
    note = f"import sys; open({str(log)!r}, 'a').write(sys.argv[0][-1] + sys.argv[1] + chr(10))"
    broken = program(tmp_path, "a", f"{note}; sys.exit(1)")
    good = program(tmp_path, "b", note)
    player = CommandPlayer([(str(tmp_path / "missing"),), broken, good])
    assert player.play(Path("x"), threading.Event())
    assert player.play(Path("y"), threading.Event())
    assert log.read_text().split() == ["ax", "bx", "by"]


def test_no_program_that_plays_is_no_sound() -> None:
    assert not CommandPlayer([]).play(Path("x"), threading.Event())


def test_a_program_that_goes_on_playing_is_ended(tmp_path: Path) -> None:
    started = tmp_path / "started"
    text = f"import pathlib, time; pathlib.Path({str(started)!r}).touch(); time.sleep(1000)"
    stop, player = threading.Event(), CommandPlayer([program(tmp_path, "p", text)])
    playing = threading.Thread(target=player.play, args=(Path("x"), stop), daemon=True)
    playing.start()
    until(started.exists)
    stop.set()
    playing.join(30)
    assert not playing.is_alive()


def test_players_of_the_system_are_found_in_their_order() -> None:
    there = {"paplay": "/usr/bin/paplay", "aplay": "/usr/bin/aplay"}
    assert commands_here("linux", there.get) == [("paplay",), ("aplay", "-q")]
    assert commands_here("darwin", {"afplay": "/usr/bin/afplay"}.get) == [("afplay",)]
    assert commands_here("linux", {}.get) == []


def test_programs_of_the_system_get_their_own_libraries_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/packed/lib")
    assert outer_environment()["LD_LIBRARY_PATH"] == "/packed/lib"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert "LD_LIBRARY_PATH" not in outer_environment()
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/before")
    assert outer_environment()["LD_LIBRARY_PATH"] == "/before"


def test_how_long_a_file_plays(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav(((440.0, 0.5),)))
    (tmp_path / "b.wav").write_bytes(b"no sound")
    assert seconds_of(tmp_path / "a.wav") == 0.5
    assert seconds_of(tmp_path / "b.wav") == 0.0
