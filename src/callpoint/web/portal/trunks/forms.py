"""The form of a trunk."""

from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Trunk
from callpoint.directory.models.trunk import DEFAULT_ID_HEADERS
from callpoint.web.portal.typed_form import Field

_NAME: Final = Field(
    "name", _("Name"), _("Unique in this installation; stands in call records and never changes."), longest=120,
    required=True, wide=True,
)  # fmt: skip
_PROOFS: Final = (
    Field(
        "source_networks",
        _("Source networks"),
        _("Addresses its calls come from, one a line: 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32. Over UDP an address "
          "can be forged; a user with a password cannot."),
        kind="area",
    ),
    Field(
        "digest_username",
        _("Digest user"),
        _("For calls that sign themselves with a password instead of, or besides, coming from a known address."),
        longest=120,
    ),
    Field(
        "digest_password",
        _("Digest password"),
        _("12 characters or more. Only a digest of it is kept; empty leaves the one there is."),
        kind="password",
        longest=200,
    ),
    Field(
        "certificate_names",
        _("Certificate names"),
        _("For calls over TLS: names in the certificate of the calling platform, one a line, in full."),
        kind="area",
        rows=2,
    ),
)  # fmt: skip
_READING: Final = (
    Field(
        "id_headers",
        _("ID headers"),
        _("Headers that carry the caller's ID, one a line. The first one that is there and filled counts."),
        kind="area",
    ),
    Field(
        "misdial",
        _("When somebody dials a prefix first, as in 9911"),
        _("A refusal teaches people to dial the three digits only; treated as 911, nobody loses time by it."),
        kind="select",
        choices=(
            ("reject", _("Refuse: “Dial Only The Three Digits 911” (or 933)")),
            ("treat_as_911", _("Treat it as 911 (or 933), and record it as a misdial")),
        ),
        wide=True,
    ),
    Field(
        "location_trusted",
        _("Believe the location that calls bring"),
        _("A call may carry the caller's location in its body. Believed, it counts before everything registered here, "
          "so say yes only where the calling platform finds locations out by itself."),
        kind="check",
    ),
    Field(
        "callback_uri",
        _("Where calls back from a PSAP ring"),
        _("A SIP URI of the calling platform; the number called stands before its @. Empty: to where the person's 911 "
          "call came from."),
        placeholder="sip:sbc.example.net;transport=tcp",
        longest=255,
        wide=True,
    ),
)  # fmt: skip
_ORGANIZATION_HEADER: Final = Field(
    "organization_header",
    _("Organization header"),
    _("The header in which each call names its organization by its short name (slug)."),
    longest=64,
    required=True,
)


def fields_of(trunk: Trunk | None, *, provider_wide: bool) -> tuple[Field, ...]:
    """A name only for a new one; the organization's header only where there are several organizations."""
    header = (_ORGANIZATION_HEADER,) if provider_wide else ()
    return ((_NAME,) if trunk is None else ()) + _PROOFS + header + _READING


def stored(trunk: Trunk) -> dict[str, str]:
    """What the form holds of a trunk; never its password."""
    return {
        "source_networks": "\n".join(trunk.source_networks),
        "digest_username": trunk.digest_username,
        "certificate_names": "\n".join(trunk.certificate_names),
        "id_headers": "\n".join(trunk.id_headers),
        "organization_header": trunk.organization_header,
        "location_trusted": "yes" if trunk.location_trusted else "no",
        "misdial": trunk.misdial,
        "callback_uri": trunk.callback_uri,
        SEEN: fingerprint(trunk),
    }


def proposed(asked: QueryDict) -> dict[str, str]:
    """What the form of a new one holds: what the address of the page proposes, mostly of a stranger's knock."""
    names = ("name", "source_networks", "digest_username", "certificate_names")
    return {"id_headers": "\n".join(DEFAULT_ID_HEADERS), "misdial": "reject"} | {
        name: asked.get(name, "")[:1000] for name in names
    }
