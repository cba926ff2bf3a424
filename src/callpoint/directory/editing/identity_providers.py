"""An organization's own identity provider: what it is called, how it is reached, whom it lets in.

The organization sets all of it but one thing: the e-mail domains, which say whose word is believed about whom, are
approved by the provider administrator alone (`directory.sign_on` says what hangs on them).
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from callpoint.directory.editing import saml_metadata
from callpoint.directory.editing.members import roles_in
from callpoint.directory.editing.refused import Checks
from callpoint.directory.editing.typed import at_most, one_of, refuse_if_changed, several, yes_or_no
from callpoint.directory.models import Organization, SignOnProvider
from callpoint.directory.rules import RuleError
from callpoint.directory.sealing import seal
from callpoint.directory.tenancy import everywhere

Kind = SignOnProvider.Kind
MOST_DOMAINS: Final = 50
NAME_CHARS: Final = 40  # stands on a button
_KEY_START: Final = 30
_DOMAIN: Final = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def save_identity_provider(
    organization: Organization,
    fields: Mapping[str, str],
    provider: SignOnProvider | None = None,
    *,
    approving: bool = False,
    proven: bool = False,
) -> SignOnProvider:
    """An identity provider brought to the fields given; a new one needs `kind` ("oidc" or "saml"), fixed from then on.

    `name`, `enabled`, `required`, `new_role` ("" lets no newcomer in), `email_domains` (list; only when `approving`,
    as a provider administrator). OpenID Connect: `issuer`, `client_id`, `client_secret` ("" leaves the one there is),
    `email_trusted`. SAML: `metadata`, or `entity_id`, `sso_url` and `certificate`. It can be `required` only once it
    is `proven`: somebody has come in by it. Raises `Refused`.
    """
    checks = Checks()
    kind = provider.kind if provider is not None else checks.take("kind", _kind, fields.get("kind", ""))
    values = _common(organization, fields, checks)
    if "email_domains" in fields:
        if approving:
            values["email_domains"] = checks.take("email_domains", _domains, fields["email_domains"])
            _refuse_shared(organization, values["email_domains"] or [], checks)
        elif provider is None or several(fields["email_domains"]) != provider.email_domains:
            checks.refuse("email_domains", gettext("Only your provider approves domains; ask them."))
    if values.get("required") and not (proven or (provider is not None and provider.required)):
        checks.refuse("required", gettext("Sign in through it once first: nobody could come in if it did not work."))
    known = dict(provider.settings) if provider is not None else {}
    reading = {Kind.OIDC: _oidc, Kind.SAML: _saml}.get(Kind(kind)) if kind else None
    values["settings"] = reading(fields, known, checks) if reading else known
    if provider is None and not values.get("name"):
        checks.refuse("name", gettext("is missing"))
    checks.done()
    made = provider or SignOnProvider(organization=organization, kind=kind or "", key=_key(organization))
    with transaction.atomic():
        if provider is not None:
            refuse_if_changed(provider, fields)
        for name, value in values.items():
            setattr(made, name, value)
        made.save()
    return made


def remove_identity_provider(provider: SignOnProvider) -> None:
    """Nobody comes in by it from then on; accounts stay. Raises `Refused` when it is gone already."""
    with transaction.atomic():
        refuse_if_changed(provider, {})
        provider.delete()


def _common(organization: Organization, fields: Mapping[str, str], checks: Checks) -> dict[str, Any]:
    rules = {
        "name": at_most(NAME_CHARS),
        "enabled": yes_or_no,
        "required": yes_or_no,
        "new_role": lambda role: one_of(role, ["", *roles_in(organization)]),
    }
    return {name: checks.take(name, rule, fields[name]) for name, rule in rules.items() if name in fields}


def _oidc(fields: Mapping[str, str], known: dict[str, Any], checks: Checks) -> dict[str, Any]:
    for name, rule in (("issuer", _issuer), ("client_id", at_most(191))):
        if name in fields or not known.get(name):
            known[name] = checks.take(name, rule, fields.get(name, ""))
    if "email_trusted" in fields:
        known["email_trusted"] = checks.take("email_trusted", yes_or_no, fields["email_trusted"])
    secret = fields.get("client_secret", "").strip()
    if secret:
        known["client_secret"] = seal(secret)
    elif not known.get("client_secret"):
        checks.refuse("client_secret", gettext("is missing; the identity provider shows it once"))
    return known


def _saml(fields: Mapping[str, str], known: dict[str, Any], checks: Checks) -> dict[str, Any]:
    if fields.get("metadata", "").strip():
        read = checks.take("metadata", _metadata, fields["metadata"])
        return known | (read or {})
    rules = {"entity_id": at_most(1024), "sso_url": web_address, "certificate": saml_metadata.certificate}
    for name, rule in rules.items():
        if fields.get(name, "").strip() or not known.get(name):
            known[name] = checks.take(name, rule, fields.get(name, ""))
    return known


def _metadata(xml: str) -> dict[str, str]:
    read = saml_metadata.read(xml)
    return {"entity_id": read.entity_id, "sso_url": web_address(read.sso_url), "certificate": read.certificate}


def web_address(text: str) -> str:
    """An https URL; http only to this machine, while our own pages are served so (for trying out)."""
    url = text.strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        plain = parts.scheme == "http" and host in _LOOPBACK and str(settings.PUBLIC_URL).startswith("http:")
        right = parts.scheme == "https" or plain
        right = right and bool(host) and parts.port != 0 and parts.username is None
    except ValueError:
        right = False
    if not right or len(url) > 1024 or not url.isprintable() or " " in url:
        raise RuleError(
            gettext("%(url)r is no address to be used here; write it as https://login.example.org/…") % {"url": url}
        )
    return url


def _issuer(text: str) -> str:
    url = web_address(text).rstrip("/").removesuffix("/.well-known/openid-configuration")
    if urlsplit(url).query or urlsplit(url).fragment:
        raise RuleError(gettext("an issuer has neither ? nor #; paste it as the identity provider shows it"))
    return url


def _kind(text: str) -> str:
    return one_of(text, Kind.values)


def _domains(text: str) -> list[str]:
    domains = [domain.lower().removeprefix("@") for domain in several(text.replace(" ", ","))]
    if len(domains) > MOST_DOMAINS:
        raise RuleError(gettext("%(most)s domains are the most") % {"most": MOST_DOMAINS})
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise RuleError(gettext("%(domain)r is no domain; write it as example.org") % {"domain": domain})
    return list(dict.fromkeys(domains))


def _refuse_shared(organization: Organization, domains: list[str], checks: Checks) -> None:
    """A domain is one organization's: else the one could come in as the other's people."""
    with everywhere():
        others = SignOnProvider.objects.exclude(organization=organization).select_related("organization")
        for other in others:
            for domain in set(domains) & set(other.email_domains):
                sentence = gettext("%(domain)s is approved for %(organization)s already.")
                checks.refuse("email_domains", sentence % {"domain": domain, "organization": other.organization.name})


def _key(organization: Organization) -> str:
    return f"{organization.slug[:_KEY_START]}-{secrets.token_hex(4)}"
