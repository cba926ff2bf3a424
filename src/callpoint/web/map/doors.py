"""Doors the loaded data sets know on one street: by them a person sees whether a point is where it should be."""

from typing import Any, Final

from callpoint.addresses.street_key import street_key
from callpoint.addresses.suggestions import number_of, street_of
from callpoint.i3.civic import Civic
from callpoint.web.installation import validator
from callpoint.web.map.boxes import Around

MOST: Final = 24


def doors(around: Around, civic: Civic) -> list[dict[str, Any]]:
    """GeoJSON points of the nearest numbers of the street: `kind` "door", `name` the number, `street` its name."""
    if not civic.RD or not civic.HNO:
        return []
    found: dict[tuple[float, float], dict[str, Any]] = {}
    for known in validator().sets():
        for street in known.streets(street_key(civic), civic.A1, civic.A3, ""):
            for hit in known.near_numbers(street, civic.HNO, MOST):
                if hit.accuracy == "point" and around.holds(*hit.point):
                    found.setdefault(hit.point, _feature(hit.civic, hit.point))
    return list(found.values())[:MOST]


def _feature(civic: Civic, point: tuple[float, float]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"kind": "door", "name": number_of(civic), "street": street_of(civic)},
        "geometry": {"type": "Point", "coordinates": [point[1], point[0]]},
    }
