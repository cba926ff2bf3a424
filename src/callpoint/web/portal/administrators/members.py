"""Who holds which role, as lists of administrators show it: an organization's, and the provider's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from callpoint.directory.editing.invitation import Invitation, last_invitation
from callpoint.directory.editing.members import (
    NAME_CHARS,
    ROLE_NAMES,
    is_last_administrator,
    role_choices,
    roles_explained,
)
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Account, Membership, Organization, SignOnProvider
from callpoint.directory.tenancy import everywhere
from callpoint.web.account import second_factor

_BREAK = mark_safe("<br>")

UrlOf = Callable[[str, Membership], str]
"""Where an action on a membership is posted to: "role", "dismiss", "invite", "unbind"; "" where there is none."""


@dataclass(frozen=True)
class Member:
    """A line of the list. `urls` are those of the actions; `last` when nobody could let others in without them."""

    membership: Membership
    account: Account
    role: str
    role_name: Promise
    last_sign_in: datetime | None
    second_factor: bool
    pending: bool
    invitation: Invitation | None
    sign_on: str
    last: bool
    me: bool
    urls: dict[str, str]


class AppointForm(forms.Form):
    """Whom to give which role. The directory judges it; this draws it, and says what was refused."""

    email = forms.CharField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(label=_("Name"), required=False, max_length=NAME_CHARS)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, organization: Organization | None, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # what a request posts
        role = self.fields["role"]
        if isinstance(role, forms.ChoiceField):
            role.choices = role_choices(organization)
            role.help_text = format_html_join(_BREAK, "{}", ((line,) for line in roles_explained(organization)))
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def tell(self, refused: Refused) -> None:
        """Show what the directory refused beside the fields."""
        for field, sentences in refused.errors.items():
            for sentence in sentences:
                self.add_error(field or None, sentence)


def listed(memberships: Sequence[Membership], me: Account, url_of: UrlOf) -> list[Member]:
    """The lines of a list of everybody's roles."""
    with_factor = second_factor.who_has_one(one.account for one in memberships)
    bonds = _bonds(memberships)
    return [
        Member(
            membership=one,
            account=one.account,
            role=one.role,
            role_name=ROLE_NAMES[one.role],
            last_sign_in=one.account.last_login,
            second_factor=one.account_id in with_factor,
            pending=one.account.must_change_password,
            invitation=last_invitation(one.account) if one.account.must_change_password else None,
            sign_on=bonds.get(one.account_id, ""),
            last=is_last_administrator(one),
            me=one.account_id == me.pk,
            urls={action: url_of(action, one) for action in ("role", "dismiss", "invite", "unbind")},
        )
        for one in memberships
    ]


def _bonds(memberships: Sequence[Membership]) -> dict[int, str]:
    """By account, the names of the organization's identity providers it has come in by."""
    organizations = {one.organization_id for one in memberships}
    with everywhere():
        names = dict(SignOnProvider.objects.filter(organization__in=organizations).values_list("key", "name"))
    found = SocialAccount.objects.filter(user__in=[one.account_id for one in memberships], provider__in=names)
    bonds: dict[int, list[str]] = {}
    for bond in found.order_by("provider"):
        bonds.setdefault(bond.user_id, []).append(names[bond.provider])
    return {account: ", ".join(sorted(named)) for account, named in bonds.items()}
