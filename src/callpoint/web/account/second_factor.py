"""Who needs a second factor, and who has one.

Provider and organization administrators need one while `Provider.second_factor_required`. Whoever came by an
organization's own identity provider needs none for the roles in *that* organization: it has proved who they are by the
organization's own rules, and a factor of ours would be a second one on top of its second one. For roles in other
organizations that identity provider vouches for nothing. An account that has a factor is asked for it in any case.
"""

from collections.abc import Iterable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from callpoint.directory.models import Account, Membership, Provider, SignOnProvider
from callpoint.directory.tenancy import everywhere

_ADMINISTERS = (Membership.Role.PROVIDER_ADMINISTRATOR, Membership.Role.ORGANIZATION_ADMINISTRATOR)
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_missing(request: HttpRequest, account: Account) -> bool:
    """Whether the account must set up a second factor before anything else."""
    if has_one(account):
        return False
    with everywhere():
        provider = Provider.objects.filter(pk=1).first()
        if provider is not None and not provider.second_factor_required:
            return False
        roles = Membership.objects.filter(account=account, role__in=_ADMINISTERS)
        administered = set(roles.values_list("organization_id", flat=True))
        if not administered:
            return False
        return bool(administered - _vouched_for(request, account))


def has_one(account: Account) -> bool:
    """Whether signing in asks the account for a second factor."""
    return bool(Authenticator.objects.filter(user=account, type__in=_FACTORS).exists())


def who_has_one(accounts: Iterable[Account]) -> set[int]:
    """Primary keys of those of the accounts that have a second factor."""
    wanted = [account.pk for account in accounts]
    return set(Authenticator.objects.filter(user__in=wanted, type__in=_FACTORS).values_list("user_id", flat=True))


def _vouched_for(request: HttpRequest, account: Account) -> set[int | None]:
    """Organizations by whose identity provider this session was begun."""
    records = get_authentication_records(request, account)
    keys = [record["provider"] for record in records if record["method"] == "socialaccount"]
    if not keys:
        return set()
    return set(SignOnProvider.objects.filter(key__in=keys, enabled=True).values_list("organization_id", flat=True))
