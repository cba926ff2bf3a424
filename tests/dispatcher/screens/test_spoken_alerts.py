"""Alerts said aloud: which words, once for all, and what happens when the voice cannot."""

import asyncio
import io
import resource
import socket
import wave
from pathlib import Path

import pytest
from tests.dispatcher.screens.stage import ACME, CALL, SilentSpeaker, alert_data, fact

from callpoint.dispatcher.screens.open_files import DEAD_AFTER_MILLISECONDS, ready_for_many
from callpoint.dispatcher.screens.spoken_alerts import BusyError, SpokenAlerts
from callpoint.dispatcher.screens.story import Story
from callpoint.dispatcher.screens.words import spoken_sentences
from callpoint.snapshot import fact_kinds
from callpoint.speech.engine import ToneEngine
from callpoint.speech.prompt_cache import PromptCache
from callpoint.speech.renderer import Renderer

STORY = Story.begun(fact(1, fact_kinds.ALERT, alert_data()), quiet=False)


class PatientSpeaker(SilentSpeaker):
    """Says nothing before it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.may = asyncio.Event()

    async def prompt(self, text: str) -> bytes:
        await self.may.wait()
        return await super().prompt(text)


def test_what_is_said_is_who_where_and_the_number_to_call_back() -> None:
    said = " ".join(spoken_sentences(ACME, STORY, "en"))
    assert "Ada Lovelace" in said
    assert "one fifteen State Street" in said or "State Street" in said
    assert "eight zero two" in said
    assert spoken_sentences(ACME, STORY, "fr") != spoken_sentences(ACME, STORY, "en")


def test_a_test_says_that_it_is_one() -> None:
    story = Story.begun(fact(1, fact_kinds.ALERT, alert_data(type="test_call", test=True)), quiet=False)
    assert "test" in spoken_sentences(ACME, story, "en")[0].lower()


async def test_those_who_ask_together_wait_for_one_rendering(tmp_path: Path) -> None:
    speaker = PatientSpeaker()
    speech = SpokenAlerts(tmp_path, speaker)
    asking = [asyncio.create_task(speech.wav(ACME, STORY, "en")) for _ in range(50)]
    await asyncio.sleep(0)
    asking[0].cancel()  # one who goes away takes nothing from the others
    speaker.may.set()
    files = await asyncio.gather(*asking[1:])
    assert len(set(files)) == 1
    assert len(speaker.said) == len(spoken_sentences(ACME, STORY, "en"))
    await speech.close()


async def test_a_flood_of_alerts_is_not_queued_without_end(tmp_path: Path) -> None:
    speaker = PatientSpeaker()
    speech = SpokenAlerts(tmp_path, speaker)
    stories = [
        Story.begun(
            fact(1, fact_kinds.ALERT, alert_data(call=type(CALL)(call_id="c", person=f"Person {n}"))), quiet=False
        )
        for n in range(20)
    ]
    for story in stories:
        speech.prepare(ACME, story, {"en", "fr"})
    asking = [asyncio.create_task(speech.wav(ACME, story, "en")) for story in stories[:-1]]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await speech.wav(ACME, stories[-1], "en")
    speaker.may.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    spoken = [one for one in answers if isinstance(one, bytes)]
    assert 10 <= len(spoken) <= 12
    assert all(isinstance(one, bytes | BusyError) for one in answers)
    assert (await speech.wav(ACME, stories[-1], "en"))[:4] == b"RIFF"
    await speech.close()


async def test_a_voice_that_fails_leaves_tones_and_is_asked_again(tmp_path: Path) -> None:
    speech = SpokenAlerts(tmp_path, Renderer(PromptCache(tmp_path), ()))
    sound = await speech.wav(ACME, STORY, "en")
    with wave.open(io.BytesIO(sound)) as reader:
        assert (reader.getframerate(), reader.getnchannels(), reader.getsampwidth()) == (8000, 1, 2)
        tones = len(ToneEngine().render("")) * len(spoken_sentences(ACME, STORY, "en"))
        assert reader.getnframes() == tones
    assert speech._kept == {}
    await speech.close()


def test_a_listening_socket_gives_dead_connections_up_and_files_are_many() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        try:
            allowed = ready_for_many(listening)
            assert allowed == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
            assert allowed >= min(before[1] if before[1] > 0 else 65_536, 65_536) or before[0] == resource.RLIM_INFINITY
            with socket.create_connection(listening.getsockname()) as client:
                accepted, _ = listening.accept()
                with accepted:
                    option = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
                    assert option == DEAD_AFTER_MILLISECONDS
                    assert client.getpeername() == listening.getsockname()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
