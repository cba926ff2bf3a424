"""How one organization works: languages and times, fallbacks, when things count as old, and who is written to."""

from typing import Final
from zoneinfo import available_timezones

from django.conf import settings as installation
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from callpoint.directory.access import Right
from callpoint.directory.editing.organizations import OWN, save_organization
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Organization, Person, Welcome
from callpoint.web.portal.page import OrganizationRequest, organization_page

_CHECKED: Final = ("number_location_allowed", "welcome_people", "remind_people")
# Those a US or Canadian organization picks from; any other of the database may be typed by a program.
_ZONES: Final = tuple(
    sorted(name for name in available_timezones() if name.startswith(("America/", "US/", "Canada/", "Pacific/")))
)


@organization_page(Right.READ)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: OrganizationRequest) -> HttpResponse:
    """The form; whoever may only read sees it without a way to send it."""
    organization = request.organization
    errors: dict[str, list[str]] = {}
    given = _stored(organization)
    if request.method == "POST":
        if Right.CHANGE not in request.access.rights:
            return render(request, "web/forbidden.html", status=403)
        given = {name: request.POST.get(name, "") for name in OWN}
        given |= {SEEN: request.POST[SEEN]} if SEEN in request.POST else {}
        try:
            save_organization(organization, given)
        except Refused as refused:
            errors = refused.errors
            organization.refresh_from_db()
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("settings", organization.slug)
    shown = {
        "given": given,
        "errors": errors,
        "languages": installation.LANGUAGES,
        "zones": _ZONES if given["time_zone"] in _ZONES else (given["time_zone"], *_ZONES),
        "welcomes": _welcomes(organization),
        "numbers": Person.objects.filter(number_location__isnull=False).count(),
    }
    return render(request, "portal/settings/settings.html", shown)


def _stored(organization: Organization) -> dict[str, str]:
    """The form's fields as they are in the directory, check boxes as a browser would send them."""
    values = {name: str(getattr(organization, name)) for name in OWN}
    checked = {name: "yes" if getattr(organization, name) else "" for name in _CHECKED}
    return values | checked | {SEEN: fingerprint(organization)}


def _welcomes(organization: Organization) -> dict[str, int]:
    """How many e-mails went out, wait, and failed for good."""
    written = Welcome.objects.filter(organization=organization)
    return {
        "sent": written.filter(sent_at__isnull=False).count(),
        "waiting": written.filter(sent_at=None, next_at__isnull=False).count(),
        "failed": written.filter(sent_at=None, next_at=None).count(),
    }
