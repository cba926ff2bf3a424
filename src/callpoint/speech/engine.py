"""What an engine of speech is, and the last one of all: tones, which never fail."""

from typing import Protocol

import numpy as np

from callpoint.speech import mu_law


class EngineFailure(Exception):
    """An engine could not render a text now; the next engine is to be asked."""


class TtsEngine(Protocol):
    """Text to 8 kHz mu-law. `name`, `version`, `voice`, `speed` identify the sound in the cache."""

    name: str
    version: str
    voice: str
    speed: float

    def render(self, text: str) -> bytes:
        """The sound of `text`, as mu-law. Blocks; safe from any thread. Raises EngineFailure."""
        ...

    def close(self) -> None:
        """Give back processes and the like, at once; a `render` under way or later fails."""
        ...


class ToneEngine:
    """Three rising tones in place of any text: the caller hears that the line works and speech does not."""

    name = "tones"
    version = "1"
    voice = "special-information"
    speed = 1.0

    # The three tones of the special information tone (ITU-T E.180), 330 ms each, then a pause.
    FREQUENCIES = (950, 1400, 1800)
    SECONDS = 0.33
    LEVEL = 0.15
    PAUSE = 0.5

    def render(self, text: str) -> bytes:
        at = np.arange(round(self.SECONDS * mu_law.SAMPLE_RATE)) / mu_law.SAMPLE_RATE
        tones = [np.sin(2 * np.pi * frequency * at) for frequency in self.FREQUENCIES]
        pcm = np.round(np.concatenate(tones) * self.LEVEL * 32767).astype(np.int16)
        return mu_law.encode(pcm) + mu_law.silence(self.PAUSE)

    def close(self) -> None:
        """Nothing is held."""
