"""Administrators of an organization: who they are, appointing, changing roles, dismissing."""

from collections.abc import Callable
from typing import TypeVar, cast

from allauth.account.decorators import reauthentication_required
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from callpoint.directory.access import Right
from callpoint.directory.editing import members
from callpoint.directory.editing.accounts import note_account
from callpoint.directory.editing.invitation import invite, last_invitation
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Membership, SignOnProvider
from callpoint.web.portal.administrators.members import AppointForm, listed
from callpoint.web.portal.page import OrganizationRequest, organization_page

View = TypeVar("View", bound=Callable[..., HttpResponse])


def proven_lately(view: View) -> View:
    """For what could let somebody in or shut somebody out: a session left open is not enough."""
    return cast(View, reauthentication_required(app="allauth.account")(view))


def proven_lately_to_post(view: View) -> View:
    """The same for a page whose form does so and that everybody entitled may look at."""
    asked = reauthentication_required(app="allauth.account", enabled=lambda request: request.method == "POST")
    return cast(View, asked(view))


@organization_page(Right.READ)
@require_safe
def administrators(request: OrganizationRequest) -> HttpResponse:
    """Everybody's role, and for those who may, a form to appoint more."""
    return _page(request, AppointForm(request.organization))


@organization_page(Right.APPOINT)
@require_POST
@proven_lately
def appoint(request: OrganizationRequest) -> HttpResponse:
    """Give somebody a role."""
    form = AppointForm(request.organization, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            membership = members.appoint(request.organization, given["email"], given["role"], given["name"])
        except Refused as refused:
            form.tell(refused)
        else:
            _tell_outcome(request, membership)
            return redirect("administrators", request.organization.slug)
    return _page(request, form)


@organization_page(Right.APPOINT)
@require_POST
@proven_lately
def change_role(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Give somebody another role."""
    membership = _membership(request, pk)
    try:
        members.change_role(membership, request.POST.get("role", ""))
    except Refused as refused:
        messages.error(request, next(iter(refused.errors.values()))[0])
    else:
        messages.success(request, gettext("%(email)s has another role now.") % {"email": membership.account.email})
    return redirect("administrators", request.organization.slug)


@organization_page(Right.APPOINT)
@require_POST
@proven_lately
def dismiss(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Take somebody's role away."""
    membership = _membership(request, pk)
    try:
        members.dismiss(membership)
    except Refused as refused:
        messages.error(request, next(iter(refused.errors.values()))[0])
        return redirect("administrators", request.organization.slug)
    messages.success(request, gettext("%(email)s has no role here any more.") % {"email": membership.account.email})
    myself = membership.account_id == request.account.pk
    return redirect("start") if myself else redirect("administrators", request.organization.slug)


@organization_page(Right.APPOINT)
@require_POST
def invite_again(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Send a newcomer who has not come another link."""
    membership = _membership(request, pk)
    if membership.account.must_change_password:
        invite(membership.account, request.organization, newcomer=True)
        _tell_outcome(request, membership)
    return redirect("administrators", request.organization.slug)


@organization_page(Right.APPOINT)
@require_POST
@proven_lately
def unbind(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Undo the bond between an account and whom the organization's identity provider calls by its address."""
    account = _membership(request, pk).account
    keys = SignOnProvider.objects.values_list("key", flat=True)
    if SocialAccount.objects.filter(user=account, provider__in=list(keys)).delete()[0]:
        note_account(account, sign_on="unbound")
        messages.success(
            request, gettext("Whoever signs on as %(email)s next is bound to it.") % {"email": account.email}
        )
    return redirect("administrators", request.organization.slug)


def _page(request: OrganizationRequest, form: AppointForm) -> HttpResponse:
    slug = request.organization.slug
    found = members.memberships_in(request.organization)
    lines = listed(found, request.account, lambda action, one: reverse(f"administrator-{action}", args=[slug, one.pk]))
    shown = {
        "members": lines,
        "roles": [(role, members.ROLE_NAMES[role]) for role in members.roles_in(request.organization)],
        "may_appoint": Right.APPOINT in request.access.rights,
        "form": form,
    }
    return render(request, "portal/administrators/list.html", shown)


def _membership(request: OrganizationRequest, pk: int) -> Membership:
    found = Membership.objects.filter(pk=pk, organization=request.organization).select_related("account")
    membership = found.first()
    if membership is None:
        raise Http404
    return membership


def _tell_outcome(request: OrganizationRequest, membership: Membership) -> None:
    email = membership.account.email
    last = last_invitation(membership.account)
    if last is not None and not last.sent:
        sentence = gettext(
            "%(email)s has the role, but the e-mail could not be sent. Try again, or tell your provider."
        )
        messages.warning(request, sentence % {"email": email})
    else:
        messages.success(request, gettext("An e-mail is on its way to %(email)s.") % {"email": email})
