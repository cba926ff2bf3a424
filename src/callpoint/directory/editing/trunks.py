"""Trunks: the SIP connections calls come in by, and how each proves itself."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from callpoint.directory.editing import trunk_proofs
from callpoint.directory.editing.refused import WHOLE, Checks, Refused
from callpoint.directory.editing.sip_uris import sip_uri_or_none
from callpoint.directory.editing.typed import Rule, at_most, one_of, refuse_if_changed, several, yes_or_no
from callpoint.directory.holders import held
from callpoint.directory.models import Organization, Trunk
from callpoint.directory.rules import RuleError, text
from callpoint.directory.tenancy import everywhere
from callpoint.sip.digest import ALGORITHMS, ha1
from callpoint.sip.grammar import is_token

LONGEST_HEADER: Final = 64
MOST_HEADERS: Final = 10
PASSWORD_CHARS: Final = 12
"""Whoever overhears one digest can try passwords at leisure; a dozen characters is what makes that hopeless."""
# A value in one of these says how the message is carried; calls would be known by their own address.
_CARRYING: Final = frozenset({"via", "to", "call-id", "cseq", "contact", "route", "record-route", "max-forwards"})


def save_trunk(
    organization: Organization | None,
    fields: Mapping[str, str],
    trunk: Trunk | None = None,
    *,
    may_overlap: bool = False,
) -> Trunk:
    """A trunk of the organization, or (None) of the whole installation, brought to the fields given.

    `name` (never changed later), `source_networks`, `certificate_names` and `id_headers` (lists, one a line or
    comma), `digest_username` with `digest_password` (only its HA1 is kept), `organization_header` (provider-wide
    ones only), `location_trusted`, `misdial`, `callback_uri`. Raises `Refused`: also where it claims a network, user or
    certificate that is another organization's or the provider's, since one's calls would be taken for the other's, or
    a network as wide as a part of the Internet. A provider who knows what that does says `may_overlap`.
    """
    checks = Checks()
    values = _checked(fields, checks)
    if trunk is None:
        values["name"] = checks.take("name", _free_name, fields.get("name", ""))
    elif fields.get("name", trunk.name) != trunk.name:
        checks.refuse("name", gettext("never changes; add a trunk of the other name instead"))
    checks.done()
    made = trunk or Trunk(organization=organization)
    try:
        with transaction.atomic():
            if trunk is not None:
                refuse_if_changed(trunk, fields)
            for name, value in values.items():
                setattr(made, name, value)
            _take_digest(made, fields, checks)
            _check_whole(made, checks, may_overlap)
            checks.done()
            made.save()
    except IntegrityError as error:
        raise Refused({"name": [_name_taken()]}) from error
    return made


def remove_trunk(trunk: Trunk) -> None:
    """From then on whoever comes in by it is a stranger and is refused. Raises `Refused` when it is gone already, or
    while others hold it."""
    with transaction.atomic():
        refuse_if_changed(trunk, {})
        if told := held(Trunk, [trunk.pk]).get(trunk.pk):
            raise Refused({WHOLE: told})
        trunk.delete()


def all_trunks() -> list[Trunk]:
    """Every trunk of the installation, also of other tenants: for finding rivals, never for showing."""
    with everywhere():
        return list(Trunk.objects.select_related("organization").order_by("name"))


def _id_headers(value: str) -> list[str]:
    names = several(value)
    if not names:
        raise RuleError(gettext("is missing; calls carry the ID in a header, X-Employee-ID mostly"))
    if len(names) > MOST_HEADERS:
        raise RuleError(gettext("%(most)s headers are the most that are looked at") % {"most": MOST_HEADERS})
    for name in names:
        _check_header(name)
    if len({name.lower() for name in names}) < len(names):
        raise RuleError(gettext("names a header twice; upper and lower case do not count"))
    return names


def _organization_header(value: str) -> str:
    name = value.strip()
    if name:
        _check_header(name)
    return name


def _check_header(name: str) -> None:
    if not is_token(name) or len(name) > LONGEST_HEADER:
        raise RuleError(gettext("%(name)r is no name of a SIP header") % {"name": name})
    if name.lower() in _CARRYING:
        raise RuleError(gettext("%(name)s carries the call itself and cannot carry an ID") % {"name": name})


def _digest_username(value: str) -> str:
    name = text(value, 120)
    if ":" in name or not name.isprintable():
        raise RuleError(gettext("may hold neither a colon nor a control character"))
    return name


_RULES: Final[Mapping[str, Rule]] = {
    "source_networks": lambda value: trunk_proofs.networks(several(value)),
    "certificate_names": lambda value: trunk_proofs.certificate_names(several(value)),
    "digest_username": _digest_username,
    "id_headers": _id_headers,
    "organization_header": _organization_header,
    "location_trusted": yes_or_no,
    "callback_uri": sip_uri_or_none,
    "misdial": lambda value: one_of(value, Trunk.Misdial.values),
}


def _checked(fields: Mapping[str, str], checks: Checks) -> dict[str, Any]:
    return {name: checks.take(name, rule, fields[name]) for name, rule in _RULES.items() if name in fields}


def _take_digest(trunk: Trunk, fields: Mapping[str, str], checks: Checks) -> None:
    """The HA1 covers the user's name, so another name needs the password once more."""
    password = fields.get("digest_password", "")
    if not trunk.digest_username:
        if password:
            checks.refuse("digest_username", gettext("is missing; a password belongs to a user"))
        trunk.digest_ha1 = {}
        return
    stored = Trunk._base_manager.filter(pk=trunk.pk).first() if trunk.pk else None
    if not password:
        if stored is None or stored.digest_username != trunk.digest_username or not stored.digest_ha1:
            checks.refuse("digest_password", gettext("is missing; it is kept as a digest made with the user's name"))
        return
    if len(password) < PASSWORD_CHARS:
        checks.refuse("digest_password", gettext("needs %(least)s characters or more") % {"least": PASSWORD_CHARS})
        return
    user, realm = trunk.digest_username, str(settings.SIP_HOST_NAME)
    trunk.digest_ha1 = {algorithm: ha1(user, realm, password, algorithm) for algorithm in ALGORITHMS}


def _check_whole(trunk: Trunk, checks: Checks, may_overlap: bool) -> None:
    if not (trunk.source_networks or trunk.digest_username or trunk.certificate_names):
        checks.refuse(WHOLE, gettext("It needs something to prove itself by: networks, a user, or a certificate."))
    if trunk.organization_id is None and not trunk.organization_header:
        checks.refuse("organization_header", gettext("is missing; calls of a provider-wide trunk name theirs in it"))
    if trunk.organization_id is not None and trunk.organization_header:
        checks.refuse("organization_header", gettext("is for provider-wide trunks; this one has its organization"))
    if not may_overlap:
        _refuse_too_wide(trunk, checks)
        for rival in trunk_proofs.foreign(trunk, all_trunks()):
            checks.refuse(_FIELD_OF[rival.kind], _FOREIGN[rival.kind]() % {"proof": rival.proof})


def _refuse_too_wide(trunk: Trunk, checks: Checks) -> None:
    """Whoever claims a part of the Internet takes strangers for their own phones, and leaves others no address."""
    stored = Trunk._base_manager.filter(pk=trunk.pk).first() if trunk.pk else None
    for network in trunk_proofs.too_wide(trunk):
        if stored is None or network not in stored.source_networks:
            told = gettext("%(network)s is far wider than a calling platform. Ask your provider.")
            checks.refuse("source_networks", told % {"network": network})


_FIELD_OF: Final[Mapping[str, str]] = {
    "network": "source_networks",
    "digest": "digest_username",
    "certificate": "certificate_names",
}
_FOREIGN: Final[Mapping[str, Callable[[], str]]] = {
    "network": lambda: gettext(
        "%(proof)s overlaps the network of a trunk that is not yours, and calls from there would be taken for one of "
        "the two. Ask your provider."
    ),
    "digest": lambda: gettext("%(proof)s is the user of a trunk that is not yours; choose another name"),
    "certificate": lambda: gettext("%(proof)s is the certificate of a trunk that is not yours. Ask your provider."),
}


def _free_name(value: str) -> str:
    name: str = at_most(120)(value)
    with everywhere():
        if Trunk.objects.filter(name=name).exists():
            raise RuleError(_name_taken())
    return name


def _name_taken() -> str:
    return gettext("is taken in this installation; put the organization's name into it")
