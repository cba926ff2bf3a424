"""What belongs to an account itself rather than to one of its roles: its language, and its own history.

An account has no history of its own: what happens to it is told to every organization it serves, because each of them
trusts it with people's addresses. One that serves none, and a provider administrator's, is told to the installation.
"""

from typing import Any

from django.db import transaction

from callpoint.directory.audit import note
from callpoint.directory.models import Account, Membership, Organization
from callpoint.directory.tenancy import everywhere


def served_by(account: Account) -> list[Organization | None]:
    """The organizations an account has a role in, in the order their histories are to be locked; None: the provider.

    `[None]` for an account without any role.
    """
    with everywhere():
        held = Membership.objects.filter(account=account).select_related("organization").order_by("organization_id")
        served = {membership.organization_id or 0: membership.organization for membership in held}
    return [served[key] for key in sorted(served)] or [None]


def note_account(account: Account, **what: Any) -> None:
    """Tell the history of everybody the account serves what happened to it. Call within `acting`."""
    with transaction.atomic(), everywhere():
        for organization in served_by(account):
            note(organization, "account", account.pk, email=account.email, **what)


def language_for(account: Account) -> str:
    """The language tag to speak to somebody in: their own choice, else their organization's; "" when neither says."""
    if account.language:
        return account.language
    return next((organization.language for organization in served_by(account) if organization is not None), "")


def time_zone_for(account: Account) -> str:
    """The time zone somebody's own times are told in: their organization's; UTC for the provider's people."""
    return next((organization.time_zone for organization in served_by(account) if organization is not None), "UTC")
