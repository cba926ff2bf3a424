"""Journals of others: followed closely, lost and replaced, damaged, restored; and each fact taken once."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.dispatcher.cast import plan, subscription, until, world

from callpoint.dispatcher.following import Follower
from callpoint.dispatcher.own_journal import Work, now_text
from callpoint.dispatcher.source import FRESH_SECONDS, Place, Source
from callpoint.snapshot.facts import BATCH, TABLES, Fact
from callpoint.snapshot.journal import Journal

NOW = 1_800_000_000.0


def write(path: Path, *texts: str, at: float = NOW) -> None:
    with Journal(path) as journal:
        for text in texts:
            journal.append("c", "acme", text, {}, now_text(at))


def kinds(facts: tuple[Fact, ...]) -> list[str]:
    return [fact.kind for fact in facts]


def follow(source: Source, place: Place | None = None) -> tuple[list[str], Place | None]:
    found = source.look(place, NOW).facts
    return kinds(found), Place(found[-1].seq, found[-1].at) if found else place


def test_what_is_new_is_found_once(tmp_path: Path) -> None:
    source = Source(tmp_path / "journal.db")
    assert follow(source)[0] == []
    write(tmp_path / "journal.db", "a", "b")
    found, place = follow(source)
    assert found == ["a", "b"]
    assert follow(source, place)[0] == []
    write(tmp_path / "journal.db", "c")
    assert follow(source, place)[0] == ["c"]
    source.close()


def test_a_long_journal_comes_in_batches(tmp_path: Path) -> None:
    source = Source(tmp_path / "journal.db")
    write(tmp_path / "journal.db", *(str(number) for number in range(BATCH * 2 + 1)))
    found, place = follow(source)
    rest = source.look(place, NOW)
    assert (len(found), len(rest.facts), rest.more) == (BATCH, BATCH, True)
    last = rest.facts[-1]
    assert kinds(source.look(Place(last.seq, last.at), NOW).facts) == [str(BATCH * 2)]


def test_of_an_unknown_journal_only_what_is_fresh_counts(tmp_path: Path) -> None:
    write(tmp_path / "journal.db", "old", at=NOW - FRESH_SECONDS - 1)
    source = Source(tmp_path / "journal.db")
    assert follow(source)[0] == []
    write(tmp_path / "journal.db", "new")
    assert follow(source)[0] == ["new"]


@pytest.mark.parametrize("above", [0, 5_000_000])
def test_a_journal_begun_anew_is_read_from_its_beginning(tmp_path: Path, above: int) -> None:
    path = tmp_path / "journal.db"
    write(path, "a", "b", "c", at=NOW - 100)
    source = Source(path)
    _, place = follow(source)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    assert follow(source, place)[0] == []
    with closing(sqlite3.connect(path)) as db:
        db.executescript(TABLES)
        db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('fact', ?)", (above,))
        db.commit()
    write(path, "x", "y")
    found, place = follow(source, place)
    assert found == ["x", "y"]
    assert follow(source, place)[0] == []


def test_a_restored_copy_is_read_as_far_as_it_is_fresh(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    write(path, "a", at=NOW - 2 * FRESH_SECONDS)
    shutil.copyfile(path, tmp_path / "copy.db")
    write(path, "b", "c", at=NOW - 60)
    source = Source(path)
    _, place = follow(source)
    os.replace(tmp_path / "copy.db", path)
    write(path, "d")
    found, place = follow(source, place)
    assert found == ["d"]
    assert follow(source, place)[0] == []


def test_a_damaged_journal_is_told_once_and_read_when_it_is_well(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"no database" * 1000)
    follower = Follower("node", path)
    for _ in range(3):
        assert follower.look(NOW).facts == ()
    assert follower.trouble.startswith("node: ")
    assert len(caplog.records) == 1
    path.unlink()
    write(path, "a")
    assert kinds(follower.look(NOW).facts) == ["a"]
    assert follower.trouble == ""


def test_a_file_without_tables_is_only_empty(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "journal.db")) as db:
        db.execute("CREATE TABLE other (x)")
    assert follow(Source(tmp_path / "journal.db"))[0] == []


def test_nothing_is_late_once_we_are_up_to_date(tmp_path: Path) -> None:
    write(tmp_path / "journal.db", "a")
    follower = Follower("node", tmp_path / "journal.db")
    found = follower.look(NOW)
    assert follower.is_late(found.facts[0], NOW + 7200)
    assert not follower.is_late(found.facts[0], NOW + 60)
    assert not follower.is_late(Fact(1, "nonsense", "", "", "", {}), NOW)
    follower.advance(Work(), found)
    follower.look(NOW)
    assert not follower.is_late(found.facts[0], NOW + 7200)


async def test_a_journal_replaced_while_we_run_loses_no_call_and_doubles_none(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.call("c1")
        await stage.turn()
        damaged = tmp_path / "node.db"
        assert stage.node.close()
        for suffix in ("", "-wal", "-shm"):
            damaged.with_name(damaged.name + suffix).unlink(missing_ok=True)
        stage.node = Journal(damaged)
        stage.clock.step(1)
        stage.call("c2")
        stage.call("c1")
        await stage.turn()
        await stage.turn()
        assert [fact.data["alert"] for fact in stage.facts("alert")] == ["c1", "c2"]
        assert stage.senders["email"].keys == ["c1/10/0/1", "c2/10/0/1"]
        stage.node.close()


async def test_with_its_own_journal_locked_people_are_told_all_the_same(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        await stage.turn()
        with closing(sqlite3.connect(tmp_path / "own.db", isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            stage.call("c1")
            await stage.turn()
            assert stage.senders["email"].keys == ["c1/10/0/1"]
            assert stage.engine.trouble
            db.execute("ROLLBACK")
        await until(lambda: not stage.engine.trouble)
        assert stage.states("Kim") == ["queued", "sent"]
