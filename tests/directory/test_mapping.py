"""Which PSAP serves an address, what is made of that, and what is left alone."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone
from tests.directory.areas import EAST, EASTERN, MIDDLES, NOTHING, NOW, WEST, WESTERN, Squares
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.mapping.psap_rows import PsapRows, drop_unused
from callpoint.directory.mapping.serving import Serving, Sources, callable_uris, postal_middle
from callpoint.directory.mapping.writing import write
from callpoint.directory.models import Address, Change, LostMapping, Organization, Outbox, Psap, acting
from callpoint.directory.publishing.routes import RouteTable
from callpoint.directory.tenancy import everywhere, inside

ECRF = "https://ecrf.example.net/lost"


def place(**values: Any) -> dict[str, Any]:
    plain = {"country": "US", "a1": "VT", "pc": "05828", "latitude": None, "longitude": None, "verdict": "unchecked"}
    return plain | values


def at(point: tuple[float, float]) -> dict[str, float]:
    return {"latitude": point[0], "longitude": point[1]}


def told(serving: Serving | None) -> tuple[str, str]:
    return (serving.name, serving.told_by) if serving is not None else ("", "")


# --- who serves an address


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (place(**at(WESTERN)), ("Western dispatch", "boundary")),
        (place(**at(EASTERN), verdict="valid"), ("Eastern dispatch", "boundary")),
        (place(**at((10.0, 10.0)), verdict="area"), ("", "")),
        (place(verdict="area"), ("Eastern dispatch", "boundary (postal area)")),
        (place(verdict="area", pc="05633-0001"), ("Western dispatch", "boundary (postal area)")),
        (place(verdict="unchecked"), ("", "")),
        (place(verdict="area", pc=""), ("", "")),
        (place(verdict="area", pc="05999"), ("", "")),
        (place(verdict="area", pc="99999"), ("", "")),
        (place(verdict="area", a1="NH"), ("", "")),
    ],
)
def test_a_point_decides_and_for_an_area_its_middle(address: dict[str, Any], expected: tuple[str, str]) -> None:
    assert told(Squares().sources().serving(address, None)) == expected


def test_without_boundaries_nobody_is_named() -> None:
    assert NOTHING.serving(place(**at(WESTERN)), None) is None


def test_the_middle_of_a_canadian_code() -> None:
    assert postal_middle(place(country="CA", a1="ON", pc="K1A 0A9"), MIDDLES) == (45.42, -75.7)


def test_boundaries_are_asked_as_of_the_moment() -> None:
    planned = replace(EAST, id="next", display_name="Next", effective="2026-12-01T00:00:00Z")
    squares = Squares((WEST, planned))
    assert squares.sources().serving(place(**at(EASTERN)), None) is None
    later = squares.sources(NOW.replace(month=12)).serving(place(**at(EASTERN)), None)
    assert told(later) == ("Next", "boundary")


def test_two_agencies_of_one_name_are_told_apart() -> None:
    squares = Squares((replace(WEST, agency_id="west.example"), replace(WEST, id="other", agency_id="east.example")))
    names = [told(squares.sources().serving(place(**at(point)), None))[0] for point in (WESTERN, EASTERN)]
    assert names == ["Western dispatch (west.example)", "Western dispatch (east.example)"]


@pytest.mark.parametrize(
    ("uris", "kept"),
    [
        (["sip:911@a.example"], ("sip:911@a.example",)),
        (["SIPS:911@a.example;x=Y"], ("sips:911@a.example;x=Y",)),
        (["tel:+18025550101", "sip:911@a.example", "sip:911@a.example"], ("sip:911@a.example",)),
        (["", "sip:", "https://a.example", "sip:" + "x" * 300], ()),
    ],
)
def test_only_what_can_be_called_is_kept(uris: list[str], kept: tuple[str, ...]) -> None:
    assert callable_uris(uris) == kept


# --- PSAPs made from it


def serving(name: str = "Western dispatch", *uris: str, source: str = "boundary", key: str = "west") -> Serving:
    return Serving(name, source, source, key, uris)


def row(one: Serving) -> Psap:
    with acting("worker", "mapping"), everywhere():
        return PsapRows().row(one)


def uris(psap: Psap) -> list[str]:
    return [target.uri for target in psap.targets.all()]


def test_a_psap_is_made_and_follows_the_boundary(people: Cast) -> None:
    made = row(serving("Western dispatch", "sip:a@west.example", "sip:b@west.example"))
    assert (made.name, made.source, uris(made)) == (
        *("Western dispatch", "boundary", ["sip:a@west.example", "sip:b@west.example"]),
    )
    again = row(serving("Western dispatch", "sip:c@west.example"))
    assert (again.pk, uris(again)) == (made.pk, ["sip:c@west.example"])
    assert uris(row(serving())) == []
    with everywhere():
        assert Change.objects.filter(model="target", who="worker", action="changed").count() == 1


def test_nothing_is_written_when_nothing_is_new(people: Cast) -> None:
    row(serving("Western dispatch", "sip:a@west.example"))
    with everywhere():
        before = Change.objects.count()
        row(serving("Western dispatch", "sip:a@west.example"))
        assert Change.objects.count() == before


def test_an_operators_targets_are_never_touched(people: Cast) -> None:
    found = row(serving("Montpelier dispatch", "sip:other@elsewhere.example"))
    assert (found.pk, uris(found)) == (people.psap.pk, ["sip:911@psap.example;transport=tcp"])


def test_a_psap_an_operator_takes_over_is_followed_no_more(people: Cast) -> None:
    row(serving("Western dispatch", "sip:a@west.example"))
    with acting("root", "our own way there"):
        provision.create_psap("Western dispatch", [("sip:ours@west.example", "carrier")])
    assert uris(row(serving("Western dispatch", "sip:b@west.example"))) == ["sip:ours@west.example"]


def test_an_outside_ecrf_never_takes_a_name(people: Cast) -> None:
    ours = row(serving("Western dispatch", "sip:a@west.example"))
    name = "Western dispatch (by ecrf.example.net)"
    first = row(serving(name, "sip:x@a.example", source="lost ecrf.example.net", key="1"))
    second = row(serving(name, "sip:y@a.example", source="lost ecrf.example.net", key="2"))
    again = row(serving(name, "sip:z@a.example", source="lost ecrf.example.net", key="1"))
    assert (first.name, second.name, again.pk) == (name, f"{name} #2", first.pk)
    assert (uris(first), uris(second), uris(ours)) == (
        *(["sip:z@a.example"], ["sip:y@a.example"], ["sip:a@west.example"]),
    )


def test_what_nobody_needs_is_dropped_but_nothing_of_an_operator(people: Cast) -> None:
    row(serving("Unused", "sip:a@west.example"))
    used = row(serving("Used", "sip:b@west.example"))
    with acting("root", "tidy"), everywhere():
        provision.create_route(used, "US", "NH")
        assert drop_unused() == 1
        assert set(Psap.objects.values_list("name", flat=True)) == {"Used", "Montpelier dispatch"}


# --- addresses brought to it


def stand(people: Cast, point: tuple[float, float], **values: Any) -> Address:
    """Put the cast's building there."""
    address = people.building.address
    for name, value in (at(point) | values).items():
        setattr(address, name, value)
    with acting("test", "moved"), everywhere():
        address.save()
    return address


def mapped(address: Address, sources: Sources) -> tuple[str, str]:
    with everywhere():
        write([address.pk], sources, "test")
        address.refresh_from_db()
        return (address.psap.name if address.psap else "", address.psap_source)


def test_an_address_is_mapped_once_and_signed(real: Cast) -> None:
    address = stand(real, WESTERN)
    with everywhere():
        assert write([address.pk], Squares().sources(), "boundaries were exchanged").changed == 1
        (change,) = Change.objects.filter(model="address", who="worker")
        assert (change.organization_id, change.why) == (real.acme.pk, "boundaries were exchanged")
        assert change.after["psap_source"] == "boundary"
        outbox = Outbox.objects.order_by("seq").last()
        assert outbox is not None
        assert (outbox.kind, outbox.ids) == ("address", [address.pk])
        written = write([address.pk], Squares().sources(), "again")
        assert (written.changed, written.lines) == (0, [])


def test_a_moved_address_changes_its_psap_and_one_that_leaves_has_none(people: Cast) -> None:
    address = stand(people, WESTERN)
    assert mapped(address, Squares().sources()) == ("Western dispatch", "boundary")
    address = stand(people, EASTERN, psap=address.psap, psap_source=address.psap_source)
    assert mapped(address, Squares().sources()) == ("Eastern dispatch", "boundary")
    assert mapped(address, NOTHING) == ("", "")


@pytest.mark.parametrize("source", ["", "administrator", "agreed by telephone"])
def test_a_mapping_by_hand_stays(source: str, people: Cast) -> None:
    address = stand(people, WESTERN, psap=people.psap, psap_source=source)
    assert mapped(address, Squares().sources()) == ("Montpelier dispatch", source)


def test_addresses_that_are_gone_are_passed_over(people: Cast) -> None:
    assert write([10**9], Squares().sources(), "test").changed == 0


def outside(people: Cast, address: Address, url: str = ECRF, **values: Any) -> None:
    with acting("root", "another ECRF"):
        provision.create_organization("acme", "Acme", ecrf_url=ECRF)
    plain = {"uris": ["sip:911@ecrf-psap.example"], "display_name": "County", "source_id": "7"}
    now = timezone.now()
    with everywhere():
        LostMapping.objects.create(
            organization=people.acme, address=address, url=url, looked_at=now, ask_again_at=now, **(plain | values)
        )


def test_an_outside_ecrf_comes_before_our_boundaries(people: Cast) -> None:
    address = stand(people, WESTERN)
    outside(people, address)
    name, source = mapped(address, Squares().sources())
    assert (name, source) == ("County (by ecrf.example.net)", "lost ecrf.example.net")
    assert address.psap is not None
    assert uris(address.psap) == ["sip:911@ecrf-psap.example"]


@pytest.mark.parametrize(
    "values", [{"uris": []}, {"url": "https://left.example/lost"}], ids=["it knows nobody", "the organization left it"]
)
def test_our_boundaries_serve_where_it_has_nothing_to_say(values: dict[str, Any], people: Cast) -> None:
    address = stand(people, WESTERN)
    outside(people, address, **values)
    assert mapped(address, Squares().sources()) == ("Western dispatch", "boundary")


def test_one_organizations_ecrf_is_not_anothers(people: Cast) -> None:
    address = stand(people, WESTERN)
    outside(people, address)
    with acting("test", "neighbour"):
        neighbour = provision.create_building(people.other, "Next door", {"country": "US", "A1": "VT"}, WESTERN)
    assert mapped(neighbour.address, Squares().sources()) == ("Western dispatch", "boundary")
    with inside(people.other):
        assert LostMapping.objects.count() == 0
        assert Organization.objects.get().ecrf_url == ""


def test_a_sample_boundary_routes_nobody_real(people: Cast) -> None:
    squares = Squares((replace(WEST, sample=True), EAST))
    address = stand(people, WESTERN)
    assert mapped(address, squares.sources()) == ("", "")
    with acting("root", "trying out"):
        provision.create_organization("acme", "Acme", sample=True)
    assert mapped(address, squares.sources()) == ("Western dispatch", "boundary")


# --- what is published


def test_a_boundary_without_a_uri_leaves_the_call_to_the_fixed_route(people: Cast) -> None:
    address = stand(people, WESTERN)
    squares = Squares((replace(WEST, uri="https://west.example"), EAST))
    assert mapped(address, squares.sources()) == ("Western dispatch", "boundary")
    psap, source = RouteTable().psap_for(address.values())
    assert psap is not None
    assert (psap.name, source) == ("Montpelier dispatch", "fixed route, as Western dispatch has no target")
    with acting("root", "no route"), everywhere():
        people.psap.routes.get().delete()
    psap, source = RouteTable().psap_for(address.values())
    assert psap is not None
    assert (psap.name, psap.targets, source) == ("Western dispatch", (), "boundary")


def test_a_psap_made_after_the_others_were_read_is_found(people: Cast) -> None:
    routes = RouteTable()
    address = stand(people, WESTERN)
    mapped(address, Squares().sources())
    psap, source = routes.psap_for(address.values())
    assert psap is not None
    assert (psap.name, source, [target.uri for target in psap.targets]) == (
        *("Western dispatch", "boundary", ["sip:911@west.example"]),
    )
