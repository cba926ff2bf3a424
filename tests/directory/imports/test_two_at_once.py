"""Imports beside each other: two people at once, two threads at once, and any order of what people may do."""

import io
import threading
from collections.abc import Callable
from random import Random

import pytest
from django.db import connection
from tests.directory.cast import Cast
from tests.directory.imports.bringing import (
    HEADER,
    TWO,
    USERS,
    again,
    compared,
    confirmed,
    no_judge,
    uploaded,
    worked,
)

from callpoint.directory.imports import import_users
from callpoint.directory.imports import run as imports
from callpoint.directory.imports.states import ENDED, MOVES, UNDER_WAY, WORK, ImportRefused, State, move
from callpoint.directory.imports.work import next_run, work_on
from callpoint.directory.models import Change, ImportRun, Person
from callpoint.directory.models.chain import START, chain_of, digest
from callpoint.directory.tenancy import everywhere, inside


def both(*works: Callable[[], object]) -> list[object]:
    """All at the same moment, each in a thread; what each gave or raised."""
    ready = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def do(place: int) -> None:
        ready.wait()
        try:
            results[place] = works[place]()
        except ImportRefused as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[place]) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_that_begin_at_once_one_is_told_of_the_other(real: Cast) -> None:
    runs = [uploaded(real.acme, USERS, HEADER + TWO, by=f"{name}@acme.example") for name in ("ann", "bob")]
    results = both(*(lambda run=run: confirmed(run) for run in runs))
    refused = [one for one in results if isinstance(one, ImportRefused)]
    assert len(refused) == 1
    winner = next(one for one in results if isinstance(one, ImportRun))
    assert f"by {winner.by} (file.csv) is under way" in str(refused[0])
    assert sorted(again(run).state for run in runs) == ["comparing", "uploaded"]


def test_accepted_and_cancelled_at_once_only_one_holds(real: Cast) -> None:
    run = compared(real.acme, USERS, HEADER + TWO)

    def accept() -> None:
        with inside(real.acme):
            imports.accept(again(run))

    def cancel() -> None:
        with inside(real.acme):
            imports.cancel(again(run))

    results = both(accept, cancel)
    assert sum(isinstance(one, ImportRefused) for one in results) == 1
    assert again(run).state in ("applying", "cancelled")


def test_two_files_written_by_two_threads(real: Cast) -> None:
    """As two commands at once: both files are in, whole, and the history is one chain."""
    files = [(HEADER + "".join(f"{name}{n},First,,,\n" for n in range(300))).encode() for name in ("X", "Y")]
    results = both(*(lambda data=data: import_users(real.acme, io.BytesIO(data), False, "me") for data in files))
    assert [(one.new, one.written) for one in results if not isinstance(one, Exception) and one is not None] == [
        (300, True)
    ] * 2  # type: ignore[attr-defined]
    with everywhere():
        assert Person.objects.filter(organization=real.acme).count() == 602
        entries = list(Change.objects.filter(chain=chain_of(real.acme.pk)).order_by("number").values())
    previous = START
    for entry in entries:
        assert (entry["previous"], digest(entry)) == (previous, entry["digest"])
        previous = entry["digest"]


def test_the_same_file_by_two_threads_makes_everybody_once(real: Cast) -> None:
    data = (HEADER + "".join(f"X{n},First,,,\n" for n in range(300))).encode()
    results = both(*(lambda: import_users(real.acme, io.BytesIO(data), False, "me") for _ in range(2)))
    assert sorted(one.new for one in results if one is not None) == [0, 300]  # type: ignore[attr-defined]


def test_the_table_of_states() -> None:
    assert set(MOVES) == set(ImportRun.State.values)
    assert set(ENDED) == {State.UNDONE, State.FAILED, State.CANCELLED}
    assert set(WORK) < set(UNDER_WAY)
    assert all(MOVES[state] for state in UNDER_WAY)
    reachable, fresh = {State.UPLOADED.value}, [State.UPLOADED.value]
    while fresh:
        fresh = [to for to in MOVES[fresh.pop()] if to not in reachable] + fresh
        reachable.update(fresh)
    assert reachable == set(ImportRun.State.values)


def test_a_move_needs_the_state_it_comes_from(people: Cast) -> None:
    run = uploaded(people.acme, USERS, HEADER + TWO)
    stale = again(run)
    with inside(people.acme):
        move(run, State.COMPARING)
        with pytest.raises(ImportRefused, match="somebody was quicker: the import is comparing"):
            move(stale, State.CANCELLED)
        assert stale.state == "uploaded"
        with pytest.raises(ImportRefused, match="cannot become applied"):
            move(run, State.APPLIED)


def _inside(request: Callable[[ImportRun], None]) -> Callable[[ImportRun], None]:
    def ask(run: ImportRun) -> None:
        with inside(run.organization):
            request(run)

    return ask


def _work(_: ImportRun) -> None:
    found = next_run()
    if found is not None:
        work_on(found, no_judge)


REQUESTS: dict[str, Callable[[ImportRun], object]] = {
    "confirm": confirmed,
    "accept": _inside(imports.accept),
    "deactivate": _inside(lambda run: imports.accept(run, missing=imports.DEACTIVATE)),
    "cancel": _inside(imports.cancel),
    "undo": _inside(imports.undo),
    "work": _work,
}
LIKELY = [*REQUESTS, "confirm", "accept", "work", "work", "work"]


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_requests_keeps_to_the_table_and_one_at_a_time(people: Cast, seed: int) -> None:
    """Three runs, and people and the worker doing whatever comes to mind: each request is done or refused, the table
    holds, and never are two of a kind under way."""
    random = Random(seed)
    runs = [uploaded(people.acme, USERS, HEADER + TWO.replace("Ann", f"Ann{n}")) for n in range(3)]
    seen = {run.pk: ["uploaded"] for run in runs}
    refused = 0
    for _ in range(60):
        try:
            REQUESTS[random.choice(LIKELY)](again(random.choice(runs)))
        except ImportRefused:
            refused += 1
        for run in runs:
            state = again(run).state
            if state != seen[run.pk][-1]:
                assert state in MOVES[seen[run.pk][-1]]
                seen[run.pk].append(state)
        with everywhere():
            assert ImportRun.objects.filter(state__in=UNDER_WAY).count() <= 1
    assert refused
    assert any(len(states) > 2 for states in seen.values())


def test_the_worker_takes_the_one_that_waits_longest(people: Cast) -> None:
    first = confirmed(uploaded(people.acme, USERS, HEADER + TWO))
    second = confirmed(uploaded(people.other, USERS, HEADER + TWO))
    worked(first)
    worked(second)
    assert next_run() is None
