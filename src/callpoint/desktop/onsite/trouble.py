"""What is wrong, in words."""

from callpoint.desktop.agent.health import Link
from callpoint.desktop.agent.situation import Situation
from callpoint.desktop.onsite.words import Words


def trouble_words(situation: Situation, words: Words, monotonic: float) -> str:
    """How it stands with the server, in one sentence."""
    link = situation.link(monotonic)
    if link is Link.LOST:
        return words("lost", time=situation.last_word(monotonic).strftime("%H:%M:%S"))
    if link is Link.REFUSED:
        return words("refused")
    if link is Link.CONNECTED:
        return words("connected", organization=situation.organization, screen=situation.screen)
    return words("starting", host="")
