"""Locations files."""

import io

import pytest
from tests.directory.cast import Cast

from callpoint.directory.imports import Result, import_locations
from callpoint.directory.imports.street import StreetError, street_elements
from callpoint.directory.models import Address, Building, Change, Location, Outbox, acting
from callpoint.directory.tenancy import everywhere, inside

HEADER = "Building Name,Street Address,City,State/Province,Postal Code,Country,Location Name,Floor,Room\n"
ROWS = (
    "Tower,200 Main Street,Burlington,Vermont,05401,USA,Reception,1,\n"
    "Tower,200 Main Street,Burlington,Vermont,05401,USA,Server room,3,312\n"
    '"Édifice, est",111A rue Wellington,Ottawa,ON,k1a0a9,Canada,,,\n'
)


def bring(people: Cast, text: str, dry_run: bool = False, skip_wrong: bool = False) -> Result:
    return import_locations(people.acme, io.BytesIO(text.encode()), dry_run, "importer@acme.example", skip_wrong)


def counts(result: Result) -> tuple[int, int, int, int]:
    return result.new, result.changed, result.unchanged, result.wrong


def test_new_buildings_and_locations(people: Cast) -> None:
    result = bring(people, HEADER + ROWS)
    assert (counts(result), result.errors, result.written) == ((3, 0, 0, 0), [], True)
    with inside(people.acme):
        room = Location.objects.select_related("building__address").get(name="Server room")
        east = Location.objects.select_related("building__address").get(building__name="Édifice, est")
    assert room.building is not None
    assert east.building is not None
    address = room.building.address
    assert (room.floor, room.room, address.country, address.a1, address.a3) == ("3", "312", "US", "VT", "Burlington")
    assert (address.hno, address.rd, address.pc, address.verdict) == ("200", "Main Street", "05401", "unchecked")
    other = east.building.address
    assert (east.name, other.country, other.hno, other.hns, other.pc) == ("Default", "CA", "111", "A", "K1A 0A9")


def test_the_same_file_again_writes_nothing(people: Cast) -> None:
    bring(people, HEADER + ROWS)
    with everywhere():
        before = (Change.objects.count(), Outbox.objects.count())
        assert counts(bring(people, HEADER + ROWS)) == (0, 0, 3, 0)
        assert (Change.objects.count(), Outbox.objects.count()) == before


def test_dry_run_counts_the_same_and_writes_nothing(people: Cast) -> None:
    result = bring(people, HEADER + ROWS, dry_run=True)
    assert (counts(result), result.written) == ((3, 0, 0, 0), False)
    with inside(people.acme):
        assert not Building.objects.filter(name="Tower").exists()


def test_a_new_address_of_a_building_is_unchecked_again(people: Cast) -> None:
    bring(people, HEADER + ROWS)
    with acting("test", "checked"), inside(people.acme):
        address = Address.objects.get(a3="Burlington")
        address.verdict, address.dataset, address.latitude, address.longitude = "valid", "vt", 44.0, -73.0
        address.save()
    result = bring(people, HEADER + ROWS.replace("200 Main", "202 Main"))
    assert counts(result) == (0, 1, 2, 0)
    with inside(people.acme):
        address = Address.objects.get(a3="Burlington")
    assert (address.hno, address.verdict, address.dataset, address.latitude) == ("202", "unchecked", "", None)


def test_a_spot_that_moves(people: Cast) -> None:
    bring(people, HEADER + ROWS)
    assert counts(bring(people, HEADER + ROWS.replace("312", "314"))) == (0, 1, 2, 0)


def test_civic_columns(people: Cast) -> None:
    text = "building,country,A1,A3,PRD,HNO,RD,STS,POD,PC,BLD\nLab,US,VT,Barre,North,6,Main,Street,East,05641,B\n"
    assert counts(bring(people, text)) == (1, 0, 0, 0)
    with inside(people.acme):
        address = Building.objects.select_related("address").get(name="Lab").address
    assert (address.prd, address.hno, address.rd, address.sts, address.pod, address.bld) == (
        *("North", "6", "Main", "Street", "East", "B"),
    )


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [
        ("B,1 High Street,London,,,GB,,,", "Country", "only addresses in US and CA"),
        ("B,1 High Street,Burlington,Bavaria,,US,,,", "State/Province", "no state"),
        ("B,1 High Street,Burlington,VT,5401,US,,,", "Postal Code", "spreadsheets"),
        ("B,High Street,Burlington,VT,,US,,,", "Street Address", "house number"),
        ("B,,Burlington,VT,,US,,,", "", "no street"),
        ("B,1 High Street,,VT,,US,,,", "City", "no city"),
        (",1 High Street,Burlington,VT,,US,,,", "Building Name", "is missing"),
        ("B,1 High Street,Burlington,VT,,,,,", "Country", "is missing"),
        (f"B,1 High Street,Burlington,VT,,US,,{'9' * 33},", "Floor", "shorten it to 32"),
    ],
)
def test_what_is_wrong_is_told(row: str, column: str, told: str, people: Cast) -> None:
    result = bring(people, HEADER + row + "\n")
    (error,) = result.errors
    assert (error.row, error.column) == (2, column)
    assert told in error.message
    assert result.written is False


def test_a_building_has_one_address(people: Cast) -> None:
    contradiction = ROWS.replace(
        "Tower,200 Main Street,Burlington,Vermont,05401,USA,Server", "Tower,9 Elm,X,VT,,US,Server"
    )
    (error,) = bring(people, HEADER + contradiction).errors
    assert (error.row, error.column) == (3, "Building Name")
    assert "another address in row 2" in error.message


def test_a_location_stands_once(people: Cast) -> None:
    (error,) = bring(people, HEADER + ROWS + ROWS.splitlines()[0] + "\n").errors
    assert (error.row, error.column) == (5, "Location Name")
    assert "row 2 already" in error.message


def test_wrong_rows_keep_the_file_out_unless_skipped(people: Cast) -> None:
    text = HEADER + ROWS + "B,,Burlington,VT,,US,,,\n"
    assert bring(people, text).written is False
    with inside(people.acme):
        assert Building.objects.count() == 1
    assert counts(bring(people, text, skip_wrong=True)) == (3, 0, 0, 1)
    with inside(people.acme):
        assert Building.objects.count() == 3


def test_needed_columns(people: Cast) -> None:
    (error,) = bring(people, "Building Name,City\nB,X\n").errors
    assert (error.row, error.message) == (1, "there is no column 'Country'; the first line must name it")


@pytest.mark.parametrize(
    ("line", "elements"),
    [
        ("115 State Street", ("115", "", "State Street")),
        ("115  State   Street", ("115", "", "State Street")),
        ("115A State Street", ("115", "A", "State Street")),
        ("12 1/2 Elm", ("12", "1/2", "Elm")),
        ("12-34 Elm", ("12-34", "", "Elm")),
        ("110 5th Avenue", ("110", "", "5th Avenue")),
        ("2875, boulevard Laurier", ("2875", "", "boulevard Laurier")),
    ],
)
def test_street(line: str, elements: tuple[str, str, str]) -> None:
    assert tuple(street_elements(line).values()) == elements


@pytest.mark.parametrize("line", ["State Street", "115", "One Main Street", "N6W23001 Bluemound"])
def test_street_without_a_number(line: str) -> None:
    with pytest.raises(StreetError, match="115 State Street"):
        street_elements(line)
