"""Taking an import back: what it made goes, what it changed is as before, and what others touched since is kept."""

import pytest
from tests.directory.cast import Cast
from tests.directory.imports.bringing import (
    HEADER,
    LOCATIONS,
    PLACES,
    TWO,
    USERS,
    again,
    applied,
    compared,
    person,
    undone,
)
from tests.directory.judges import Told, valid

from callpoint.addresses.parsing import parse_fields
from callpoint.addresses.verdict import Verdict
from callpoint.directory import provision
from callpoint.directory.imports import run as imports
from callpoint.directory.imports.undo import kept
from callpoint.directory.models import (
    Address,
    Building,
    Change,
    Location,
    Organization,
    Outbox,
    Person,
    Readiness,
    acting,
)
from callpoint.directory.models.base import TenantModel
from callpoint.directory.tenancy import inside
from callpoint.i3.civic import Civic

ANNEX = "Annex,1 Elm Street,Barre,VT,05641,US,Lab,2,210\nAnnex,1 Elm Street,Barre,VT,05641,US,Desk,1,\n"


def parsed(civic: Civic) -> Verdict:
    return valid(parse_fields(civic).civic)


JUDGE = Told(parsed).judge


def everything(organization: Organization) -> dict[str, dict[int, dict[str, object]]]:
    """All rows an import can touch, but for when they were saved."""
    models: list[type[TenantModel]] = [Person, Building, Location, Address]
    with inside(organization):
        return {
            model.__name__: {row.pk: row.values() | {"updated_at": None} for row in model.objects.all()}
            for model in models
        }


def test_people_made_and_changed(real: Cast) -> None:
    before = everything(real.acme)
    run = applied(real.acme, USERS, HEADER + TWO + "E1,Augusta,,,\n", missing=imports.DEACTIVATE)
    assert not person(real.acme, "E2").active
    run = undone(run)
    assert (run.state, run.counts["undone"], run.counts["kept"]) == ("undone", 4, 0)
    assert run.undone_at is not None
    assert everything(real.acme) == before
    assert kept(run) == []


def test_undoing_is_history_and_is_published(real: Cast) -> None:
    run = undone(applied(real.acme, USERS, HEADER + TWO))
    with inside(real.acme):
        changes = list(Change.objects.filter(import_run=run).order_by("number"))
    assert [change.action for change in changes] == ["created", "created", "deleted", "deleted"]
    assert {change.why for change in changes[2:]} == {"took the import of file.csv back"}
    last = Outbox.objects.order_by("seq").last()
    assert last is not None
    assert sorted(last.gone) == [["identity", "acme", "A1"], ["identity", "acme", "A2"]]


def test_buildings_locations_and_addresses(real: Cast) -> None:
    before = everything(real.acme)
    run = applied(real.acme, LOCATIONS, PLACES + ANNEX, JUDGE)
    assert len(everything(real.acme)["Location"]) == 3
    run = undone(run)
    assert (run.counts["undone"], run.counts["kept"]) == (4, 0)
    assert everything(real.acme) == before


def test_an_address_and_a_spot_that_changed(real: Cast) -> None:
    applied(real.acme, LOCATIONS, PLACES + ANNEX, JUDGE)
    before = everything(real.acme)
    changed = ANNEX.replace("1 Elm", "3 Elm").replace(",2,210", ",3,310")
    run = applied(real.acme, LOCATIONS, PLACES + changed, JUDGE)
    assert everything(real.acme) != before
    assert undone(run).counts["undone"] == 2
    assert everything(real.acme) == before


def test_what_was_removed_comes_back_under_its_key(real: Cast) -> None:
    applied(real.acme, LOCATIONS, PLACES + ANNEX, JUDGE)
    before = everything(real.acme)
    tower = PLACES + "Tower,5 Elm Street,Barre,VT,05641,US,,,\n"
    run = applied(real.acme, LOCATIONS, tower, JUDGE, missing=imports.REMOVE)
    with inside(real.acme):
        assert not Building.objects.filter(name="Annex").exists()
    run = undone(run)
    assert (run.state, kept(run)) == ("undone", [])
    assert everything(real.acme) == before


def test_rows_changed_since_are_kept_and_told(real: Cast) -> None:
    run = applied(real.acme, USERS, HEADER + TWO + "E1,Augusta,,,\nE2,Bert,,,\n")
    with inside(real.acme), acting("test", "typed"):
        for key, name in (("A1", "Anna"), ("E1", "Adele")):
            found = Person.objects.get(device_user_id=key)
            found.first_name = name
            found.save()
        run = undone(run)
    assert {(one.what, one.why) for one in kept(run)} == {
        ("person A1", "was changed since"),
        ("person E1", "was changed since"),
    }
    assert [person(real.acme, key).first_name for key in ("A1", "E1", "E2")] == ["Anna", "Adele", "Bob"]
    assert (run.counts["undone"], run.counts["kept"]) == (2, 2)


def test_a_change_of_something_else_stands_beside_the_undo(people: Cast) -> None:
    run = applied(people.acme, USERS, "Device User ID,First Name\nE1,Augusta\n")
    with inside(people.acme), acting("test", "typed"):
        ada = Person.objects.get(device_user_id="E1")
        ada.email = "ada@acme.example"
        ada.save()
    undone(run)
    ada = person(people.acme, "E1")
    assert (ada.first_name, ada.email) == ("Ada", "ada@acme.example")


def test_new_rows_in_use_are_kept_and_told(real: Cast) -> None:
    run = applied(real.acme, LOCATIONS, PLACES + ANNEX, JUDGE)
    with inside(real.acme), acting("test", "moved"):
        real.bob.assigned_location = Location.objects.get(name="Lab")
        real.bob.save()
    run = undone(run)
    assert [(one.what, one.why) for one in kept(run)] == [
        ("location Lab", "is used by 1 others now"),
        ("building Annex", "is used by 1 others now"),
        ("address 1 Elm Street, Barre, VT", "is used by 1 others now"),
    ]
    with inside(real.acme):
        assert set(Location.objects.values_list("name", flat=True)) == {"Front desk", "Lab"}


def test_a_new_verdict_and_psap_do_not_keep_an_address(people: Cast) -> None:
    run = applied(people.acme, LOCATIONS, PLACES + ANNEX, JUDGE)
    with inside(people.acme), acting("worker", "mapped"):
        address = Building.objects.select_related("address").get(name="Annex").address
        address.psap, address.psap_source, address.dataset_version = people.psap, "boundaries", "next"
        address.save()
    assert kept(undone(run)) == []


def test_a_home_of_a_new_person_keeps_them(people: Cast) -> None:
    run = applied(people.acme, USERS, HEADER + TWO)
    with acting("test", "at home"), inside(people.acme):
        address = Address(organization=people.acme, country="US", a1="VT", hno="9", rd="Elm")
        address.save()
        Location(
            organization=people.acme, person=Person.objects.get(device_user_id="A1"), address=address, name="Home"
        ).save()
    run = undone(run)
    assert [(one.what, one.why) for one in kept(run)] == [("person A1", "is used by 1 others now")]


def test_what_is_only_worked_out_about_people_goes_with_them(real: Cast) -> None:
    run = applied(real.acme, USERS, HEADER + TWO)
    ann = person(real.acme, "A1")
    with inside(real.acme):
        Readiness.objects.create(
            person=ann, organization=real.acme, state=Readiness.State.NO_LOCATION, computed_at=run.created_at
        )
    assert undone(run).counts["undone"] == 2
    with inside(real.acme):
        assert not Readiness.objects.exists()


def test_a_number_given_to_somebody_else_since(people: Cast) -> None:
    text = "Device User ID,Phone Number\nA1,802 555 0150\n"
    applied(people.acme, USERS, text)
    run = applied(people.acme, USERS, text.replace("0150", "0151"))
    with acting("test", "given"):
        provision.create_person(people.acme, "X9", phone_number="+18025550150")
    run = undone(run)
    assert [(one.what, one.why) for one in kept(run)] == [("person A1", "somebody else has its number or ID by now")]


def test_a_location_that_is_gone_since(people: Cast) -> None:
    run = applied(people.acme, USERS, "Device User ID,Location\nE1,\n")
    with inside(people.acme), acting("test", "gone"):
        people.desk.delete()
    run = undone(run)
    assert [one.why for one in kept(run)] == ["the location it had is no longer there"]


def test_what_was_deleted_since_is_told_or_needs_nothing(people: Cast) -> None:
    run = applied(people.acme, USERS, HEADER + TWO + "E2,Bert,,,\n")
    with inside(people.acme), acting("test", "gone"):
        Person.objects.get(device_user_id="E2").delete()
        Person.objects.get(device_user_id="A1").delete()
    run = undone(run)
    assert len(kept(run)) == 1
    assert kept(run)[0].why.endswith("was deleted since")
    with inside(people.acme):
        assert set(Person.objects.values_list("device_user_id", flat=True)) == {"E1"}


def test_only_the_last_applied_one_can_be_undone(people: Cast) -> None:
    first = applied(people.acme, USERS, HEADER + TWO)
    second = applied(people.acme, USERS, HEADER + TWO.replace("Ann", "Anna"))
    with inside(people.acme):
        assert imports.can_undo(first) == "only the last import can be undone, which is file.csv"
        with pytest.raises(imports.ImportRefused, match="only the last"):
            imports.undo(first)
        assert imports.can_undo(second) == ""
    undone(second)
    with inside(people.acme):
        assert "this one is undone" in imports.can_undo(again(second))
    undone(again(first))
    with inside(people.acme):
        assert not Person.objects.filter(device_user_id="A1").exists()


def test_not_while_another_is_under_way(people: Cast) -> None:
    first = applied(people.acme, USERS, HEADER + TWO)
    compared(people.acme, USERS, HEADER + TWO)
    with inside(people.acme):
        assert "waits to be accepted" in imports.can_undo(first)


def test_a_preview_cannot_be_undone(people: Cast) -> None:
    run = compared(people.acme, USERS, HEADER + TWO)
    with inside(people.acme):
        assert imports.can_undo(run) == "only an import that was applied can be undone; this one is compared"
