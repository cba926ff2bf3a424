"""Who looks: a screen by its token, or a signed-in watcher by a pass of the portal."""

from dataclasses import dataclass
from typing import Literal

from callpoint.routing.alert_records import AlertPlan, Screen, Watcher

LANGUAGES = ("en", "fr")


@dataclass(frozen=True)
class Audience:
    """Those who see the very same: one text is made for all of them. No `buildings` means every one.

    `screen` is the id of a screen some subscription names, "" for all others, who are told together or not at all.
    """

    organization: str
    language: str
    buildings: frozenset[str]
    board: bool
    screen: str = ""

    def covers(self, building_id: str) -> bool:
        """A call whose building nobody knows is everybody's."""
        return not self.buildings or not building_id or building_id in self.buildings


@dataclass(frozen=True)
class Viewer:
    """One who may look at an organization's alerts. `id` is the screen's or the account's; `key` a token's digest."""

    kind: Literal["screen", "watcher"]
    organization: str
    id: str
    name: str
    language: str = ""
    buildings: frozenset[str] = frozenset()
    may_monitor: bool = False
    key: str = ""
    named: bool = False  # some subscription tells this very screen

    @classmethod
    def of_screen(cls, plan: AlertPlan, screen: Screen) -> "Viewer":
        return cls(
            kind="screen",
            organization=plan.organization,
            id=screen.id,
            name=screen.name,
            language=screen.language or plan.language,
            buildings=frozenset(screen.buildings),
            key=screen.token_digest,
            named=any(one.channel == "onsite" and one.address == screen.id for one in plan.recipients),
        )

    @classmethod
    def of_watcher(cls, plan: AlertPlan, watcher: Watcher) -> "Viewer":
        return cls(
            kind="watcher",
            organization=plan.organization,
            id=watcher.account,
            name=watcher.name,
            language=watcher.language or plan.language,
            may_monitor=watcher.may_monitor,
        )

    @property
    def is_watcher(self) -> bool:
        return self.kind == "watcher"

    def audience(self, language: str = "") -> Audience:
        """With `language` as asked for, else the viewer's own; English for one we do not speak."""
        wanted = (language or self.language).lower()[:2]
        spoken = wanted if wanted in LANGUAGES else LANGUAGES[0]
        return Audience(self.organization, spoken, self.buildings, self.is_watcher, self.id if self.named else "")
