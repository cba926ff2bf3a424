"""The pages of trunks that serve several organizations, below `/provider/`."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from callpoint.web.portal.page import provider_page
from callpoint.web.portal.trunks import pages
from callpoint.web.portal.trunks.place import Place


@provider_page
@require_safe
def trunks(request: HttpRequest) -> HttpResponse:
    return pages.list_page(request, Place.provider())


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return pages.new_page(request, Place.provider())


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
def trunk(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.trunk_page(request, Place.provider(), pk)


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.remove_page(request, Place.provider(), pk)


@provider_page
@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.check_page(request, Place.provider(), pk)
