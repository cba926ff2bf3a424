"""The PSAP of a place by boundaries, and what is told with it."""

from math import cos, pi, sin

from tests.cost import soon
from tests.routing.chart import TODAY, box, index

from callpoint.i3.shapes import Circle, Point, Polygon
from callpoint.routing.boundary_psaps import psap_names
from callpoint.routing.records import Psap, Target
from callpoint.routing.served_by import WIDEST_FOR_CALLS, BoundaryAnswer, served_by

WEST = box("west", -74, 44, -73, 45, display_name="West County")
EAST = box("east", -73, 44, -72, 45, display_name="East County", dataset="neighbours")
CAMPUS = box("campus", -73.6, 44.4, -73.5, 44.5, display_name="Campus")
CHART = index(WEST, EAST, CAMPUS)
NAMES = psap_names(CHART.boundaries)


def ask(lat: float, lon: float, radius: float = 0, known: dict[str, Psap] | None = None) -> BoundaryAnswer:
    point = Point(lat, lon)
    return served_by(CHART, Circle(point, radius) if radius else point, TODAY, NAMES, known or {})


def test_one() -> None:
    answer = ask(44.2, -73.9)
    assert answer.psap == Psap("West County", (Target("West County", "sip:west@psap.example.net"),))
    assert (answer.state, answer.boundary, answer.others, answer.partly) == ("ready", WEST[0], (), False)
    assert answer.datasets == ("chart", "neighbours")


def test_overlapping() -> None:
    answer = ask(44.45, -73.55)
    assert answer.psap is not None
    assert (answer.psap.name, answer.others, answer.partly) == ("Campus", ("West County",), False)


def test_on_both_sides_of_a_border() -> None:
    answer = ask(44.2, -73.001, 500)
    assert answer.psap is not None
    assert (answer.psap.name, answer.others, answer.partly) == ("West County", ("East County",), True)


def test_two_areas_of_one_psap_are_no_overlap() -> None:
    twice = index(WEST, box("again", -74, 44, -73, 45, display_name="West County", uri="sip:west@psap.example.net"))
    answer = served_by(twice, Point(44.2, -73.5), TODAY, psap_names(twice.boundaries), {})
    assert (answer.psap and answer.psap.name, answer.others) == ("West County", ())


def test_the_directorys_targets_are_used() -> None:
    ours = Psap("West County", (Target("trunk", "sip:911@carrier.example", "carrier"),))
    assert ask(44.2, -73.9, known={"West County": ours}).psap is ours


def test_a_gap_is_told_only_where_there_are_boundaries() -> None:
    assert ask(50, -73) == BoundaryAnswer("ready", datasets=("chart", "neighbours"))
    fire = index(box("fire", 0, 0, 1, 1, service="urn:emergency:service:responder.fire"))
    assert served_by(fire, Point(0.5, 0.5), TODAY, {}, {}) == BoundaryAnswer("none")


def test_a_place_known_badly_is_its_middle() -> None:
    answer = ask(44.5, -73.01, WIDEST_FOR_CALLS + 1)
    assert answer.psap is not None
    assert (answer.psap.name, answer.others) == ("West County", ())
    assert ask(44.8, -73.01, WIDEST_FOR_CALLS - 1).others == ("East County",)


def test_a_polygon_in_knots_holds_no_call_up() -> None:
    """Every edge of this star crosses nearly all others; weighed as it is, it took six seconds."""
    corners = [Point(44.45 + 0.01 * sin(4 * pi * n / 9), -73.55 + 0.01 * cos(4 * pi * n / 9)) for n in range(2000)]
    knot = Polygon((*corners, corners[0]))
    answer = soon(lambda: served_by(CHART, knot, TODAY, NAMES, {}), 0.5)
    assert answer.psap is not None
    assert answer.psap.name == "Campus"
