"""Subscriptions: filters, steps and templates, all of the one organization."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.directory.cast import Cast
from tests.notices import rows

from callpoint.directory import provision
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import fingerprint
from callpoint.directory.models import acting
from callpoint.directory.rules import RuleError
from callpoint.directory.tenancy import everywhere, inside
from callpoint.notices.editing.references import in_words, key, lines_of
from callpoint.notices.editing.steps import as_typed
from callpoint.notices.editing.subscriptions import (
    remove_subscription,
    save_subscription,
    templates_for,
    trunk_names,
    unknown_people,
)
from callpoint.notices.models import Group, Subscription
from callpoint.notices.publishing import plan_of


@pytest.fixture(autouse=True)
def in_acme(people: Cast) -> Iterator[None]:
    with inside(people.acme), acting("admin@acme.example", "in the portal"):
        yield


@pytest.fixture
def desk(people: Cast) -> Group:
    return rows.group(people.acme, "Desk", rows.recipient(people.acme))


def errors_of(cast: Cast, row: Subscription | None = None, /, **fields: str) -> dict[str, list[str]]:
    before = list(Subscription.objects.order_by("pk").values())
    with pytest.raises(Refused) as told:
        save_subscription(cast.acme, fields, row)
    assert list(Subscription.objects.order_by("pk").values()) == before
    return told.value.errors


def test_a_subscription_with_everything(people: Cast, desk: Group) -> None:
    chiefs = rows.group(people.acme, "Chiefs", rows.recipient(people.acme, "Chief"))
    own = rows.template(people.acme)
    with everywhere():
        theirs = rows.template(None, "Provider's", channel="email")
        provision.create_trunk("wide", None, source_networks=["203.0.113.7"], organization_header="X-Org")
    fields = {
        "name": "State House",
        "type": "emergency",
        "buildings": str(people.building.pk),
        "locations": f"{people.desk.pk}\n{people.desk.pk}",
        "trunks": "acme trunk\nwide",
        "people": "E1\nMartin, Ada\n E1 ",
        "templates": f"{own.pk},{theirs.pk}",
        "steps": f"60 {chiefs.pk}\n0 {desk.pk}",
        "quiet_tests": "no",
        "enabled": "yes",
    }
    made = save_subscription(people.acme, fields)
    assert made.steps == [{"after_seconds": 0, "group": desk.pk}, {"after_seconds": 60, "group": chiefs.pk}]
    assert (made.buildings, made.locations, made.trunks) == (
        [people.building.pk],
        [people.desk.pk],
        ["acme trunk", "wide"],
    )
    assert (made.people, made.templates) == (["E1", "Martin, Ada"], [own.pk, theirs.pk])
    assert (made.quiet_tests, made.enabled) == (False, True)
    (published,) = plan_of(people.acme).subscriptions
    assert [step.group for step in published.steps] == ["Desk", "Chiefs"]
    assert as_typed(made.steps) == f"0 {desk.pk}\n60 {chiefs.pk}"


def test_the_least_there_must_be(people: Cast, desk: Group) -> None:
    assert errors_of(people).keys() == {"name", "type", "steps"}
    made = save_subscription(people.acme, {"name": "All", "type": "trunk_down", "steps": f"0 {desk.pk}"})
    assert (made.quiet_tests, made.enabled, made.buildings) == (True, True, [])


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("", "at 0 seconds"),
        ("30 {desk}", "at 0 seconds"),
        ("0 {desk}\n0 {desk}", "stands twice"),
        ("0", "Step 1: choose a group"),
        ("0 {desk}\n60 999", "Step 2: choose a group"),
        ("0 {theirs}", "Step 1: choose a group"),
        ("-1 {desk}", "Step 1: '-1' must be a whole number"),
        ("1.5 {desk}", "must be a whole number"),
        ("0 {desk}\n86401 {desk}", "Step 2: '86401' must be"),
        ("0 {desk} {desk}", "must be a whole number"),
        ("0 ²", "choose a group"),
        ("0 {desk}\n" * 21, "20 steps are the most"),
    ],
)
def test_steps_that_cannot_be_taken(people: Cast, desk: Group, steps: str, told: str) -> None:
    with inside(people.other):
        theirs = rows.group(people.other, "Theirs", rows.recipient(people.other))
    typed = steps.replace("{desk}", str(desk.pk)).replace("{theirs}", str(theirs.pk))
    errors = errors_of(people, name="All", type="emergency", steps=typed)
    assert errors.keys() == {"steps"}
    assert told in errors["steps"][0]


def test_another_organization_s_rows_are_refused_in_every_list(people: Cast, desk: Group) -> None:
    with inside([people.acme, people.other]):
        building = provision.create_building(people.other, "Theirs", {"country": "US", "A1": "VT", "A3": "Barre"})
        spot = provision.create_location(building, "Desk")
        template = rows.template(people.other, "Theirs")
        provision.create_trunk("their trunk", people.other, source_networks=["198.51.100.0/28"])
        made = save_subscription(people.acme, {"name": "All", "type": "emergency", "steps": f"0 {desk.pk}"})
        for field, value in (
            ("buildings", str(building.pk)),
            ("locations", str(spot.pk)),
            ("trunks", "their trunk"),
            ("templates", str(template.pk)),
        ):
            errors = errors_of(people, made, **{field: value})
            assert errors.keys() == {field}
            assert "Their" not in str(errors).replace("their trunk", ""), "nothing is told of what it is called"
        assert trunk_names(people.acme, ["their trunk", "acme trunk"]) == {"acme trunk"}
        assert template not in templates_for(people.acme)


def test_somebody_s_home_is_no_place_of_a_filter(people: Cast, desk: Group) -> None:
    home = provision.create_home(people.ada, {"country": "US", "A1": "VT", "A3": "Barre"})
    told = errors_of(people, name="All", type="emergency", steps=f"0 {desk.pk}", locations=str(home.pk))
    assert told.keys() == {"locations"}


def test_templates_fit_the_type_and_do_not_compete(people: Cast, desk: Group) -> None:
    first, second = rows.template(people.acme), rows.template(people.acme, "Other")
    french, test = rows.template(people.acme, "Court", language="fr"), rows.template(people.acme, "T", type="test_call")
    fields = {"name": "All", "type": "emergency", "steps": f"0 {desk.pk}"}
    assert "second template" in errors_of(people, **fields, templates=f"{first.pk},{second.pk}")["templates"][0]
    assert "another type" in errors_of(people, **fields, templates=str(test.pk))["templates"][0]
    made = save_subscription(people.acme, fields | {"templates": f"{first.pk},{french.pk}"})
    assert "another type" in errors_of(people, made, type="test_call")["templates"][0]


def test_people_nobody_knows_are_taken_and_told(people: Cast, desk: Group) -> None:
    fields = {"name": "All", "type": "emergency", "steps": f"0 {desk.pk}", "people": "E1\ne1\nE77"}
    made = save_subscription(people.acme, fields)
    assert made.people == ["E1", "e1", "E77"]
    assert unknown_people(made) == ["e1", "E77"], "IDs are compared exactly"
    assert errors_of(people, made, people="x" * 129).keys() == {"people"}
    assert errors_of(people, made, people="a\x07b").keys() == {"people"}


def test_other_fields_that_cannot_be_taken(people: Cast, desk: Group) -> None:
    errors = errors_of(
        people, name="x" * 121, type="fire", steps=f"0 {desk.pk}", buildings="a", quiet_tests="?", enabled="?"
    )
    assert errors.keys() == {"name", "type", "buildings", "quiet_tests", "enabled"}
    too_many = "\n".join(f"E{number}" for number in range(1001))
    assert errors_of(people, name="A", type="emergency", steps=f"0 {desk.pk}", people=too_many).keys() == {"people"}


def test_names_are_given_once_in_an_organization(people: Cast, desk: Group) -> None:
    rows.subscription(people.acme, "All", desk)
    assert "“All” already" in errors_of(people, name="All", type="emergency", steps=f"0 {desk.pk}")["name"][0]


def test_nobody_writes_over_somebody_else_s_change(people: Cast, desk: Group) -> None:
    row = rows.subscription(people.acme, "All", desk)
    seen = fingerprint(row)
    save_subscription(people.acme, {"enabled": "no", "seen": seen}, Subscription.objects.get(pk=row.pk))
    assert "Somebody else changed it" in errors_of(people, row, name="New", seen=seen)[""][0]
    remove_subscription(row)
    with pytest.raises(Refused, match="removed in the meantime"):
        remove_subscription(row)
    assert plan_of(people.acme).subscriptions == ()


@given(st.text(max_size=40))
def test_a_key_is_a_number_or_refused(text: str) -> None:
    told = ""
    try:
        assert key(text) == int(text)
    except RuleError as error:
        told = str(error)
    assert ("no key" in told) is not (text.isascii() and text.isdigit() and len(text) < 19)


@given(st.lists(st.text(max_size=8), max_size=8))
def test_lines_are_each_kept_once(texts: list[str]) -> None:
    kept = lines_of("\n".join(texts))
    assert len(kept) == len(set(kept))
    assert all(one == one.strip() and one for one in kept)
    assert lines_of("\n".join(kept)) == kept


def test_names_in_words() -> None:
    assert in_words(["A", "B"]) == "“A”, “B”"
    assert in_words(list("ABCDEFG")) == "“A”, “B”, “C”, “D”, “E” and 2 more"
