"""The part of `callpoint administrator` that works with models; imported after Django has started."""

import getpass
from typing import Any

from django.conf import settings
from django.urls import reverse

from callpoint.directory.boot import migrate
from callpoint.directory.editing.invitation import invitation_url
from callpoint.directory.editing.members import appoint, roles_in
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Account, Membership, Organization, acting
from callpoint.directory.tenancy import everywhere
from callpoint.ops.errors import OperatorError

USAGE = 2
COMMAND_LINE = "command line"


def appointed(email: str, slug: str | None, role: str | None, name: str) -> dict[str, Any]:
    """Appoint, or find the role held already.

    `{"email", "role", "organization": slug | "", "new": bool, "link": url | "", "days", "sign_in": url}`; the link is
    given to newcomers and to those who hold the role. Raises OperatorError.
    """
    migrate()
    with everywhere(), acting(getpass.getuser(), "callpoint administrator", COMMAND_LINE):
        organization = _organization(slug)
        wanted = _role(organization, role)
        held = _held(email, organization, wanted)
        if held is None:
            known = Account.objects.filter(email=email.strip().lower()).exists()
            membership = _appoint(organization, email, wanted, name)
        else:
            known, membership = True, held
        account = membership.account
        linked = held is not None or not known or account.must_change_password
        base = str(settings.PUBLIC_URL).rstrip("/")
        return {
            "email": account.email,
            "role": str(membership.role),
            "organization": organization.slug if organization is not None else "",
            "new": held is None,
            "link": invitation_url(account) if linked else "",
            "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
            "sign_in": base + reverse("account_login"),
        }


def _organization(slug: str | None) -> Organization | None:
    if slug is None:
        return None
    organization = Organization.objects.filter(slug=slug).first()
    if organization is None:
        known = ", ".join(Organization.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        remedy = f"Known are: {known}. A provider administrator makes organizations in the portal."
        raise OperatorError(f"There is no organization {slug!r}.", remedy)
    return organization


def _role(organization: Organization | None, role: str | None) -> str:
    roles = roles_in(organization)
    if role is None:
        return str(roles[0])
    if role not in roles:
        where = "an organization" if organization is not None else "the whole installation; --org names an organization"
        remedy = f"Roles of {where} are: {', '.join(map(str, roles))}."
        raise OperatorError(f"There is no role {role!r} here.", remedy, USAGE)
    return role


def _held(email: str, organization: Organization | None, role: str) -> Membership | None:
    held = Membership.objects.filter(account__email=email.strip().lower(), organization=organization)
    membership = held.select_related("account").first()
    if membership is None:
        return None
    if membership.role != role:
        sentence = f"{membership.account.email} serves {organization} as {membership.role} already."
        raise OperatorError(sentence, "An administrator changes roles in the portal, under Administrators.")
    if not membership.account.is_active:
        raise OperatorError(f"The account {membership.account.email} is shut.", "Appoint another address.")
    return membership


def _appoint(organization: Organization | None, email: str, role: str, name: str) -> Membership:
    try:
        return appoint(organization, email, role, name)
    except Refused as refused:
        raise OperatorError(_sentence(refused), "Correct it and run the command again.", USAGE) from refused


def _sentence(refused: Refused) -> str:
    return " ".join(sentence.rstrip(".") + "." for sentences in refused.errors.values() for sentence in sentences)
