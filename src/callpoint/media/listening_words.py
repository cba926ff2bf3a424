"""What the parties of a call are told, where the organization wants it: that somebody listens, that it is recorded."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Literal

from callpoint.media.tones import tone

logger = logging.getLogger(__name__)

Announcement = Literal["listening", "recording"]
Prompt = Callable[[str], Awaitable[bytes]]
"""Gives the mu-law of a text (`speech.renderer.Renderer.prompt`)."""

SENTENCES: Final[dict[tuple[str, Announcement], str]] = {
    ("en", "listening"): "Somebody from the building's security is listening to this call.",
    ("en", "recording"): "This call is being recorded.",
    ("fr", "listening"): "Une personne de la sécurité de l'immeuble écoute cet appel.",
    ("fr", "recording"): "Cet appel est enregistré.",
}
PATIENCE_SECONDS: Final = 5.0
"""Words that come later than that would be said into the middle of a conversation."""
# Short, once, and unlike any tone of a telephone network.
BEEP: Final = tone([1400.0], 0.25, level=0.1)


async def announcement(prompt: Prompt, what: Announcement, language: str) -> bytes:
    """Its sound as mu-law; a short tone where there is no voice in time."""
    sentence = SENTENCES["fr" if language == "fr" else "en", what]
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await prompt(sentence) or BEEP
    except TimeoutError:
        logger.warning("no voice within %g s for an announcement: a tone is played", PATIENCE_SECONDS)
        return BEEP
