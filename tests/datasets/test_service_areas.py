"""A feature of a boundary layer as the boundary it says it is."""

from typing import Any

import pytest
import shapely

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.datasets.feature import Feature
from callpoint.datasets.geometry import flat_wkb
from callpoint.datasets.service_areas import PSAP_SERVICE, NotABoundary, ServiceArea, service_area
from tests.datasets.making import agency, square


def read(layer: str = "PsapPolygon", shape: Any = None, **fields: str) -> ServiceArea:
    kept = {name: value for name, value in fields.items() if value}
    return service_area(Feature(7, layer, kept, None, flat_wkb(square(0, 0) if shape is None else shape)), "ks")


def mended(*args: Any, **fields: str) -> str:
    return "; ".join(read(*args, **fields).mended)


def test_every_field_has_its_place() -> None:
    more = {
        "Effective": "2025-01-01",
        "Expire": "2027-01-01T00:00:00Z",
        "DateUpdate": "2024-06-30",
        "ServiceNum": "911",
    }
    area = read(**agency("Barton", **more))
    assert area.boundary == ServiceBoundary(
        id="urn:emergency:uid:gis:Psap:Barton:ks.gov",
        service="urn:service:sos",
        display_name="Barton",
        uri="sip:911@barton.example",
        agency_id="barton.ks.gov",
        service_number="911",
        effective="2025-01-01T00:00:00Z",
        expires="2027-01-01T00:00:00Z",
        updated_at="2024-06-30T00:00:00Z",
        dataset="ks",
    )
    assert (area.layer, area.mended) == ("PsapPolygon", ())
    assert area.geometry.equals(square(0, 0))


def test_a_sample_stays_one() -> None:
    feature = Feature(1, "PsapPolygon", agency("A"), None, flat_wkb(square(0, 0)))
    assert service_area(feature, "demo", sample=True).boundary.sample


@pytest.mark.parametrize(
    ("layer", "written", "service"),
    [
        ("PsapPolygon", "", PSAP_SERVICE),
        ("PSAP_POLYGON", "", PSAP_SERVICE),
        ("PolicePolygon", "", "urn:emergency:service:responder.police"),
        ("FirePolygon", "", "urn:emergency:service:responder.fire"),
        ("EmsPolygon", "", "urn:emergency:service:responder.ems"),
        ("counties of the sheriff", "", PSAP_SERVICE),
        ("PsapPolygon", "URN:Service:SOS", "urn:service:sos"),
        ("FirePolygon", "urn:service:sos.fire", "urn:service:sos.fire"),
        ("ServiceBoundaryPolygon", "urn:emergency:service:responder.poison", "urn:emergency:service:responder.poison"),
    ],
)
def test_the_service_is_the_fields_or_the_layers(layer: str, written: str, service: str) -> None:
    area = read(layer, DsplayName="A", ServiceURN=written)
    assert (area.boundary.service, area.mended) == (service, ())


def test_a_service_that_is_no_urn_gives_way_to_the_layers() -> None:
    assert read("FirePolygon", DsplayName="A", ServiceURN="fire").boundary.service.endswith("responder.fire")
    assert "has 'fire' as its service" in mended("FirePolygon", DsplayName="A", ServiceURN="fire")


def test_a_layer_of_all_services_must_say_which() -> None:
    for written in ("", "fire"):
        with pytest.raises(NotABoundary, match="names no service"):
            read("ServiceBoundaryPolygon", DsplayName="A", ServiceURN=written)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"DsplayName": "Barton", "Agency_ID": "b.gov"}, "Barton"),
        ({"Agency_ID": "b.gov", "NGUID": "X1"}, "b.gov"),
        ({"NGUID": "X1", "DiscrpAgID": "472756"}, "Unnamed area X1"),
        ({"DiscrpAgID": "472756"}, "Unnamed area 472756"),
    ],
)
def test_a_name_is_the_best_there_is(fields: dict[str, str], name: str) -> None:
    area = read(**fields)
    assert area.boundary.display_name == name
    assert bool(area.mended) is name.startswith("Unnamed")


def test_an_area_of_nobody_at_all_is_none() -> None:
    with pytest.raises(NotABoundary, match="names no agency"):
        read()


def test_an_id_is_made_of_set_layer_and_row() -> None:
    assert read(DsplayName="A").boundary.id == "ks:PsapPolygon:7"


@pytest.mark.parametrize("uri", ["sip:911@a.example", "SIPS:a.example", "tel:+17855550100", "https://a.example/lost"])
def test_a_uri_is_kept_as_it_is(uri: str) -> None:
    assert read(DsplayName="A", ServiceURI=uri).boundary.uri == uri


@pytest.mark.parametrize("uri", ["785-555-0100", "911@a.example", "n/a", "javascript:alert(1)", "sip:", "sip:a b"])
def test_what_is_no_uri_is_not_dialled(uri: str) -> None:
    assert read(DsplayName="A", ServiceURI=uri).boundary.uri == ""
    assert "as its URI, which is none" in mended(DsplayName="A", ServiceURI=uri)


def test_dates_that_are_none_count_as_not_given() -> None:
    assert read(DsplayName="A", Expire="someday").boundary.expires == ""
    assert "has Expire 'someday', which is no date" in mended(DsplayName="A", Expire="someday")
    assert mended(DsplayName="A", Effective="1899/12/30 00:00:00.000") == ""


@pytest.mark.parametrize("expire", ["2024-12-31", "2025-01-01"])
def test_a_boundary_that_ends_before_it_begins_is_none(expire: str) -> None:
    with pytest.raises(NotABoundary, match="before it begins"):
        read(DsplayName="A", Effective="2025-01-01", Expire=expire)


def test_a_bow_tie_is_repaired_into_its_two_halves() -> None:
    bow = shapely.Polygon([(-98, 38), (-97, 39), (-97, 38), (-98, 39)])
    area = read(shape=bow, DsplayName="A")
    assert area.geometry.is_valid
    assert area.geometry.area == pytest.approx(0.5)
    assert "was repaired" in area.mended[0]
    assert "Self-intersection" in area.mended[0]


def test_overlapping_parts_are_repaired_into_one() -> None:
    area = read(shape=shapely.MultiPolygon([square(0, 0, wide=2), square(1, 0, wide=2)]), DsplayName="A")
    assert area.geometry.is_valid
    assert area.geometry.equals(square(0, 0, wide=3))


def test_holes_and_parts_of_a_sound_area_are_kept() -> None:
    holed = square(0, 0, wide=3, high=3).difference(square(1, 1))
    area = read(shape=shapely.MultiPolygon([holed, square(9, 9)]), DsplayName="A")
    assert area.mended == ()
    assert len(area.geometry.geoms) == 2
    assert len(area.geometry.geoms[0].interiors) == 1


@pytest.mark.parametrize("wkt", ["POLYGON ((1 1, 2 2, 1 1, 1 1))", "POLYGON ((1 1, 1 1, 1 1, 1 1))"])
def test_an_area_without_extent_is_none(wkt: str) -> None:
    with pytest.raises(NotABoundary, match="covers no area"):
        read(shape=shapely.from_wkt(wkt), DsplayName="A")
