"""flite, where it is installed: the second voice, for when hibari cannot be had."""

import shutil
import subprocess
import tempfile
import unicodedata
import wave
from pathlib import Path

import numpy as np

from callpoint.speech.engine import EngineFailure
from callpoint.speech.telephone_audio import to_mu_law

# rms was understood best of flite's voices (word error rate 13 % against 20 to 23 %).
VOICE = "rms"
TIMEOUT = 10.0


class FliteEngine:
    """Starts `flite` for each text, about half a second for a long sentence."""

    name = "flite"
    version = "1"
    voice = VOICE
    speed = 1.0

    def __init__(self, program: str) -> None:
        self._program = program

    @classmethod
    def found(cls) -> "FliteEngine | None":
        """The engine if the program is on the path."""
        program = shutil.which("flite")
        return cls(program) if program else None

    def render(self, text: str) -> bytes:
        with tempfile.TemporaryDirectory(prefix="callpoint-flite-") as folder:
            source, target = Path(folder, "text"), Path(folder, "sound.wav")
            # It knows ASCII only; an accent left out is better than a letter left out.
            source.write_bytes(unicodedata.normalize("NFKD", text).encode("ascii", "ignore"))
            command = (self._program, "-voice", self.voice, "-f", str(source), "-o", str(target))
            try:
                subprocess.run(command, check=True, timeout=TIMEOUT, capture_output=True)
                with wave.open(str(target), "rb") as sound:
                    frames, rate = sound.readframes(sound.getnframes()), sound.getframerate()
                return to_mu_law(np.frombuffer(frames, dtype="<i2").astype(np.float32) / np.float32(32768), rate)
            except (OSError, subprocess.SubprocessError, wave.Error, EOFError, ValueError) as error:
                raise EngineFailure(f"flite: {error}") from error

    def close(self) -> None:
        """Nothing is held."""
