"""WAV files: what we write others read, and what others write we read or refuse."""

import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.media import g711
from callpoint.media.tones import heard, tone
from callpoint.media.wav import WavError, WavRecorder, read_wav, write_wav
from callpoint.speech import mu_law

PCM = (np.sin(np.arange(800) / 5) * 9000).astype(np.int16)


def wav(code: int, bits: int, sound: bytes, rate: int = 8000, channels: int = 1, extra: bytes = b"") -> bytes:
    block = channels * bits // 8
    fmt = struct.pack("<HHIIHH", code, channels, rate, rate * block, block, bits)
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt + extra + b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def test_what_is_written_is_read_by_us_and_by_the_standard_library(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    write_wav(path, PCM)
    assert np.array_equal(read_wav(path.read_bytes()), PCM)
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate(), sound.getnframes()) == (
            1,
            2,
            8000,
            800,
        )


def test_g711_files_and_other_chunks_are_read() -> None:
    coded = mu_law.encode(PCM)
    assert np.array_equal(read_wav(wav(7, 8, coded)), mu_law.decode(coded))
    a_law = g711.encode_a_law(PCM)
    assert np.array_equal(read_wav(wav(6, 8, a_law)), g711.decode_a_law(a_law))
    extra = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    assert np.array_equal(read_wav(wav(1, 16, PCM.tobytes(), extra=extra)), PCM)


def test_channels_are_averaged_and_half_a_frame_is_left_out() -> None:
    two = np.stack([PCM, np.zeros_like(PCM)], axis=1)
    mono = read_wav(wav(1, 16, two.tobytes() + b"\x01", channels=2))
    assert np.array_equal(mono, np.round(PCM / 2).astype(np.int16))


@pytest.mark.parametrize(
    "data",
    {
        "empty": b"",
        "no WAV": b"OggS" + bytes(60),
        "no format": b"RIFF\x04\0\0\0WAVE",
        "16 kHz": wav(1, 16, b"", rate=16000),
        "24 bits": wav(1, 24, b""),
        "MP3 inside": wav(85, 16, b""),
        "no channels": wav(1, 16, b"", channels=0),
    }.values(),
)
def test_what_we_do_not_read_is_refused(data: bytes) -> None:
    with pytest.raises(WavError):
        read_wav(data)


@given(st.binary(max_size=80))
def test_no_bytes_raise_anything_else(tail: bytes) -> None:
    for data in (tail, b"RIFF\0\0\0\0WAVE" + tail, wav(7, 8, b"")[:-8] + tail):
        try:
            read_wav(data)
        except WavError:
            continue


def test_a_recording_grows_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    with WavRecorder(path) as recorder:
        for _ in range(10):
            recorder.write(tone([440.0], 0.02))
    sound = read_wav(path.read_bytes())
    assert len(sound) == 1600
    assert heard(mu_law.encode(sound[:160]), 440.0)


def test_two_parties_left_and_right(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    recorder = WavRecorder(path, channels=2)
    recorder.write(b"\x80" * 4, b"\x00" * 2)
    with pytest.raises(ValueError, match="1 channels given, 2 recorded"):
        recorder.write(b"")
    recorder.close()
    recorder.close()
    with wave.open(str(path)) as sound:
        frames = np.frombuffer(sound.readframes(9), dtype="<i2").reshape(-1, 2)
    assert frames.tolist() == [[32124, -32124], [32124, -32124], [32124, 0], [32124, 0]]
