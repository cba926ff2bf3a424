"""What every page of an organization begins with: who asks, what they may, and in whose name changes are kept."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from callpoint.directory.access import Access, Right, access_for
from callpoint.directory.audit import note
from callpoint.directory.models import Account, Organization, acting
from callpoint.directory.tenancy import everywhere, inside
from callpoint.web.account.reach import provides, reaches
from callpoint.web.client_address import client_address

P = ParamSpec("P")
WHY: Final = "in the portal"
_ENTERED: Final = "entered"


class OrganizationRequest(HttpRequest):
    """A request of somebody who may see the page, inside the organization's scope."""

    access: Access
    organization: Organization
    account: Account


OrganizationView = Callable[Concatenate[OrganizationRequest, P], HttpResponse]


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Leads whoever has not signed in, or not any more, to the page for it.

    Where only a part of a page was asked for, the whole page goes: the form must not stand in a list.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": redirect_to_login(_page_around(request)).url})
        return redirect_to_login(request.get_full_path())

    return answer


def _page_around(request: HttpRequest) -> str:
    """The path of the page a part was asked for by; the part's own where the browser's word for it is no URL."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", "")).path or request.path
    except ValueError:
        return request.path


def organization_page(right: Right) -> Callable[[OrganizationView[P]], Callable[..., HttpResponse]]:
    """For views below `/organizations/<slug>/`: 404 for outsiders, 403 without the right, else within the organization.

    Everything saved is recorded under the account's e-mail address and the address it came from.
    """

    def decorate(view: OrganizationView[P]) -> Callable[..., HttpResponse]:
        @signed_in
        @wraps(view)
        def answer(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            account = cast(Account, request.user)
            access = access_for(account, slug)
            if access is None:
                raise Http404
            if not reaches(request, access.organization):
                return render(request, "portal/account/bound.html", status=403)
            asked = cast(OrganizationRequest, request)
            asked.access, asked.organization, asked.account = access, access.organization, account
            if right not in access.rights:
                return render(request, "web/forbidden.html", status=403)
            with inside(access.organization), acting(account.email, WHY, client_address(request)):
                if access.as_provider or access.serves_others:
                    _note_entry(asked)
                return view(asked, *args, **kwargs)

        return answer

    return decorate


def provider_page(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """For views below `/provider/`: 404 for everybody but provider administrators, else all organizations' rows."""

    @signed_in
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        account = cast(Account, request.user)
        if not provides(request):
            raise Http404
        with everywhere(), acting(account.email, WHY, client_address(request)):
            return view(request, *args, **kwargs)

    return answer


def _note_entry(request: OrganizationRequest) -> None:
    """An organization can see in its history who came in that serves others, too, once for each session."""
    entered: list[int] = request.session.get(_ENTERED, [])
    if request.organization.pk not in entered:
        request.session[_ENTERED] = [*entered, request.organization.pk]
        how = "as provider administrator" if request.access.as_provider else "by an account that serves others, too"
        note(request.organization, "organization", request.organization.pk, entered=how)
