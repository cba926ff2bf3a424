"""The voice of 933 and of the announcement when nobody can be reached."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from callpoint.ops.doctor.check import Check, Subject
from callpoint.ops.doctor.finding import Finding, FindingKind
from callpoint.speech.engine import EngineFailure, TtsEngine
from callpoint.speech.flite_engine import FliteEngine
from callpoint.speech.hibari_engine import HibariEngine
from callpoint.speech.prompt_cache import MAX_BYTES, SUFFIX

LIMIT_SECONDS: Final = 45.0
PHRASE: Final = "One one five, State Street."
SLOW_SECONDS: Final = 1.5  # such a phrase takes 0.1 s; a caller of 933 hears silence for as long

MUTE = FindingKind(
    "voice.mute",
    "error",
    "No voice works: 933 and the announcement for a call nobody took would be three tones.",
    "Read why hibari fails, and install flite (on Debian: apt install flite).",
)
SECOND_ONLY = FindingKind(
    "voice.second-only",
    "warning",
    "The first voice (hibari) does not work; flite speaks in its place, and is understood less well.",
    "Install Callpoint's requirements anew; look at the memory of this machine.",
)
NO_SECOND = FindingKind(
    "voice.no-second",
    "notice",
    "The second voice (flite) is not installed or does not work: if the first one fails, 933 would be three tones.",
    "Install flite (on Debian: apt install flite).",
)
SLOW = FindingKind(
    "voice.slow",
    "warning",
    f"The voice takes more than {SLOW_SECONDS:g} s for a short phrase; callers of 933 hear silence meanwhile.",
    "Give this machine more processor, or see what else runs on it.",
)
NO_CACHE = FindingKind(
    "voice.no-cache",
    "warning",
    "Rendered speech cannot be kept, so that every 933 call waits for the voice.",
    "Let the user Callpoint runs as write into node/prompts.",
)
FINE = FindingKind("voice.fine", "ok", "The voice speaks in time.")
CACHE = FindingKind("voice.cache", "ok", "How much rendered speech is kept.")


def look_at_voices(subject: Subject) -> Iterator[Finding]:
    """Renders one phrase with each voice, as the node would with nothing cached."""
    yield from judged(HibariEngine(), FliteEngine.found())


def judged(first: TtsEngine, second: TtsEngine | None) -> Iterator[Finding]:
    """What these two voices can do. Closes them."""
    trouble, seconds = _rendered(first)
    second_trouble = _rendered(second)[0] if second is not None else "it is not installed"
    if trouble:
        kind = MUTE if second_trouble else SECOND_ONLY
        yield kind.found(f"{first.name} does not speak: {trouble}; flite: {second_trouble or 'speaks'}.")
        return
    if second_trouble:
        yield NO_SECOND.found(f"The second voice (flite) does not speak: {second_trouble}.")
    if seconds > SLOW_SECONDS:
        yield SLOW.found(f"{first.name} took {seconds:.1f} s for a phrase of two seconds.")
    else:
        yield FINE.found(f"{first.name} said a phrase in {seconds:.2f} s.")


def _rendered(engine: TtsEngine) -> tuple[str, float]:
    """Why it failed ("" if not), and the seconds of the second rendering: the first one loads the voice."""
    try:
        engine.render(PHRASE)
        began = time.monotonic()
        engine.render(PHRASE)
        return "", time.monotonic() - began
    except EngineFailure as failure:
        return str(failure), 0.0
    finally:
        engine.close()


def look_at_cache(subject: Subject) -> Iterator[Finding]:
    """Room and rights of the prompts."""
    folder = subject.config.node_dir / "prompts"
    if not folder.is_dir():
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield NO_CACHE.found(f"{folder} cannot be written: {error.strerror}.")
        return
    sizes = [_size(file) for file in folder.glob(f"*/*{SUFFIX}")]
    yield CACHE.found(f"{len(sizes):,} prompts are kept, {sum(sizes) / 1e6:,.1f} of at most {MAX_BYTES / 1e6:,.0f} MB.")


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0  # the least used go while we look


CHECKS = (Check("the voice", look_at_voices, limit=LIMIT_SECONDS), Check("the prompts", look_at_cache))
