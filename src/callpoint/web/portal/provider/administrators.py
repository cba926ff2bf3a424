"""Who looks after the whole installation."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from callpoint.directory.editing.invitation import invite
from callpoint.directory.editing.members import appoint, dismiss, is_last_administrator, memberships_in
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Membership
from callpoint.web.portal.administrators.views import proven_lately_to_post
from callpoint.web.portal.page import provider_page
from callpoint.web.portal.provider.frame import page
from callpoint.web.portal.provider.organizations import tell_invitation
from callpoint.web.portal.typed_form import Field, TypedForm, typed

FIELDS: Final = (
    Field("email", _("E-mail"), kind="email", longest=254, required=True),
    Field("name", _("Name"), longest=120),
)
_ROLE: Final = Membership.Role.PROVIDER_ADMINISTRATOR


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
@proven_lately_to_post
def administrators(request: HttpRequest) -> HttpResponse:
    """The list, and a form to appoint one more."""
    form = TypedForm(FIELDS, {})
    if request.method == "POST":
        form = TypedForm(FIELDS, typed(FIELDS, request.POST))
        try:
            membership = appoint(None, form.values["email"], _ROLE, form.values["name"])
        except Refused as refused:
            form.errors = refused.errors
        else:
            said = gettext("%(email)s is provider administrator now.") % {"email": membership.account.email}
            messages.success(request, said)
            tell_invitation(request, membership.account)
            return redirect("provider-administrators")
    rows = [(one, is_last_administrator(one)) for one in memberships_in(None)]
    return page(request, "portal/provider/administrators.html", {"form": form, "rows": rows})


@provider_page
@require_POST
@proven_lately_to_post
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the role away; the last one keeps it."""
    membership = get_object_or_404(Membership, pk=pk, organization=None)
    try:
        dismiss(membership)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = gettext("%(email)s is no provider administrator any more.") % {"email": membership.account.email}
        messages.success(request, said)
    return redirect("provider-administrators" if membership.account_id != request.user.pk else "start")


@provider_page
@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link for somebody who has not come yet."""
    membership = get_object_or_404(Membership, pk=pk, organization=None, account__must_change_password=True)
    invite(membership.account, None, newcomer=True)
    tell_invitation(request, membership.account)
    return redirect("provider-administrators")
