"""What forms of alerts are made of: rows that grow, choosing of many, and posts that only ask."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from tests.directory.cast import MONTPELIER, Cast

from callpoint.directory import provision
from callpoint.directory.models import Building, acting
from callpoint.directory.tenancy import inside
from callpoint.dispatcher import requests
from callpoint.notices.editing.duty_times import DAYS, as_typed, duty_times
from callpoint.notices.requests import REQUESTS
from callpoint.snapshot.facts import facts_after
from callpoint.web import dispatcher_requests
from callpoint.web.portal.alerts import asking
from callpoint.web.portal.alerts.chooser import MOST_FOUND, Kind, chooser, sent_keys
from callpoint.web.portal.alerts.rows import (
    MOST_ROWS,
    DutyRow,
    StepRow,
    sent_duty,
    sent_steps,
    stored_duty,
    stored_steps,
    typed_duty,
    typed_steps,
)

HOURS = st.times().map(lambda one: one.strftime("%H:%M"))
KEPT_DUTY = st.lists(
    st.fixed_dictionaries({"days": st.sets(st.integers(0, 6), min_size=1).map(sorted), "begins": HOURS, "ends": HOURS}),
    max_size=5,
)
KEPT_STEPS = st.lists(
    st.fixed_dictionaries({"after_seconds": st.integers(0, 86_400), "group": st.integers(1, 2**40)}),
    min_size=1,
    max_size=5,
)
BUILDINGS = Kind("buildings", "Buildings", "", ("name",))


def sent(fields: dict[str, object]) -> QueryDict:
    return QueryDict(urlencode(fields, doseq=True))


def posted_steps(rows: list[StepRow]) -> dict[str, object]:
    return {"step-seconds": [row.seconds for row in rows], "step-group": [row.group for row in rows]}


def posted_duty(rows: list[DutyRow]) -> dict[str, object]:
    found: dict[str, object] = {"duty-rows": len(rows)}
    for index, row in enumerate(rows):
        found |= {
            f"duty-{index}-day": sorted(row.days),
            f"duty-{index}-begins": row.begins,
            f"duty-{index}-ends": row.ends,
        }
    return found


@given(KEPT_STEPS)
def test_steps_come_back_as_they_were_shown(steps: list[dict[str, int]]) -> None:
    rows = stored_steps(steps)
    assert sent_steps(sent(posted_steps(rows))) == rows
    assert typed_steps(rows) == "\n".join(f"{one['after_seconds']} {one['group']}" for one in steps)


@given(KEPT_DUTY)
def test_duty_times_come_back_as_they_were_shown(duty: list[dict[str, object]]) -> None:
    rows = stored_duty(duty)
    assert sent_duty(sent(posted_duty(rows))) == rows
    assert typed_duty(rows) == as_typed(duty)
    assert duty_times(typed_duty(rows)) == duty


def test_a_new_subscription_begins_with_the_step_everybody_needs() -> None:
    assert stored_steps([]) == [StepRow("0", "")]
    assert typed_steps(stored_steps([])) == "", "nobody chose a group, and that is said"


def test_rows_are_added_and_taken_out() -> None:
    rows = [StepRow("0", "1"), StepRow("60", "2")]
    added = sent_steps(sent(posted_steps(rows) | {"add": "steps"}))
    assert added == [*rows, StepRow("", "", fresh=True)]
    assert sent_steps(sent(posted_steps(rows) | {"drop": "steps:0"})) == rows[1:]
    assert sent_steps(sent(posted_steps(rows) | {"add": "duty", "drop": "duty:0"})) == rows
    assert sent_steps(sent({"add": "steps"})) == [StepRow("0", "", fresh=True)]
    (fresh,) = sent_duty(sent({"add": "duty"}))
    assert (fresh.days, fresh.begins, fresh.ends, fresh.fresh) == (frozenset(DAYS[:5]), "08:00", "17:00", True)


def test_a_flood_of_rows_is_cut() -> None:
    many = [StepRow(str(number), "1") for number in range(MOST_ROWS + 40)]
    assert len(sent_steps(sent(posted_steps(many)))) == MOST_ROWS
    assert len(sent_duty(sent({"duty-rows": "9999"}))) == MOST_ROWS


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=4))
def test_whatever_is_typed_stays_one_line_a_step(pairs: list[tuple[str, str]]) -> None:
    rows = [StepRow(seconds.strip(), group.strip()) for seconds, group in pairs]
    lines = typed_steps(rows).split("\n") if typed_steps(rows) else []
    assert len(lines) <= len(rows)
    assert all(len(line.split(" ")) == 2 for line in lines)


@pytest.mark.parametrize("name", ["add", "drop", "find", "preview"])
def test_some_posts_only_ask(name: str) -> None:
    assert not asking.saves(sent({"name": "A", name: "steps"}))
    assert asking.saves(sent({"name": "A"}))


@pytest.fixture
def towers(people: Cast) -> Iterator[None]:
    with inside(people.acme), acting("test", "building"):
        for number in range(MOST_FOUND + 5):
            provision.create_building(people.acme, f"Tower {number:02}", MONTPELIER)
        yield


def test_few_are_all_there_to_choose_from(people: Cast) -> None:
    with inside(people.acme):
        shown = chooser(BUILDINGS, Building.objects.order_by("name"), [], None, {})
    assert ([words for _key, words in shown.found], shown.searchable, shown.more) == (["State House"], False, False)


@pytest.mark.usefixtures("towers")
def test_of_many_the_first_and_what_is_searched_for(people: Cast) -> None:
    rows = Building.objects.order_by("name")
    shown = chooser(BUILDINGS, rows, [people.building.pk], None, {"buildings": ["wrong"]})
    assert ([words for _key, words in shown.chosen], len(shown.found)) == (["State House"], MOST_FOUND)
    assert (shown.searchable, shown.more, shown.errors) == (True, True, ("wrong",))
    asked = sent({"buildings": [people.building.pk, "x", "9" * 30, people.building.pk], "buildings-q": " tower 1 "})
    shown = chooser(BUILDINGS, rows, [], asked, {})
    assert ([words for _key, words in shown.chosen], shown.q) == (["State House"], "tower 1")
    assert [words for _key, words in shown.found] == [f"Tower {number}" for number in range(10, 20)]
    assert sent_keys(BUILDINGS, sent({"buildings": ["3", "4"]})) == "3,4"


def test_what_was_taken_away_is_not_taken_from_what_is_kept(people: Cast) -> None:
    with inside(people.acme):
        shown = chooser(BUILDINGS, Building.objects.order_by("name"), [people.building.pk], sent({}), {})
    assert (shown.chosen, len(shown.found)) == ([], 1)


def test_the_dispatcher_reads_what_pages_ask(people: Cast, data: Path) -> None:
    dispatcher_requests.test_recipients(people.acme, [7, 8])
    first, second = (requests.read_request(fact) for fact in facts_after(data / REQUESTS, 0))
    assert isinstance(first, requests.TestRecipient)
    assert isinstance(second, requests.TestRecipient)
    assert (first.organization, first.recipient, second.recipient) == ("acme", "7", "8")
    assert first.key != second.key
