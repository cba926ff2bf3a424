"""The history of one object, a page of it at a time."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import override
from django.views.decorators.http import require_safe

from callpoint.directory.access import Right
from callpoint.directory.history import entries_about, tell
from callpoint.directory.models import Organization
from callpoint.web.portal.page import OrganizationRequest, organization_page, provider_page

ENTRIES: Final = 10


def history_page(organization: Organization | None, model: str, pk: int, before: int | None = None) -> dict[str, Any]:
    """What the template shows: entries numbered below `before` (None: the newest), and where the older ones are.

    Without an organization it is a provider's page. Call within the scope of the page.
    """
    about = entries_about(model, pk)
    if before is not None:
        about = about.filter(number__lt=before)
    found = list(about[: ENTRIES + 1])
    shown, older = found[:ENTRIES], ""
    if len(found) > ENTRIES:
        older = f"{_address(organization, model, pk)}?before={shown[-1].number}"
    zone = organization.time_zone if organization is not None else "UTC"
    with override(zone):  # moments among the values are told here, the template is too late for them
        entries = tell(shown)
    return {
        "entries": entries,
        "older": older,
        "continued": before is not None,
        "organization": organization,
        "time_zone": zone,
    }


def _address(organization: Organization | None, model: str, pk: int) -> str:
    if organization is None:
        return reverse("provider-object-history", args=[model, pk])
    return reverse("object-history", args=[organization.slug, model, pk])


@organization_page(Right.READ)
@require_safe
def object_history(request: OrganizationRequest, model: str, pk: int) -> HttpResponse:
    """Older entries of an object of the organization, as a piece of the page that shows it."""
    return _piece(request, history_page(request.organization, model, pk, _before(request)))


@provider_page
@require_safe
def provider_object_history(request: HttpRequest, model: str, pk: int) -> HttpResponse:
    """Older entries of any object, as a piece of the page that shows it."""
    return _piece(request, history_page(None, model, pk, _before(request)))


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _piece(request: HttpRequest, shown: dict[str, Any]) -> HttpResponse:
    """Without script the link to older entries leads to a page; an object nobody knows of has none."""
    if not shown["entries"] and not shown["continued"]:
        raise Http404
    request_by_script = bool(getattr(request, "htmx", False))
    template = "portal/audit/history.html" if request_by_script else "portal/audit/object.html"
    return render(request, template, shown)
