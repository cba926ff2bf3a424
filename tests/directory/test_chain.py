"""The hash chain of changes, on SQLite and PostgreSQL: what an attacker with the database in hand can do unseen."""

import json
import string
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.directory import cast
from tests.directory.areas import EASTERN, WESTERN, Squares
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.audit import note
from callpoint.directory.bulk import insert_rows, update_rows
from callpoint.directory.chain_check import MEANINGS, START, Break, Place, Walked, chains, differs, walk
from callpoint.directory.mapping.writing import write
from callpoint.directory.models import ChainHead, Change, Person, acting
from callpoint.directory.models.base import Signature
from callpoint.directory.models.chain import digest, seal, text_of
from callpoint.directory.tenancy import everywhere

Attack = Callable[[int], Break]


def entries(chain: int) -> Any:
    return Change._base_manager.filter(chain=chain)


def whole(chain: int) -> Walked:
    walked = walk(chain)
    assert walked.broken is None, walked.broken
    assert walked.done
    return walked


def test_what_the_program_writes_holds(real: Cast) -> None:
    with acting("test", "changing"):
        real.bob.first_name = "Robert"
        real.bob.save()
        note(real.acme, "organization", real.acme.pk, entered="as provider administrator")
        note(None, "provider", 1, signed_in=True)
        real.bob.delete()
    assert chains() == [0, real.acme.pk, real.other.pk]
    for chain in chains():
        walked = whole(chain)
        assert walked.place.number == entries(chain).count() > 0
        assert walked.place == Place(**ChainHead.objects.filter(pk=chain).values("number", "digest").get())


def test_bulk_writing_chains_as_single_saves_do(real: Cast) -> None:
    before = whole(real.acme.pk).place.number
    people = [Person(organization=real.acme, device_user_id=f"B{number}") for number in range(1500)]
    with transaction.atomic():
        insert_rows(people, Signature("test", "hired"))
        kept = [person.values() for person in people]
        for person in people:
            person.last_name = "Ünlü"
        update_rows(list(zip(people, kept, strict=True)), Signature("test", "named"))
    assert whole(real.acme.pk).place.number == before + 3000


def alter(chain: int) -> Break:
    entries(chain).filter(number=2).update(who="somebody else")
    return Break(2, "altered")


def alter_a_value(chain: int) -> Break:
    row = entries(chain).filter(action="created").order_by("number").last()
    row.after["name"] = "Another"
    entries(chain).filter(number=row.number).update(after=row.after)
    return Break(row.number, "altered")


def alter_and_seal_again(chain: int) -> Break:
    row = entries(chain).filter(number=2).values().get() | {"why": "for another reason"}
    entries(chain).filter(number=2).update(why=row["why"], digest=digest(row))
    return Break(3, "replaced")


def remove(chain: int) -> Break:
    entries(chain).filter(number=2).delete()
    return Break(2, "missing")


def remove_the_first(chain: int) -> Break:
    entries(chain).filter(number=1).delete()
    return Break(1, "missing")


def remove_and_number_anew(chain: int) -> Break:
    entries(chain).filter(number=2).delete()
    for row in entries(chain).filter(number__gt=2).order_by("number"):
        entries(chain).filter(pk=row.pk).update(number=row.number - 1)
    return Break(2, "altered")


def cut(chain: int) -> Break:
    last = entries(chain).order_by("number").last()
    last.delete()
    return Break(last.number, "cut")


def slip_in_at_the_end(chain: int) -> Break:
    last = entries(chain).order_by("number").values().last()
    row = last | {"id": None, "number": last["number"] + 1, "previous": last["digest"], "who": "nobody"}
    Change._base_manager.create(**row | {"digest": digest(row)})
    return Break(row["number"], "added")


def slip_in_before(chain: int) -> Break:
    row = entries(chain).filter(number=1).values().get() | {"id": None, "number": 0, "previous": START}
    Change._base_manager.create(**row | {"digest": digest(row)})
    return Break(0, "slipped_in")


def swap(chain: int) -> Break:
    second, third = entries(chain).filter(number__in=(2, 3)).order_by("number")
    for pk, number in ((second.pk, -1), (third.pk, 2), (second.pk, 3)):
        entries(chain).filter(pk=pk).update(number=number)
    return Break(2, "altered")


def move_away(chain: int) -> Break:
    entries(chain).filter(number=3).update(organization=None)
    return Break(3, "moved")


def change_the_head(chain: int) -> Break:
    ChainHead.objects.filter(pk=chain).update(digest="f" * 64)
    return Break(entries(chain).count(), "head")


def remove_the_head(chain: int) -> Break:
    ChainHead.objects.filter(pk=chain).delete()
    return Break(entries(chain).count(), "no_head")


def remove_all(chain: int) -> Break:
    entries(chain).delete()
    ChainHead.objects.filter(pk=chain).delete()
    return Break(0, "empty")


ATTACKS = [
    alter,
    alter_a_value,
    alter_and_seal_again,
    remove,
    remove_the_first,
    remove_and_number_anew,
    cut,
    slip_in_at_the_end,
    slip_in_before,
    swap,
    move_away,
    change_the_head,
    remove_the_head,
    remove_all,
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_an_attack_shows_where_it_was_made(attack: Attack, people: Cast) -> None:
    expected = attack(people.acme.pk)
    broken = walk(people.acme.pk).broken
    assert broken == expected
    assert str(expected.number) in broken.meaning or expected.code == "empty"
    assert walk(people.other.pk).broken is None


def test_every_meaning_has_been_provoked() -> None:
    provoked = {"differs", "shortened"}  # the two below
    codes = ["altered", "replaced", "missing", "cut", "added", "slipped_in", "moved", "head", "no_head", "empty"]
    assert provoked | set(codes) == MEANINGS.keys()


def forge(chain: int, last: int) -> None:
    """What somebody does who knows the program: the end removed, or all written anew, and the head with it."""
    entries(chain).filter(number__gt=last).delete()
    previous = START
    for row in entries(chain).order_by("number").values():
        row |= {"previous": previous, "who": "forger"}
        previous = digest(row)
        entries(chain).filter(pk=row["id"]).update(who="forger", previous=row["previous"], digest=previous)
    ChainHead.objects.filter(pk=chain).update(number=last, digest=previous)


def test_a_head_kept_elsewhere_shows_a_cut_and_a_rewritten_chain(people: Cast) -> None:
    earlier = whole(people.acme.pk).place
    with acting("test", "later"):
        people.bob.first_name = "Robert"
        people.bob.save()
    later = whole(people.acme.pk)
    assert differs(later, earlier) is None
    assert differs(later, Place()) is None
    forge(people.acme.pk, earlier.number)
    forged = whole(people.acme.pk)
    assert differs(forged, earlier) == Break(earlier.number, "differs")
    assert differs(forged, later.place) == Break(later.place.number, "shortened")


def test_what_breaks_the_chain_counts_before_an_earlier_head(people: Cast) -> None:
    earlier = whole(people.acme.pk).place
    expected = alter(people.acme.pk)
    assert differs(walk(people.acme.pk), earlier) == expected


def test_a_head_that_was_altered_breaks_what_is_written_next(people: Cast) -> None:
    last = entries(people.acme.pk).count()
    ChainHead.objects.filter(pk=people.acme.pk).update(digest="0" * 64)
    with acting("test", "later"):
        people.bob.first_name = "Robert"
        people.bob.save()
    assert walk(people.acme.pk).broken == Break(last + 1, "replaced")


def test_a_walk_goes_on_where_it_stopped(people: Cast) -> None:
    count = entries(people.acme.pk).count()
    place, steps = Place(), 0
    while not (walked := walk(people.acme.pk, place, limit=2)).done:
        assert walked.place.number == place.number + 2
        place, steps = walked.place, steps + 1
    assert walked == whole(people.acme.pk)
    assert steps == (count - 1) // 2


def test_a_walk_takes_along_what_is_appended_meanwhile(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    before = whole(people.acme.pk).place.number
    plain = ChainHead.objects.filter

    def append_first(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.undo()
        with acting("test", "meanwhile"):
            note(people.acme, "organization", people.acme.pk, entered="meanwhile")
        return plain(*args, **kwargs)

    monkeypatch.setattr(ChainHead.objects, "filter", append_first)
    assert whole(people.acme.pk).place.number == before + 1


# What JSON can hold and both databases keep; a NUL is refused by PostgreSQL, a lone surrogate by both.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.datetimes(timezones=st.just(UTC))
    | st.dates()
    | st.decimals(allow_nan=False, allow_infinity=False, places=4)
    | st.uuids()
)
KEYS = st.text(string.ascii_letters + "é ", max_size=6) | st.integers(-99, 99)
VALUES = st.dictionaries(
    KEYS,
    st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)),
    max_size=4,
)
MOMENTS = st.datetimes(
    datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3.5))])
)


@pytest.mark.usefixtures("database")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.none() | VALUES, after=st.none() | VALUES, at=MOMENTS, who=TEXTS)
def test_whatever_is_kept_comes_back_with_its_digest(before: Any, after: Any, at: datetime, who: str) -> None:
    row: dict[str, Any] = {"organization_id": None, "at": at, "who": who, "why": "", "origin": "", "model": "x"}
    row |= {"import_run_id": None, "object_id": 1, "action": "noted", "before": before, "after": after}
    with transaction.atomic(), everywhere():
        seal([row])
        key = Change.objects.create(**row).pk
        kept = Change.objects.filter(pk=key).values().get()
    assert text_of(kept) == text_of(row)
    assert digest(kept) == kept["digest"] == row["digest"]


@pytest.mark.parametrize("value", [-0.0, 1e16, 1.5e22, -1e23, 1e-7, 5e-324, 1.7976931348623157e308, 2**70, 0.1, 1.0])
def test_numbers_both_databases_write_in_their_own_way(value: float, real: Cast) -> None:
    with acting("test", "numbers"):
        note(real.acme, "organization", real.acme.pk, value=value, price=Decimal("100.00"), inner={2: value, 10: "b"})
    whole(real.acme.pk)


def test_the_text_is_plain_json() -> None:
    row: dict[str, Any] = dict.fromkeys(("chain", "number", "object_id"), 1)
    row |= dict.fromkeys(("previous", "who", "why", "origin", "model", "action"), "é")
    row |= {"at": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=1))), "import_run_id": None}
    row |= {"before": None, "after": {"b": 1.5, "a": [True]}}
    text = text_of(row)
    assert text.startswith('{"action":"é","after":{"a":[true],"b":1.5},"at":"2026-01-02T02:04:05.000006+00:00"')
    assert json.loads(text)["previous"] == "é"


def at_once(count: int, write: Callable[[int], None]) -> None:
    """Call `write` in so many threads at the same moment, each with its own connection; what it raises is raised."""
    start = Barrier(count)

    def run(number: int) -> None:
        start.wait(20)
        try:
            write(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as threads:
        for done in [threads.submit(run, number) for number in range(count)]:
            done.result(120)


def test_writers_of_one_organization_make_no_gap_and_no_fork(database: str) -> None:
    people = cast.build()
    before = whole(people.acme.pk).place.number

    def in_bulk(who: str) -> None:
        with transaction.atomic():
            insert_rows([Person(organization=people.acme, device_user_id=f"{who} bulk")], Signature(who, "in bulk"))

    def write(number: int) -> None:
        for turn in range(5):
            who = f"writer {number} {turn}"
            with acting(who, "hurry"):
                in_bulk(who)
                provision.create_person(people.acme, who)
                note(people.acme, "organization", people.acme.pk, turn=turn)

    at_once(3, write)
    assert whole(people.acme.pk).place.number == before + 45
    times = list(entries(people.acme.pk).order_by("number").values_list("at", flat=True))
    assert times == sorted(times)


def test_two_writers_of_a_new_chain(database: str) -> None:
    def write(number: int) -> None:
        with acting("test", "first"):
            note(None, "provider", 1, writer=number)

    at_once(2, write)
    assert whole(0).place.number == 2


def test_changes_from_before_there_was_a_chain_are_sealed(database: str) -> None:
    """Migration 0003, with entries in it, there and back."""
    people = cast.build()
    with acting("test", "values"):
        note(people.acme, "organization", people.acme.pk, point=[-0.0, 1e22], at=datetime(2026, 1, 1, tzinfo=UTC))
    count = entries(people.acme.pk).count()
    call_command("migrate", "directory", "0002", interactive=False, verbosity=0)
    assert "chain" not in {
        column.name
        for column in connection.introspection.get_table_description(connection.cursor(), "directory_change")
    }
    call_command("migrate", interactive=False, verbosity=0)
    executor = MigrationExecutor(connection)
    assert not executor.migration_plan(executor.loader.graph.leaf_nodes())
    assert whole(people.acme.pk).place.number == count
    assert [whole(chain).chain for chain in chains()] == [0, people.acme.pk, people.other.pk]


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def test_the_worker_and_a_page_never_wait_for_each_other_in_a_circle(database: str) -> None:
    """A page holds the chain and goes on to an address that the worker is about to map."""
    people = cast.build()
    address = people.building.address
    with acting("test", "found"):
        address.latitude, address.longitude = WESTERN
        address.save()

    def map_it() -> int:
        try:
            return write([address.pk], Squares().sources(), "boundaries were exchanged").changed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic(), acting("admin@acme.example", "in the portal"):
            people.building.name = "Annex"
            people.building.save()
            worker = threads.submit(map_it)
            for _ in range(200 if database == "postgresql" else 0):
                if somebody_waits_for_a_lock():
                    break
                sleep(0.05)
            address.latitude, address.longitude = EASTERN
            address.save()
        assert worker.result(60) == 1
    address.refresh_from_db()
    assert address.psap_source == "boundary"
    whole(people.acme.pk)
