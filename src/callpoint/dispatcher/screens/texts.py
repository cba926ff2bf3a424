"""What is sent, as bytes: made once for all who get the very same, and kept until something happens.

A thousand screens that come back at one moment cost one text, not a thousand.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from callpoint.dispatcher.screens.story import Story
from callpoint.dispatcher.screens.teller import Teller, as_json, sse
from callpoint.dispatcher.screens.viewer import Audience
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import Fact

# What a screen can have missed and still get event by event; beyond that `state` is shorter.
REMEMBERED: Final = 5_000  # of each organization
REPLAYED: Final = 2_000
# Anybody with a token can name any number as the last seen.
MOST_TEXTS: Final = 500


Shown = Callable[[], Iterable[Story]]


@dataclass(frozen=True)
class Told:
    """A fact that has been folded, with its story."""

    fact: Fact
    story: Story


class Texts:
    """`remember` what is told, `forget` what was made of it whenever something new is told or a second has passed."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._remembered: dict[str, deque[Told]] = {}
        self._forgotten = 0  # facts up to this one may be remembered no more
        self._firsts: dict[tuple[Audience, int], bytes] = {}
        self._events: dict[tuple[int, str, str, bool, bool], bytes] = {}
        self._wholes: dict[tuple[str, str, bool], str] = {}

    def begin_after(self, seq: int) -> None:
        """Nothing up to that fact is known."""
        self._forgotten = seq

    def remember(self, told: Told) -> None:
        kept = self._remembered.setdefault(told.story.organization, deque())
        kept.append(told)
        if len(kept) > REMEMBERED:
            self._forgotten = max(self._forgotten, kept.popleft().fact.seq)

    def forget(self) -> None:
        """What was made is out of date."""
        self._firsts.clear()
        self._events.clear()
        self._wholes.clear()

    def joined(self, told: Iterable[Told], audience: Audience) -> bytes:
        """Their events for that audience, as one text."""
        return b"".join(self._event(one, audience) for one in told if one.story.organization == audience.organization)

    def first(self, audience: Audience, last_id: int | None, position: int, shown: Shown) -> bytes:
        """What somebody gets who comes now and has seen `last_id` (None or 0: nothing): what was missed, or all that
        is `shown` now."""
        key = (audience, last_id or 0)
        if len(self._firsts) >= MOST_TEXTS:
            self._firsts.clear()
        if key not in self._firsts:
            self._firsts[key] = self._missed(audience, last_id, position) or self._state(audience, position, shown())
        return self._firsts[key]

    def _event(self, told: Told, audience: Audience) -> bytes:
        """b"" where it is none of theirs (yet)."""
        since = told.story.told_since(audience)
        if since is None or since > told.fact.seq > 0:
            return b""
        first = since == told.fact.seq and told.fact.kind != fact_kinds.ALERT
        key = (told.fact.seq, told.story.alert, audience.language, audience.board, first)
        if key not in self._events or not told.fact.seq:
            made = self._teller.event(told.fact, told.story, audience)
            # A screen that is told only now has missed the beginning.
            self._events[key] = self._teller.begun(told.story, audience, told.fact.seq) + made if first else made
        return self._events[key]

    def _missed(self, audience: Audience, last_id: int | None, position: int) -> bytes:
        """What came after `last_id`; b"" where the state must stand in."""
        if not last_id or not self._forgotten <= last_id <= position:
            return b""
        # The last event's number may be below the position: other organizations' facts are nothing to this one.
        unchanged = sse("unchanged", {"position": position}, position)
        kept = self._remembered.get(audience.organization, deque())
        if not kept or kept[-1].fact.seq <= last_id:
            return unchanged
        missed = list(kept)[bisect_right([one.fact.seq for one in kept], last_id) :]
        return self.joined(missed, audience) + unchanged if len(missed) <= REPLAYED else b""

    def _state(self, audience: Audience, position: int, shown: Iterable[Story]) -> bytes:
        """`state` as an event; each story is made into text once for all audiences of a language."""
        texts = []
        for story in shown:
            key = (story.alert, audience.language, audience.board)
            if key not in self._wholes:
                self._wholes[key] = as_json(self._teller.whole(story, audience))
            texts.append(self._wholes[key])
        body = f'{{"position":{position},"alerts":[{",".join(texts)}]}}'
        return f"id: {position}\nevent: state\ndata: {body}\n\n".encode()
