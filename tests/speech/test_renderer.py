"""The renderer: memory, disk, engines in their order, tones at the end; and never a blocked event loop."""

import asyncio
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from callpoint.speech import mu_law, prompt_cache, read_back, renderer
from callpoint.speech.engine import EngineFailure, ToneEngine
from callpoint.speech.flite_engine import FliteEngine
from callpoint.speech.hibari_engine import HibariEngine
from callpoint.speech.prompt_cache import PromptCache
from callpoint.speech.renderer import Renderer, default_engines

from .conftest import ScriptedEngine


def test_a_text_is_rendered_once_and_kept_for_the_next_start(tmp_path: Path, engine: ScriptedEngine) -> None:
    first = Renderer(PromptCache(tmp_path), [engine])
    assert first.cached("hello") is None
    assert first.render("hello") == b"scripted:hello"
    assert first.render("hello") == b"scripted:hello"
    second = Renderer(PromptCache(tmp_path), [engine])
    assert second.in_memory("hello") is None
    assert second.cached("hello") == b"scripted:hello"
    assert second.in_memory("hello") == b"scripted:hello"
    assert engine.asked == ["hello"]


def test_the_next_engine_takes_over_and_the_first_is_asked_again_later(tmp_path: Path) -> None:
    best, other = ScriptedEngine("best", broken=True), ScriptedEngine("other")
    speech = Renderer(PromptCache(tmp_path), [best, other])
    assert speech.render("hello") == b"other:hello"
    best.broken = False
    assert speech.cached("hello") == b"other:hello"
    assert speech.render_all(["hello", "hello"]) == 1
    assert speech.cached("hello") == b"best:hello"


def test_without_any_voice_there_are_tones_and_they_are_not_kept(tmp_path: Path) -> None:
    speech = Renderer(PromptCache(tmp_path), [ScriptedEngine(broken=True)])
    assert speech.render("hello") == ToneEngine().render("")
    assert speech.cached("hello") is None
    assert Renderer(PromptCache(tmp_path), []).render("hello") == ToneEngine().render("")


def test_the_tones_are_audible(tmp_path: Path) -> None:
    pcm = mu_law.decode(ToneEngine().render("anything")).astype(float)
    assert abs(pcm[:8000]).max() > 3000


def test_a_disk_that_fails_stops_no_prompt(tmp_path: Path, engine: ScriptedEngine) -> None:
    (tmp_path / "prompts").write_text("in the way")
    speech = Renderer(PromptCache(tmp_path / "prompts"), [engine])
    assert speech.render("hello") == b"scripted:hello"


def test_rendering_ahead_counts_only_what_was_missing(tmp_path: Path, engine: ScriptedEngine) -> None:
    speech = Renderer(PromptCache(tmp_path), [engine])
    assert speech.render_all(["a", "b", "a"]) == 2
    assert speech.render_all(["a", "b", "c"]) == 1


def test_memory_is_bounded(tmp_path: Path, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "MEMORY_BYTES", 40)
    speech = Renderer(PromptCache(tmp_path), [engine])
    for text in ("one", "two", "three", "four"):
        speech.render(text)
    assert speech.in_memory("one") is None
    assert speech.in_memory("four") is not None
    assert speech.cached("one") == b"scripted:one"


async def test_after_the_warm_up_every_fixed_phrase_needs_no_disk(tmp_path: Path, engine: ScriptedEngine) -> None:
    speech = Renderer(PromptCache(tmp_path), [engine])
    await speech.warm_up()
    for language in ("en", "fr"):
        for text in read_back.carrier_phrases(language):
            assert speech.in_memory(text) is not None
    speech.close()


async def test_the_loop_goes_on_while_a_text_is_rendered(tmp_path: Path) -> None:
    release = threading.Event()

    class SlowEngine(ScriptedEngine):
        def render(self, text: str) -> bytes:
            release.wait(10)
            return super().render(text)

    speech = Renderer(PromptCache(tmp_path), [SlowEngine()])
    speech._cache.put(prompt_cache.key(ScriptedEngine(), "known"), b"from disk")
    slow = asyncio.ensure_future(speech.prompt("slow"))
    # A cached prompt does not wait behind the one being rendered.
    assert await speech.prompt("known") == b"from disk"
    assert not slow.done()
    release.set()
    assert await slow == b"scripted:slow"
    speech.close()


async def test_the_real_voice_speaks_and_survives_being_killed(tmp_path: Path, hibari: HibariEngine) -> None:
    speech = Renderer(PromptCache(tmp_path), [hibari])
    first = await speech.prompt("Floor two.")
    assert len(first) > 4000
    assert hibari._process is not None
    hibari._process.kill()
    assert len(await speech.prompt("Floor three.")) > 4000
    started = time.perf_counter()
    assert await speech.prompt("Floor two.") == first
    assert time.perf_counter() - started < 1.0


def test_default_engines_begin_with_hibari() -> None:
    names = [engine.name for engine in default_engines()]
    assert names[0] == "hibari"
    assert names[1:] == (["flite"] if shutil.which("flite") else [])


def test_flite_speaks(peer: Callable[[str], str]) -> None:
    audio = FliteEngine(peer("flite")).render("Montréal, floor two.")
    assert 0.5 < len(audio) / mu_law.BYTES_PER_SECOND < 5


def test_flite_that_fails_is_a_failure_not_a_crash() -> None:
    for program in ("/nonexistent/flite", "/bin/false", "/bin/true"):
        with pytest.raises(EngineFailure):
            FliteEngine(program).render("hello")


def test_after_closing_nothing_more_is_rendered(tmp_path: Path, engine: ScriptedEngine) -> None:
    speech = Renderer(PromptCache(tmp_path), [engine])
    speech.close()
    speech.render_carrier_phrases(("en",))
    assert engine.asked == []
