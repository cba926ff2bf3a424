"""The pages of an organization's own trunks."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from callpoint.directory.access import Right
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.portal.trunks import pages
from callpoint.web.portal.trunks.place import Place


@organization_page(Right.READ)
@require_safe
def trunks(request: OrganizationRequest) -> HttpResponse:
    return pages.list_page(request, Place.of(request))


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OrganizationRequest) -> HttpResponse:
    return pages.new_page(request, Place.of(request))


@organization_page(Right.READ)
@require_safe
def trunk(request: OrganizationRequest, pk: int) -> HttpResponse:
    return pages.trunk_page(request, Place.of(request), pk)


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OrganizationRequest, pk: int) -> HttpResponse:
    return pages.trunk_page(request, Place.of(request), pk)


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    return pages.remove_page(request, Place.of(request), pk)


@organization_page(Right.READ)
@require_safe
def check(request: OrganizationRequest, pk: int) -> HttpResponse:
    return pages.check_page(request, Place.of(request), pk)
