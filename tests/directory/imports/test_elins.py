"""ELINs in files of locations: kept as E.164, one number for one location, and never taken from another one unseen."""

from tests.directory.cast import Cast
from tests.directory.imports.bringing import LOCATIONS, applied, compared, numbers
from tests.directory.imports.test_undo import JUDGE

from callpoint.directory import provision
from callpoint.directory.imports.plan import Plan
from callpoint.directory.models import Location, acting
from callpoint.directory.tenancy import everywhere, inside

HEADER = "Building Name,Street Address,City,State,Zip,Country,Location,ELIN\n"
ROW = "Tower,115 State Street,Montpelier,VT,05633,US,{},{}\n"


def rows(*spots: tuple[str, str]) -> str:
    return HEADER + "".join(ROW.format(location, elin) for location, elin in spots)


def wrong(people: Cast, *spots: tuple[str, str]) -> list[str]:
    """What a comparison says of wrong rows."""
    run = compared(people.acme, LOCATIONS, rows(*spots), JUDGE)
    with inside(people.acme), Plan.open(run) as plan:
        return [problem.message for row in plan.rows("wrong", 0, 10, "") for problem in row.problems]


def test_an_elin_is_kept_as_the_network_writes_it(real: Cast) -> None:
    applied(real.acme, LOCATIONS, rows(("Lobby", "(802) 555-0133"), ("Attic", "")), JUDGE)
    with everywhere():
        assert Location.objects.get(name="Lobby").elin == "+18025550133"
        assert Location.objects.get(name="Attic").elin == ""


def test_one_number_is_for_one_location_of_the_file(people: Cast) -> None:
    told = wrong(people, ("Lobby", "802-555-0133"), ("Attic", "+1 802 555 0133"))
    assert told == ["+18025550133 is the ELIN of row 2 already; one number, one location"]


def test_a_number_another_location_has_is_not_taken_from_it(people: Cast) -> None:
    with acting("test", "before"), everywhere():
        provision.create_location(people.building, "Gate", elin="+18025550133")
    told = wrong(people, ("Lobby", "802-555-0133"))
    assert told == ["+18025550133 is the ELIN of Gate in State House already; take it away there first"]


def test_another_organization_s_number_is_its_own_affair(people: Cast) -> None:
    with acting("test", "before"), everywhere():
        theirs = provision.create_building(people.other, "Theirs", {"country": "US", "A1": "VT", "RD": "Main"})
        provision.create_location(theirs, "Desk", elin="+18025550133")
    assert wrong(people, ("Lobby", "802-555-0133")) == []


def test_the_same_file_again_changes_nothing_and_an_empty_cell_takes_it_away(real: Cast) -> None:
    applied(real.acme, LOCATIONS, rows(("Lobby", "802-555-0133")), JUDGE)
    again = applied(real.acme, LOCATIONS, rows(("Lobby", "802-555-0133")), JUDGE)
    assert numbers(again)["unchanged"] == 1
    applied(real.acme, LOCATIONS, rows(("Lobby", "")), JUDGE)
    with everywhere():
        assert Location.objects.get(name="Lobby").elin == ""


def test_what_is_no_number_is_told(people: Cast) -> None:
    assert "is no phone number" in wrong(people, ("Lobby", "extension twelve"))[0]
