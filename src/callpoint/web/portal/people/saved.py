"""Filters somebody wants to see again, each under a name of their own."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callpoint.directory.access import Right
from callpoint.directory.models import SavedFilter
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.portal.people.columns import FIELD, SESSION_KEY, STANDARD, known
from callpoint.web.portal.people.page import PAGE
from callpoint.web.portal.people.query import read

LONGEST_NAME: Final = 60
MOST: Final = 50
"""For one account in one organization; more nobody finds again."""


@organization_page(Right.READ)
@require_POST
def save_filter(request: OrganizationRequest) -> HttpResponse:
    """Keep the filters of `query` with the columns that are shown under `name`; a name that is there is used again."""
    query = read(QueryDict(request.POST.get("query", "")))
    name = " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]
    mine = SavedFilter.objects.filter(organization=request.organization, account=request.account, page=PAGE)
    columns = known(request.session.get(SESSION_KEY, STANDARD))
    kept = f"{query.written()}&{urlencode({FIELD: ['', *columns]}, doseq=True)}".removeprefix("&")
    if not name:
        messages.error(request, _("Give the filter a name to find it again by."))
    elif mine.filter(name=name).update(query=kept) or mine.count() < MOST:
        mine.get_or_create(
            organization=request.organization, account=request.account, page=PAGE, name=name, defaults={"query": kept}
        )
        messages.success(request, _("The filter “%(name)s” is saved.") % {"name": name})
    else:
        messages.error(request, _("You have %(most)s filters already; remove one first.") % {"most": MOST})
    return redirect(f"{reverse('people', args=[request.organization.slug])}?{query.written()}")


@organization_page(Right.READ)
@require_POST
def remove_filter(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Forget one of the account's own filters."""
    mine = SavedFilter.objects.filter(organization=request.organization, account=request.account, page=PAGE)
    found = get_object_or_404(mine, pk=pk)
    found.delete()
    messages.success(request, _("The filter “%(name)s” is removed.") % {"name": found.name})
    return redirect("people", request.organization.slug)
