"""Text to sound for everybody: the node (which may not wait) and the worker (which renders ahead).

Order of a prompt: memory, disk, the first engine that can. Tones always can, so a prompt never fails.
"""

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from callpoint.speech import prompt_cache, read_back
from callpoint.speech.engine import EngineFailure, ToneEngine, TtsEngine
from callpoint.speech.flite_engine import FliteEngine
from callpoint.speech.hibari_engine import HibariEngine
from callpoint.speech.prompt_cache import PromptCache

logger = logging.getLogger(__name__)

# All carrier phrases of both languages are about 1.5 MB; the rest holds what was played lately.
MEMORY_BYTES = 8 * 1024**2


def default_engines() -> tuple[TtsEngine, ...]:
    """hibari, then flite if it is installed. Tones follow by themselves."""
    flite = FliteEngine.found()
    return (HibariEngine(), flite) if flite else (HibariEngine(),)


class Renderer:
    """Gives the mu-law of a text. Thread-safe; the coroutines never block their event loop, not even on the disk."""

    def __init__(self, cache: PromptCache, engines: Sequence[TtsEngine]) -> None:
        self._cache = cache
        self._engines = tuple(engines)
        self._tones = ToneEngine()
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._memory_size = 0
        self._memory_lock = threading.Lock()
        self._closed = threading.Event()
        # Reading the cache has threads of its own, so that a cached prompt never waits behind one being rendered.
        self._readers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="prompt-read")
        # Two, so that a caller's address does not wait for all carrier phrases of the first start: an engine says
        # one text at a time, and the two take turns.
        self._renderers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="prompt-render")

    @classmethod
    def open(cls, directory: Path) -> "Renderer":
        """The renderer of an installation: cache in `directory`, the engines this machine has."""
        return cls(PromptCache(directory), default_engines())

    def cached(self, text: str) -> bytes | None:
        """The sound of `text` if any engine rendered it before. At worst a file read for each engine."""
        audio = self.in_memory(text)
        if audio is not None:
            return audio
        for engine in self._engines:
            audio = self._cache.get(prompt_cache.key(engine, text))
            if audio is not None:
                self._remember(text, audio)
                return audio
        return None

    def in_memory(self, text: str) -> bytes | None:
        """The sound of `text` if it needs no disk: for an announcement that must not wait for anything."""
        with self._memory_lock:
            audio = self._memory.get(text)
            if audio is not None:
                self._memory.move_to_end(text)
            return audio

    def render(self, text: str) -> bytes:
        """The sound of `text` by the best engine that can; blocks. What a lesser engine made before is made anew."""
        for engine in self._engines:
            name = prompt_cache.key(engine, text)
            audio = self._cache.get(name)
            if audio is None:
                audio = self._ask(engine, text)
                if audio is not None:
                    self._cache.put(name, audio)
            if audio is not None:
                self._remember(text, audio)
                return audio
        # Not kept: the next call may find an engine alive again.
        return self._tones.render(text)

    def render_all(self, texts: Iterable[str]) -> int:
        """Render what is not yet cached by the first engine; gives how many texts that were. For the worker."""
        missing = [text for text in dict.fromkeys(texts) if not self._is_best_cached(text)]
        for text in missing:
            self.render(text)
        return len(missing)

    def render_carrier_phrases(self, languages: Iterable[str] = ("en", "fr")) -> None:
        """Have every fixed phrase rendered and in memory; blocks (seconds at the first start, then a few ms)."""
        for language in languages:
            for text in read_back.carrier_phrases(language):
                self.render(text)

    async def prompt(self, text: str) -> bytes:
        """The sound of `text`: at once from memory, from disk in about a millisecond, else when it is rendered."""
        audio = self.in_memory(text)
        if audio is not None:
            return audio
        loop = asyncio.get_running_loop()
        audio = await loop.run_in_executor(self._readers, self.cached, text)
        if audio is not None:
            return audio
        return await loop.run_in_executor(self._renderers, self.render, text)

    async def warm_up(self, languages: Iterable[str] = ("en", "fr")) -> None:
        """`render_carrier_phrases` without blocking: the node starts this beside everything else."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._renderers, self.render_carrier_phrases, tuple(languages))

    def close(self) -> None:
        """End threads and engines. A rendering under way is cut short, and what was to follow it is not begun."""
        self._closed.set()
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._renderers.shutdown(wait=False, cancel_futures=True)
        for engine in self._engines:
            engine.close()

    def _is_best_cached(self, text: str) -> bool:
        return bool(self._engines) and self._cache.get(prompt_cache.key(self._engines[0], text)) is not None

    def _ask(self, engine: TtsEngine, text: str) -> bytes | None:
        if self._closed.is_set():
            return None
        try:
            return engine.render(text)
        except EngineFailure as failure:
            logger.warning("%s could not say a prompt: %s", engine.name, failure)
            return None

    def _remember(self, text: str, audio: bytes) -> None:
        with self._memory_lock:
            self._memory_size += len(audio) - len(self._memory.pop(text, b""))
            self._memory[text] = audio
            while self._memory_size > MEMORY_BYTES:
                _, dropped = self._memory.popitem(last=False)
                self._memory_size -= len(dropped)
