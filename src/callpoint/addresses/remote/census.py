"""The geocoder of the US Census Bureau: house numbers by the ranges of its road file, the US only."""

from dataclasses import dataclass
from typing import Any, Final

from callpoint.addresses.remote.comparison import Candidate, compared, found_civic, settled, street_words
from callpoint.addresses.remote.json_answer import member, objects, point, read_json, text
from callpoint.addresses.remote.provider import Evidence, HttpRequest
from callpoint.addresses.remote.url_query import url_query
from callpoint.i3.civic import Civic

PUBLIC_URL: Final = "https://geocoding.geo.census.gov/geocoder"
BENCHMARK: Final = "Public_AR_Current"
_STREET: Final = ("preQualifier", "preDirection", "preType", "streetName", "suffixType", "suffixDirection")
_MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Census:
    """With place or ZIP code in fields of their own (`locations/address`)."""

    url: str = PUBLIC_URL
    benchmark: str = BENCHMARK
    user_agent: str = "Callpoint"
    name: str = "US Census geocoder"

    def serves(self, civic: Civic) -> bool:
        located = bool(civic.PC or (civic.A3 and civic.A1))
        return civic.country == "US" and bool(civic.RD and civic.HNO) and located

    def request(self, civic: Civic) -> HttpRequest:
        wanted = {
            "street": street_words(civic),
            "city": civic.A3,
            "state": civic.A1,
            "zip": civic.PC[:5],
            "benchmark": self.benchmark,
            "format": "json",
        }
        return HttpRequest(
            "GET", f"{self.url.rstrip('/')}/locations/address?{url_query(wanted)}", {"User-Agent": self.user_agent}
        )

    def read(self, status: int, body: bytes, civic: Civic) -> Evidence | None:
        answer = read_json(self.name, status, body)
        matches = objects(member(answer, "result", "addressMatches"))[:_MOST]
        best = settled([one for one in (_candidate(match, civic) for match in matches) if one is not None])
        if best is None:
            return None
        version = text(answer, "result", "input", "benchmark", "benchmarkName") or self.benchmark
        return Evidence(best.civic, best.point, best.accuracy, "US Census address ranges", version, best.elements)


def _candidate(match: dict[str, Any], asked: Civic) -> Candidate | None:
    where = point(member(match, "coordinates", "y"), member(match, "coordinates", "x"))
    if where is None:
        return None
    components = {name: text(match, "addressComponents", name) for name in (*_STREET, "city", "state", "zip")}
    street = " ".join(components[name] for name in _STREET if components[name])
    number = text(match, "matchedAddress").split(" ", 1)[0]
    rest = {"A1": components["state"], "A3": components["city"].title(), "PC": components["zip"]}
    civic = found_civic(number, street, "US", rest)
    return Candidate(civic, where, "range", compared(asked, civic))
