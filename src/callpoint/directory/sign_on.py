"""Who may come in by an organization's own identity provider, and who by nothing else.

An identity provider belongs to a tenant and says whatever its owner likes, so it is believed as little as possible:

- only about e-mail addresses of the domains that the *provider administrator* has approved for the organization;
- only for accounts that serve this organization already, or for newcomers, who get the role set for newcomers here and
  nothing else. An account of another organization is never given a role by signing on: somebody appoints it;
- never for a provider administrator, who may enter every organization;
- an account is bound to the subject it first came as: the same address under another subject is somebody else.

What is left: the owner of a domain can enter as whoever has an address in it *and* a role in the owner's organization.
They can read that person's mail too, so a forgotten password would let them in just as well; a second factor of the
account's own is asked for in either case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from callpoint.directory.editing.accounts import note_account
from callpoint.directory.models import Account, Membership, SignOnProvider, acting
from callpoint.directory.tenancy import everywhere

WHY: Final = "signing on through %s"


class NotAdmittedError(Exception):
    """The identity provider vouches for somebody who may not come in by it; the text tells them why."""


@dataclass(frozen=True)
class Vouched:
    """What an identity provider says of somebody; `verified` when it says that the address is theirs."""

    subject: str
    email: str
    verified: bool
    name: str = ""


def domain_of(email: str) -> str:
    """The part behind the last @ in lower case; "" without one."""
    return email.rpartition("@")[2].strip().lower() if "@" in email else ""


def by_key(key: str) -> SignOnProvider | None:
    """The identity provider of this key if it is in use."""
    with everywhere():
        return SignOnProvider.objects.filter(key=key, enabled=True).select_related("organization").first()


def providers_for(email: str) -> Sequence[SignOnProvider]:
    """The identity providers in use for the domain of an address, by name."""
    domain = domain_of(email)
    with everywhere():
        used = SignOnProvider.objects.filter(enabled=True).select_related("organization").order_by("name", "pk")
        return [provider for provider in used if domain and domain in provider.email_domains]


def only_way_for(email: str) -> SignOnProvider | None:
    """The identity provider somebody must come in by, because their organization requires it; None: any way will do.

    It binds those who serve the organization, and addresses nobody has an account for (so that a stranger learns
    nothing). It binds neither provider administrators, whom it would not let in and who must be able to mend it, nor
    those of the same domain who serve another organization.
    """
    required = [provider for provider in providers_for(email) if provider.required]
    if not required:
        return None
    account = Account.objects.filter(email=email.strip().lower()).first()
    if account is None:
        return required[0]
    roles = _roles(account)
    if any(role.organization_id is None for role in roles):
        return None
    served = {role.organization_id for role in roles}
    return next((provider for provider in required if provider.organization_id in served), None)


def admit(provider: SignOnProvider, who: Vouched, bound: Account | None, origin: str) -> Account:
    """The account somebody may enter; made first when newcomers are let in. Raises `NotAdmittedError`.

    `bound` is the account that came as this subject before. Whether the account is bound to *another* subject is for
    the caller to ask, who keeps these bonds.
    """
    _believe(provider, who)
    account = bound or Account.objects.filter(email=who.email.lower()).first()
    if account is None:
        return _newcomer(provider, who, origin)
    if domain_of(account.email) not in provider.email_domains:
        raise NotAdmittedError(_outside(provider, account.email))
    if not account.is_active:
        raise NotAdmittedError(gettext("This account is shut."))
    roles = _roles(account)
    if any(role.organization_id is None for role in roles):
        sentence = gettext("Provider administrators sign in with their password or a passkey, never through %(name)s.")
        raise NotAdmittedError(sentence % {"name": provider.name})
    if provider.organization_id not in {role.organization_id for role in roles}:
        sentence = gettext("%(email)s has no role in %(organization)s; ask one of its administrators for one.")
        raise NotAdmittedError(sentence % {"email": account.email, "organization": provider.organization.name})
    return account


def _believe(provider: SignOnProvider, who: Vouched) -> None:
    if not who.email:
        sentence = gettext("%(name)s did not give your e-mail address; whoever looks after it must let it do so.")
        raise NotAdmittedError(sentence % {"name": provider.name})
    if domain_of(who.email) not in provider.email_domains:
        raise NotAdmittedError(_outside(provider, who.email))
    if not who.verified:
        sentence = gettext("%(name)s does not say that %(email)s has been verified as yours.")
        raise NotAdmittedError(sentence % {"name": provider.name, "email": who.email})


def _outside(provider: SignOnProvider, email: str) -> str:
    sentence = gettext("%(name)s may not let in %(email)s: it is not approved for addresses of that domain.")
    return sentence % {"name": provider.name, "email": email}


def _newcomer(provider: SignOnProvider, who: Vouched, origin: str) -> Account:
    if not provider.new_role:
        sentence = gettext("%(email)s has no account here; ask an administrator of %(organization)s for a role.")
        raise NotAdmittedError(sentence % {"email": who.email, "organization": provider.organization.name})
    account = Account(email=who.email, name=who.name.strip()[:120])
    account.set_unusable_password()
    try:
        with transaction.atomic(), everywhere(), acting(who.email.lower(), WHY % provider.name, origin):
            account.save()
            Membership(account=account, organization=provider.organization, role=provider.new_role).save()
            note_account(account, created="by signing on", sign_on=provider.name)
    except IntegrityError:  # somebody else has just made an account of this address
        return admit(provider, who, None, origin)
    return account


def _roles(account: Account) -> Sequence[Membership]:
    with everywhere():
        return list(Membership.objects.filter(account=account))
