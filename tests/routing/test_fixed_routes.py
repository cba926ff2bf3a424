"""The most specific fixed route wins."""

from callpoint.i3.civic import Civic
from callpoint.routing.fixed_routes import RouteTable
from callpoint.routing.records import FixedRoute, Psap

TABLE = RouteTable(
    (
        FixedRoute(Psap("anywhere")),
        FixedRoute(Psap("US"), "US"),
        FixedRoute(Psap("VT"), "US", "VT"),
        FixedRoute(Psap("Montpelier"), "US", "VT", "Montpelier"),
        FixedRoute(Psap("Lebanon of any state"), "US", "", "Lebanon"),
        FixedRoute(Psap("TN"), "US", "TN"),
        FixedRoute(Psap("Ontario, country not given"), "", "ON"),
    )
)


def name(**civic: str) -> str:
    psap = TABLE.psap_for(Civic(**civic))
    return psap.name if psap is not None else "none"


def test_from_town_to_anywhere() -> None:
    assert name(country="US", A1="VT", A3="Montpelier") == "Montpelier"
    assert name(country="US", A1="VT", A3="Barre") == "VT"
    assert name(country="US", A1="NH", A3="Keene") == "US"
    assert name(country="CA", A1="QC", A3="Laval") == "anywhere"
    assert name(country="CA", A1="ON", A3="Ottawa") == "Ontario, country not given"


def test_town_counts_for_more_than_state() -> None:
    assert name(country="US", A1="TN", A3="Lebanon") == "Lebanon of any state"


def test_case_and_outer_blanks_do_not_matter() -> None:
    assert name(country="us", A1=" vt", A3="MONTPELIER ") == "Montpelier"
    assert name(country="US", A1="VT", A3="Montpelier City") == "VT"


def test_no_address_matches_only_the_route_for_all() -> None:
    found = TABLE.psap_for(None)
    assert found is not None
    assert found.name == "anywhere"
    assert RouteTable(()).psap_for(Civic(country="US")) is None


def test_empty_fields_of_an_address_match_no_filled_route() -> None:
    assert RouteTable((FixedRoute(Psap("VT"), "US", "VT"),)).psap_for(Civic(country="US")) is None


def test_later_route_of_the_same_place_replaces_the_earlier() -> None:
    twice = RouteTable((FixedRoute(Psap("old"), "US"), FixedRoute(Psap("new"), "us")))
    found = twice.psap_for(Civic(country="US"))
    assert found is not None
    assert found.name == "new"
