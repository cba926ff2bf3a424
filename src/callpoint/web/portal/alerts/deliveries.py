"""Deliveries: every notice with what came of it, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from callpoint.calls.models import CallRecord
from callpoint.directory.access import Right
from callpoint.notices.models import Delivery
from callpoint.web.portal.alerts.words import CHANNELS, LEVELS, STATES, TYPES, channel_word, state_word, type_word
from callpoint.web.portal.calls.listing import listed
from callpoint.web.portal.page import OrganizationRequest, organization_page

BEFORE: Final = "before"
_ANY: Final = [("", _("all"))]


class Filters(forms.Form):
    """Empty fields look for everything. `call` is a call's identifier in full, `who` a part of a name or address."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[*_ANY, *STATES.items()])
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[*_ANY, *CHANNELS.items()])
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[*_ANY, *TYPES.items()])
    who = forms.CharField(label=_("Recipient"), required=False, max_length=120)
    call = forms.CharField(label=_("Identifier of the call"), required=False, max_length=128)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False)
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select form-select-sm" if is_choice else "form-control form-control-sm"

    def condition(self) -> Q:
        given = self.cleaned_data
        found = Q(**{name: given[name] for name in ("state", "channel", "type") if given.get(name)})
        if call := given.get("call"):
            found &= Q(call_id=call)
        if who := given.get("who"):
            found &= Q(recipient__icontains=who) | Q(address__icontains=who)
        return found


@dataclass(frozen=True)
class Line:
    """A notice as the list shows it; `call` is the number of its call's record, 0 without one."""

    delivery: Delivery
    type: str
    channel: str
    state: str
    level: str
    call: int


@organization_page(Right.CALLS)
@require_safe
def deliveries(request: OrganizationRequest) -> HttpResponse:
    """As far as they fit the filters; by htmx only the rows that follow."""
    filters = Filters(request.GET)
    query = {name: value for name in filters.fields if (value := request.GET.get(name, ""))}
    shown: dict[str, Any] = {"filters": filters, "narrowed": bool(query), "later": BEFORE in request.GET}
    if filters.is_valid():
        rows = Delivery.objects.filter(filters.condition(), organization=request.organization)
        found = listed(rows, "queued_at", request.GET.get(BEFORE, ""))
        shown |= {"lines": _lines(request, found.rows), "older": _older(query, found.older)}
    if getattr(request, "htmx", False) and BEFORE in request.GET:
        return render(request, "portal/alerts/delivery_rows.html", shown)
    return render(request, "portal/alerts/deliveries.html", shown)


def _lines(request: OrganizationRequest, rows: Sequence[Delivery]) -> list[Line]:
    wanted = {one.call_id for one in rows if one.call_id}
    records = CallRecord.objects.filter(organization=request.organization, call_id__in=wanted)
    calls = dict(records.values_list("call_id", "pk"))
    return [
        Line(
            delivery=one,
            type=type_word(one.type),
            channel=channel_word(one.channel),
            state=state_word(one.state),
            level=LEVELS.get(one.state, "good"),
            call=calls.get(one.call_id, 0),
        )
        for one in rows
    ]


def _older(query: dict[str, str], before: str) -> str:
    """The query of the next page, "" where there is none."""
    return urlencode(query | {BEFORE: before}) if before else ""
