"""Who would be told of a 911 call right now, and what stands in the way of somebody being told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callpoint.directory.models import Building, Organization
from callpoint.notices.models import Delivery, RecipientTest, ScreenSign
from callpoint.notices.publishing import plan_of
from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import EVERY_SCREEN, AlertPlan, AlertType, Recipient, Subscription
from callpoint.routing.who_is_told import at_once, matching, on_duty, recipients_of
from callpoint.web.portal.alerts.words import channel_word

NAMED: Final = 5
_CALLS: Final = ("emergency", "relay_center")
BAD: Final = "bad"
DOUBTFUL: Final = "doubtful"


@dataclass(frozen=True)
class Gap:
    """Something that keeps people from being told. `url` is the name of the page where it is mended."""

    level: str
    title: str
    remedy: str
    url: str
    link_text: str


@dataclass(frozen=True)
class Told:
    """A step: when, by which subscription and group, who. Whoever is not `on_duty` is passed over."""

    after_seconds: int
    subscription: Subscription
    group: str
    recipients: tuple[Recipient, ...]
    on_duty: bool


@dataclass(frozen=True)
class Coverage:
    """How an organization's alerts stand: its plan as the rows are now, and last tests by recipient."""

    plan: AlertPlan
    tests: Mapping[str, RecipientTest]
    screens: frozenset[str]
    now: datetime

    def told(self, building: int | None) -> list[Told]:
        """Who is told of a 911 call from there, in order; from None: of one without a location."""
        return told(self.plan, call_from(self.plan, building), type_from(building), self.now)

    def first(self) -> dict[str, Recipient]:
        """Everybody some 911 call is told to at once."""
        found: dict[str, Recipient] = {}
        for one in self.plan.subscriptions:
            if one.type in _CALLS:
                for step in one.steps:
                    if step.after_seconds == 0:
                        found |= {who.id: who for who in recipients_of(self.plan, step)}
        return found

    def everybody(self) -> dict[str, Recipient]:
        """Everybody who is told of some 911 call, sooner or later."""
        steps = (step for one in self.plan.subscriptions if one.type in _CALLS for step in one.steps)
        return {who.id: who for step in steps for who in recipients_of(self.plan, step)}

    def failed(self, who: Iterable[Recipient]) -> list[Recipient]:
        """Those of them whose last test failed."""
        bad = Delivery.State.FAILED
        return [one for one in who if (test := self.tests.get(one.id)) is not None and test.state == bad]


def coverage(organization: Organization, now: datetime) -> Coverage:
    """Read from the rows, which are published within a second or so. Call within the organization's scope."""
    tests = RecipientTest.objects.filter(organization=organization)
    alive = ScreenSign.objects.filter(organization=organization, connected=True, screen__revoked_at=None)
    return Coverage(
        plan=plan_of(organization),
        tests={str(one.recipient_id): one for one in tests},
        screens=frozenset(str(key) for key in alive.values_list("screen_id", flat=True)),
        now=now,
    )


def call_from(plan: AlertPlan, building: int | None) -> AlertCall:
    """A 911 call from a building, by a person, trunk and spot that no filter names."""
    return AlertCall(organization=plan.organization, service="emergency", building_id=str(building or ""))


def type_from(building: int | None) -> AlertType:
    return "emergency" if building is not None else "relay_center"


def told(plan: AlertPlan, call: AlertCall, kind: AlertType, now: datetime) -> list[Told]:
    """Each step of every subscription that matches, in the order of their seconds. What begins at once because nobody
    would be on duty otherwise stands at 0."""
    begun = at_once(plan, call, kind, now)
    found = [Told(0, one.subscription, one.group, one.recipients, on_duty=True) for one in begun if one.recipients]
    began = {(one.subscription.id, one.step) for one in begun}
    first = {who.id for one in begun for who in one.recipients}
    for subscription in matching(plan, call, kind):
        for index, step in enumerate(subscription.steps):
            who = recipients_of(plan, step)
            again = step.after_seconds == 0 and first.issuperset(one.id for one in who)
            if who and (subscription.id, index) not in began and not again:
                duty = on_duty(step.duty, plan.time_zone, now)
                found.append(Told(step.after_seconds, subscription, step.group, who, duty))
    return sorted(found, key=lambda one: one.after_seconds)


def of_some_calls(plan: AlertPlan, building: int | None) -> list[Subscription]:
    """Subscriptions that tell of some 911 calls from there only, by who calls, from which spot or by which trunk."""
    call, kind = call_from(plan, building), type_from(building)
    of_all = {one.id for one in matching(plan, call, kind)}
    kinds = (kind,) if kind == "emergency" else (kind, "emergency")
    return [
        one
        for one in plan.subscriptions
        if one.type in kinds
        and one.id not in of_all
        and (not one.buildings or call.building_id in one.buildings)
        and (one.people or one.trunks or one.locations)
    ]


def gaps_in(found: Coverage, organization: Organization) -> list[Gap]:
    """The worst first; empty when a 911 call is told as it should be. Call within the organization's scope."""
    nobody = list(_nobody(found, organization))
    return nobody + list(_tests(found)) + list(_screens(found)) + list(_duty(found))


def _nobody(found: Coverage, organization: Organization) -> Iterator[Gap]:
    if told(found.plan, call_from(found.plan, None), "emergency", found.now):
        return  # without a filter, so of every 911 call, also of one that goes to the relay center
    link = (_SUBSCRIPTIONS, _("Subscriptions"))
    if not found.first():
        remedy = _("Nobody on site would learn of it. Say who is told, by e-mail, text message, phone or on a screen.")
        yield Gap(BAD, _("Nobody is told of a 911 call"), remedy, _OVERVIEW, _("Alerts"))
        return
    buildings = Building.objects.filter(organization=organization).order_by("name").values_list("pk", "name")
    names = [name for pk, name in buildings if not found.told(pk)]
    if names:
        title = _("Nobody is told of a 911 call from %(names)s") % {"names": _some(names)}
        yield Gap(BAD, title, _("Subscriptions name other buildings only. Add one for these."), *link)
    if not found.told(None):
        title = _("Nobody is told of a 911 call without a location")
        yield Gap(BAD, title, _("It goes to the relay center. Add a subscription without a filter for it."), *link)


def _tests(found: Coverage) -> Iterator[Gap]:
    first = list(found.first().values())
    failed = found.failed(found.everybody().values())
    link = (_TESTS, _("Self-tests"))
    if first and len(found.failed(first)) == len(first):
        remedy = _("Whoever would be told at once could not be reached. Look at why, and test again.")
        yield Gap(BAD, _("The last test reached nobody who is told of a 911 call"), remedy, *link)
    elif failed:
        title = ngettext(
            "The last test of one recipient failed: %(names)s",
            "The last tests of %(count)s recipients failed: %(names)s",
            len(failed),
        ) % {"count": len(failed), "names": _some([f"{one.name} ({channel_word(one.channel)})" for one in failed])}
        yield Gap(DOUBTFUL, title, _("They would not learn of a 911 call. Look at why, and test again."), *link)


def _screens(found: Coverage) -> Iterator[Gap]:
    first = found.first().values()
    screens = [one for one in first if one.channel == "onsite"]
    dark = [
        one for one in screens if not (found.screens if one.address == EVERY_SCREEN else {one.address} & found.screens)
    ]
    if screens and len(dark) == len(screens):
        only = len(screens) == len(first)
        remedy = _("A 911 call would light up none. Open one, and look at why the others are away.")
        level = BAD if only else DOUBTFUL
        yield Gap(level, _("No screen that is told of a 911 call is alive"), remedy, "screens", _("Screens"))


def _duty(found: Coverage) -> Iterator[Gap]:
    steps = [
        step for one in found.plan.subscriptions if one.type == "emergency" for step in one.steps if step.recipients
    ]
    if steps and not any(on_duty(step.duty, found.plan.time_zone, found.now) for step in steps):
        remedy = _("A 911 call is therefore told to everybody of every group. Add duty times, or a group without any.")
        yield Gap(DOUBTFUL, _("Nobody is on duty now"), remedy, "groups", _("Groups"))


def _some(names: Sequence[str]) -> str:
    """The first few names."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return _("%(names)s and %(count)d more") % {"names": ", ".join(names[:NAMED]), "count": len(names) - NAMED}


_OVERVIEW: Final = "alerts"
_SUBSCRIPTIONS: Final = "subscriptions"
_TESTS: Final = "alert-tests"
