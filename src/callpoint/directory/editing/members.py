"""Who serves an organization, and as what: appointing, changing a role, dismissing.

An organization always keeps an administrator who can let others in, and so does the installation: the check counts
under the lock of the history the change belongs to, so that two who dismiss each other at once do not both succeed.
"""

import secrets
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from callpoint.directory import rules
from callpoint.directory.editing.accounts import note_account
from callpoint.directory.editing.invitation import invite
from callpoint.directory.editing.refused import WHOLE, Checks, Refused
from callpoint.directory.editing.tokens import revoke
from callpoint.directory.models import Account, ApiToken, Membership, Organization
from callpoint.directory.models.chain import chain_of, hold
from callpoint.directory.tenancy import everywhere

Role = Membership.Role
NAME_CHARS: Final = 120
ROLE_NAMES: Final[dict[str, Promise]] = {
    Role.PROVIDER_ADMINISTRATOR: gettext_lazy("Provider administrator"),
    Role.ORGANIZATION_ADMINISTRATOR: gettext_lazy("Organization administrator"),
    Role.SECURITY: gettext_lazy("Security"),
    Role.AUDITOR: gettext_lazy("Auditor"),
}
_UP_TO: Final = {
    Role.PROVIDER_ADMINISTRATOR: gettext_lazy("looks after the whole installation and every organization"),
    Role.ORGANIZATION_ADMINISTRATOR: gettext_lazy("changes everything in the organization and appoints others"),
    Role.SECURITY: gettext_lazy("sees calls and how ready the organization is"),
    Role.AUDITOR: gettext_lazy("sees everything, changes nothing"),
}


def roles_in(organization: Organization | None) -> list[str]:
    """The roles there are in an organization; None stands for the provider."""
    if organization is None:
        return [Role.PROVIDER_ADMINISTRATOR]
    return [Role.ORGANIZATION_ADMINISTRATOR, Role.SECURITY, Role.AUDITOR]


def role_choices(organization: Organization | None) -> list[tuple[str, Promise]]:
    """Roles and their names, for a form."""
    return [(role, ROLE_NAMES[role]) for role in roles_in(organization)]


def roles_explained(organization: Organization | None) -> list[Promise]:
    """A line about each role: its name, and what somebody may do in it."""
    return [
        format_lazy("{name}: {may}.", name=ROLE_NAMES[role], may=_UP_TO[Role(role)]) for role in roles_in(organization)
    ]


def memberships_in(organization: Organization | None) -> Sequence[Membership]:
    """Everybody's role in an organization (None: the provider administrators), by e-mail address."""
    with everywhere():
        held = Membership.objects.filter(organization=organization).select_related("account", "organization")
        return list(held.order_by("account__email", "role"))


def appoint(organization: Organization | None, email: str, role: str, name: str = "") -> Membership:
    """Give somebody a role, and tell them by e-mail; None makes a provider administrator.

    An address nobody has used before gets an account whose password nobody knows: the e-mail holds a link that lets
    its reader choose one. An account that is there keeps its own name. The e-mail goes out when the change is
    committed; a mail server that takes none keeps nobody from being appointed (`invitation.last_invitation` tells).
    Raises `Refused` (fields "email", "role", "name").
    """
    checks = Checks()
    address = checks.take("email", _address, email)
    called = checks.take("name", lambda text: rules.text(text, NAME_CHARS), name)
    if role not in roles_in(organization):
        checks.refuse("role", gettext("There is no such role here; choose one from the list."))
    checks.done()
    with transaction.atomic(), everywhere():
        hold(chain_of(organization.pk if organization is not None else None))
        account, newcomer = _account(address or "", called or "")
        membership = _join(account, organization, role)
        if newcomer:
            note_account(account, created="by appointment")
        invite(account, organization, newcomer)
    return membership


def change_role(membership: Membership, role: str) -> Membership:
    """Give somebody another role in the same organization. Raises `Refused` (field "role")."""
    if role not in roles_in(membership.organization):
        raise Refused({"role": [gettext("There is no such role here; choose one from the list.")]})
    with transaction.atomic(), everywhere():
        current = _locked(membership)
        if current.role != role:
            _refuse_last(current, "role")
            current.role = role
            current.save()
    return current


def dismiss(membership: Membership) -> None:
    """Take somebody's role away; the account stays. Raises `Refused` for the last administrator.

    The tokens they made here are revoked: they would count again if the account were appointed again.
    """
    with transaction.atomic(), everywhere():
        current = _locked(membership)
        _refuse_last(current, WHOLE)
        current.delete()
        held = ApiToken.objects.filter(account=current.account, organization=current.organization)
        for token in held.filter(revoked_at__isnull=True):
            revoke(token)


def is_last_administrator(membership: Membership) -> bool:
    """Whether nobody could let others in any more without this one.

    Somebody who was invited and never came counts only beside another one who never came: an address with a slip of
    the pen can be taken back, but leaves nobody in charge.
    """
    administers = (Role.PROVIDER_ADMINISTRATOR, Role.ORGANIZATION_ADMINISTRATOR)
    if membership.role not in administers:
        return False
    with everywhere():
        others = Membership.objects.filter(organization=membership.organization, role=membership.role)
        others = others.exclude(pk=membership.pk).filter(account__is_active=True)
        if membership.account.is_active and not membership.account.must_change_password:
            others = others.filter(account__must_change_password=False)
        return not others.exists()


def _refuse_last(membership: Membership, field: str) -> None:
    if not is_last_administrator(membership):
        return
    if membership.organization_id is None:
        sentence = gettext("This is the last provider administrator; appoint another one first.")
    else:
        sentence = gettext("This is the organization's last administrator; appoint another one first.")
    raise Refused({field: [sentence]})


def _locked(membership: Membership) -> Membership:
    """The membership as it is now that nobody else can change any of the same organization."""
    hold(chain_of(membership.organization_id))
    current = Membership.objects.filter(pk=membership.pk).select_related("account", "organization").first()
    if current is None:
        raise Refused({WHOLE: [gettext("Somebody has just taken this role away.")]})
    return current


def _address(text: str) -> str:
    address = rules.email(text).lower()
    if not address:
        raise rules.RuleError(gettext("Give the e-mail address they will sign in with."))
    return address


def _account(email: str, name: str) -> tuple[Account, bool]:
    account = Account.objects.filter(email=email).first()
    if account is not None:
        if not account.is_active:
            raise Refused({"email": [gettext("This account is shut; only the provider can open it again.")]})
        return account, False
    account = Account(email=email, name=name, must_change_password=True)
    account.set_password(secrets.token_urlsafe(32))
    account.save()
    return account, True


def _join(account: Account, organization: Organization | None, role: str) -> Membership:
    held = Membership.objects.filter(account=account, organization=organization).first()
    if held is not None:
        name = ROLE_NAMES[held.role]
        sentence = gettext("%(email)s has a role here already (%(role)s); change it in the list.")
        raise Refused({"email": [sentence % {"email": account.email, "role": name}]})
    membership = Membership(account=account, organization=organization, role=role)
    membership.save()
    return membership
