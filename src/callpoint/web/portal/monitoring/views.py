"""What guards may do with a call under way: off, listen only, or join; recording; and phones to do it by."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from callpoint.directory.access import Right
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.notices.editing.monitoring import add_phone, monitor_settings, remove_phone, save_monitoring
from callpoint.notices.models import MonitorPhone, MonitorSettings
from callpoint.web.portal.page import OrganizationRequest, organization_page

_FIELDS: Final = ("mode", "announce", "record", "lawful", "retention_days", "dial_in", SEEN)
MODES: Final = (
    ("off", gettext_lazy("Nobody may listen")),
    ("listen", gettext_lazy("Guards may listen; they are never heard")),
    ("join", gettext_lazy("Guards may listen, and join so that both sides hear them")),
)


@organization_page(Right.READ)
@require_http_methods(["GET", "HEAD", "POST"])
def monitoring(request: OrganizationRequest) -> HttpResponse:
    """The form and the phones; whoever may only read sees them without a way to send anything."""
    stored = monitor_settings(request.organization)
    given, errors = _stored(stored), {}
    if request.method == "POST":
        if Right.CHANGE not in request.access.rights:
            return render(request, "web/forbidden.html", status=403)
        given = {name: request.POST.get(name, "") for name in _FIELDS if name != SEEN or SEEN in request.POST}
        try:
            save_monitoring(request.organization, given)
        except Refused as refused:
            errors = refused.errors
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("monitoring", request.organization.slug)
    return _page(request, stored, given, errors)


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def monitor_phone_new(request: OrganizationRequest) -> HttpResponse:
    """What it makes is shown in the answer itself, since its PIN is kept nowhere."""
    given = {name: request.POST.get(name, "") for name in ("name", "number")}
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            phone, pin = add_phone(request.organization, given)
        except Refused as refused:
            errors = refused.errors
        else:
            return render(request, "portal/monitoring/phone_made.html", {"phone": phone, "pin": pin})
    return render(request, "portal/monitoring/phone.html", {"given": given, "errors": errors})


@organization_page(Right.CHANGE)
@require_POST
def monitor_phone_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Its PIN opens nothing any more."""
    phone = MonitorPhone.objects.filter(pk=pk).first()
    if phone is None:
        raise Http404
    remove_phone(phone)
    messages.success(request, _("The phone “%(name)s” is removed; its PIN opens nothing.") % {"name": phone.name})
    return redirect("monitoring", request.organization.slug)


def _stored(settings: MonitorSettings) -> dict[str, str]:
    values: dict[str, Any] = {
        "mode": settings.mode,
        "announce": "yes" if settings.announce else "",
        "record": "yes" if settings.record else "",
        "lawful": "yes" if settings.legal_notice_by else "",
        "retention_days": str(settings.retention_days),
        "dial_in": settings.dial_in,
    }
    return values | ({SEEN: fingerprint(settings)} if not settings._state.adding else {})


def _page(
    request: OrganizationRequest, stored: MonitorSettings, given: Mapping[str, str], errors: Mapping[str, list[str]]
) -> HttpResponse:
    phones = MonitorPhone.objects.order_by("name")
    shown = {"stored": stored, "given": given, "errors": errors, "modes": MODES, "phones": phones}
    return render(request, "portal/monitoring/monitoring.html", shown)
