"""The bench of notices: its own sums, and that the whole of it runs."""

from typing import Any

import pytest

from callpoint.ops.bench import notices
from callpoint.ops.bench.notices import balance, plan
from callpoint.routing.records import from_json, to_json


def counts(mails: int, texts: int, posts: int, *, again: int = 0) -> dict[str, Any]:
    names = {"mails": mails, "texts": texts, "posts": posts}
    return {name: {"distinct": seen, "all": seen + again} for name, seen in names.items()}


def test_what_is_lost_and_what_came_twice() -> None:
    nothing = counts(0, 0, 0)
    assert balance(nothing, counts(40, 30, 30), 10) == (0, 0)
    assert balance(nothing, counts(39, 30, 28), 10) == (3, 0)
    assert balance(nothing, counts(40, 30, 30, again=2), 10) == (0, 6)
    assert balance(counts(4, 3, 3), counts(44, 33, 33), 10) == (0, 0)


def test_texts_that_are_the_same_to_the_letter_are_not_lost() -> None:
    after = counts(40, 1, 30)
    after["texts"]["all"] = 30
    assert balance(counts(0, 0, 0), after, 10) == (0, 0)


def test_ten_are_told_of_every_call_and_every_screen() -> None:
    made = plan(["a", "b"], 8080)
    assert len(made.recipients) == 11
    assert len(made.screens) == 2
    assert from_json(type(made), to_json(made)) == made


@pytest.mark.stack
@pytest.mark.peers
def test_the_whole_of_it_runs() -> None:
    report = notices.run(quick=True)
    assert report.figures["screens_told_percent"] == 100
    assert (report.figures["lost"], report.figures["killed_lost"]) == (0, 0)
    assert {aim.figure for aim in report.aims} <= set(report.figures)
