"""What a new organization does, in order, and how far it is."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from callpoint.calls.models import CallRecord
from callpoint.directory.models import Building, Location, Organization, Trunk
from callpoint.directory.readiness.counting import Category, Counts
from callpoint.web.portal.alerts.coverage import BAD, Coverage, gaps_in
from callpoint.web.portal.home.amounts import amount
from callpoint.web.portal.links import link


class State(StrEnum):
    DONE = "done"
    NEXT = "next"  # what to do now
    OPEN = "open"  # later
    LATER_VERSION = "later_version"  # there is nothing to do yet


WORDS: dict[State, Promise] = {
    State.DONE: gettext_lazy("done"),
    State.NEXT: gettext_lazy("next"),
    State.OPEN: gettext_lazy("open"),
    State.LATER_VERSION: gettext_lazy("later version"),
}


@dataclass(frozen=True)
class Step:
    """One step: what it is, how it stands in words, and where it is done ("" where there is nothing to open)."""

    title: str
    state: State
    said: str
    url: str

    @property
    def word(self) -> Promise:
        return WORDS[self.state]


@dataclass(frozen=True)
class SetupPath:
    """The steps in order; `complete` when nothing of this version is left to do."""

    steps: list[Step]

    @property
    def complete(self) -> bool:
        return all(step.state in (State.DONE, State.LATER_VERSION) for step in self.steps)


@dataclass(frozen=True)
class _Found:
    title: str
    done: bool | None  # None: not in this version
    said: str
    url: str


def setup_path(organization: Organization, counts: Counts, alerting: Coverage) -> SetupPath:
    """How far the organization is. Call within its scope."""
    found = [
        _locations(organization),
        _people(organization, counts),
        _not_yet(_("Networks"), _("Locations found by the network come with a later version; nothing to do.")),
        _alerts(organization, alerting),
        _trunk(organization),
        _first_test(organization),
    ]
    steps, is_next = [], True
    for one in found:
        if one.done is None:
            state = State.LATER_VERSION
        elif one.done:
            state = State.DONE
        else:
            state = State.NEXT if is_next else State.OPEN
            is_next = False
        steps.append(Step(one.title, state, one.said, one.url))
    return SetupPath(steps)


def _not_yet(title: str, said: str) -> _Found:
    return _Found(title, None, said, "")


def _locations(organization: Organization) -> _Found:
    locations = Location.objects.filter(organization=organization, building__isnull=False).count()
    buildings = Building.objects.filter(organization=organization).count()
    if not buildings:
        said = _("Import your buildings with the spots people sit at, or type the first one.")
    else:
        said = ngettext("%(buildings)s building", "%(buildings)s buildings", buildings) % {
            "buildings": amount(buildings)
        }
        said += ", " + ngettext("%(count)s location", "%(count)s locations", locations) % {"count": amount(locations)}
    return _Found(_("Locations"), bool(locations), said, link("locations", organization.slug))


def _people(organization: Organization, counts: Counts) -> _Found:
    everybody, lost = counts.everybody, counts[Category.NO_LOCATION]
    said = ngettext("%(count)s person", "%(count)s people", everybody) % {"count": amount(everybody)}
    if lost and not counts[Category.PENDING]:
        said += ", " + ngettext("%(count)s without a location", "%(count)s without a location", lost) % {
            "count": amount(lost)
        }
    if not everybody:
        said = _("Import the people who may dial, each with the ID the calling platform sends.")
    return _Found(_("People"), everybody > 0, said, link("people", organization.slug))


def _alerts(organization: Organization, alerting: Coverage) -> _Found:
    told = len(alerting.everybody())
    nobody = any(gap.level == BAD for gap in gaps_in(alerting, organization))
    if not told:
        said = _("Say who on site learns of a 911 call: by e-mail, text message, phone, or on a screen.")
    else:
        said = ngettext("%(count)s recipient is told of 911 calls", "%(count)s recipients are told of 911 calls", told)
        said %= {"count": amount(told)}
        said += ", " + _("with something in the way") if nobody else ""
    return _Found(_("Alerts"), bool(told) and not nobody, said, link("alerts", organization.slug))


def _trunk(organization: Organization) -> _Found:
    own = Trunk.objects.filter(organization=organization).order_by("name").values_list("name", flat=True)
    # One of the provider serves several organizations; that calls arrive by it is all that is seen from here.
    calls = CallRecord.objects.filter(organization=organization).exclude(trunk="").order_by()
    names = list(own) or list(calls.values_list("trunk", flat=True).distinct())
    said = ", ".join(names) or _("Tell which SIP peer your calls come from, and how it proves itself.")
    return _Found(_("Trunk"), bool(names), said, link("trunks", organization.slug))


def _first_test(organization: Organization) -> _Found:
    tests = CallRecord.objects.filter(organization=organization, service="read_back", answered_at__isnull=False)
    first = tests.filter(Q(location__isnull=False)).order_by("started_at").first()
    if first is not None:
        said = _("%(who)s heard a location read back") % {"who": first.person or first.identity or _("somebody")}
    else:
        said = _("Dial 933 from a phone of the organization and listen. Never dial 911 to try.")
    return _Found(_("First 933 call"), first is not None, said, link("calls", organization.slug, kind="933"))
