"""Open problems of an organization, the most dangerous first: what it is, what to do, and where."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from callpoint.calls.models import CallRecord, Misdial
from callpoint.directory.access import Access, Right
from callpoint.directory.models import (
    Address,
    Building,
    FixedRoute,
    ImportRun,
    LostMapping,
    Organization,
    Psap,
    RemappedAddress,
    Remapping,
    Target,
    Trunk,
)
from callpoint.directory.readiness.counting import Category, Counts
from callpoint.web.portal.alerts.coverage import BAD, DOUBTFUL, Gap
from callpoint.web.portal.home.amounts import amount
from callpoint.web.portal.links import link

LATELY: Final = timedelta(days=30)
_VERDICT: Final = Address.Verdict
_NOT_FOUND: Final = (_VERDICT.AMBIGUOUS, _VERDICT.INVALID, _VERDICT.REFUSED)


@dataclass(frozen=True)
class Problem:
    """`level` is for the eye: bad (a call goes wrong today), doubtful (it may). `url` is "" for who may not open it."""

    level: str
    title: str
    remedy: str
    url: str = ""
    link_text: str = ""


@dataclass(frozen=True)
class Looked:
    """What everything is looked for with."""

    organization: Organization
    access: Access
    counts: Counts
    now: datetime
    alerts: Sequence[Gap]

    def to(self, name: str, *args: object, right: Right = Right.READ, **query: str) -> str:
        """The address of a page of the organization; "" without the right it needs."""
        return link(name, self.organization.slug, *args, **query) if right in self.access.rights else ""

    def to_provider(self) -> str:
        return link("provider") if Right.PROVIDE in self.access.rights else ""


def problems(
    organization: Organization, access: Access, counts: Counts, now: datetime, alerts: Sequence[Gap]
) -> list[Problem]:
    """Everything that is not as it should be, in order of risk. Call within the organization's scope.

    `alerts` is what keeps people from being told of a call (`alerts.coverage.gaps_in`).
    """
    looked = Looked(organization, access, counts, now, alerts)
    return [problem for look in _LOOKS for problem in look(looked)]


# --- a call goes wrong today -----------------------------------------------------------------------------


def _relay_center(looked: Looked) -> Iterator[Problem]:
    if not Target.objects.filter(psap__isnull=True).exists():
        remedy = _("A call without a location, or that no PSAP answers, reaches nobody. The provider sets it up.")
        yield Problem("bad", _("No relay center is set up"), remedy, looked.to_provider(), _("Provider"))


def _people(category: Category, level: str, title: Callable[[int], str], remedy: Promise) -> "Look":
    def look(looked: Looked) -> Iterator[Problem]:
        count = looked.counts[category]
        if count:
            url = looked.to("people", readiness=category.value)
            yield Problem(level, title(count), str(remedy), url, _("Show them"))

    return look


def _no_location(count: int) -> str:
    return ngettext("%(n)s person has no location", "%(n)s people have no location", count) % {"n": amount(count)}


def _no_psap(count: int) -> str:
    return ngettext(
        "%(n)s person would reach the relay center, not a PSAP",
        "%(n)s people would reach the relay center, not a PSAP",
        count,
    ) % {"n": amount(count)}


def _no_callback(count: int) -> str:
    return ngettext("%(n)s person has no callback number", "%(n)s people have no callback number", count) % {
        "n": amount(count)
    }


def _stale(count: int) -> str:
    return ngettext("%(n)s person said long ago where they are", "%(n)s people said long ago where they are", count) % {
        "n": amount(count)
    }


def _untested(count: int) -> str:
    return ngettext("%(n)s person has not tried 933 lately", "%(n)s people have not tried 933 lately", count) % {
        "n": amount(count)
    }


def _reported_wrong(looked: Looked) -> Iterator[Problem]:
    wrong = CallRecord.objects.filter(
        organization=looked.organization, started_at__gt=looked.now - LATELY, read_back="reported_wrong"
    ).count()
    if wrong:
        title = ngettext(
            "%(n)s caller said that the location read back is wrong",
            "%(n)s callers said that the location read back is wrong",
            wrong,
        ) % {"n": amount(wrong)}
        remedy = _("Ask them where they are, and correct the location. Of the last 30 days.")
        yield Problem("bad", title, remedy, looked.to("calls", right=Right.CALLS, wrong="on"), _("Show the calls"))


def _silent_psaps(looked: Looked) -> Iterator[Problem]:
    here = Address.objects.filter(organization=looked.organization, psap__isnull=False).values("psap")
    names = list(
        Psap.objects.filter(pk__in=here, targets__isnull=True).order_by("name").values_list("name", flat=True)[:4]
    )
    if names:
        title = _("No way to reach a PSAP is known: %(names)s") % {"names": ", ".join(names[:3])}
        remedy = _("Its calls go to the relay center until the provider gives it a target.")
        yield Problem("bad", title + (" …" if len(names) > 3 else ""), remedy, looked.to_provider(), _("Provider"))


def _buildings_not_found(looked: Looked) -> Iterator[Problem]:
    yield from _buildings(
        looked,
        _NOT_FOUND,
        "bad",
        lambda count: (
            ngettext(
                "The address of %(n)s building could not be found",
                "The addresses of %(n)s buildings could not be found",
                count,
            )
            % {"n": amount(count)}
        ),
        _("A call from there goes without a location. Correct the address, or choose one of the suggestions."),
    )


def _buildings_area(looked: Looked) -> Iterator[Problem]:
    yield from _buildings(
        looked,
        (_VERDICT.AREA, _VERDICT.UNCHECKED),
        "doubtful",
        lambda count: (
            ngettext(
                "The address of %(n)s building is not confirmed to the house",
                "The addresses of %(n)s buildings are not confirmed to the house",
                count,
            )
            % {"n": amount(count)}
        ),
        _("Check each address, or ask the provider to load address data for that place."),
    )


def _buildings(
    looked: Looked, verdicts: tuple[str, ...], level: str, title: Callable[[int], str], remedy: str
) -> Iterator[Problem]:
    count = Building.objects.filter(organization=looked.organization, address__verdict__in=verdicts).count()
    if count:
        yield Problem(level, title(count), remedy, looked.to("locations"), _("Locations"))


# --- connections and files -------------------------------------------------------------------------------


def _trunks(looked: Looked) -> Iterator[Problem]:
    names = set(Trunk.objects.filter(organization=looked.organization).values_list("name", flat=True))
    calls = CallRecord.objects.filter(organization=looked.organization).order_by().values_list("trunk", flat=True)
    called = set(calls.distinct())
    if not names and not called:
        remedy = _("Calls of this organization cannot arrive yet. Add the SIP peer they come from.")
        yield Problem("bad", _("No trunk is set up"), remedy, looked.to("trunks"), _("Trunks"))
    for name in sorted(names - called):
        title = _("Trunk %(name)s has never called") % {"name": name}
        remedy = _("Dial 933 over it. Its page shows what arrives, and what was turned away.")
        yield Problem("doubtful", title, remedy, looked.to("trunks"), _("Trunks"))


def _imports(looked: Looked) -> Iterator[Problem]:
    runs = ImportRun.objects.filter(organization=looked.organization, created_at__gt=looked.now - LATELY)
    for kind in ImportRun.Kind.values:
        last = runs.filter(kind=kind, state__in=[ImportRun.State.APPLIED, ImportRun.State.FAILED]).order_by("pk").last()
        if last is None:
            continue
        wrong = int(last.counts.get("wrong") or 0)
        url = looked.to("import", last.pk)
        if last.state == ImportRun.State.FAILED:
            title = _("The import of %(file)s failed; nothing of it was written") % {"file": last.file_name}
            yield Problem("doubtful", title, last.trouble, url, _("Show the import"))
        elif wrong:
            title = ngettext("%(n)s row of %(file)s was left out", "%(n)s rows of %(file)s were left out", wrong) % {
                "n": amount(wrong),
                "file": last.file_name,
            }
            remedy = _("Download the rejected rows with their reasons, correct them and import that file.")
            yield Problem("doubtful", title, remedy, url, _("Show the import"))


def _lost(looked: Looked) -> Iterator[Problem]:
    organization = looked.organization
    if not organization.ecrf_url:
        return
    wrong = LostMapping.objects.filter(organization=organization, url=F("organization__ecrf_url")).exclude(trouble="")
    count = wrong.count()
    if count:
        title = ngettext(
            "The LoST server could not map %(n)s address", "The LoST server could not map %(n)s addresses", count
        ) % {"n": amount(count)}
        remedy = _("Its last answers stay in use. Check its URL in the settings, or ask who runs it.")
        yield Problem("doubtful", title, remedy, looked.to("settings"), _("Settings"))


def _data_sets(looked: Looked) -> Iterator[Problem]:
    last = Remapping.objects.filter(finished_at__isnull=False, superseded=False).order_by("pk").last()
    if last is None or not last.address_sets:
        remedy = _("Nobody can confirm an address here until the provider loads address points or roads.")
        yield Problem("doubtful", _("No address data is loaded"), remedy, looked.to_provider(), _("Provider"))
    routed = bool(looked.organization.ecrf_url) or FixedRoute.objects.exists()
    if not routed and (last is None or not last.boundary_sets):
        remedy = _("Without PSAP boundaries, a LoST server or fixed routes every call goes to the relay center.")
        yield Problem("bad", _("No PSAP boundaries are loaded"), remedy, looked.to_provider(), _("Provider"))
    if last is None:
        return
    gone = RemappedAddress.What
    lines = RemappedAddress.objects.filter(remapping=last, organization=looked.organization)
    count = lines.filter(what__in=[gone.NOT_CONFIRMED, gone.DOUBTED]).count()
    if count:
        title = ngettext(
            "%(n)s address is no longer confirmed by the data of today",
            "%(n)s addresses are no longer confirmed by the data of today",
            count,
        ) % {"n": amount(count)}
        remedy = _("The data sets were exchanged. Look at these addresses again; they keep the verdict they had.")
        yield Problem("doubtful", title, remedy, looked.to("locations"), _("Locations"))


def _misdials(looked: Looked) -> Iterator[Problem]:
    count = Misdial.objects.filter(organization=looked.organization, at__gt=looked.now - LATELY).count()
    if count:
        title = ngettext(
            "A prefix was dialled before 911 or 933 once", "A prefix was dialled before 911 or 933 %(n)s times", count
        ) % {"n": amount(count)}
        remedy = _("Tell them to dial three digits, or have the phones' dial plan mended. Of the last 30 days.")
        yield Problem("doubtful", title, remedy, looked.to("misdials", right=Right.CALLS), _("Show the misdials"))


def _alerts(level: str) -> "Look":
    def look(looked: Looked) -> Iterator[Problem]:
        for gap in looked.alerts:
            if gap.level == level:
                yield Problem(gap.level, gap.title, gap.remedy, looked.to(gap.url, right=Right.CALLS), gap.link_text)

    return look


Look = Callable[[Looked], Iterator[Problem]]
_LOOKS: Final[tuple[Look, ...]] = (
    _relay_center,
    _people(
        Category.NO_LOCATION,
        "bad",
        _no_location,
        gettext_lazy(
            "Their calls go to the relay center, may cost a fee, and nobody knows where they are. Assign a location."
        ),
    ),
    _alerts(BAD),
    _buildings_not_found,
    _people(
        Category.NO_PSAP,
        "bad",
        _no_psap,
        gettext_lazy("Ask the provider for the boundaries or a fixed route of these places."),
    ),
    _silent_psaps,
    _reported_wrong,
    _people(
        Category.NO_CALLBACK,
        "bad",
        _no_callback,
        gettext_lazy("Add a number that a PSAP can call when the line drops."),
    ),
    _trunks,
    _data_sets,
    _alerts(DOUBTFUL),
    _buildings_area,
    _lost,
    _imports,
    _people(Category.STALE, "doubtful", _stale, gettext_lazy("Ask them to confirm where they are.")),
    _people(Category.NEVER_TESTED, "doubtful", _untested, gettext_lazy("Ask them to dial 933 and listen.")),
    _misdials,
)
