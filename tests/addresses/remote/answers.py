"""Answers as the services give them, for addresses of the tests."""

import json
from typing import Any

from callpoint.i3.civic import Civic

ASKED = Civic(country="US", A1="VT", A3="Montpelier", HNO="115", RD="State", STS="Street", PC="05633")
OTTAWA = Civic(country="CA", A1="ON", A3="Ottawa", HNO="111", RD="Wellington", STS="Street", PC="K1A 0A9")


def nominatim_house(**changes: Any) -> dict[str, Any]:
    """One result of `jsonv2` with address details; `address__road="x"` changes a member of the address."""
    found: dict[str, Any] = {
        "place_id": 330141239,
        "osm_type": "way",
        "osm_id": 204817366,
        "lat": "44.2624436",
        "lon": "-72.5808049",
        "category": "building",
        "type": "public",
        "place_rank": 30,
        "addresstype": "building",
        "display_name": "Vermont State House, 115, State Street, Montpelier, Washington County, Vermont, 05633, US",
        "address": {
            "building": "Vermont State House",
            "house_number": "115",
            "road": "State Street",
            "city": "Montpelier",
            "county": "Washington County",
            "state": "Vermont",
            "ISO3166-2-lvl4": "US-VT",
            "postcode": "05633",
            "country": "United States",
            "country_code": "us",
        },
        "boundingbox": ["44.262", "44.263", "-72.581", "-72.580"],
    }
    for name, value in changes.items():
        holder, _, member = name.rpartition("__")
        (found[holder] if holder else found)[member] = value
    return found


def census_match(**changes: Any) -> dict[str, Any]:
    """One of `addressMatches`; changes go to its address components, `coordinates` and `matchedAddress` to itself."""
    match: dict[str, Any] = {
        "tigerLine": {"side": "L", "tigerLineId": "76355984"},
        "coordinates": {"x": -72.5807, "y": 44.2622},
        "addressComponents": {
            "zip": "05633",
            "streetName": "STATE",
            "preType": "",
            "city": "MONTPELIER",
            "preDirection": "",
            "suffixDirection": "",
            "fromAddress": "101",
            "state": "VT",
            "suffixType": "ST",
            "toAddress": "199",
            "suffixQualifier": "",
            "preQualifier": "",
        },
        "matchedAddress": "115 STATE ST, MONTPELIER, VT, 05633",
    }
    for name, value in changes.items():
        (match if name in match else match["addressComponents"])[name] = value
    return match


def census_answer(*matches: Any) -> bytes:
    benchmark = {"id": "4", "benchmarkName": "Public_AR_Current", "benchmarkDescription": "Public Address Ranges"}
    result = {"input": {"address": {}, "benchmark": benchmark}, "addressMatches": list(matches)}
    return json.dumps({"result": result}).encode()


def nominatim_answer(*found: Any) -> bytes:
    return json.dumps(list(found)).encode()
