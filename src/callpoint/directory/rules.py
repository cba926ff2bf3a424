"""What a value of the directory must be like: one place for imports, forms and interfaces.

Every function takes the text as it was typed and gives the value to keep, or raises `RuleError` with a
sentence that says what is wrong and what to do about it.
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from callpoint.speech.regions import CANADA, CANADA_IN_FRENCH, UNITED_STATES

DEVICE_USER_ID_CHARS: Final = 128
LONGEST_URL: Final = 255
# Countries phonenumbers tells apart under +1 that belong to the US or Canada; +1 876 (Jamaica) and others do not.
_SERVED_REGIONS: Final = frozenset({"US", "CA", "PR", "VI", "GU", "AS", "MP"})
_COUNTRIES: Final = {
    **dict.fromkeys(("us", "usa", "u.s.", "u.s.a.", "united states", "united states of america"), "US"),
    **dict.fromkeys(("ca", "can", "canada"), "CA"),
}
_SPELT_OTHERWISE: Final = {"US": {"district of columbia": "DC"}, "CA": {"québec": "QC", "newfoundland": "NL"}}
_ZIP: Final = re.compile(r"\d{5}(-\d{4})?")
# Canada Post never uses D F I O Q U, nor W and Z in the first place.
_POSTAL_CODE: Final = re.compile(r"([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d)")
_DECIMAL: Final = re.compile(r"[+-]?\d{1,3}(\.\d{0,12})?", re.ASCII)
# A number written in one of the usual ways: its first seven digits (the last three follow bare).
_PLAIN_NUMBER: Final = re.compile(
    r"(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})(?:\) ?|[ .-])?([2-9][0-9]{2})[ .-]?([0-9])[0-9]{3}"
)
_email = EmailValidator()


class RuleError(ValueError):
    """A value that is not accepted; the text tells a person why and what to do."""


def text(value: str, longest: int) -> str:
    """Free text with its edges bare. Raises `RuleError` when longer than `longest` characters."""
    value = value.strip()
    if len(value) > longest:
        raise RuleError(f"{len(value)} characters are too many; shorten it to {longest}")
    return value


def device_user_id(value: str) -> str:
    """An ID that calls can carry, unchanged: it is compared exactly, so nothing is trimmed or folded here."""
    if not value.strip():
        raise RuleError("is missing; give the ID exactly as the calling platform sends it")
    if value != value.strip():
        raise RuleError(f"{value!r} begins or ends with a blank, which no call can carry; remove the blank")
    if not value.isprintable():
        raise RuleError("holds a control character, which no call can carry; type the ID again")
    if len(value) > DEVICE_USER_ID_CHARS:
        raise RuleError(f"is longer than {DEVICE_USER_ID_CHARS} characters; use the platform's own ID")
    return value


def email(value: str) -> str:
    """An e-mail address or nothing."""
    value = value.strip()
    if value:
        _check_email(value)
    return value


@lru_cache(maxsize=4096)
def _check_email(value: str) -> None:
    try:
        _email(value)
    except ValidationError as error:
        raise RuleError(f"{value!r} is no e-mail address; it must look like name@example.org") from error


@lru_cache(maxsize=65_536)
def phone_number(value: str) -> str:
    """A number of the US (with its territories) or Canada, as E.164; "" for nothing.

    Callbacks go over the public network straight to this number, so it must be one that exists there.
    """
    value = value.strip()
    if not value:
        return ""
    plain = _PLAIN_NUMBER.fullmatch(value)
    if plain and _is_served_block("".join(plain.groups())):
        return "+1" + "".join(plain.groups()) + value[-3:]
    return _checked_number(value)


@lru_cache(maxsize=65_536)
def _is_served_block(digits: str) -> bool:
    """Whether numbers that begin with these seven digits are accepted: the plan gives numbers out by the thousand, so
    the last three tell nothing. Companies have theirs in few blocks, and an import asks a hundred thousand times."""
    try:
        return bool(_checked_number(f"+1{digits}000"))
    except RuleError:
        return False


def _checked_number(value: str) -> str:
    try:
        number = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException as error:
        raise RuleError(f"{value!r} is no phone number; write it as +1 802 555 0142") from error
    # `is_valid_number` would find the region a second time, and imports ask a hundred thousand times.
    region = phonenumbers.region_code_for_number(number) if number.country_code == 1 else None
    if region is None or not phonenumbers.is_valid_number_for_region(number, region):
        raise RuleError(f"{value!r} is no number of the US or Canada; write it as +1 802 555 0142")
    if number.extension:
        raise RuleError(f"{value!r} has an extension, which a call taker cannot dial; give a direct number")
    if region not in _SERVED_REGIONS:
        raise RuleError(f"{value!r} lies outside the US and Canada; give a number that is reached there")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country(value: str) -> str:
    """ "US" or "CA"; the service reaches emergency services nowhere else."""
    code = _COUNTRIES.get(value.strip().lower())
    if code is None:
        if not value.strip():
            raise RuleError("is missing; give US or CA")
        raise RuleError(f"{value.strip()!r} is not served; only addresses in US and CA are accepted")
    return code


def region(value: str, country_code: str) -> str:
    """The two letters of a state or territory (US) or province or territory (CA), from them or from its name."""
    key = value.strip()
    if not key:
        raise RuleError("is missing; give the state or province, for example VT or ON")
    code = key.upper().replace(".", "")
    if code in _tables(country_code)[0]:
        return code
    found = _names(country_code).get(key.casefold())
    if found is None:
        kind, example = ("state", "VT") if country_code == "US" else ("province", "ON")
        raise RuleError(f"{key!r} is no {kind} of {country_code}; give its two letters, for example {example}")
    return found


def _tables(country_code: str) -> tuple[dict[str, str], ...]:
    return (UNITED_STATES,) if country_code == "US" else (CANADA, CANADA_IN_FRENCH)


@lru_cache
def _names(country_code: str) -> dict[str, str]:
    names = {name.casefold(): code for table in _tables(country_code) for code, name in table.items()}
    return names | _SPELT_OTHERWISE[country_code]


def postal_code(value: str, country_code: str) -> str:
    """A ZIP code (five digits, or nine with a hyphen) or a Canadian postal code ("K1A 0A9"); "" for nothing."""
    code = value.strip().upper()
    if not code:
        return ""
    if country_code == "US":
        if not _ZIP.fullmatch(code):
            raise RuleError(f"{code!r} is no ZIP code; write 05633 or 05633-0001 (spreadsheets drop the first 0)")
        return code
    parts = _POSTAL_CODE.fullmatch(code)
    if parts is None:
        raise RuleError(f"{code!r} is no Canadian postal code; write it as K1A 0A9")
    return f"{parts[1]} {parts[2]}"


def ecrf_url(value: str) -> str:
    """The URL of a LoST server, or nothing: http or https, with a host, without a password in it (RFC 5222 §14)."""
    url = value.strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host, port_is_one = parts.hostname, parts.port != 0
    except ValueError as error:
        raise RuleError(f"{url!r} is no URL ({error}); write it as https://ecrf.example.net/lost") from error
    if parts.scheme.lower() not in ("http", "https") or not host or not port_is_one or not url.isprintable():
        raise RuleError(f"{url!r} is no URL of a LoST server; write it as https://ecrf.example.net/lost")
    if parts.username is not None or parts.password is not None:
        raise RuleError("holds a name or password, which would stand in every log; a LoST server needs none")
    if " " in url or len(url) > LONGEST_URL:
        raise RuleError(f"is no URL: it has a blank, or more than {LONGEST_URL} characters")
    return url


def elin(value: str) -> str:
    """An emergency location identification number as E.164; ten digits will do. "" for nothing."""
    return phone_number(value)


def latitude(value: str) -> float | None:
    """Degrees north in WGS 84; None for nothing."""
    return _degrees(value, 90, "latitude", "44.2601")


def longitude(value: str) -> float | None:
    """Degrees east in WGS 84, so negative in nearly all of the US and Canada; None for nothing."""
    return _degrees(value, 180, "longitude", "-72.5806")


def _degrees(value: str, most: int, name: str, example: str) -> float | None:
    text = value.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".").removesuffix("°")
    if not text:
        return None
    if not _DECIMAL.fullmatch(text):
        raise RuleError(f"{value.strip()!r} is no {name}; write it in degrees with a point, for example {example}")
    degrees = float(text)
    if abs(degrees) > most:
        raise RuleError(f"{text} is no {name}, which lies between -{most} and {most}; write it as {example}")
    return degrees
