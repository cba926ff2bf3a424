"""Names and targets of the PSAPs behind boundaries."""

from dataclasses import replace

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.routing import boundary_psaps
from callpoint.routing.boundary_psaps import psap_of
from callpoint.routing.records import Psap, Target

SOS = "urn:service:sos"


def boundary(number: str, name: str, agency: str = "", uri: str = "", service: str = SOS) -> ServiceBoundary:
    return ServiceBoundary(number, service, name, uri, agency)


def psap_names(areas: list[ServiceBoundary]) -> dict[str, str]:
    """By ID alone, as none of these comes from a data set."""
    return {number: name for (_, number), name in boundary_psaps.psap_names(areas).items()}


def test_a_name_nobody_shares() -> None:
    assert psap_names([boundary("1", "Jewell County", "psap.jw.ks.us")]) == {"1": "Jewell County"}


def test_two_areas_of_one_agency_are_one_psap() -> None:
    areas = [boundary(number, "Rawlins", "psap.ra.ks.us", "sip:ra@esinet.example") for number in "12"]
    assert psap_names(areas) == {"1": "Rawlins", "2": "Rawlins"}


def test_namesakes_are_told_apart_by_agency() -> None:
    names = psap_names([boundary("1", "Union County", "union.nj.us"), boundary("2", "UNION COUNTY", "union.pa.us")])
    assert names == {"1": "Union County (union.nj.us)", "2": "UNION COUNTY (union.pa.us)"}


def test_and_by_boundary_where_that_does_not_tell() -> None:
    names = psap_names(
        [
            boundary("1", "Union", "union.us", "sip:a@x.example"),
            boundary("2", "Union", "union.us", "sip:b@x.example"),
            boundary("3", "Union", "", "sip:c@x.example"),
            boundary("4", "Union", "union.ca", "sip:d@x.example"),
        ]
    )
    assert names == {"1": "Union (1)", "2": "Union (2)", "3": "Union (3)", "4": "Union (union.ca)"}
    assert len(set(names.values())) == 4


def test_other_layers_name_no_psap_and_take_no_name() -> None:
    fire = boundary("f", "Union", "fire.us", service="urn:emergency:service:responder.fire")
    assert psap_names([fire, boundary("1", "Union", "union.us")]) == {"1": "Union"}


def test_without_a_name_the_agency_or_the_id_stands_for_it() -> None:
    assert psap_names([boundary("1", "", "union.us"), boundary("2", "")]) == {"1": "union.us", "2": "2"}


def test_the_published_uri_is_its_target() -> None:
    one = boundary("1", "Union", uri="sips:psap@esinet.example")
    assert psap_of(one, {("", "1"): "Union"}, {}) == Psap("Union", (Target("Union", "sips:psap@esinet.example"),))


def test_the_directory_knows_better() -> None:
    ours = Psap("Union", (Target("by carrier", "sip:911@carrier.example", "carrier"),))
    one = boundary("1", "Union", uri="sip:psap@esinet.example")
    assert psap_of(one, {("", "1"): "Union"}, {"Union": ours}) is ours
    assert psap_of(one, {("", "1"): "Union (union.us)"}, {"Union": ours}).name == "Union (union.us)"


def test_what_cannot_be_dialled_is_no_target() -> None:
    for uri in ("", "tel:+18025550100", "https://psap.example", "urn:service:sos"):
        assert psap_of(boundary("1", "Union", uri=uri), {}, {}) == Psap("Union")
    assert psap_of(boundary("1", "Union", uri="SIP:a@b.example"), {}, {}).targets[0].uri == "SIP:a@b.example"


def test_two_data_sets_may_use_the_same_ids() -> None:
    ours, theirs = boundary("1", "Union"), replace(boundary("1", "Rawlins"), dataset="theirs")
    names = boundary_psaps.psap_names([ours, theirs])
    assert (psap_of(ours, names, {}).name, psap_of(theirs, names, {}).name) == ("Union", "Rawlins")
