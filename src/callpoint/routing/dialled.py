"""What was dialled, read from the Request-URI as leniently as an emergency deserves.

Emergency is `911` in any dress (sip:, sips:, tel:, percent-escapes, visual separators, phone-context, a number
where the host should be) and `urn:service:sos` with its sub-services (RFC 5031 §4.2); `933` is the read-back;
`urn:service:test.sos` is a test (RFC 6881 §15). `9911`, `1911`, `+1911`, `8911` and the like are misdials.

Why a misdial is rejected by default (`Trunk.misdial = "reject"`). For accepting it speaks the person who has
pressed 9 for an outside line for ten years and does so in a panic; being told "404" may cost that person a minute,
and nobody dials 9911 by accident as easily as 911. Against it: the law (47 CFR 9.16, Kari's Law) and the founding
guide make three digits enough from every station, so a redial always helps and the reason phrase says so at once;
which digit means "outside line", or whether 8911 is somebody's extension, is known to the calling platform and not
to us, so a rule here would turn extensions and the beginnings of other numbers (1-911...) into emergency calls,
each of which takes a call taker from somebody else; and a platform that adds a prefix by itself would
look healthy until the day the prefix changes, while a rejected and recorded misdial tells its administrator the same
day. So the default is to reject and record, and an organization whose staff do dial a prefix sets `treat_as_911`,
after which such a call goes on as 911 and is still recorded as a misdial.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import unquote

from callpoint.routing.records import Misdial

Kind = Literal["emergency", "read_back", "test", "misdial", "other"]

EMERGENCY_DIGITS: Final = "911"
READ_BACK_DIGITS: Final = "933"
SOS: Final = "urn:service:sos"
TEST_SOS: Final = "urn:service:test.sos"

# What people put before the three digits: outside lines, long distance, country code, and two of them at once.
MISDIAL_PREFIXES: Final = ("9", "8", "0", "1", "+", "+1", "91")

_BRACKETED: Final = re.compile(r"<([^<>]*)>")
# The name space of RFC 5031, or that of NENA's emergency services, whose sos means the same to a caller.
_SERVICE: Final = re.compile(r"urn:(emergency:)?service:(test\.)?sos((?:\.[a-z0-9-]+)*)", re.IGNORECASE)
_SCHEME: Final = re.compile(r"(sips?|tel):", re.IGNORECASE)
# RFC 3966 §5.1.1 visual separators, and the blanks people leave between digits.
_SEPARATORS: Final = re.compile(r"[-.()\s]")


@dataclass(frozen=True)
class Dialled:
    """`service_urn` is what goes on as the service ("" where nothing does); `digits` what was dialled, bare.

    `meant` is "911" or "933" for a misdial, also after `treated`, so that it is still recorded.
    """

    kind: Kind
    service_urn: str = ""
    digits: str = ""
    meant: str = ""

    def treated(self, misdial: Misdial) -> "Dialled":
        """The same after the trunk's switch: with `treat_as_911` a misdial becomes what was meant."""
        if self.kind != "misdial" or misdial == "reject":
            return self
        plain = _by_digits(self.meant)
        return replace(self, kind=plain.kind, service_urn=plain.service_urn)


def read_dialled(request_uri: str, to: str = "") -> Dialled:
    """What was dialled. `to` is the To header, asked only when the Request-URI names nobody at all.

    Takes any text and raises nothing: what cannot be read is "other".
    """
    first = _read(request_uri)
    if first.digits or first.service_urn or not to:
        return first
    return _read(to)


def _read(text: str) -> Dialled:
    bracketed = _BRACKETED.search(text)
    plain = unquote(bracketed.group(1) if bracketed else text, errors="replace").strip()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain)
    return _by_service(plain) or _by_digits(_dialled_user(plain))


def _by_service(text: str) -> Dialled | None:
    scheme = _SCHEME.match(text)
    # Some senders wrap the service into a SIP address: sip:urn:service:sos@host.
    service = _SERVICE.match(text, scheme.end() if scheme else 0)
    if service is None or text[service.end() : service.end() + 1] not in ("", ";", "?", "@"):
        return None
    nena, test, sub_services = service.groups()
    # What follows NENA's sos names an element of the network (sos.psap), not what the caller needs.
    wanted = "" if nena else sub_services.lower()
    return Dialled("test", TEST_SOS + wanted) if test else Dialled("emergency", SOS + wanted)


def _dialled_user(text: str) -> str:
    """The user part; where there is none, a host that is a number: `sip:911;phone-context=+1` is sent like that."""
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    user, at, host = rest.rpartition("@")
    number = re.split(r"[;:?]", user if at else host, maxsplit=1)[0]
    bare = _SEPARATORS.sub("", number).rstrip("#")
    if at or (scheme is not None and scheme.group(1).lower() == "tel"):
        return bare
    return bare if bare.removeprefix("+").isdecimal() and len(bare) <= 15 else ""


def _by_digits(digits: str) -> Dialled:
    if digits == EMERGENCY_DIGITS or digits.lower() == "sos":
        return Dialled("emergency", SOS, digits)
    if digits == READ_BACK_DIGITS:
        return Dialled("read_back", "", digits)
    for meant in (EMERGENCY_DIGITS, READ_BACK_DIGITS):
        if digits.endswith(meant) and digits.removesuffix(meant) in MISDIAL_PREFIXES:
            return Dialled("misdial", "", digits, meant)
    return Dialled("other", "", digits)
