"""All stories the screens may be shown: by organization, the open ones and the latest of the others."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from callpoint.dispatcher.screens.moments import seconds_of
from callpoint.dispatcher.screens.story import STALE_SECONDS, Story
from callpoint.dispatcher.screens.viewer import Audience
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import Fact

# The board shows a day's calls; more of them are for the call records.
MOST_STORIES: Final = 300
# Of open alerts a flood could be made; a screen could not show them either.
MOST_OPEN: Final = 2000

Quiet = Callable[[Fact], bool]


class Bookshelf:
    """Fed with facts in their order. `quiet` says of a fact ALERT whether it is to make no sound."""

    def __init__(self, quiet: Quiet) -> None:
        self._quiet = quiet
        self._stories: dict[str, OrderedDict[str, Story]] = {}

    def take(self, fact: Fact) -> Story | None:
        """The story the fact belongs to, with it told; None for facts of none."""
        if fact.kind == fact_kinds.ALERT:
            return self._begin(fact)
        story = self.find(fact.organization, str(fact.data.get("alert") or fact.call_id))
        if story is not None:
            story.take(fact)
        return story

    def find(self, organization: str, alert: str) -> Story | None:
        kept = self._stories.get(organization)
        return kept.get(alert) if kept is not None else None

    def seen_by(self, audience: Audience, now: float) -> list[Story]:
        """Oldest first: what a screen is to show now; a board is shown everything kept."""
        kept = self._stories.get(audience.organization, OrderedDict[str, Story]()).values()
        shown = [story for story in kept if story.told_since(audience) is not None]
        return shown if audience.board else [story for story in shown if story.is_open(now)]

    def trim(self, now: float) -> None:
        """Lets go of what is over and old, and of the oldest where there are too many."""
        for organization, kept in list(self._stories.items()):
            stale = [alert for alert, story in kept.items() if now - seconds_of(story.at) > STALE_SECONDS]
            over = [alert for alert, story in kept.items() if not story.is_open(now)]
            for alert in {*stale, *over[: max(0, len(kept) - MOST_STORIES)]}:
                del kept[alert]
            while len(kept) > MOST_OPEN:
                kept.popitem(last=False)
            if not kept:
                del self._stories[organization]

    def _begin(self, fact: Fact) -> Story:
        stories = self._stories.setdefault(fact.organization, OrderedDict())
        story = Story.begun(fact, self._quiet(fact))
        # The same alert twice is a doubled fact: what was told of it stays.
        return stories.setdefault(story.alert, story)
