"""Alerts said aloud: WAV files made of an alert's words, once for all screens of a language."""

import asyncio
import io
import wave
from collections import OrderedDict
from pathlib import Path
from typing import Final, Protocol

from callpoint.dispatcher.screens.story import Story
from callpoint.dispatcher.screens.words import spoken_sentences
from callpoint.routing.alert_records import AlertPlan
from callpoint.speech import mu_law
from callpoint.speech.renderer import Renderer

# A quarter of a megabyte each; more alerts at once nobody listens to.
KEPT: Final = 32
# The voice says one sentence at a time; who comes behind so many hears the tone, and the words at the next repetition.
MOST_UNDER_WAY: Final = 12
# Ahead of any question only so many: in a flood of calls the processor is for those who must be told.
MOST_AHEAD: Final = 2


class BusyError(Exception):
    """Too many alerts are being rendered; the tone has to do for now."""


class Speaker(Protocol):
    """What is needed of `speech.renderer.Renderer`."""

    async def prompt(self, text: str) -> bytes: ...

    def in_memory(self, text: str) -> bytes | None: ...

    def close(self) -> None: ...


class SpokenAlerts:
    """Belongs to one event loop. The voice starts when the first alert is to be said; it is a process of its own."""

    def __init__(self, prompts: Path, speaker: Speaker | None = None) -> None:
        self._prompts = prompts
        self._speaker = speaker
        self._kept: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._under_way: dict[tuple[str, ...], asyncio.Task[bytes]] = {}

    async def wav(self, plan: AlertPlan, story: Story, language: str) -> bytes:
        """The alert as a WAV file (8 kHz, 16 bits, one channel). Raises BusyError."""
        sentences = spoken_sentences(plan, story, language)
        if sentences in self._kept:
            self._kept.move_to_end(sentences)
            return self._kept[sentences]
        making = self._under_way.get(sentences)
        if making is None:
            if len(self._under_way) >= MOST_UNDER_WAY:
                raise BusyError
            making = self._under_way[sentences] = asyncio.create_task(self._make(sentences))
        # One who goes away must not take the sound from the others who wait for it.
        return await asyncio.shield(making)

    def prepare(self, plan: AlertPlan, story: Story, languages: set[str]) -> None:
        """Begins to render what will soon be asked for, unless there is enough to do."""
        for language in languages:
            sentences = spoken_sentences(plan, story, language)
            if sentences not in self._kept and sentences not in self._under_way:
                if len(self._under_way) >= MOST_AHEAD:
                    return
                self._under_way[sentences] = asyncio.create_task(self._make(sentences))

    async def close(self) -> None:
        """Ends the voice."""
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        if self._speaker is not None:
            self._speaker.close()

    async def _make(self, sentences: tuple[str, ...]) -> bytes:
        try:
            if self._speaker is None:
                self._speaker = Renderer.open(self._prompts)
            sound = b"".join([await self._speaker.prompt(sentence) for sentence in sentences])
            file = wav_file(sound)
            # Tones in place of a voice that failed are remembered by nobody: the next one may find it alive again.
            if all(self._speaker.in_memory(sentence) is not None for sentence in sentences):
                self._kept[sentences] = file
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return file
        finally:
            del self._under_way[sentences]


def wav_file(sound: bytes) -> bytes:
    """mu-law as a WAV file of 16-bit samples, which every browser and program plays."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(mu_law.SAMPLE_RATE)
        writer.writeframes(mu_law.decode(sound).astype("<i2").tobytes())
    return file.getvalue()
