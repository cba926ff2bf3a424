"""What to draw around a point, as GeoJSON: the page's own script asks for it, and it comes from this server alone."""

from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from callpoint.addresses.postal.regions import PROVINCES, US_REGIONS
from callpoint.directory.rules import RuleError, latitude, longitude
from callpoint.i3.civic import Civic
from callpoint.web.map.boxes import Around
from callpoint.web.map.doors import doors
from callpoint.web.map.psaps import psap_areas
from callpoint.web.map.towns import towns

METRES: Final = 20_000.0
LONGEST: Final = 100
# A building, not every pixel of a click.
_DIGITS: Final = 4
_ELEMENTS: Final[tuple[str, ...]] = ("country", "A1", "A3", "PRM", "PRD", "STP", "RD", "STS", "POD", "POM", "HNO")


def street_query(civic: Civic) -> str:
    """What a page gives along, as a query string, to have the doors of the address's street drawn."""
    fields = civic.to_fields()
    return urlencode({name: fields[name] for name in _ELEMENTS if name in fields})


def map_settings() -> dict[str, str]:
    """What templates with a map need to know of the installation: tiles, if the operator has set any."""
    return {"map_tiles": settings.MAP_TILES, "map_credit": settings.MAP_CREDIT}


@login_required
@require_safe
def around(request: HttpRequest) -> HttpResponse:
    """A FeatureCollection for `?lat=&lon=`, with the doors of a street when its CLDXF elements are given too.

    Nothing in it belongs to an organization: boundaries, postal tables and address data are the installation's.
    """
    try:
        lat, lon = latitude(request.GET.get("lat", "")), longitude(request.GET.get("lon", ""))
    except RuleError as error:
        return JsonResponse({"error": str(error)}, status=400)
    if lat is None or lon is None:
        return JsonResponse({"error": "lat and lon are missing"}, status=400)
    place = Around(round(lat, _DIGITS), round(lon, _DIGITS), METRES)
    civic = Civic.from_fields({name: request.GET.get(name, "")[:LONGEST] for name in _ELEMENTS})
    region = civic.A1 if civic.A1 in US_REGIONS | PROVINCES else ""
    features = [*psap_areas(place), *(towns(place, region) if region else ()), *doors(place, civic)]
    return JsonResponse({"type": "FeatureCollection", "features": features})
