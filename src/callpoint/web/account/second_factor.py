"""Who needs a second factor, and who has one.

Provider and organization administrators need one while `Provider.second_factor_required`. Whoever came by an
organization's own identity provider needs none for the roles in *that* organization: it has proved who they are by the
organization's own rules, and a factor of ours would be a second one on top of its second one. Such a session reaches
no other organization (`reach`). An account that has a factor is asked for it in any case.
"""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from callpoint.directory.models import Account, Membership, Provider
from callpoint.directory.tenancy import everywhere
from callpoint.web.account.reach import bound_to

_ADMINISTERS = (Membership.Role.PROVIDER_ADMINISTRATOR, Membership.Role.ORGANIZATION_ADMINISTRATOR)
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_missing(request: HttpRequest, account: Account) -> bool:
    """Whether the account must set up a second factor before anything else."""
    if has_one(account) or bound_to(request) is not None:
        return False
    with everywhere():
        provider = Provider.objects.filter(pk=1).first()
        if provider is not None and not provider.second_factor_required:
            return False
        roles = Membership.objects.filter(account=account, role__in=_ADMINISTERS)
        return roles.exists()


def has_one(account: Account) -> bool:
    """Whether signing in asks the account for a second factor."""
    return bool(Authenticator.objects.filter(user=account, type__in=_FACTORS).exists())


def who_has_one(accounts: Iterable[Account]) -> set[int]:
    """Primary keys of those of the accounts that have a second factor."""
    wanted = [account.pk for account in accounts]
    return set(Authenticator.objects.filter(user__in=wanted, type__in=_FACTORS).values_list("user_id", flat=True))
