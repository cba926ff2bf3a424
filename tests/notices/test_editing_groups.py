"""Groups and their duty times."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.directory.cast import Cast
from tests.notices import rows

from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import fingerprint
from callpoint.directory.models import acting
from callpoint.directory.rules import RuleError
from callpoint.directory.tenancy import inside
from callpoint.notices.editing.duty_times import as_typed, duty_times
from callpoint.notices.editing.groups import remove_group, save_group, subscriptions_of
from callpoint.notices.models import Group

HOURS = st.times().map(lambda one: one.strftime("%H:%M"))
DUTY = st.lists(
    st.fixed_dictionaries({"days": st.sets(st.integers(0, 6), min_size=1).map(sorted), "begins": HOURS, "ends": HOURS}),
    max_size=6,
)


@pytest.fixture(autouse=True)
def in_acme(people: Cast) -> Iterator[None]:
    with inside(people.acme), acting("admin@acme.example", "in the portal"):
        yield


def errors_of(people: Cast, row: Group | None = None, **fields: str) -> dict[str, list[str]]:
    before = list(Group.objects.order_by("pk").values())
    with pytest.raises(Refused) as told:
        save_group(people.acme, fields, row)
    assert list(Group.objects.order_by("pk").values()) == before
    return told.value.errors


def test_a_group_with_its_duty_times(people: Cast) -> None:
    guard, chief = rows.recipient(people.acme), rows.recipient(people.acme, "Chief")
    fields = {"name": "Desk", "members": f"{chief.pk}, {guard.pk}", "duty": "mon, Tue 08:00-17:00\n\nsun 22:00 - 06:00"}
    made = save_group(people.acme, fields)
    assert made.members == [chief.pk, guard.pk]
    assert made.duty == [
        {"days": [0, 1], "begins": "08:00", "ends": "17:00"},
        {"days": [6], "begins": "22:00", "ends": "06:00"},
    ]
    save_group(people.acme, {"duty": ""}, made)
    assert (made.duty, made.name) == ([], "Desk")


@given(DUTY)
def test_duty_times_survive_being_typed(duty: list[dict[str, object]]) -> None:
    assert duty_times(as_typed(duty)) == duty


@given(st.text(alphabet="montue,: -0123456789\n", max_size=40))
def test_whatever_is_typed_as_duty_is_kept_or_told(text: str) -> None:
    told, kept = "", []
    try:
        kept = duty_times(text)
    except RuleError as error:
        told = str(error)
    assert duty_times(as_typed(kept)) == kept
    assert not told or told.startswith("Duty time")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("mon", "Duty time 1: write it as"),
        ("mon 08:00-17:00\n08:00-17:00", "Duty time 2: choose a day"),
        ("mon 8:00-17:00", "'8:00' is no time of day"),
        ("mon 08:00-24:00", "'24:00' is no time of day"),
        ("mon 08:00-", "'' is no time of day"),
        ("noday 08:00-17:00", "'noday' is no day"),
        ("mon 08:00-17:00\n" * 51, "are the most"),
    ],
)
def test_what_is_no_duty_time(people: Cast, typed: str, told: str) -> None:
    guard = rows.recipient(people.acme)
    errors = errors_of(people, name="Desk", members=str(guard.pk), duty=typed)
    assert told in errors["duty"][0]


def test_members_are_the_organization_s_own(people: Cast) -> None:
    guard = rows.recipient(people.acme)
    with inside(people.other):
        theirs = rows.recipient(people.other, "Theirs")
    told = errors_of(people, name="Desk", members=f"{guard.pk},{theirs.pk}")
    assert told == {"members": [f"There is no number {theirs.pk} here; it may have been removed. Choose again."]}
    assert errors_of(people, name="Desk", members="x").keys() == {"members"}
    assert errors_of(people, name="Desk", members="9" * 30).keys() == {"members"}
    made = save_group(people.acme, {"name": "Desk", "members": str(guard.pk)})
    assert errors_of(people, made, members=str(theirs.pk)).keys() == {"members"}
    with inside([people.acme, people.other]):
        assert errors_of(people, made, members=str(theirs.pk)).keys() == {"members"}, "whatever the scope"


def test_what_is_missing_is_told_at_once(people: Cast) -> None:
    assert errors_of(people).keys() == {"name", "members"}


def test_names_are_given_once(people: Cast) -> None:
    guard = rows.recipient(people.acme)
    rows.group(people.acme, "Desk", guard)
    assert "“Desk” already" in errors_of(people, name="Desk", members=str(guard.pk))["name"][0]
    with inside(people.other):
        other = save_group(people.other, {"name": "Desk", "members": str(rows.recipient(people.other).pk)})
    assert other.organization_id == people.other.pk


def test_nobody_writes_over_somebody_else_s_change(people: Cast) -> None:
    row = rows.group(people.acme, "Desk", rows.recipient(people.acme))
    seen = fingerprint(row)
    save_group(people.acme, {"name": "First", "seen": seen}, Group.objects.get(pk=row.pk))
    assert "Somebody else changed it" in errors_of(people, row, name="Second", seen=seen)[""][0]


def test_a_group_in_use_stays(people: Cast) -> None:
    guard = rows.recipient(people.acme)
    first, second = rows.group(people.acme, "Desk", guard), rows.group(people.acme, "Chiefs", guard)
    one = rows.subscription(people.acme, "911 calls", first, second)
    assert subscriptions_of(second) == [one]
    with pytest.raises(Refused, match="“911 calls”"):
        remove_group(second)
    one.delete()
    remove_group(second)
    assert list(Group.objects.values_list("name", flat=True)) == ["Desk"]


def test_two_who_give_the_same_name_at_the_same_moment(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = rows.recipient(people.acme)
    rows.group(people.acme, "Desk", guard)
    # As if the other one's row had come between the look and the writing: the database itself refuses.
    monkeypatch.setattr("callpoint.notices.editing.groups.name_is_taken", lambda *_given: False)
    assert "“Desk” already" in errors_of(people, name="Desk", members=str(guard.pk))["name"][0]
