"""The built-in sounds, made here: an alert must be heard although nothing could be fetched."""

import array
import io
import math
import wave
from typing import Final

RATE: Final = 16_000  # samples a second
LOUDNESS: Final = 0.8  # of full scale; more would distort on small loudspeakers
FADE_SECONDS: Final = 0.01  # no click at either end of a tone

# Frequencies in Hz with their seconds: between 500 and 1500 Hz small loudspeakers and old ears are best.
SIREN: Final = ((960.0, 0.25), (770.0, 0.25)) * 4
CHIME: Final = ((660.0, 0.35), (0.0, 0.1), (528.0, 0.5))


def wav(tones: tuple[tuple[float, float], ...], loudness: float = LOUDNESS) -> bytes:
    """A WAV file, 16 bits, mono; a frequency of 0 is silence."""
    samples = array.array("h")
    for frequency, seconds in tones:
        samples.extend(_tone(frequency, int(seconds * RATE), loudness))
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return content.getvalue()


def _tone(frequency: float, count: int, loudness: float) -> list[int]:
    fade = FADE_SECONDS * RATE
    swing = 2 * math.pi * frequency / RATE
    return [int(32_767 * loudness * min(1.0, n / fade, (count - n) / fade) * math.sin(swing * n)) for n in range(count)]
