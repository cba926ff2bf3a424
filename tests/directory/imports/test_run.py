"""An import on its way: uploaded, compared, accepted, applied; and everything that may come between."""

import pytest
from tests.directory.cast import Cast
from tests.directory.imports.bringing import (
    HEADER,
    LOCATIONS,
    PLACES,
    TWO,
    USERS,
    WHO,
    again,
    applied,
    compared,
    confirmed,
    files,
    numbers,
    person,
    uploaded,
    worked,
)
from tests.directory.judges import STATE_STREET, Told, area, invalid, valid, with_number

from callpoint.addresses.parsing import parse_fields
from callpoint.addresses.verdict import Verdict
from callpoint.directory.imports import run as imports
from callpoint.directory.imports.files import upload_path
from callpoint.directory.imports.plan import FieldChange, Plan
from callpoint.directory.imports.progress import ProgressFile, progress
from callpoint.directory.imports.work import next_run, work_on
from callpoint.directory.models import Address, Building, Change, ImportRun, Location, Outbox, Person, acting
from callpoint.directory.tenancy import everywhere, inside
from callpoint.directory.verdicts import columns_of, settle
from callpoint.i3.civic import Civic


def test_from_upload_to_written(real: Cast) -> None:
    run = uploaded(real.acme, USERS, HEADER + TWO)
    assert (run.state, run.bytes, len(run.sha256)) == ("uploaded", len(HEADER + TWO), 64)
    run = worked(confirmed(run))
    assert (run.state, numbers(run)) == ("compared", {"new": 2, "missing": 2})
    assert run.counts["rows"] == 2
    with inside(real.acme):
        assert not Person.objects.filter(device_user_id="A1").exists(), "a preview writes nothing"
        imports.accept(run, by="other@acme.example")
    run = worked(run)
    assert (run.state, run.trouble) == ("applied", "")
    assert run.applied_at is not None
    assert person(real.acme, "A2").callback_number == "+16135550112"
    with inside(real.acme):
        change = Change.objects.filter(import_run=run).order_by("number").first()
    assert change is not None
    assert (change.who, change.why, change.origin) == ("other@acme.example", "imported file.csv", "192.0.2.1")


def test_what_is_applied_is_published_and_chained(real: Cast) -> None:
    run = applied(real.acme, USERS, HEADER + TWO)
    with inside(real.acme):
        made = list(Change.objects.filter(import_run=run).order_by("number"))
        before = Change.objects.get(number=made[0].number - 1)
    assert [change.previous for change in made] == [before.digest, made[0].digest]
    row = Outbox.objects.order_by("seq").last()
    assert row is not None
    assert (row.kind, sorted(row.ids)) == ("person", sorted(change.object_id for change in made))


def test_the_preview_shows_before_and_after(people: Cast) -> None:
    text = "Device User ID,First Name,Location,Building\nE1,Augusta,,\nE2,Bob,Front desk,state house\nE3,New,,\n"
    run = compared(people.acme, USERS, text)
    with Plan.open(run) as plan:
        ada, bob = plan.rows("changed")
        (new,) = plan.rows("new")
        assert plan.rows("unchanged") == plan.rows("missing") == []
    assert (ada.number, ada.key, ada.name) == (2, "E1", "Augusta")
    assert ada.changes == (
        FieldChange("first_name", "Ada", "Augusta"),
        FieldChange("location", "State House / Front desk", ""),
    )
    assert bob.changes == (FieldChange("location", "", "State House / Front desk"),)
    assert {change.field: change.after for change in new.changes} == {
        "identification_type": "device_user_id",
        "device_user_id": "E3",
        "first_name": "New",
    }


def test_the_same_file_again_has_nothing_to_change(real: Cast) -> None:
    applied(real.acme, USERS, HEADER + TWO)
    with everywhere():
        before = (Change.objects.count(), Outbox.objects.count())
    run = applied(real.acme, USERS, HEADER + TWO)
    assert numbers(run) == {"unchanged": 2, "missing": 2}
    with everywhere():
        assert (Change.objects.count(), Outbox.objects.count()) == before


def test_wrong_rows_must_be_left_out_knowingly(people: Cast) -> None:
    run = compared(people.acme, USERS, HEADER + TWO + "A3,,,bad,\n")
    with inside(people.acme), pytest.raises(imports.ImportRefused, match="1 rows are wrong"):
        imports.accept(run)
    with inside(people.acme):
        imports.accept(run, skip_wrong=True)
    assert worked(run).state == "applied"
    with inside(people.acme):
        assert set(Person.objects.values_list("device_user_id", flat=True)) == {"E1", "E2", "A1", "A2"}


def test_missing_people_are_kept_unless_they_are_to_be_deactivated(real: Cast) -> None:
    applied(real.acme, USERS, HEADER + TWO)
    assert person(real.acme, "E1").active
    run = applied(real.acme, USERS, HEADER + TWO, missing=imports.DEACTIVATE)
    assert [person(real.acme, key).active for key in ("E1", "E2", "A1", "A2")] == [False, False, True, True]
    assert numbers(run) == {"unchanged": 2, "missing": 2}
    assert numbers(compared(real.acme, USERS, HEADER + TWO)) == {"unchanged": 2}, "who is inactive is not missed"


def test_one_whose_row_is_wrong_is_not_missing(people: Cast) -> None:
    applied(people.acme, USERS, HEADER + "E1,Ada,,wrong,\n e2 ,Bob,,,\n", missing=imports.DEACTIVATE)
    assert [person(people.acme, key).active for key in ("E1", "E2")] == [True, True]


def test_missing_locations_go_only_if_nobody_uses_them(real: Cast) -> None:
    text = PLACES + "Annex,1 Elm Street,Barre,VT,05641,US,1,,\n"
    applied(real.acme, LOCATIONS, text, Told(accepted).judge)
    run = compared(
        real.acme, LOCATIONS, PLACES + "Tower,2 Elm Street,Barre,VT,05641,US,Lobby,,\n", Told(accepted).judge
    )
    with Plan.open(run) as plan:
        missing = {row.key: [one.message for one in row.warnings] for row in plan.rows("missing")}
    assert missing == {
        "State House / Front desk": ["is used by 1 and stays; give them another location first"],
        "Annex / 1": [],
    }
    with inside(real.acme):
        imports.accept(run, missing=imports.REMOVE)
    assert worked(run).state == "applied"
    with inside(real.acme):
        assert set(Building.objects.values_list("name", flat=True)) == {"State House", "Tower"}
        assert set(Location.objects.values_list("name", flat=True)) == {"Front desk", "Lobby"}


def test_a_missing_location_used_since_the_preview_stays(people: Cast) -> None:
    applied(people.acme, LOCATIONS, PLACES + "Annex,1 Elm Street,Barre,VT,05641,US,Lab,,\n", Told(accepted).judge)
    run = compared(
        people.acme, LOCATIONS, PLACES + "Tower,2 Elm Street,Barre,VT,05641,US,Lobby,,\n", Told(accepted).judge
    )
    with inside(people.acme), acting("test", "moved"):
        people.bob.assigned_location = Location.objects.get(name="Lab")
        people.bob.save()
        imports.accept(run, missing=imports.REMOVE)
    assert worked(run).state == "applied"
    with inside(people.acme):
        assert Location.objects.filter(name="Lab").exists()


def accepted(civic: Civic) -> Verdict:
    return valid(parse_fields(civic).civic)


def only_115(civic: Civic) -> Verdict:
    number = (civic.HNO or civic.RD).split()[0]
    if number == "115":
        return valid(with_number(number))
    likely = [with_number("115")] if number == "116" else [with_number("115"), with_number("117")]
    return invalid(with_number(number), *likely)


def test_the_only_suggestion_can_be_taken(people: Cast) -> None:
    text = PLACES + "".join(f"{n},{n} State St,Montpelier,VT,05633,US,,,\n" for n in (115, 116, 118))
    run = compared(people.acme, LOCATIONS, text, Told(only_115).judge)
    assert numbers(run) == {"new": 1, "wrong": 2, "missing": 1}
    run = worked(confirmed(run, accept_suggestions=True), Told(only_115).judge)
    assert numbers(run) == {"new": 2, "wrong": 1, "missing": 1}
    assert run.counts["suggested"] == 1
    with Plan.open(run) as plan:
        taken = plan.rows("new")[1]
    assert "115 State Street, Montpelier, VT 05633 was taken" in taken.warnings[0].message
    with inside(people.acme):
        imports.accept(run, skip_wrong=True)
    worked(run)
    with inside(people.acme):
        address = Building.objects.select_related("address").get(name="116").address
    assert address.chosen == {
        "given": "116 State St, Montpelier, VT 05633",
        "chosen": "115 State Street, Montpelier, VT 05633",
    }
    again_ = compared(people.acme, LOCATIONS, text, Told(only_115).judge)
    assert numbers(worked(confirmed(again_, True), Told(only_115).judge)) == {"unchanged": 2, "wrong": 1, "missing": 1}


def known_115(civic: Civic) -> Verdict:
    found = parse_fields(civic).civic
    return valid(found) if found.HNO == "115" else area(found)


def test_a_new_building_shows_the_address_it_will_have_and_its_verdict_once(people: Cast) -> None:
    rows = ("A,115 state st,Montpelier,VT,05633,US,Lobby,,", "A,115 state st,Montpelier,VT,05633,US,Lab,,")
    typo = "Typo,116 State Stret,Montpelier,VT,05633,USA,X,,"
    run = compared(people.acme, LOCATIONS, PLACES + "\n".join((*rows, typo)) + "\n", Told(known_115).judge)
    with Plan.open(run) as plan:
        first, second, doubtful = plan.rows("new")
        assert plan.counts()["not_dispatchable"] == 1
    assert first.changes == (
        FieldChange("address", "", "115 State Street, Montpelier, VT 05633"),
        FieldChange("verdict", "", "valid"),
        FieldChange("name", "", "Lobby"),
        FieldChange("building", "", "A"),
    )
    assert second.changes == (FieldChange("name", "", "Lab"), FieldChange("building", "", "A"))
    assert [change.after for change in doubtful.changes[:2]] == ["116 State Stret, Montpelier, VT 05633", "area"]


def test_another_address_has_its_verdict_told_even_if_it_is_the_same(people: Cast) -> None:
    with acting("test", "looked at"), inside(people.acme):
        address = Address.objects.get(pk=people.building.address_id)
        settle(address, columns_of(area(STATE_STREET)))
        address.save()
    row = f"{people.building.name},116 State Street,Montpelier,VT,05633,US,Attic,,\n"
    run = compared(people.acme, LOCATIONS, PLACES + row, Told(known_115).judge)
    with Plan.open(run) as plan:
        (shown,) = plan.rows("new")
    assert shown.changes[:2] == (FieldChange("hno", "115", "116"), FieldChange("verdict", "area", "area"))


def test_a_door_confirmed_before_is_not_counted_as_unconfirmed(people: Cast) -> None:
    text = PLACES + "A,115 State Street,Montpelier,VT,05633,US,Lobby,,\n"
    applied(people.acme, LOCATIONS, text, Told(known_115).judge)
    run = compared(people.acme, LOCATIONS, text, Told(lambda civic: area(parse_fields(civic).civic)).judge)
    assert (numbers(run)["unchanged"], run.counts["not_dispatchable"]) == (1, 0)


def test_the_second_is_told_whose_import_is_under_way(people: Cast) -> None:
    first = confirmed(uploaded(people.acme, USERS, HEADER + TWO, by="ann@acme.example"))
    second = uploaded(people.acme, USERS, HEADER + TWO)
    with pytest.raises(imports.ImportRefused, match=r"by ann@acme.example \(file.csv\) is under way"):
        confirmed(second)
    assert again(second).state == "uploaded"
    first = worked(first)
    with pytest.raises(imports.ImportRefused, match="waits to be accepted or cancelled"):
        confirmed(second)
    confirmed(uploaded(people.other, USERS, HEADER + TWO))
    with inside(people.acme):
        imports.cancel(first)
    confirmed(second)
    assert again(second).state == "comparing"


def test_a_change_since_the_preview_is_compared_anew_and_told(real: Cast) -> None:
    run = compared(real.acme, USERS, HEADER + "E1,Augusta,,,\n")
    with inside(real.acme), acting("bob@acme.example", "typed"):
        real.ada.first_name = "Adele"
        real.ada.save()
        imports.accept(run)
    run = worked(run)
    assert (run.state, person(real.acme, "E1").first_name) == ("comparing", "Adele")
    assert run.trouble.startswith("bob@acme.example has changed a person since")
    run = worked(run)
    assert (run.state, numbers(run)) == ("compared", {"changed": 1, "missing": 1})
    with Plan.open(run) as plan:
        assert plan.rows("changed")[0].changes[0] == FieldChange("first_name", "Adele", "Augusta")


def test_a_change_that_the_file_says_nothing_of_does_not_matter(people: Cast) -> None:
    run = compared(people.acme, USERS, HEADER + TWO)
    with inside(people.acme), acting("test", "an ELIN"):
        people.desk.elin = "+18025550177"
        people.desk.save()
        imports.accept(run)
    assert worked(run).state == "applied"


def test_cancelled_its_files_are_gone(people: Cast) -> None:
    run = compared(people.acme, USERS, HEADER + TWO)
    assert files(run) == {"upload.csv", "plan.sqlite"}
    with inside(people.acme):
        imports.cancel(run)
    assert (again(run).state, files(run)) == ("cancelled", set())


def test_cancelled_while_it_is_compared(people: Cast) -> None:
    run = confirmed(uploaded(people.acme, USERS, HEADER + TWO))
    taken = next_run()
    assert taken is not None
    with inside(people.acme):
        imports.cancel(run)
    work_on(taken, lambda: Told(accepted).judge)
    assert again(run).state == "cancelled"


def test_columns_are_remembered_from_what_was_applied(people: Cast) -> None:
    text = "Badge,Given,E-Mail\nA1,Ann,ann@acme.example\n"
    run = uploaded(people.acme, USERS, text)
    with inside(people.acme):
        imports.confirm_mapping(run, {"device_user_id": "Badge", "first_name": "Given"})
    run = worked(run)
    with inside(people.acme):
        imports.accept(run)
    worked(run)
    following = confirmed(uploaded(people.acme, USERS, text.replace("Ann", "Anna").replace("Badge", "BADGE")))
    assert following.mapping == {"device_user_id": "BADGE", "first_name": "Given"}
    assert numbers(worked(following)) == {"changed": 1, "missing": 2}
    assert person(people.acme, "A1").email == "", "a column that was passed over is passed over again"


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"first_name": "First Name"}, "no column 'Device User ID'"),
        ({"device_user_id": "Shoe Size"}, "the file has no column 'Shoe Size'"),
        ({"device_user_id": "Email", "email": "Email"}, "chosen for two fields"),
        ({"shoe_size": "Email"}, "no field 'shoe_size'"),
    ],
)
def test_columns_that_cannot_be(mapping: dict[str, str], told: str, people: Cast) -> None:
    run = uploaded(people.acme, USERS, HEADER + TWO)
    with inside(people.acme), pytest.raises(imports.ImportRefused, match=told):
        imports.confirm_mapping(run, mapping)
    assert again(run).state == "uploaded"


def test_an_upload_that_is_gone(people: Cast) -> None:
    run = confirmed(uploaded(people.acme, USERS, HEADER + TWO))
    upload_path(run).unlink()
    run = worked(run)
    assert (run.state, run.trouble) == ("failed", "its file is no longer there; send it again")


def test_progress_is_told_while_there_is_work(people: Cast) -> None:
    run = confirmed(uploaded(people.acme, USERS, HEADER + TWO))
    assert progress(run) is None
    file = ProgressFile(upload_path(run).parent, run.state)
    file.tell(2, 2)
    seen = progress(run)
    assert seen is not None
    assert (seen.phase, seen.done, seen.of, seen.percent, seen.attempt) == ("comparing", 2, 2, 100, 1)
    file.finish()
    assert progress(run) is None


def test_a_run_the_worker_never_finishes_fails_cleanly(people: Cast) -> None:
    run = confirmed(uploaded(people.acme, USERS, HEADER + TWO))
    for _ in range(3):
        ProgressFile(upload_path(run).parent, run.state)  # begun, and killed
    run = worked(run)
    assert run.state == "failed"
    assert "begun 3 times" in run.trouble


def test_there_is_no_kind_of_file_but_two(people: Cast) -> None:
    with inside(people.acme), pytest.raises(imports.ImportRefused, match="'phones' cannot be imported"):
        imports.start(people.acme, "phones", "x.csv", WHO, "", None)


def test_a_file_name_is_only_a_name(people: Cast) -> None:
    with inside(people.acme):
        run = imports.start(people.acme, USERS, "C:\\Users\\ann\\../people.csv", WHO, "", None)
    assert run.file_name == "people.csv"
    assert ImportRun.Kind(run.kind) == USERS
