"""A made-up call, for looking at a template before it is needed."""

from dataclasses import replace
from typing import Final

from callpoint.channels.variables import Circumstances
from callpoint.routing.alert_call import AlertCall

SAMPLE_CALL: Final = AlertCall(
    call_id="sample-call",
    organization="sample",
    service="emergency",
    dialled="911",
    at="2026-03-09T19:05:31+00:00",
    person="Ana Ruiz",
    device_user_id="E1001",
    callback_number="+18025550143",
    caller_number="+18025550100",
    trunk="headquarters",
    location="115 State Street, 2nd Floor, Room 210, Montpelier, VT 05633",
    civic={
        "country": "US",
        "A1": "VT",
        "A3": "Montpelier",
        "RD": "State",
        "STS": "Street",
        "HNO": "115",
        "FLR": "2",
        "ROOM": "210",
        "PC": "05633",
    },
    location_source="current",
    verdict="valid",
    building="State House",
    building_id="1",
    location_id="1",
    floor="2",
    room="210",
    note="East stairs, second door on the left",
    point=(44.262077, -72.581016),
    psap="Montpelier Dispatch",
    direct=True,
)
"""A place everybody knows; the person does not exist, and the numbers are of those kept for fiction."""

SAMPLE_AROUND: Final = Circumstances(
    organization="Sample Organization",
    time_zone="America/New_York",
    links={
        "acknowledge": "https://alerts.example.com/acknowledge/sample",
        "board": "https://alerts.example.com/board/",
        "my_location": "https://alerts.example.com/my/",
        "download": "https://alerts.example.com/download/",
    },
    state="answered",
)

_ABOUT: Final = {
    "undefined_network": "BSSID 00:00:5e:00:53:01",
    "trunk_down": "trunk headquarters",
    "nobody_reachable": "3 screens are away, 1 telephone number was refused",
    "update_available": "Locator 2.0",
}


def sample_call(alert_type: str) -> AlertCall:
    """The sample as it would be for one alert type."""
    if alert_type == "relay_center":
        unsure = replace(SAMPLE_CALL, location="", civic={}, location_unsure=SAMPLE_CALL.location, verdict="", psap="")
        return replace(unsure, direct=False, cost="100.00", currency="USD")
    if alert_type == "test_call":
        return replace(SAMPLE_CALL, service="read_back", dialled="933")
    if alert_type == "misdial":
        return replace(SAMPLE_CALL, dialled="9911")
    return replace(SAMPLE_CALL, about=_ABOUT.get(alert_type, ""))
