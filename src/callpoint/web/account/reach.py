"""How far a session reaches that an organization's own identity provider began: into that organization, no further.

An administrator of an organization chooses its identity provider, and can let it say that anybody of the approved
domains has come. For their own organization that is theirs to say. An account that serves other organizations, too,
must not be entered there on that word, nor be given a password, passkey or authenticator by whoever came that way.
Any proof of the account's own (password, code by e-mail, passkey, authenticator) opens the rest.
"""

from typing import cast

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from callpoint.directory.access import is_provider, organizations_for
from callpoint.directory.models import Account, Organization, SignOnProvider
from callpoint.directory.tenancy import everywhere

BY_IDENTITY_PROVIDER = "socialaccount"
"""What allauth calls the method in a session's records."""
_KEPT = "_organizations_reached"


def bound_to(request: HttpRequest) -> frozenset[int] | None:
    """Primary keys of the organizations the session reaches; None: all that its account serves."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, _bound_to(request))
    return cast("frozenset[int] | None", getattr(request, _KEPT))


def reaches(request: HttpRequest, organization: Organization) -> bool:
    """Whether the session may enter the organization, which its account serves."""
    bound = bound_to(request)
    return bound is None or organization.pk in bound


def reached(request: HttpRequest) -> list[Organization]:
    """The organizations the account serves and the session may enter, by name."""
    return [one for one in organizations_for(cast(Account, request.user)) if reaches(request, one)]


def provides(request: HttpRequest) -> bool:
    """Whether this is a provider administrator, come by a proof of their own."""
    return bound_to(request) is None and is_provider(cast(Account, request.user))


def _bound_to(request: HttpRequest) -> frozenset[int] | None:
    records = get_authentication_records(request, cast(Account, request.user))
    if not records or any(record["method"] != BY_IDENTITY_PROVIDER for record in records):
        return None
    keys = [record.get("provider", "") for record in records]
    with everywhere():
        known = SignOnProvider.objects.filter(key__in=keys, enabled=True)
        return frozenset(known.values_list("organization_id", flat=True))
