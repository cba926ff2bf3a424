"""What a map is drawn from: areas, towns and doors around a point."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import shapely
from django.test import Client
from tests.addresses.town_map import VERMONT, draw
from tests.datasets.making import agency, write_layer
from tests.directory.cast import Cast

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.datasets.boundary_build import load_boundaries
from callpoint.datasets.loading import LoadRequest
from callpoint.i3.civic import Civic
from callpoint.routing.boundaries import BoundaryIndex
from callpoint.web import installation
from callpoint.web.map.around import street_query
from callpoint.web.map.boxes import Around
from callpoint.web.map.doors import doors
from callpoint.web.map.psaps import outline
from callpoint.web.map.towns import towns

ClientOf = Callable[[str], Client]
BARRE = Around(44.197, -72.502, 20_000.0)
MAIN_STREET = Civic.from_fields(
    {"country": "US", "A1": "VT", "A3": "Barre City", "HNO": "6", "PRD": "North", "RD": "Main", "STS": "Street"}
)


def names(features: list[dict[str, Any]]) -> list[str]:
    return [one["properties"]["name"] for one in features]


def test_a_box_around_a_point() -> None:
    west, south, east, north = BARRE.box
    assert (north - south) * 111.195 == pytest.approx(40.0, abs=0.1)
    assert (east - west) > (north - south)  # degrees of longitude are narrower up here
    assert BARRE.holds(44.26, -72.58)
    assert not BARRE.holds(44.26, -73.2)


def test_towns_have_names_the_nearest_first() -> None:
    found = names(towns(BARRE, "VT"))
    assert found[0] == "Barre"
    assert "Montpelier" in found
    assert len(found) == len(set(found)) <= 12
    assert names(towns(Around(45.42, -75.7, 5_000.0), "ON"))
    assert towns(BARRE, "") == []


def test_doors_of_the_street(data: Path) -> None:
    draw(data, "vermont", VERMONT)
    found = doors(BARRE, MAIN_STREET)
    assert set(names(found)) == {"6", "8", "124"}
    assert found[0]["geometry"]["coordinates"][0] < 0  # longitude first
    assert doors(Around(40.0, -100.0, 1_000.0), MAIN_STREET) == []
    assert doors(BARRE, Civic.from_fields({"country": "US", "A1": "VT"})) == []


def test_an_outline_is_whole_and_no_finer_than_the_eye() -> None:
    ring = shapely.Point(-72.5, 44.2).buffer(0.5, quad_segs=5000)
    boundary = ServiceBoundary("1", "urn:service:sos", "Round county")
    index = BoundaryIndex([boundary], [shapely.to_wkb(ring)])
    (polygon,) = outline(index, boundary)["coordinates"]
    drawn = shapely.Polygon(polygon[0])
    assert len(polygon[0]) < 400
    assert drawn.symmetric_difference(ring).area < 0.002 * ring.area


def test_holes_and_islands_are_kept() -> None:
    ring = shapely.box(-73, 44, -72, 45) - shapely.box(-72.6, 44.4, -72.4, 44.6)
    both = shapely.MultiPolygon([ring, shapely.box(-71, 44, -70.9, 44.1)])
    boundary = ServiceBoundary("1", "urn:service:sos", "Two parts")
    drawn = outline(BoundaryIndex([boundary], [shapely.to_wkb(both)]), boundary)
    assert sorted(len(part) for part in drawn["coordinates"]) == [1, 2]


@pytest.fixture
def counties(data: Path) -> None:
    """Two counties side by side, read by the time the test begins."""
    file = data / "psaps.gpkg"
    sides = [shapely.box(-73.0, 44.0, -72.5, 44.5), shapely.box(-72.5, 44.0, -72.0, 44.5)]
    write_layer(file, "PsapPolygon", [agency("Western"), agency("Eastern")], sides)
    load_boundaries(LoadRequest("psaps", file, "counties", data / "datasets"))
    deadline = monotonic() + 20
    while not len(installation.boundaries().index):
        assert monotonic() < deadline, "the boundaries are not read"
        sleep(0.02)


def test_areas_of_psaps_the_answering_one_first(counties: None, client_of: ClientOf) -> None:
    client = client_of("auditor")
    answer = client.get("/map/around/", {"lat": "44.2", "lon": "-72.51", "A1": "VT"})
    features = answer.json()["features"]
    areas = [one for one in features if one["properties"]["kind"] == "psap"]
    assert [(one["properties"]["name"], one["properties"]["answers"]) for one in areas] == [
        ("Western", True),
        ("Eastern", False),
    ]
    assert areas[0]["geometry"]["type"] == "MultiPolygon"
    assert any(one["properties"]["kind"] == "town" for one in features)
    alone = client.get("/map/around/", {"lat": "44.2", "lon": "-72.9"}).json()["features"]
    assert names(alone) == ["Western"]


def test_the_street_of_the_address_is_asked_for(client_of: ClientOf, data: Path, people: Cast) -> None:
    draw(data, "vermont", VERMONT)
    answer = client_of("auditor").get(f"/map/around/?lat=44.197&lon=-72.502&{street_query(MAIN_STREET)}")
    found = [one for one in answer.json()["features"] if one["properties"]["kind"] == "door"]
    assert {one["properties"]["street"] for one in found} == {"North Main Street"}


@pytest.mark.parametrize("query", ["", "lat=44", "lat=44&lon=east", "lat=91&lon=0", "lat=nan&lon=0", "lat=1e2&lon=0"])
def test_a_point_that_is_none(query: str, client_of: ClientOf) -> None:
    assert client_of("auditor").get(f"/map/around/?{query}").status_code == 400


def test_strangers_see_no_map(client_of: ClientOf) -> None:
    assert client_of("nobody").get("/map/around/?lat=44&lon=-72").status_code == 302
