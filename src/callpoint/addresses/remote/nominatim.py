"""Nominatim, the search engine of OpenStreetMap: structured search, answers in its `jsonv2`."""

from dataclasses import dataclass
from typing import Any, Final

from callpoint.addresses.remote.comparison import Candidate, compared, found_civic, settled, street_words
from callpoint.addresses.remote.json_answer import objects, point, read_json, text
from callpoint.addresses.remote.provider import Evidence, HttpRequest
from callpoint.addresses.remote.url_query import url_query
from callpoint.addresses.verdict import Accuracy
from callpoint.i3.civic import Civic

PUBLIC_URL: Final = "https://nominatim.openstreetmap.org"
# Duplicates of one building come first; a street of that name in the next town may be fifth.
_LIMIT: Final = 5
_PLACES: Final = ("city", "town", "village", "hamlet", "municipality", "suburb", "city_district", "neighbourhood")
_STREETS: Final = ("road", "pedestrian", "footway", "residential", "square")


@dataclass(frozen=True, slots=True)
class Nominatim:
    """`email` and `user_agent` tell the operator of a public server who asks; its rules demand it."""

    url: str = PUBLIC_URL
    email: str = ""
    user_agent: str = "Callpoint"
    name: str = "Nominatim"

    def serves(self, civic: Civic) -> bool:
        return civic.country in ("US", "CA") and bool(civic.RD) and bool(civic.A3 or civic.PC)

    def request(self, civic: Civic) -> HttpRequest:
        wanted = {
            "street": street_words(civic),
            "city": civic.A3,
            "state": civic.A1,
            "postalcode": civic.PC,
            "countrycodes": civic.country.lower(),
            "format": "jsonv2",
            "addressdetails": "1",
            "layer": "address",
            "limit": str(_LIMIT),
            "email": self.email,
        }
        headers = {"User-Agent": self.user_agent, "Accept-Language": "fr" if civic.A1 == "QC" else "en"}
        return HttpRequest("GET", f"{self.url.rstrip('/')}/search?{url_query(wanted)}", headers)

    def read(self, status: int, body: bytes, civic: Civic) -> Evidence | None:
        found = [_candidate(one, civic) for one in objects(read_json(self.name, status, body))[:_LIMIT]]
        best = settled([one for one in found if one is not None])
        if best is None:
            return None
        return Evidence(best.civic, best.point, best.accuracy, "OpenStreetMap by Nominatim", "", best.elements)


def _candidate(found: dict[str, Any], asked: Civic) -> Candidate | None:
    where = point(found.get("lat"), found.get("lon"))
    country = text(found, "address", "country_code").upper()
    if where is None or country != asked.country:
        return None
    places = [place for place in (text(found, "address", name) for name in _PLACES) if place]
    rest = {
        "A1": _region(found),
        "A2": text(found, "address", "county"),
        "A3": places[0] if places else "",
        "PC": text(found, "address", "postcode"),
    }
    street = next((street for name in _STREETS if (street := text(found, "address", name))), "")
    civic = found_civic(text(found, "address", "house_number"), street, country, rest)
    return Candidate(civic, where, _accuracy(found, civic), compared(asked, civic, places))


def _region(found: dict[str, Any]) -> str:
    """Two letters out of "US-VT"; only two-letter parts are states, "CA-QC" a province."""
    country, _, region = text(found, "address", "ISO3166-2-lvl4").partition("-")
    return region if country in ("US", "CA") and len(region) == 2 else ""


def _accuracy(found: dict[str, Any], civic: Civic) -> Accuracy:
    """A house that is a way without a building is drawn between two known numbers: an interpolation line."""
    if not civic.HNO:
        return "area"
    drawn = text(found, "category") == "place" and text(found, "osm_type") == "way"
    return "range" if drawn else "point"
