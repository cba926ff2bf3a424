"""The pages of templates: an organization's own below its alerts, the provider's below `/provider/templates/`."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callpoint.directory.access import Right
from callpoint.notices.editing.subscriptions import templates_for
from callpoint.web.portal.alerts import templates as pages
from callpoint.web.portal.alerts.asking import changes_need_the_right
from callpoint.web.portal.page import OrganizationRequest, organization_page, provider_page

_METHODS: Final = ["GET", "HEAD", "POST"]


def _place(request: OrganizationRequest) -> pages.Place:
    rights = request.access.rights
    return pages.Place(request.organization, Right.CHANGE in rights, Right.READ in rights)


@organization_page(Right.CALLS)
@require_safe
def templates(request: OrganizationRequest) -> HttpResponse:
    provided = [one for one in templates_for(request.organization) if one.organization_id is None]
    return pages.list_page(request, _place(request), provided)


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def template_new(request: OrganizationRequest) -> HttpResponse:
    return pages.form_page(request, _place(request), None)


@organization_page(Right.CALLS)
@require_http_methods(_METHODS)
@changes_need_the_right
def template(request: OrganizationRequest, pk: int) -> HttpResponse:
    place = _place(request)
    return pages.form_page(request, place, place.template(pk))


@organization_page(Right.CALLS)
@require_POST
def template_preview(request: OrganizationRequest) -> HttpResponse:
    return pages.preview_page(request)


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def template_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    return pages.remove_page(request, _place(request), pk)


@provider_page
@require_safe
def provider_templates(request: HttpRequest) -> HttpResponse:
    return pages.list_page(request, pages.Place(None), [])


@provider_page
@require_http_methods(_METHODS)
def provider_template_new(request: HttpRequest) -> HttpResponse:
    return pages.form_page(request, pages.Place(None), None)


@provider_page
@require_http_methods(_METHODS)
def provider_template(request: HttpRequest, pk: int) -> HttpResponse:
    place = pages.Place(None)
    return pages.form_page(request, place, place.template(pk))


@provider_page
@require_POST
def provider_template_preview(request: HttpRequest) -> HttpResponse:
    return pages.preview_page(request)


@provider_page
@require_http_methods(_METHODS)
def provider_template_remove(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.remove_page(request, pages.Place(None), pk)
