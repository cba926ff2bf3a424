"""Every change is signed, and keeps what was before and after."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import Change, Outbox, Person, UnsignedChangeError, acting
from callpoint.directory.tenancy import everywhere, inside


def last_change() -> Change:
    with everywhere():
        change = Change.objects.order_by("pk").last()
    assert change is not None
    return change


def test_unsigned_change_is_refused(people: Cast) -> None:
    people.bob.first_name = "Robert"
    with pytest.raises(UnsignedChangeError):
        people.bob.save()
    with pytest.raises(UnsignedChangeError):
        people.bob.delete()
    with everywhere():
        assert Person.objects.get(pk=people.bob.pk).first_name == "Bob"


def test_a_change_keeps_before_after_who_and_why(people: Cast) -> None:
    with acting("admin@acme.example", "married"):
        people.bob.last_name = "Baker"
        people.bob.save()
    change = last_change()
    assert (change.who, change.why, change.action) == ("admin@acme.example", "married", "changed")
    assert (change.model, change.object_id, change.organization) == ("person", people.bob.pk, people.acme)
    assert change.before == {"last_name": ""}
    assert change.after == {"last_name": "Baker"}


def test_making_and_deleting_keep_the_whole_row(people: Cast) -> None:
    with acting("admin@acme.example", "hired"):
        eve = provision.create_person(people.acme, "E9", first_name="Eve")
    change = last_change()
    assert (change.action, change.before) == ("created", None)
    assert change.after is not None
    assert change.after["device_user_id"] == "E9"
    with acting("admin@acme.example", "left"):
        eve.delete()
    change = last_change()
    assert (change.action, change.after) == ("deleted", None)
    assert change.before is not None
    assert change.before["first_name"] == "Eve"


def test_saving_without_a_change_writes_nothing(people: Cast) -> None:
    rows = Outbox.objects.count()
    with everywhere():
        changes = Change.objects.count()
        with acting("admin@acme.example", "clicked save"):
            people.bob.save()
        assert Change.objects.count() == changes
    assert Outbox.objects.count() == rows


def test_a_change_taken_back_leaves_no_trace(people: Cast) -> None:
    rows = Outbox.objects.count()
    with transaction.atomic(), acting("admin@acme.example", "oops"):
        people.bob.first_name = "Robert"
        people.bob.save()
        transaction.set_rollback(True)
    assert Outbox.objects.count() == rows
    assert last_change().why == "setting up"


def test_secrets_are_told_as_changed_and_never_shown(people: Cast) -> None:
    with acting("admin@acme.example", "digest"):
        trunk = provision.create_trunk("digest", people.acme, digest_ha1={"SHA-256": "abc"})
        assert "abc" not in str(last_change().after)
        trunk.digest_ha1 = {"SHA-256": "def"}
        trunk.save()
    assert last_change().before == last_change().after == {"digest_ha1": "(not shown)"}


def test_an_organization_s_history_is_its_own(people: Cast) -> None:
    with inside(people.other):
        assert {change.organization_id for change in Change.objects.all()} == {people.other.pk}


@pytest.mark.parametrize(("row", "name", "value"), [("acme", "slug", "new"), ("psap", "name", "New")])
def test_keys_of_the_snapshot_never_change(row: str, name: str, value: str, people: Cast) -> None:
    thing = getattr(people, row)
    setattr(thing, name, value)
    with acting("root", "rename"), pytest.raises(ValueError, match="never changes"):
        thing.save()


def test_nobody_moves_to_another_organization(people: Cast) -> None:
    people.bob.organization = people.other
    with acting("root", "moved"), pytest.raises(ValueError, match="never changes"):
        people.bob.save()


def test_a_psap_in_use_is_not_deleted(people: Cast) -> None:
    with acting("root", "gone"):
        with pytest.raises(ProtectedError), transaction.atomic():
            people.psap.delete()
        people.psap.routes.get().delete()
        people.psap.delete()
    assert last_change().model == "psap"


def test_outbox_row_is_in_the_transaction_of_the_change(people: Cast) -> None:
    with acting("admin@acme.example", "renamed"):
        people.bob.device_user_id = "E3"
        people.bob.save()
    row = Outbox.objects.order_by("seq").last()
    assert row is not None
    assert (row.kind, row.ids, row.gone) == ("person", [people.bob.pk], [["identity", "acme", "E2"]])


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"device_user_id": "E1"}, "device_user_id"),
        ({"device_user_id": ""}, "device_user_id_filled"),
        ({"device_user_id": None}, "person_has_identity"),
        ({"callback_number": "802 555 0101"}, "callback_e164"),
        ({"callback_number": "+18025550101\n"}, "callback_e164"),
        ({"callback_number": "+442079460000"}, "callback_e164"),
        ({"phone_number": "555"}, "phone_e164"),
    ],
)
def test_the_database_refuses(values: dict[str, object], constraint: str, people: Cast) -> None:
    for name, value in values.items():
        setattr(people.bob, name, value)
    with acting("test", "wrong"), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        people.bob.save()


def test_the_database_refuses_other_countries(people: Cast) -> None:
    people.building.address.country = "GB"
    with acting("test", "wrong"), pytest.raises(IntegrityError, match="address_us_or_ca"), transaction.atomic():
        people.building.address.save()


@pytest.mark.parametrize("other", ["e1", "E1 ", " E1", "E 1", "É1"])
def test_identities_are_compared_exactly(other: str, people: Cast) -> None:
    with acting("test", "near miss"):
        person = Person(organization=people.acme, device_user_id=other)
        person.save()
    with inside(people.acme):
        assert Person.objects.get(device_user_id=other).pk == person.pk
        assert Person.objects.get(device_user_id="E1").pk == people.ada.pk
