"""Groups: who is told together, and when they are on duty."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from callpoint.directory.access import Right
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.notices.editing.groups import LONGEST_NAME, remove_group, save_group, subscriptions_of
from callpoint.notices.models import Group, Recipient
from callpoint.routing.alert_records import DutyTime
from callpoint.routing.who_is_told import on_duty
from callpoint.web.portal.alerts import asking
from callpoint.web.portal.alerts.asking import changes_need_the_right
from callpoint.web.portal.alerts.chooser import Kind, chooser, sent_keys
from callpoint.web.portal.alerts.rows import DUTY, DutyRow, sent_duty, stored_duty, typed_duty
from callpoint.web.portal.alerts.words import DAYS, channel_word
from callpoint.web.portal.page import OrganizationRequest, organization_page

_METHODS: Final = ["GET", "HEAD", "POST"]
_SHOWN: Final = 6


def _member(one: Recipient) -> str:
    paused = "" if one.enabled else f", {_('paused')}"
    return f"{one.name} ({channel_word(one.channel)}{paused})"


MEMBERS: Final = Kind(
    "members",
    gettext_lazy("Members"),
    gettext_lazy("All of them are told at the same time."),
    ("name", "address"),
    _member,
    gettext_lazy("Find recipients by name or address"),
)


@organization_page(Right.CALLS)
@require_safe
def groups(request: OrganizationRequest) -> HttpResponse:
    """All of them, and who is on duty now."""
    found = list(Group.objects.filter(organization=request.organization).order_by("name"))
    names = {one.pk: _member(one) for one in Recipient.objects.filter(organization=request.organization)}
    now, zone = timezone.now(), request.organization.time_zone
    shown = [_row(one, names, on_duty(_duty(one), zone, now)) for one in found]
    return render(request, "portal/alerts/groups.html", {"rows": shown})


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def group_new(request: OrganizationRequest) -> HttpResponse:
    return _form(request, None)


@organization_page(Right.CALLS)
@require_http_methods(_METHODS)
@changes_need_the_right
def group(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _form(request, _group(request, pk))


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def group_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Asks first; says by which subscriptions it is kept."""
    found = _group(request, pk)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            remove_group(found)
        except Refused as refused:
            errors = refused.errors
        else:
            messages.success(request, _("%(name)s is removed.") % {"name": found.name})
            return redirect("groups", request.organization.slug)
    shown = {"group": found, "subscriptions": subscriptions_of(found), "errors": errors}
    return render(request, "portal/alerts/group_remove.html", shown)


def _form(request: OrganizationRequest, found: Group | None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    errors: Mapping[str, list[str]] = {}
    if sent is not None and asking.saves(sent):
        try:
            made = save_group(request.organization, _fields(request), found)
        except Refused as refused:
            errors = refused.errors
            found = _group(request, found.pk) if found is not None else None
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": made.name})
            return redirect("group", request.organization.slug, made.pk)
    shown = _shown(request, found, errors)
    pieces = {DUTY: "portal/alerts/duty.html", MEMBERS.name: "portal/alerts/chooser.html"}
    return render(request, pieces.get(asking.piece(request), "portal/alerts/group.html"), shown)


def _fields(request: OrganizationRequest) -> dict[str, str]:
    sent = request.POST
    seen = {SEEN: sent.get(SEEN, "")} if SEEN in sent else {}
    duty = typed_duty(sent_duty(sent))
    return {"name": sent.get("name", ""), "members": sent_keys(MEMBERS, sent), "duty": duty} | seen


def _shown(request: OrganizationRequest, found: Group | None, errors: Mapping[str, list[str]]) -> dict[str, Any]:
    sent = request.POST if request.method == "POST" else None
    kept = found or Group()
    rows = Recipient.objects.filter(organization=request.organization).order_by("name", "channel")
    given = {"name": kept.name, SEEN: fingerprint(found) if found is not None else ""}
    if sent is not None:
        given = {"name": sent.get("name", ""), SEEN: sent.get(SEEN, "")}
    duty: Sequence[DutyRow] = stored_duty(kept.duty) if sent is None else sent_duty(sent)
    members = chooser(MEMBERS, rows, kept.members, sent, errors)
    return {
        "group": found,
        "given": given,
        "errors": errors,
        "members": members,
        "chooser": members,
        "duty": duty,
        "days": DAYS,
        "longest_name": LONGEST_NAME,
        "no_recipients": not rows.exists(),
        "subscriptions": subscriptions_of(found) if found is not None else [],
        "may_read": Right.READ in request.access.rights,
    }


def _group(request: OrganizationRequest, pk: int) -> Group:
    found = Group.objects.filter(organization=request.organization, pk=pk).first()
    if found is None:
        raise Http404
    return found


def _duty(one: Group) -> tuple[DutyTime, ...]:
    return tuple(DutyTime(tuple(time["days"]), time["begins"], time["ends"]) for time in one.duty)


def _row(one: Group, names: Mapping[int, str], duty: bool) -> dict[str, Any]:
    members = [names[key] for key in one.members if key in names]
    words = dict(enumerate(title for _name, title in DAYS))
    times = [
        {"days": [words[day] for day in time["days"]], "begins": time["begins"], "ends": time["ends"]}
        for time in one.duty
    ]
    more = max(len(members) - _SHOWN, 0)
    return {"group": one, "members": members[:_SHOWN], "more": more, "times": times, "on_duty": duty}
