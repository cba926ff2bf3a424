"""What belongs to an account itself rather than to one of its roles: its language, and its own history.

An account has no history of its own: what happens to it is told to the organization it serves, which trusts it with
people's addresses. One that serves several, or none, and a provider administrator's, is told to the installation alone:
no organization learns by appointing somebody when and from where they sign in for another one.
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
    """Tell the organization the account serves what happened to it, or the installation. Call within `acting`."""
    with transaction.atomic(), everywhere():
        served = served_by(account)
        note(served[0] if len(served) == 1 else None, "account", account.pk, email=account.email, **what)


def language_for(account: Account) -> str:
    """The language tag to speak to somebody in: their own choice, else their organization's; "" when neither says."""
    if account.language:
        return account.language
    return next((organization.language for organization in served_by(account) if organization is not None), "")


def time_zone_for(account: Account) -> str:
    """The time zone somebody's own times are told in: their organization's; UTC for the provider's people."""
    return next((organization.time_zone for organization in served_by(account) if organization is not None), "UTC")
