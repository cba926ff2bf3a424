"""What a template may speak of: every variable, its sentence for the portal, and its value for a call.

Values come from the `AlertCall` alone, which is made from the record the PSAP was sent. Each is a harmless piece of
one line (`channels.cleaning`) in the language of the recipient; for the voice channel it is what is to be said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from callpoint.channels.cleaning import one_line
from callpoint.channels.local_time import local_date, local_moment, local_time
from callpoint.channels.phrases import Phrases
from callpoint.routing.alert_call import AlertCall
from callpoint.speech.address import say_address
from callpoint.speech.names import say_words
from callpoint.speech.phone import say_phone

VARIABLES: Final[Mapping[str, str]] = {
    "title": "What happened, in a few words, as in “911 call”.",
    "organization": "Name of the organization.",
    "caller": "The person and their ID; the number they call from, when nobody knows them.",
    "person": "Name of the person who calls, or whom it is about.",
    "device_user_id": "The person's Device User ID.",
    "callback_number": "Number the person can be called back at.",
    "caller_number": "Number the call came from.",
    "location": "The location that went to emergency services, in one line.",
    "location_unsure": "A location nobody could confirm, which went along as a comment only.",
    "place": "Building, floor and room; the whole location where no building is known.",
    "building": "Name of the building.",
    "floor": "Floor.",
    "unit": "Suite, apartment or unit.",
    "room": "Room.",
    "directions": "What the location's own text says of the way there.",
    "coordinates": "Latitude and longitude.",
    "destination": "Where the call goes: the PSAP by its name, or the relay center.",
    "psap": "Name of the PSAP.",
    "cost": "What the call costs, where it goes to the relay center.",
    "date": "Day of the call, in the organization's time zone.",
    "time": "Time of the call, in the organization's time zone.",
    "moment": "Day and time of the call.",
    "dialled": "What was dialled.",
    "trunk": "Name of the trunk the call came over.",
    "call_id": "The call's identifier, by which PSAP and records know it.",
    "state": "How far the call is, as in “answered”.",
    "about": "What an alert without a call is about, as the trunk that does not answer.",
    "acknowledge_link": "Link to acknowledge the alert.",
    "board_link": "Link to the live board.",
    "my_location_link": "Link to the person's own page, in e-mails to people.",
    "download_link": "Link to the programs to install, in e-mails to people.",
}
"""Name to what it holds. The sentences are English; pages translate them."""

NAMES: Final = frozenset(VARIABLES)

LONGEST_VALUE: Final = 300
# A text message is paid by the piece, and nobody listens to more.
LONGEST_SHORT_VALUE: Final = 120
LONGEST_LINK: Final = 2_000
_SHORT_CHANNELS: Final = frozenset({"sms", "voice"})
_NORTH_AMERICAN: Final = re.compile(r"\+1(\d{3})(\d{3})(\d{4})\Z", re.ASCII)
_LINKS: Final = {
    "acknowledge_link": "acknowledge",
    "board_link": "board",
    "my_location_link": "my_location",
    "download_link": "download",
}


@dataclass(frozen=True)
class Circumstances:
    """What is known beside the call. `links` are URLs by name: acknowledge, board, my_location, download."""

    organization: str = ""
    time_zone: str = "UTC"
    links: Mapping[str, str] = field(default_factory=dict)
    state: str = ""


def values_of(
    call: AlertCall, alert_type: str, channel: str, phrases: Phrases, around: Circumstances
) -> dict[str, str]:
    """A value for every one of NAMES, "" where nothing is known."""
    written = {**_written(call, phrases, around), "title": phrases.titles.get(alert_type, alert_type)}
    longest = LONGEST_SHORT_VALUE if channel in _SHORT_CHANNELS else LONGEST_VALUE
    values = {name: one_line(text, longest) for name, text in written.items()}
    if channel == "voice":
        values.update(_spoken(call, values, phrases))
    known = values["person"] and channel == "voice"  # nobody remembers an ID that was read to them
    identity = "" if known else values["device_user_id"]
    values["caller"] = phrases.caller(values["person"], identity, values["caller_number"])
    values["place"] = phrases.place(values) or values["location"] or values["location_unsure"]
    return {**values, **_links(around.links)}


def readable_number(number: str) -> str:
    """A North American number in its groups, as in +1 802-555-0143; any other as it came."""
    found = _NORTH_AMERICAN.match(number)
    return f"+1 {found[1]}-{found[2]}-{found[3]}" if found else number


def _written(call: AlertCall, phrases: Phrases, around: Circumstances) -> dict[str, str]:
    return {
        "organization": around.organization or call.organization,
        "person": call.person,
        "device_user_id": call.device_user_id,
        "callback_number": readable_number(call.callback_number),
        "caller_number": readable_number(call.caller_number),
        "location": call.location,
        "location_unsure": call.location_unsure,
        "building": call.building,
        "floor": call.floor,
        "unit": call.unit,
        "room": call.room,
        "directions": call.note,
        "coordinates": f"{call.point[0]:.6f}, {call.point[1]:.6f}" if call.point else "",
        "destination": phrases.destination(call.psap, call.direct),
        "psap": call.psap,
        "cost": phrases.money(call.cost, call.currency),
        "date": local_date(call.at, around.time_zone, phrases.language),
        "time": local_time(call.at, around.time_zone, phrases.language),
        "moment": local_moment(call.at, around.time_zone, phrases.language),
        "dialled": call.dialled,
        "trunk": call.trunk,
        "call_id": call.call_id,
        "state": phrases.states.get(around.state, around.state),
        "about": call.about,
    }


def _spoken(call: AlertCall, values: Mapping[str, str], phrases: Phrases) -> dict[str, str]:
    language = phrases.language
    names = (
        "person", "building", "floor", "unit", "room", "directions", "location_unsure", "psap", "about", "organization",
    )  # fmt: skip
    spoken = {name: say_words(values[name], language) for name in names}
    for name in ("callback_number", "caller_number"):
        spoken[name] = say_phone(values[name], language) or say_words(values[name], language)
    said = say_address({name: one_line(text, LONGEST_SHORT_VALUE) for name, text in call.civic.items()}, language)
    spoken["location"] = said or say_words(values["location"], language)
    spoken["device_user_id"] = say_words(values["device_user_id"], language, digit_by_digit=True)
    spoken["destination"] = phrases.destination(spoken["psap"], call.direct)
    return spoken


def _links(links: Mapping[str, str]) -> dict[str, str]:
    """Ours, so whole or not at all; what is no web address is none."""
    found = {}
    for variable, name in _LINKS.items():
        url = links.get(name, "")
        usable = url.startswith(("https://", "http://")) and url.isprintable() and " " not in url
        found[variable] = url if usable and len(url) <= LONGEST_LINK else ""
    return found
