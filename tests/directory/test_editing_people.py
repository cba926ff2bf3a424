"""People changed from typed text: what is taken, what is refused with which sentence, and that nothing else changes."""

from collections.abc import Iterator

import pytest
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.editing.people import move_person, not_theirs, remove_person, save_person
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Address, Change, Location, Person, acting
from callpoint.directory.tenancy import everywhere, inside

WHOLE_PERSON = {
    "identification_type": "device_user_id",
    "device_user_id": "E3",
    "phone_number": "(802) 555-0142",
    "first_name": " Cleo ",
    "last_name": "Roy",
    "email": "cleo@acme.example",
    "callback_number": "802-555-0143",
    "language": "fr-CA",
    "active": "yes",
}


@pytest.fixture(autouse=True)
def in_acme(people: Cast) -> Iterator[None]:
    """Every test is somebody at a page of `acme`."""
    with inside(people.acme), acting("admin@acme.example", "in the portal", "192.0.2.7"):
        yield


def refused(people: Cast, fields: dict[str, str], person: Person | None = None) -> dict[str, list[str]]:
    """The errors, after making sure that nothing was written."""
    before = list(Person.objects.order_by("pk").values())
    with pytest.raises(Refused) as caught:
        save_person(people.acme, fields, person)
    assert list(Person.objects.order_by("pk").values()) == before
    return caught.value.errors


def test_a_person_is_made_in_standard_form(people: Cast) -> None:
    made = save_person(people.acme, WHOLE_PERSON | {"assigned_location": str(people.desk.pk)})
    stored = Person.objects.get(pk=made.pk)
    assert (stored.device_user_id, stored.first_name, stored.last_name) == ("E3", "Cleo", "Roy")
    assert (stored.phone_number, stored.callback_number) == ("+18025550142", "+18025550143")
    assert (stored.language, stored.active, stored.assigned_location) == ("fr-CA", True, people.desk)
    change = Change.objects.get(model="person", object_id=made.pk)
    assert (change.who, change.origin, change.action) == ("admin@acme.example", "192.0.2.7", "created")


def test_only_what_is_given_changes(people: Cast) -> None:
    before = people.ada.values()
    after = save_person(people.acme, {"last_name": "Lovelace"}, people.ada).values()
    assert after == before | {"last_name": "Lovelace"}
    assert save_person(people.acme, {"active": "no"}, people.ada).active is False
    assert save_person(people.acme, {"assigned_location": ""}, people.ada).assigned_location is None


def test_saving_what_is_there_already_leaves_no_trace(people: Cast) -> None:
    count = Change.objects.count()
    save_person(people.acme, {"first_name": "Ada", "callback_number": "+1 802 555 0101"}, people.ada)
    assert Change.objects.count() == count


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("device_user_id", "", "is missing; give the ID exactly"),
        ("device_user_id", "E3 ", "begins or ends with a blank"),
        ("device_user_id", "E\t3", "control character"),
        ("device_user_id", "E" * 129, "longer than 128"),
        ("device_user_id", "E1", "'E1' belongs to Ada already"),
        ("phone_number", "12", "is no number of the US or Canada"),
        ("callback_number", "+44 20 7946 0000", "is no number of the US or Canada"),
        ("callback_number", "+1 802 555 0101 ext 5", "extension"),
        ("callback_number", "+1 876 555 0101", "outside the US and Canada"),
        ("email", "cleo", "is no e-mail address"),
        ("email", "c" * 300 + "@acme.example", "too many"),
        ("first_name", "x" * 81, "shorten it to 80"),
        ("language", "de", "is not spoken here"),
        ("active", "perhaps", "neither yes nor no"),
        ("identification_type", "badge", "choose Device User ID or phone number"),
        ("assigned_location", "0", "is no location"),
        ("assigned_location", "x", "is no location"),
        ("assigned_location", "9" * 40, "is no location"),
        ("assigned_location", "²", "is no location"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(people: Cast, field: str, text: str, sentence: str) -> None:
    errors = refused(people, WHOLE_PERSON | {field: text})
    assert list(errors) == [field]
    assert sentence in errors[field][0]


def test_everything_wrong_is_told_at_once(people: Cast) -> None:
    assert refused(people, {"device_user_id": "", "email": "x", "callback_number": "x"}).keys() == {
        *("device_user_id", "email", "callback_number"),
    }


def test_a_phone_number_person_needs_a_number_and_no_id(people: Cast) -> None:
    by_number = {"identification_type": "phone_number", "phone_number": "802 555 0150", "device_user_id": ""}
    made = save_person(people.acme, by_number)
    assert (made.identity, made.device_user_id) == ("+18025550150", None)
    assert "give the number calls come from" in refused(people, by_number | {"phone_number": ""})["phone_number"][0]
    assert "belongs to +18025550150" in refused(people, by_number)["phone_number"][0]


def test_ids_are_kept_exactly_and_near_ones_are_not_refused(people: Cast) -> None:
    assert save_person(people.acme, {"device_user_id": "e1"}).device_user_id == "e1"
    assert save_person(people.acme, {"device_user_id": "E01"}).device_user_id == "E01"


def test_another_organization_has_ids_of_its_own(people: Cast) -> None:
    with everywhere():
        people.stranger.refresh_from_db()
    assert people.stranger.device_user_id == people.ada.device_user_id


def elsewhere(people: Cast) -> Location:
    """A location of the other organization."""
    with everywhere(), acting("test", "theirs"):
        theirs = provision.create_building(people.other, "HQ", {"country": "US", "A1": "VT", "A3": "Barre"})
        return provision.create_location(theirs, "Secret room")


def home_of(person: Person) -> Location:
    return provision.create_home(person, {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "6", "RD": "Main"})


def test_a_location_of_another_organization_is_refused(people: Cast) -> None:
    key = str(elsewhere(people).pk)
    assert refused(people, {"assigned_location": key}, people.ada) == {"assigned_location": [not_theirs()]}
    with pytest.raises(Refused) as caught:
        move_person(people.ada, {"current_location": key})
    assert caught.value.errors == {"current_location": [not_theirs()]}


def test_a_home_is_only_its_own_person_s(people: Cast) -> None:
    key = str(home_of(people.ada).pk)
    assert refused(people, {"assigned_location": key}, people.bob) == {"assigned_location": [not_theirs()]}
    assert refused(people, WHOLE_PERSON | {"assigned_location": key}) == {"assigned_location": [not_theirs()]}
    assert str(move_person(people.ada, {"current_location": key}).current_location_id) == key


def test_where_somebody_is_says_who_said_so(people: Cast) -> None:
    moved = move_person(people.bob, {"current_location": str(people.desk.pk)})
    stored = Person.objects.get(pk=moved.pk)
    assert (stored.current_location, stored.current_by, stored.current_method) == (
        *(people.desk, "admin@acme.example", "Manual"),
    )
    assert stored.current_at is not None
    gone = Person.objects.get(pk=move_person(stored, {"current_location": ""}).pk)
    assert gone.current_location is None


def test_the_second_of_two_at_one_form_is_told(people: Cast) -> None:
    seen = {SEEN: fingerprint(people.ada)}
    save_person(people.acme, {"last_name": "First"} | seen, people.ada)
    for late in (
        lambda: save_person(people.acme, {"last_name": "Second"} | seen, people.ada),
        lambda: move_person(people.ada, {"current_location": ""} | seen),
        lambda: remove_person(people.ada, seen),
    ):
        with pytest.raises(Refused, match="Somebody else changed it in the meantime"):
            late()
    assert Person.objects.get(pk=people.ada.pk).last_name == "First"
    save_person(people.acme, {"last_name": "Whatever"}, people.ada)


def test_what_was_removed_meanwhile_cannot_be_saved(people: Cast) -> None:
    remove_person(people.bob)
    with pytest.raises(Refused, match="was removed in the meantime"):
        save_person(people.acme, {"last_name": "Late"}, people.bob)


def test_values_of_a_time_of_other_rules_stay(people: Cast) -> None:
    Person.objects.filter(pk=people.ada.pk).update(language="es", email="ada(at)acme")
    kept = save_person(people.acme, {"language": "es", "email": "ada(at)acme", "last_name": "X"}, people.ada)
    assert (kept.language, kept.email, kept.last_name) == ("es", "ada(at)acme", "X")


def test_removing_takes_the_homes_along(people: Cast) -> None:
    home = home_of(people.ada)
    address = home.address_id or 0
    move_person(people.ada, {"current_location": str(home.pk)})
    remove_person(people.ada)
    assert not Person.objects.filter(pk=people.ada.pk).exists()
    assert not Location.objects.filter(pk=home.pk).exists()
    assert not Address.objects.filter(pk=address).exists()
    assert Location.objects.filter(pk=people.desk.pk).exists()


def test_a_home_somebody_else_uses_keeps_its_person(people: Cast) -> None:
    home = home_of(people.ada)
    provision.set_current_location(people.bob, home)  # which no page lets one do
    with pytest.raises(Refused, match="is also the location of Bob"):
        remove_person(people.ada)
    assert Person.objects.filter(pk=people.ada.pk).exists()
