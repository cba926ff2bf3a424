"""Addresses from what somebody typed: one line, or element by element.

They are judged as imports and provisioning judge them, by `directory.verdicts`: what that accepts enters, with the
verdict it deserves, and nothing else does.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from django.utils.translation import gettext as _

from callpoint.addresses.verdict import Suggestion, Verdict
from callpoint.directory import rules
from callpoint.directory.editing.refused import Checks
from callpoint.directory.models import Address
from callpoint.directory.verdicts import AddressError, Judge, accept, civic_of, is_same_place, settle
from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS, Civic

LONGEST_ELEMENT: Final = 64
LONGEST_STREET: Final = 160
# A spot belongs to a location; an element for it would be told for everybody at the address.
ADDRESS_ELEMENTS: Final = tuple(
    element for element in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS) if element not in ("FLR", "ROOM", "UNIT")
)
ADDRESS_FIELDS: Final = frozenset({"address", "accept", "check_again", "latitude", "longitude", *ADDRESS_ELEMENTS})
_EXAMPLE: Final = "115 State Street, Montpelier VT 05602"
_LONG_ELEMENTS: Final = frozenset({"RD", "LMK", "LOC", "NAM", "BLD"})


class Desk(Protocol):
    """Who judges addresses: `directory.address_desk.AddressDesk`."""

    def verdict(self, address: str | Civic, accepted: Civic | Suggestion | None = None) -> Verdict: ...
    def knows_addresses(self) -> bool: ...


def change_address(address: Address, fields: Mapping[str, str], desk: Desk, checks: Checks) -> None:
    """Bring an address, new or stored, to what is given of it, and note in `checks` what is wrong. Saves nothing.

    Fields: `address` (one line), or CLDXF element names; `accept`, the suggestion chosen (`choice_of`);
    `check_again` ("yes") to judge an address once more that is given as it stands; `latitude` and `longitude` in
    WGS 84 degrees, both or neither, which count where no data set gives the point.
    """
    before = address.values()
    _judge(address, fields, desk, checks)
    _place(address, fields, checks, before)


def choice_of(suggestion: Suggestion, among: Sequence[Suggestion]) -> str:
    """What to give as `accept` for one of the suggestions: its text, with the position where several read the same."""
    text = suggestion.civic.formatted()
    alike = sum(one.civic.formatted() == text for one in among)
    if alike == 1 or suggestion.point is None:
        return text
    return f"{text} @ {suggestion.point[0]:.6f}, {suggestion.point[1]:.6f}"


def chosen_of(verdict: Verdict, choice: str) -> Suggestion | None:
    """The suggestion that `choice` names; None when it is none of them, or not one of them alone."""
    found = [one for one in verdict.suggestions if choice_of(one, verdict.suggestions) == choice]
    return found[0] if len(found) == 1 else None


def given_civic(fields: Mapping[str, str], checks: Checks, now: Civic | None = None) -> Civic:
    """The address of the elements in `fields`, over what is there `now`; what is wrong is noted in `checks`."""
    elements = now.to_fields() if now is not None else {}
    for element in ADDRESS_ELEMENTS:
        if element in fields:
            elements[element] = checks.take(element, _element(element), fields[element]) or ""
    country = elements["country"] = checks.take("country", rules.country, elements.get("country", "")) or ""
    if country:
        region, code = elements.get("A1", ""), elements.get("PC", "")
        elements["A1"] = checks.take("A1", lambda text: rules.region(text, country), region) or ""
        elements["PC"] = checks.take("PC", lambda text: rules.postal_code(text, country), code) or ""
    if not elements.get("A3"):
        checks.refuse("A3", _("is missing; give the city or town"))
    return Civic.from_fields(elements)


def _element(name: str) -> Callable[[str], str]:
    longest = LONGEST_STREET if name in _LONG_ELEMENTS else LONGEST_ELEMENT
    return lambda value: rules.text(value, longest)


def _judge(address: Address, fields: Mapping[str, str], desk: Desk, checks: Checks) -> None:
    """One that is given as it stands already is left alone, unless it is to be checked again."""
    now = None if address._state.adding else civic_of(address.values())
    asked = _asked(fields, now, checks)
    if asked is None or checks.errors:
        return
    as_it_stands = now is not None and asked in (now, now.formatted())
    if as_it_stands and fields.get("check_again") != "yes":
        return
    try:
        verdict = desk.verdict(now if as_it_stands and now is not None else asked)
        if choice := fields.get("accept", ""):
            verdict = _with_choice(verdict, choice, asked, desk)
        judge = Judge(lambda civic: verdict, desk.knows_addresses).for_organization(address.organization)
        columns = accept(verdict.civic, judge).columns
    except AddressError as error:
        checks.refuse(error.element if error.element in fields else "address", str(error))
        return
    if isinstance(asked, str) and not columns["hno"]:
        told = _("%(address)r has no house number; write it as %(example)s")
        checks.refuse("address", told % {"address": asked, "example": _EXAMPLE})
        return
    settle(address, columns)


def _with_choice(verdict: Verdict, choice: str, asked: str | Civic, desk: Desk) -> Verdict:
    """The verdict with the suggestion accepted. Raises `AddressError` when it is gone since the choice was made."""
    chosen = chosen_of(verdict, choice)
    if chosen is not None:
        return desk.verdict(asked, chosen)
    if verdict.status == "valid":  # nothing is left to choose
        return verdict
    told = _("%(choice)r is not suggested for this address any more; choose again")
    raise AddressError(told % {"choice": choice}, verdict)


def _asked(fields: Mapping[str, str], now: Civic | None, checks: Checks) -> str | Civic | None:
    """The address as it is given, by line or by elements; None when nothing is said of it."""
    if line := fields.get("address", "").strip():
        return line
    if any(element in fields for element in ADDRESS_ELEMENTS):
        return given_civic(fields, checks, now)
    if now is None or "address" in fields:
        told = _("is missing; write it in one line, for example %(example)s")
        checks.refuse("address", told % {"example": _EXAMPLE})
        return None
    return now if fields.get("check_again") == "yes" else None


def _place(address: Address, fields: Mapping[str, str], checks: Checks, before: Mapping[str, object]) -> None:
    """Set the point by hand, where no data set gives one. What is stored may be given back: it changes nothing, and
    does not go along when the address moves."""
    if "latitude" not in fields and "longitude" not in fields:
        return
    latitude = checks.take("latitude", rules.latitude, fields.get("latitude", ""))
    longitude = checks.take("longitude", rules.longitude, fields.get("longitude", ""))
    if {"latitude", "longitude"} & checks.errors.keys():
        return
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        checks.refuse(missing, _("is missing; a point has both, or leave both empty"))
        return
    given_back = (latitude, longitude) == (before["latitude"], before["longitude"])
    if address.accuracy:
        if latitude is not None and not given_back and (latitude, longitude) != (address.latitude, address.longitude):
            told = _("%(dataset)s gives the point of this address, which counts; leave both empty")
            checks.refuse("latitude", told % {"dataset": address.dataset or _("a data set")})
    elif not given_back or is_same_place(dict(before), address.values()):
        address.latitude, address.longitude = latitude, longitude
