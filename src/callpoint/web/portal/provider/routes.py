"""Fixed routes: all of a country, a state or a place goes to one PSAP, where no boundary says better."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from callpoint.directory.editing.provider import remove_route, save_route
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import FixedRoute
from callpoint.web.portal.page import provider_page
from callpoint.web.portal.provider.frame import page
from callpoint.web.portal.typed_form import Field, TypedForm, typed

FIELDS: Final = (
    Field("country", _("Country"), kind="select", choices=(("US", _("United States")), ("CA", _("Canada")))),
    Field("a1", _("State or province"), _("Two letters or the name. Empty: the whole country."), longest=64),
    Field("a3", _("Place"), _("Town or city as it stands in addresses. Empty: the whole state."), longest=128),
    Field("psap", _("PSAP"), _("The name of a PSAP that is there already."), longest=255, required=True),
)


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
def routes(request: HttpRequest) -> HttpResponse:
    """The list, and a form to add one or bring one to another PSAP."""
    form = TypedForm(FIELDS, {one.name: request.GET.get(one.name, "")[:255] for one in FIELDS} | {})
    if request.method == "POST":
        form = TypedForm(FIELDS, typed(FIELDS, request.POST))
        try:
            route = save_route(form.values)
        except Refused as refused:
            form.errors = refused.errors
        else:
            messages.success(request, gettext("Saved: %(route)s.") % {"route": _said(route)})
            return redirect("routes")
    found = FixedRoute.objects.select_related("psap").order_by("country", "a1", "a3")
    return page(request, "portal/provider/routes.html", {"form": form, "routes": list(found)})


@provider_page
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a route away."""
    route = get_object_or_404(FixedRoute.objects.select_related("psap"), pk=pk)
    said = _said(route)
    remove_route(route)
    messages.success(request, gettext("Removed: %(route)s.") % {"route": said})
    return redirect("routes")


def _said(route: FixedRoute) -> str:
    area = ", ".join(filter(None, [route.a3, route.a1, route.country]))
    return f"{area} → {route.psap.name}"
