"""Every reason a decision can give: its code, and the sentence a call taker or administrator reads.

A code is stable, because reports count by it; the sentence may be worded better at any time. A test holds
that each code appears in a decided case, so none can be written here that is never given.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from callpoint.routing.plan import Reason

_WHO: Final = {
    "organization_missing": "The trunk {trunk} serves several organizations and the call named none.",
    "organization_unknown": "No organization is called “{organization}”.",
    "organization_suspended": "{organization} is suspended; emergency calls are delivered all the same.",
    "directory_unavailable": "The directory could not be read: {why}.",
    "identity_missing": "The call carried no ID (looked for in {headers}).",
    "identity_known": "The ID “{identity}” in {source} belongs to {name}.",
    "identity_unknown": "Nobody in {organization} has the ID “{identity}” ({source}).",
    "identity_near_miss": "There is an ID “{other}”, which is not the same: {difference}. IDs are compared exactly.",
    "person_inactive": "{name} is marked inactive, so what is registered may be out of date.",
    "identity_elin": "The ID “{identity}” in {source} is nobody's, but the ELIN of a location.",
    "number_record_used": "The calling number {number} is registered for {name}.",
}

_LOCATION: Final = {
    "call_location_none": "The call brought no location.",
    "call_location_untrusted": "The call brought a location, but the trunk {trunk} is not allowed to send one.",
    "call_location_empty": "The call brought a location that names no place.",
    "call_location_used": "The call brought its location: {place}.",
    "network_location_none": "No location was detected from the network.",
    "network_location_older": (
        "The network saw the person at {place} ({since}), no later than the person's location was set ({chosen})."
    ),
    "network_location_used": "The network saw the person at {place} ({since}).",
    "current_location_none": "No current location was set.",
    "current_location_used": "The current location is {place} (set by {who}, {since}).",
    "assigned_location_none": "No location is assigned.",
    "assigned_location_used": "The assigned location is {place}.",
    "number_location_not_allowed": "{organization} does not let the location of a phone number stand for a person's.",
    "number_location_none": "No location is registered for a phone number.",
    "number_location_used": "The location registered for the phone number is {place}.",
    "elin_used": "The number {number} is the ELIN of a location: {place}.",
    "no_location": "No location is registered, so nobody knows where the caller is.",
}

_VERDICT: Final = {
    "location_valid": "That address is confirmed by {dataset}.",
    "location_unchecked": "Nobody has checked that address: ask the caller to confirm it.",
    "location_area": "Only the area of that address is confirmed ({dataset}), not the house: ask the caller.",
    "location_ambiguous": "That address fits more than one place, so it cannot decide where the call goes: {place}.",
    "location_invalid": "That address could not be found, so it cannot decide where the call goes: {place}.",
    "location_refused": "That address was refused, so it cannot decide where the call goes: {place}.",
}

_WHERE_TO: Final = {
    "psap_mapped": "Calls from there go to {psap} ({source}).",
    "psap_by_fixed_route": "Calls from there go to {psap} (fixed route).",
    "psap_by_boundary": "Calls from there go to {psap} (boundary of {dataset}).",
    "boundary_sample": "That boundary is a sample for trying out: it must never route real calls.",
    "boundary_overlap": "Boundaries overlap there: by others the call would go to {others}.",
    "boundary_partly": "Only a part of that location lies there; parts of it belong to {others}.",
    "boundary_gap": "No boundary holds that place (looked for in {datasets}).",
    "boundaries_loading": "The boundaries are still being read, so they could not be asked.",
    "psap_unknown": "No PSAP is known for that place, so the relay center gets the location and finds it.",
    "psap_without_targets": "{psap} serves that place, but no way to reach it is set up.",
    "relay_center_first": "The call goes to the relay center first.",
    "relay_center_missing": "No relay center is set up: there is no last resort for this call.",
    "psap_as_last_resort": "For want of a relay center the call goes to {psap}.",
    "not_sent": "This is a test: it is answered here and sent to nobody.",
}

_CALLBACK: Final = {
    "callback_from_person": "The callback number {number} is registered.",
    "callback_unusable": "The registered callback number “{number}” is not a US or Canadian number.",
    "callback_from_identity": "The callback number {number} is the number the person is known by.",
    "callback_from_elin": "The callback number {number} is the ELIN of the location.",
    "callback_from_call": "The callback number {number} is the one the call came from.",
    "callback_none": "There is no number to call back.",
}

TEXTS: Final[Mapping[str, str]] = MappingProxyType({**_WHO, **_LOCATION, **_VERDICT, **_WHERE_TO, **_CALLBACK})
CODES: Final = frozenset(TEXTS)


def reason(code: str, **words: str) -> Reason:
    """The reason of that code with its sentence filled in. KeyError when the code or a word is not known."""
    return Reason(code, TEXTS[code].format(**words))
