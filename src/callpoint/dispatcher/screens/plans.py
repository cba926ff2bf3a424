"""The alert plans as doors: which token, which pass opens which organization, and whether it still does.

Asked at every request and for every open stream once a second, so all of it is in memory. Plans are compared by
identity: the snapshot keeps a plan's object until another was published.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from callpoint.dispatcher.screens.viewer import Viewer
from callpoint.routing import board_pass
from callpoint.routing.alert_records import AlertPlan, Screen

# What portals give is 32 to 60 signs; more is nobody's token and not worth a digest.
LONGEST_TOKEN: Final = 200
# Far more than come in a minute; a pass that is forgotten early could be shown once more, and no worse.
MOST_PASSES: Final = 10_000


class PlanSource(Protocol):
    """What is needed of `snapshot.store.Snapshot`."""

    def alert_plan(self, organization: str) -> AlertPlan | None: ...

    def alert_plans(self) -> Sequence[AlertPlan]: ...


class Plans:
    """Belongs to one event loop. `refresh` is to be called now and then; nothing else looks at the source."""

    def __init__(self, source: PlanSource, pass_key: str) -> None:
        self._source = source
        self._pass_key = pass_key
        self._seen: tuple[AlertPlan, ...] = ()
        self._plans: dict[str, AlertPlan] = {}
        self._screens: dict[str, tuple[AlertPlan, Screen]] = {}
        self._used: OrderedDict[str, None] = OrderedDict()
        self.refresh()

    @property
    def known(self) -> bool:
        """False while no plan was ever read: then nobody is known to be unknown."""
        return bool(self._plans)

    def refresh(self) -> bool:
        """Takes what was published since; whether there was anything."""
        found = tuple(self._source.alert_plans())
        if len(found) == len(self._seen) and all(a is b for a, b in zip(found, self._seen, strict=True)):
            return False
        self._seen = found
        self._plans = {plan.organization: plan for plan in found}
        self._screens = {one.token_digest: (plan, one) for plan in found for one in plan.screens if one.token_digest}
        return True

    def plan(self, organization: str) -> AlertPlan | None:
        return self._plans.get(organization)

    def by_token(self, token: str) -> Viewer | None:
        """Whose screen that token is. Any text may be asked."""
        if not token or len(token) > LONGEST_TOKEN:
            return None
        found = self._screens.get(digest_of(token))
        return Viewer.of_screen(*found) if found is not None else None

    def by_pass(self, text: str, now: float) -> Viewer | None:
        """Whose pass that is, if it is good at `now` and the account may still look. It is good once."""
        holder = board_pass.read(self._pass_key, text, now)
        viewer = self._watcher(holder.organization, holder.account) if holder is not None else None
        used = digest_of(text)
        if viewer is None or used in self._used:
            return None
        self._used[used] = None
        if len(self._used) > MOST_PASSES:
            self._used.popitem(last=False)
        return viewer

    def by_stay(self, text: str, now: float) -> Viewer | None:
        """Whose stay that is, if it is good at `now` and the account may still look."""
        holder = board_pass.read(self._pass_key, text, now, "stay")
        return self._watcher(holder.organization, holder.account) if holder is not None else None

    def stay(self, viewer: Viewer, now: float) -> str:
        """A pass for a working day, to be kept as a cookie."""
        holder = board_pass.Holder(viewer.organization, viewer.id)
        return board_pass.make(self._pass_key, holder, now, board_pass.STAY_SECONDS, "stay")

    def as_now(self, viewer: Viewer) -> Viewer | None:
        """The viewer by the plans of now; None when it was revoked, or the account may not look any more."""
        if viewer.is_watcher:
            return self._watcher(viewer.organization, viewer.id)
        found = self._screens.get(viewer.key)
        return Viewer.of_screen(*found) if found is not None else None

    def _watcher(self, organization: str, account: str) -> Viewer | None:
        plan = self._plans.get(organization)
        found: Mapping[str, Viewer] = (
            {}
            if plan is None
            else {one.account: Viewer.of_watcher(plan, one) for one in plan.watchers if one.account == account}
        )
        return found.get(account)


def digest_of(token: str) -> str:
    """As it stands in the plan: SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
