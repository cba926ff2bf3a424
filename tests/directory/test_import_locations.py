"""Locations files."""

import io

import pytest
from tests.directory.cast import Cast
from tests.directory.judges import Told, area, invalid, refused, valid, with_number

from callpoint.addresses.verdict import Reason, Verdict
from callpoint.directory.imports import Result, import_locations
from callpoint.directory.models import Address, Building, Change, Location, Outbox, acting
from callpoint.directory.tenancy import everywhere, inside
from callpoint.directory.verdicts import Judge
from callpoint.i3.civic import Civic

HEADER = "Building Name,Street Address,City,State/Province,Postal Code,Country,Location Name,Floor,Room\n"
ROWS = (
    "Tower,200 Main Street,Burlington,Vermont,05401,USA,Reception,1,\n"
    "Tower,200 Main Street,Burlington,Vermont,05401,USA,Server room,3,312\n"
    '"Édifice, est",111A rue Wellington,Ottawa,ON,k1a0a9,Canada,,,\n'
)


def bring(
    people: Cast, text: str, dry_run: bool = False, skip_wrong: bool = False, judge: Judge | None = None
) -> Result:
    return import_locations(people.acme, io.BytesIO(text.encode()), dry_run, "importer@acme.example", skip_wrong, judge)


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
    assert (address.hno, address.rd, address.sts, address.pc) == ("200", "Main", "Street", "05401")
    assert address.verdict == "unchecked"
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


def test_the_street_is_taken_apart_without_any_judge(people: Cast) -> None:
    bring(people, HEADER + "B,12 N Main St,Barre,VT,05641,US,,,\n")
    with inside(people.acme):
        address = Building.objects.select_related("address").get(name="B").address
    assert (address.hno, address.prd, address.rd, address.sts) == ("12", "North", "Main", "Street")
    assert address.verdict == "unchecked"


# --- with a judge


def by_number(civic: Civic) -> Verdict:
    """115 exists, 116 does not, 117 is in no data set, 118 has floors."""
    number = (civic.HNO or civic.RD).split()[0]
    found = with_number(number)
    if number == "116":
        return invalid(found, with_number("115"))
    if number == "117":
        return area(found)
    warnings = (Reason("spot_missing", "The building has several floors; give the floor or the room."),)
    return valid(found, warnings=warnings if number == "118" else ())


def row(name: str, number: str, spot: str = ",,") -> str:
    return f"{name},{number} state st,montpelier,VT,05633,US,{spot}\n"


def test_each_address_gets_its_verdict_and_is_judged_once(people: Cast) -> None:
    told = Told(by_number)
    text = HEADER + row("A", "115", "Lobby,1,") + row("A", "115", "Lab,2,") + row("B", "115") + row("C", "117")
    result = bring(people, text, judge=told.judge)
    assert (counts(result), result.not_dispatchable, result.written) == ((4, 0, 0, 0), 1, True)
    assert len(told.asked) == 2
    with inside(people.acme):
        found = {one.name: one.address for one in Building.objects.select_related("address")}
    assert (found["A"].verdict, found["A"].rd, found["A"].sts, found["A"].accuracy) == (
        *("valid", "State", "Street", "point"),
    )
    assert found["A"].pk != found["B"].pk
    assert (found["C"].verdict, found["C"].latitude) == ("area", None)


def test_an_address_that_is_not_there_is_an_error_with_the_likely_ones(people: Cast) -> None:
    result = bring(people, HEADER + row("A", "115") + row("B", "116"), judge=Told(by_number).judge)
    (error,) = result.errors
    assert (error.row, error.column, result.written) == (3, "Street Address", False)
    assert error.given == "116 state st, montpelier, VT 05633"
    assert error.suggestions == ("115 State Street, Montpelier, VT 05633",)
    assert error.message.endswith("did you mean 115 State Street, Montpelier, VT 05633?")


@pytest.mark.parametrize(
    ("elements", "column"),
    [
        ({"PC": "invalid"}, "Postal Code"),
        ({"A3": "invalid", "PC": "valid"}, "City"),
        ({"STS": "invalid"}, "Street Address"),
        ({"A2": "invalid"}, ""),
        ({"PC": "valid"}, "Street Address"),
    ],
)
def test_the_column_to_blame_is_named(elements: dict[str, str], column: str, people: Cast) -> None:
    judge = Told(lambda civic: invalid(civic, elements=elements)).judge
    (error,) = bring(people, HEADER + row("A", "115"), judge=judge).errors
    assert error.column == column


def test_a_refused_address_never_comes_in(people: Cast) -> None:
    result = bring(people, HEADER + row("A", "115"), judge=Told(lambda _: refused(), knows_addresses=False).judge)
    assert "PO box" in result.errors[0].message
    assert not result.written


def test_without_any_set_of_addresses_all_comes_in_and_doubts_are_told(people: Cast) -> None:
    judge = Told(by_number, knows_addresses=False).judge
    result = bring(people, HEADER + row("A", "116") + row("B", "117"), judge=judge)
    assert (counts(result), result.not_dispatchable, result.written) == ((2, 0, 0, 0), 2, True)
    assert [warning.row for warning in result.warnings] == [2]
    with inside(people.acme):
        found = {one.name: one.address.verdict for one in Building.objects.select_related("address")}
    assert (found["A"], found["B"]) == ("unchecked", "area")


def test_a_floor_is_asked_for_where_none_is_given(people: Cast) -> None:
    text = HEADER + row("A", "118") + row("A", "118", "Lab,,310") + row("A", "118", "Attic,9,") + row("B", "115")
    result = bring(people, text, judge=Told(by_number).judge)
    assert [(warning.row, warning.column) for warning in result.warnings] == [(2, "Street Address")]
    assert "several floors" in result.warnings[0].message


def test_the_same_file_again_changes_nothing_with_a_judge(people: Cast) -> None:
    text = HEADER + row("A", "115", "Lobby,1,") + row("A", "115", "Lab,2,") + row("C", "117")
    bring(people, text, judge=Told(by_number).judge)
    with everywhere():
        before = (Change.objects.count(), Outbox.objects.count())
        assert counts(bring(people, text, judge=Told(by_number).judge)) == (0, 0, 3, 0)
        assert (Change.objects.count(), Outbox.objects.count()) == before


def test_a_building_at_one_place_written_in_two_ways_has_one_address(people: Cast) -> None:
    text = HEADER + row("A", "115", "Lobby,1,") + row("A", "115", "Lab,2,").replace("state st", "STATE STREET")
    assert bring(people, text, judge=Told(by_number).judge).errors == []


def test_rows_written_at_once_leave_the_same_traces_as_single_saves(real: Cast) -> None:
    bring(real, HEADER + ROWS)
    with inside(real.acme):
        made = Change.objects.filter(who="importer@acme.example")
        kinds = sorted(made.values_list("model", "action"))
        lab = Location.objects.get(name="Server room")
        change = made.get(model="location", object_id=lab.pk)
    assert kinds == [*[("address", "created")] * 2, *[("building", "created")] * 2, *[("location", "created")] * 3]
    assert (change.after["room"], change.before, change.why) == ("312", None, "imported from a locations file")
    touched = {row.kind: row.ids for row in Outbox.objects.order_by("-seq")[:3]}
    assert {kind: len(ids) for kind, ids in touched.items()} == {"address": 2, "building": 2, "location": 3}
    assert lab.updated_at is not None


def test_two_locations_change_and_one_is_new(real: Cast) -> None:
    bring(real, HEADER + ROWS)
    changed = (
        ROWS.replace("312", "314").replace("200 Main", "202 Main")
        + "Tower,202 Main Street,Burlington,VT,05401,US,New,,\n"
    )
    result = bring(real, HEADER + changed)
    assert counts(result) == (1, 2, 1, 0)
    with inside(real.acme):
        address = Address.objects.get(a3="Burlington")
        assert Change.objects.filter(model="address", object_id=address.pk, action="changed").count() == 1
        assert Location.objects.get(name="Server room").room == "314"
