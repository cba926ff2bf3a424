"""Large changes prepared beside the database: the same rows, history and outbox as written one by one."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from tests.directory.cast import Cast

from callpoint.directory.bulk import delete_rows, insert_rows, insert_values, update_rows
from callpoint.directory.models import Change, Outbox, Person, acting
from callpoint.directory.models.base import Signature
from callpoint.directory.models.chain import START, chain_of, digest
from callpoint.directory.staging import written_at_once
from callpoint.directory.tenancy import everywhere, inside

SIGNED = Signature("test", "in bulk")


def at_once(people: Cast, tmp_path: Path, work: Callable[[], object]) -> None:
    with inside(people.acme):
        written_at_once(chain_of(people.acme.pk), tmp_path / "stage", work, lambda _: None)


def make(people: Cast, *names: str) -> list[int]:
    template = Person(organization=people.acme).values()
    return insert_values(Person, [template | {"device_user_id": name} for name in names], SIGNED)


def chain_is_whole(people: Cast) -> bool:
    """Every entry of the organization carries the digest of the one before, and its own is right."""
    with everywhere():
        entries = list(Change.objects.filter(chain=chain_of(people.acme.pk)).order_by("number").values())
    previous = START
    for number, entry in enumerate(entries, 1):
        if (entry["number"], entry["previous"], entry["digest"]) != (number, previous, digest(entry)):
            return False
        previous = entry["digest"]
    return bool(entries)


def test_rows_history_and_outbox(real: Cast, tmp_path: Path) -> None:
    def work() -> None:
        make(real, "S1", "S2")
        before = real.ada.values()
        real.ada.device_user_id = "E1b"
        update_rows([(real.ada, before)], SIGNED)
        delete_rows([real.bob], SIGNED)

    at_once(real, tmp_path, work)
    with everywhere():
        assert set(Person.objects.filter(organization=real.acme).values_list("device_user_id", flat=True)) == {
            "S1",
            "S2",
            "E1b",
        }
        made = list(
            Change.objects.filter(who="test", why="in bulk").order_by("number").values_list("action", flat=True)
        )
        gone = [key for row in Outbox.objects.order_by("-seq")[:3] for key in row.gone]
    assert made == ["created", "created", "changed", "deleted"]
    assert sorted(gone) == [["identity", "acme", "E1"], ["identity", "acme", "E2"]]
    assert chain_is_whole(real)
    assert not (tmp_path / "stage").exists()


def test_staged_rows_are_the_same_as_those_written_straight(real: Cast, tmp_path: Path) -> None:
    at_once(real, tmp_path, lambda: make(real, "staged"))
    with inside(real.acme), acting("test", "one by one"):
        row = Person(organization=real.acme, device_user_id="saved")
        row.save()
        staged = Person.objects.get(device_user_id="staged")
        assert row.values() | {"id": 0, "device_user_id": ""} == staged.values() | {"id": 0, "device_user_id": ""}
        changes = [Change.objects.get(model="person", object_id=one.pk) for one in (staged, row)]
    assert changes[0].after is not None
    assert changes[1].after is not None
    assert changes[0].after | {"id": 0, "device_user_id": ""} == changes[1].after | {"id": 0, "device_user_id": ""}
    assert changes[0].at.tzinfo == changes[1].at.tzinfo
    assert row.pk > staged.pk, "keys that were set aside are never given out again"
    assert chain_is_whole(real)


SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""On PostgreSQL rows go straight into the database, and others wait for the organization's history."""


@SQLITE
def test_what_was_changed_meanwhile_makes_it_prepare_anew(real: Cast, tmp_path: Path) -> None:
    tries = []

    def work() -> None:
        tries.append(real.acme.pk)
        make(real, "S1")
        if len(tries) == 1:
            other = threading.Thread(target=rename)
            other.start()
            other.join()

    def rename() -> None:
        with acting("somebody", "meanwhile"), everywhere():
            bob = Person.objects.get(pk=real.bob.pk)
            bob.first_name = "Robert"
            bob.save()
        connection.close()

    at_once(real, tmp_path, work)
    assert len(tries) == 2
    assert chain_is_whole(real)
    with inside(real.acme):
        assert Person.objects.filter(device_user_id="S1").count() == 1


def test_when_somebody_changes_something_all_the_time_they_wait(real: Cast, tmp_path: Path) -> None:
    staged = []

    def work() -> None:
        staged.append(not connection.in_atomic_block)
        make(real, "S1")
        if staged[-1]:
            other = threading.Thread(target=change)
            other.start()
            other.join()

    def change() -> None:
        with acting("somebody", "meanwhile"), everywhere():
            bob = Person.objects.get(pk=real.bob.pk)
            bob.first_name = f"Robert {len(staged)}"
            bob.save()
        connection.close()

    at_once(real, tmp_path, work)
    assert staged == ([False] if connection.vendor == "postgresql" else [True, True, True, False])
    with inside(real.acme):
        assert Person.objects.filter(device_user_id="S1").count() == 1
    assert chain_is_whole(real)


def test_trouble_leaves_nothing(real: Cast, tmp_path: Path) -> None:
    def work() -> None:
        make(real, "S1", "S1")  # nobody twice

    with pytest.raises(Exception, match=r"(?i)unique"):
        at_once(real, tmp_path, work)
    with everywhere():
        assert not Change.objects.filter(why="in bulk").exists()
        assert not Person.objects.filter(device_user_id="S1").exists()
    assert not (tmp_path / "stage").exists()
    at_once(real, tmp_path, lambda: make(real, "S1"))
    assert chain_is_whole(real)


@SQLITE
def test_others_write_while_it_is_prepared(real: Cast, tmp_path: Path) -> None:
    def work() -> None:
        make(real, "S1")
        with sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=0) as other:
            other.execute("UPDATE directory_account SET language = 'fr'")
        other.close()

    at_once(real, tmp_path, work)
    with everywhere():
        assert Person.objects.filter(device_user_id="S1").exists()


@SQLITE
def test_a_stage_is_of_one_organization(real: Cast, tmp_path: Path) -> None:
    def work() -> None:
        insert_rows([Person(organization=real.other, device_user_id="S1")], SIGNED)

    with pytest.raises(ValueError, match="one organization"):
        at_once(real, tmp_path, work)
