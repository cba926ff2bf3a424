"""Rows by statement: the same as Django would write, on both databases."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from tests.directory.cast import Cast

from callpoint.directory.insert import insert, new_keys, update
from callpoint.directory.models import Change, Person, acting
from callpoint.directory.models.chain import seal
from callpoint.directory.tenancy import everywhere

AT = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)


def change(people: Cast, **values: object) -> dict[str, object]:
    row: dict[str, object] = {
        "organization_id": people.acme.pk,
        "at": AT,
        "who": "me",
        "why": "test",
        "model": "person",
        "object_id": 1,
        "action": "changed",
        "origin": "",
        "import_run_id": None,
        "before": None,
        "after": None,
    } | values
    seal([row])
    return row


@pytest.mark.parametrize(
    "value",
    [None, {}, {"name": 'Zoë "Z" \\ \t\n'}, {"list": [1, 2.5, True, None], "inner": {"deep": "\u2028"}}, {"at": AT}],
)
def test_values_come_back_as_django_writes_them(value: object, real: Cast) -> None:
    with everywhere(), transaction.atomic():
        (key,) = new_keys(Change, 1)
        insert(Change, [change(real, id=key, after=value)])
        ours = Change.objects.get(pk=key)
        by_django = Change.objects.create(**change(real, after=value))
        by_django.refresh_from_db()
    assert (ours.after, ours.before, ours.at) == (by_django.after, by_django.before, by_django.at)
    assert ours.at == AT


def test_null_is_null_and_not_json_null(real: Cast) -> None:
    with everywhere(), transaction.atomic():
        (key,) = new_keys(Change, 1)
        insert(Change, [change(real, id=key)])
        assert Change.objects.filter(pk=key, after__isnull=True).exists()


def test_keys_are_nobody_else_s(real: Cast) -> None:
    with everywhere():
        with transaction.atomic():
            keys = list(new_keys(Change, 3))
            insert(Change, [change(real, id=key) for key in keys])
        with transaction.atomic():
            after = Change.objects.create(**change(real))
            more = list(new_keys(Change, 2))
            insert(Change, [change(real, id=key) for key in more])
    assert len({*keys, after.pk, *more}) == 6


def test_keys_of_an_empty_table(database: str) -> None:
    with everywhere(), transaction.atomic():
        assert len(set(new_keys(Person, 5))) == 5


def test_update_writes_what_is_given_and_nothing_else(real: Cast) -> None:
    with acting("test", "by statement"), everywhere(), transaction.atomic():
        update(Person, [real.ada.values() | {"first_name": "Augusta", "active": False, "current_at": AT}])
        ada, bob = Person.objects.get(pk=real.ada.pk), Person.objects.get(pk=real.bob.pk)
    assert (ada.first_name, ada.active, ada.current_at) == ("Augusta", False, AT)
    assert (ada.device_user_id, ada.callback_number) == ("E1", "+18025550101")
    assert bob.first_name == "Bob"
