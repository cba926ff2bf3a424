"""The dispatcher's journal: all of a work or nothing, numbers without gaps, and a disk that refuses."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.dispatcher.cast import until

from callpoint.dispatcher.own_journal import NotWrittenError, OwnJournal, Work, now_text
from callpoint.snapshot.facts import Fact, facts_after, last_seq


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[OwnJournal]:
    made = OwnJournal(tmp_path / "dispatcher" / "journal.db", first_pause=0.01)
    made.start()
    yield made
    await made.close()


def work(text: str, *statements: tuple[str, object]) -> Work:
    made = Work()
    made.fact("chat", "acme", "c1", {"text": text})
    for statement, parameter in statements:
        made.run(statement, parameter)
    return made


REACH = "INSERT INTO source VALUES (?, 1, '')"


async def test_what_is_committed_is_there_with_its_number(journal: OwnJournal) -> None:
    [first] = await journal.commit(work("a"))
    [second] = await journal.commit(work("b\ud800\0"))
    assert (second.seq, second.data) == (first.seq + 1, {"text": "b\ud800\0"})
    assert facts_after(journal.path, 0) == [first, second]
    assert journal.newest == second.seq == last_seq(journal.path)
    assert journal.read("PRAGMA journal_mode") == [("wal",)]


async def test_many_at_once_keep_their_order(journal: OwnJournal) -> None:
    told: list[Fact] = []
    journal.on_committed(told.extend)
    found = await asyncio.gather(*(journal.commit(work(str(number))) for number in range(1200)))
    assert [fact.data["text"] for [fact] in found] == [str(number) for number in range(1200)]
    assert [fact.seq for [fact] in found] == list(range(1, 1201))
    assert told == [fact for [fact] in found]


async def test_facts_and_rows_stand_or_fall_together(journal: OwnJournal) -> None:
    await journal.commit(work("a", (REACH, "node")))
    good, bad, other = (
        journal.commit(work("b")),
        journal.commit(work("bad", (REACH, "new"), (REACH, "node"))),
        journal.commit(work("c")),
    )
    results = await asyncio.gather(good, bad, other, return_exceptions=True)
    assert isinstance(results[1], NotWrittenError)
    assert [fact.data["text"] for fact in facts_after(journal.path, 0)] == ["a", "b", "c"]
    assert journal.read("SELECT name FROM source") == [("node",)]
    assert journal.trouble == ""


async def test_a_disk_that_refuses_holds_nobody_up_and_gets_it_later(tmp_path: Path) -> None:
    folder = tmp_path / "dispatcher"
    folder.write_text("in the way")
    journal = OwnJournal(folder / "journal.db", first_pause=0.01)
    refused: list[Fact] = []
    journal.on_refused(refused.extend)
    journal.start()
    assert journal.read("SELECT 1") == []
    with pytest.raises(NotWrittenError):
        await journal.commit(work("a"))
    assert [(fact.seq, fact.data["text"]) for fact in refused] == [(0, "a")]
    assert journal.trouble
    folder.unlink()
    await until(lambda: last_seq(journal.path) == 1)
    [second] = await journal.commit(work("b"))
    assert second.seq == 2
    assert journal.trouble == ""
    await journal.close()


async def test_a_damaged_file_is_kept_aside_and_numbers_go_on_far_above(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"this is no database at all" * 1000)
    journal = OwnJournal(path, first_pause=0.01)
    journal.start()
    with pytest.raises(NotWrittenError):
        await journal.commit(work("a"))
    await until(lambda: last_seq(path) > 10**12)
    assert [fact.data["text"] for fact in facts_after(path, 0)] == ["a"]
    assert any(".damaged-" in name for name in os.listdir(tmp_path))
    await journal.close()


async def test_the_end_writes_what_is_left(tmp_path: Path) -> None:
    journal = OwnJournal(tmp_path / "journal.db")
    journal.start()
    waiting = [asyncio.ensure_future(journal.commit(work(str(number)))) for number in range(10)]
    await asyncio.sleep(0)
    await journal.close()
    assert len(facts_after(journal.path, 0)) == 10
    await asyncio.gather(*waiting)


async def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    for number in (1, 2):
        journal = OwnJournal(tmp_path / "journal.db")
        journal.start()
        assert journal.newest == number - 1
        [fact] = await journal.commit(work("a"))
        assert fact.seq == number
        await journal.close()


async def test_reading_says_when_it_cannot(journal: OwnJournal) -> None:
    await journal.commit(work("a"))
    assert journal.read("SELECT x FROM nowhere") == []
    with pytest.raises(sqlite3.OperationalError):
        journal.read("SELECT nonsense FROM fact")


def test_moments_are_written_as_facts_have_them() -> None:
    assert now_text(0.5) == "1970-01-01T00:00:00.500Z"
    assert now_text().endswith("Z")


def test_an_empty_work_is_nothing() -> None:
    empty = Work()
    assert not empty
    empty.add(work("a", (REACH, "node")))
    assert (len(empty.facts), len(empty.statements)) == (1, 1)
    assert empty
