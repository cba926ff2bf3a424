"""Who was turned away because no trunk is known for them, and making a trunk of one."""

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from callpoint.calls.models import Stranger
from callpoint.calls.strangers import latest
from callpoint.directory.models import Organization
from callpoint.web.portal.page import provider_page
from callpoint.web.portal.provider.frame import page

ON_A_PAGE: Final = 50
WHY: Final[dict[str, Promise]] = {
    Stranger.Why.UNKNOWN_SOURCE: _("comes from nowhere any trunk names"),
    Stranger.Why.NO_CREDENTIALS: _("comes from nowhere any trunk names, and was asked for a password but gave none"),
    Stranger.Why.UNKNOWN_USER: _("gives a user no trunk has"),
    Stranger.Why.WRONG_PASSWORD: _("gives the user of a trunk with a wrong password, or for another realm"),
}


@provider_page
@require_safe
def strangers(request: HttpRequest) -> HttpResponse:
    """The latest first; `q` looks in source, user and user agent, `calls` leaves out all but INVITEs."""
    search, calls_only = request.GET.get("q", "").strip()[:120], "calls" in request.GET
    found = latest(search)
    if calls_only:
        found = found.filter(method="INVITE")
    some = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, WHY[one.why]) for one in some]
    shown = {"page": some, "rows": rows, "search": search, "calls_only": calls_only}
    return page(request, "portal/provider/strangers.html", shown)


@provider_page
@require_safe
def stranger(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of one, and whose trunk could be made of it: `organization` leads to its form, filled."""
    found = get_object_or_404(Stranger, pk=pk)
    slug = request.GET.get("organization")
    if slug is not None:
        asked = urlencode(
            {
                "source_networks": found.source,
                "digest_username": found.digest_username,
                "certificate_names": ", ".join(map(str, found.certificate_names)),
            }
        )
        if slug == "":
            return redirect(f"{reverse('provider-trunk-new')}?{asked}")
        organization = get_object_or_404(Organization, slug=slug)
        return redirect(f"{reverse('trunk-new', args=[organization.slug])}?{asked}")
    shown = {"found": found, "why": WHY[found.why], "choices": Organization.objects.order_by("name")}
    return page(request, "portal/provider/stranger.html", shown)


@provider_page
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off the list; it comes back when it knocks again."""
    found = get_object_or_404(Stranger, pk=pk)
    messages.success(request, gettext("%(source)s is off the list.") % {"source": found.source})
    found.delete()
    return redirect("strangers")
