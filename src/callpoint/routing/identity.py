"""Who is calling: the ID as the trunk carries it, the calling number, and IDs that are almost the same.

The founding guide wants the ID to match exactly. So nothing here makes two different IDs equal; a near miss is
found only to be named, because “E1001 and e1001 are not the same” saves an administrator an afternoon.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers

from callpoint.routing.records import Trunk
from callpoint.sip.errors import SipError
from callpoint.sip.name_addr import NameAddr

HeaderReader = Callable[[str], str | None]
"""`Message.get`: the first value of a header, unfolded and without the blanks around it; None when absent."""

# In these a trunk may carry a phone number as the ID; their value is an address, of which the user part counts.
ADDRESS_HEADERS: Final = frozenset({"from", "p-asserted-identity", "p-preferred-identity", "remote-party-id"})

# Now, not when the first call from a country comes: each country's numbering is a file of its own, and a call must
# not wait for a disk, nor fail because a file could not be opened.
phonenumbers.PhoneMetadata.load_all()

_NUMBER_OF_WORDS: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class CarriedIdentity:
    """The ID as sent and the header it came in; both "" when there was none."""

    identity: str = ""
    source: str = ""


def carried_identity(header: HeaderReader, trunk: Trunk) -> CarriedIdentity:
    """The ID of the first of the trunk's headers that is there and filled, exactly as sent.

    Blanks around a header's value do not belong to it (RFC 3261 §7.3.1); everything else is kept.
    """
    for name in trunk.id_headers:
        value = header(name)
        if value is not None and name.lower() in ADDRESS_HEADERS:
            value = _user_of(value)
        if value:
            return CarriedIdentity(value, name)
    return CarriedIdentity()


def caller_number(header: HeaderReader) -> str:
    """The number the call says it comes from, as written: P-Asserted-Identity before From (RFC 3325 §9.1), or ""."""
    for name in ("P-Asserted-Identity", "From"):
        value = header(name)
        user = _user_of(value) if value else ""
        if us_or_canadian(user):
            return user
    return ""


def _user_of(address: str) -> str:
    try:
        return NameAddr.parse(address).parsed_uri.user_text
    except SipError:
        return ""


@lru_cache(maxsize=8192)
def us_or_canadian(text: str) -> str:
    """`text` as an E.164 number of the US or Canada ("+18025550100"), or "" when it is none.

    Numbers of area codes younger than the numbering data pass: a callback number is too precious to lose to
    an old table. Other countries that share +1 do not, as nobody here could be sent to them.
    """
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return ""
    if number.country_code != 1 or number.extension or not phonenumbers.is_possible_number(number):
        return ""
    if len(str(number.national_number)) != 10 or phonenumbers.region_code_for_number(number) not in ("US", "CA", None):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def near_miss_key(identity: str) -> str:
    """What an ID looks like to a hurried reader: without case, blanks, separators and leading zeros.

    "E1001", "e-1001", "E1001 " and "E0001001" share one key. "" for text without letters or digits.
    """
    if identity.isascii() and identity.isalnum() and "0" not in identity:
        return identity.lower()  # most of a million
    folded = unicodedata.normalize("NFKC", identity).casefold()
    letters = "".join([char for char in folded if char.isalnum()])
    return _NUMBER_OF_WORDS.sub(lambda digits: digits.group().lstrip("0") or "0", letters)


def difference(sent: str, known: str) -> str:
    """In words, in what two IDs of one near-miss key differ: "letter case", "a blank at the end", ..."""
    found = [words for words, normal in _LOOKS if normal(sent) != normal(known)]
    return " and ".join(found) or "another spelling"


def _blanks_at_edges(text: str) -> str:
    return f"{len(text) - len(text.lstrip())} {len(text) - len(text.rstrip())}"


def _separators(text: str) -> str:
    return "".join([char for char in text.strip() if not char.isalnum()])


def _case(text: str) -> str:
    return "".join([char for char in text if char.isalpha()])


def _zeros(text: str) -> Sequence[int]:
    joined = "".join([char for char in text if char.isalnum()])
    return [len(run) - len(run.lstrip("0")) for run in _NUMBER_OF_WORDS.findall(joined)]


_LOOKS: Final[tuple[tuple[str, Callable[[str], object]], ...]] = (
    ("upper and lower case differ", _case),
    ("one has a blank at its edge", _blanks_at_edges),
    ("separators differ", _separators),
    ("leading zeros differ", _zeros),
)
