"""What a token may be allowed: the one table of scopes, with the right each needs in the account behind the token."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callpoint.directory.access import Right


class Scope(StrEnum):
    """A name as it stands in a token; what it allows is said in `SCOPES`."""

    READINESS_READ = "readiness:read"
    CALLS_READ = "calls:read"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    LOCATIONS_READ = "locations:read"
    LOCATIONS_WRITE = "locations:write"
    ADDRESSES_VALIDATE = "addresses:validate"
    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    TRUNKS_READ = "trunks:read"
    TRUNKS_WRITE = "trunks:write"
    ALERTS_READ = "alerts:read"
    ALERTS_WRITE = "alerts:write"
    DELIVERIES_READ = "deliveries:read"
    AUDIT_READ = "audit:read"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"
    ADMINISTRATORS_READ = "administrators:read"
    ADMINISTRATORS_WRITE = "administrators:write"
    SIGN_ON_READ = "sign-on:read"
    SIGN_ON_WRITE = "sign-on:write"
    TOKENS_READ = "tokens:read"
    TOKENS_WRITE = "tokens:write"
    ORGANIZATIONS_READ = "organizations:read"
    ORGANIZATIONS_WRITE = "organizations:write"
    PROVIDER_READ = "provider:read"
    PROVIDER_WRITE = "provider:write"
    PROVIDER_AUDIT_READ = "provider-audit:read"
    PROVIDER_ACCESS_READ = "provider-access:read"
    PROVIDER_ACCESS_WRITE = "provider-access:write"


@dataclass(frozen=True)
class Allowance:
    """The right the account must have (today, not when the token was made), and what is said of it to people."""

    right: Right
    words: Promise


SCOPES: Final[dict[Scope, Allowance]] = {
    Scope.READINESS_READ: Allowance(Right.CALLS, _("See how many people are ready for 911")),
    Scope.CALLS_READ: Allowance(Right.CALLS, _("See calls")),
    Scope.PEOPLE_READ: Allowance(Right.READ, _("See people, and what would happen if they dialled")),
    Scope.PEOPLE_WRITE: Allowance(Right.CHANGE, _("Add, change and remove people")),
    Scope.LOCATIONS_READ: Allowance(Right.READ, _("See buildings and locations")),
    Scope.LOCATIONS_WRITE: Allowance(Right.CHANGE, _("Add, change and remove buildings and locations")),
    Scope.ADDRESSES_VALIDATE: Allowance(Right.READ, _("Have addresses checked")),
    Scope.IMPORTS_READ: Allowance(Right.READ, _("See imports and their preview")),
    Scope.IMPORTS_WRITE: Allowance(Right.CHANGE, _("Upload, apply and undo imports")),
    Scope.TRUNKS_READ: Allowance(Right.READ, _("See trunks")),
    Scope.TRUNKS_WRITE: Allowance(Right.CHANGE, _("Add, change and remove trunks")),
    Scope.ALERTS_READ: Allowance(
        Right.READ, _("See who is told of calls, templates, screens and what guards may listen to (never a secret)")
    ),
    Scope.ALERTS_WRITE: Allowance(
        Right.CHANGE, _("Change who is told of calls, templates, screens and what guards may listen to")
    ),
    Scope.DELIVERIES_READ: Allowance(Right.CALLS, _("See what became of each notice")),
    Scope.AUDIT_READ: Allowance(Right.READ, _("See the history of changes")),
    Scope.SETTINGS_READ: Allowance(Right.READ, _("See the settings")),
    Scope.SETTINGS_WRITE: Allowance(Right.CHANGE, _("Change the settings")),
    Scope.ADMINISTRATORS_READ: Allowance(Right.READ, _("See the administrators")),
    Scope.ADMINISTRATORS_WRITE: Allowance(Right.APPOINT, _("Appoint and dismiss administrators")),
    Scope.SIGN_ON_READ: Allowance(Right.APPOINT, _("See the identity providers people sign in with")),
    Scope.SIGN_ON_WRITE: Allowance(
        Right.APPOINT, _("Add, change and remove the identity providers people sign in with")
    ),
    Scope.TOKENS_READ: Allowance(Right.APPOINT, _("See tokens (never the secret)")),
    Scope.TOKENS_WRITE: Allowance(Right.APPOINT, _("Revoke tokens")),
    Scope.ORGANIZATIONS_READ: Allowance(Right.CALLS, _("See name and status of the organization")),
    Scope.ORGANIZATIONS_WRITE: Allowance(Right.PROVIDE, _("Create organizations and set their status")),
    Scope.PROVIDER_READ: Allowance(
        Right.PROVIDE, _("See PSAPs, routes, the relay center, provider-wide trunks and data sets")
    ),
    Scope.PROVIDER_WRITE: Allowance(
        Right.PROVIDE, _("Change PSAPs, routes, the relay center, provider-wide trunks and the provider")
    ),
    Scope.PROVIDER_AUDIT_READ: Allowance(Right.PROVIDE, _("See the history of the installation itself")),
    Scope.PROVIDER_ACCESS_READ: Allowance(
        Right.PROVIDE, _("See provider administrators and tokens of the provider (never the secret)")
    ),
    Scope.PROVIDER_ACCESS_WRITE: Allowance(
        Right.PROVIDE, _("Appoint and dismiss provider administrators, revoke tokens of the provider")
    ),
}


def allowable(rights: Iterable[Right], *, provider: bool) -> list[Scope]:
    """The scopes somebody with these rights can give to a token; those of the provider only to a token of its own."""
    held = frozenset(rights) if provider else frozenset(rights) - {Right.PROVIDE}
    return [scope for scope, allowance in SCOPES.items() if allowance.right in held]
