"""Open problems: each is told when it is there, to whom, and in the order of risk."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.directory.cast import MONTPELIER, Cast
from tests.web.portal.call_records import AT, call, misdial, rehearsal

from callpoint.calls.models import CallRecord
from callpoint.directory import provision
from callpoint.directory.access import access_for
from callpoint.directory.models import (
    Account,
    Address,
    FixedRoute,
    ImportRun,
    LostMapping,
    RemappedAddress,
    Remapping,
    Target,
    Trunk,
    acting,
)
from callpoint.directory.readiness.counting import Category, Counts
from callpoint.directory.tenancy import everywhere, inside
from callpoint.notices.editing.first_alerts import tell_of_every_call
from callpoint.notices.models import Recipient, RecipientTest, Subscription
from callpoint.web.portal.alerts.coverage import coverage, gaps_in
from callpoint.web.portal.home.problems import Problem, problems

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def found(people: Cast, account: Account | None = None, **counts: int) -> list[Problem]:
    access = access_for(account or people.auditor, "acme")
    assert access is not None
    numbers = Counts({category: counts.get(category.value, 0) for category in Category})
    with inside(people.acme):
        return problems(people.acme, access, numbers, NOW, gaps_in(coverage(people.acme, NOW), people.acme))


def titles(people: Cast, **counts: int) -> list[str]:
    return [problem.title for problem in found(people, **counts)]


@pytest.fixture(autouse=True)
def well(people: Cast) -> None:
    """An organization without a problem."""
    with acting("test", "well"), everywhere():
        people.building.address.verdict = "valid"
        people.building.address.save()
        call(people.acme)
        tell_of_every_call(people.acme, {"addresses": "desk@acme.example"})
        sets = {"boundary_sets": [["psaps/x", "1"]], "address_sets": [["roads/x", "1"]]}
        Remapping.objects.create(started_at=NOW, finished_at=NOW, as_of=NOW, why="test", **sets)


def verdict(people: Cast, value: str) -> None:
    with acting("test", "judged"), everywhere():
        people.building.address.verdict = value
        people.building.address.save()


def run(people: Cast, **columns: object) -> ImportRun:
    values = {"organization": people.acme, "kind": "users", "file_name": "users.csv", "by": "x", "created_at": NOW}
    with everywhere():
        return ImportRun.objects.create(**values | columns)


def test_none(people: Cast) -> None:
    assert found(people) == []


def test_the_worst_comes_first(people: Cast) -> None:
    misdial(people.acme, at=NOW)
    verdict(people, "area")
    with acting("test", "gone"):
        for target in Target.objects.filter(psap__isnull=True):
            target.delete()
    said = titles(people, no_location=1234, no_psap=2, no_callback=1, stale=4, never_tested=5)
    assert said == [
        "No relay center is set up",
        "1,234 people have no location",
        "2 people would reach the relay center, not a PSAP",
        "1 person has no callback number",
        "The address of 1 building is not confirmed to the house",
        "4 people said long ago where they are",
        "5 people have not tried 933 lately",
        "A prefix was dialled before 911 or 933 once",
    ]
    levels = [problem.level for problem in found(people, no_location=1, stale=1)]
    assert levels == sorted(levels)


def test_a_guard_gets_no_links_to_people(people: Cast) -> None:
    misdial(people.acme, at=NOW)
    said = {problem.title: problem.url for problem in found(people, people.security, no_location=3)}
    assert said["3 people have no location"] == ""
    assert said["A prefix was dialled before 911 or 933 once"].endswith("/calls/misdials/")


@pytest.mark.parametrize(
    ("value", "words", "level"),
    [
        ("invalid", "could not be found", "bad"),
        ("ambiguous", "could not be found", "bad"),
        ("refused", "could not be found", "bad"),
        ("area", "not confirmed to the house", "doubtful"),
        ("unchecked", "not confirmed to the house", "doubtful"),
    ],
)
def test_buildings(people: Cast, value: str, words: str, level: str) -> None:
    verdict(people, value)
    (problem,) = found(people)
    assert words in problem.title
    assert problem.level == level


def test_a_psap_without_targets_that_serves_somebody_here(people: Cast) -> None:
    with acting("test", "silent"), everywhere():
        silent = provision.create_psap("Silent dispatch", [])
        provision.create_psap("Silent elsewhere", [])
        address = people.building.address
        address.psap = silent
        address.save()
    (problem,) = found(people)
    assert problem.title == "No way to reach a PSAP is known: Silent dispatch"


def test_a_trunk_that_has_never_called(people: Cast) -> None:
    with acting("test", "another"):
        provision.create_trunk("spare trunk", people.acme)
        provision.create_trunk("their trunk", people.other)
    assert titles(people) == ["Trunk spare trunk has never called"]
    call(people.acme, "2", trunk="spare trunk")
    assert titles(people) == []


def test_no_trunk_at_all(people: Cast) -> None:
    with acting("test", "none"), everywhere():
        Trunk.objects.get(name="acme trunk").delete()
    assert titles(people) == []  # calls come by one of the provider
    call(people.other, "x")
    with everywhere():
        CallRecord.objects.filter(organization=people.acme).delete()
    assert titles(people) == ["No trunk is set up"]


def test_the_last_import_with_wrong_rows(people: Cast) -> None:
    run(people, state="applied", counts={"wrong": 3})
    (problem,) = found(people)
    assert problem.title == "3 rows of users.csv were left out"
    run(people, state="applied", counts={"wrong": 0}, file_name="better.csv")
    assert titles(people) == []
    run(people, state="failed", trouble="the disk is full", kind="locations", file_name="places.csv")
    (failed,) = found(people)
    assert failed.title == "The import of places.csv failed; nothing of it was written"
    assert failed.remedy == "the disk is full"


def test_an_import_of_long_ago_is_no_problem_of_today(people: Cast) -> None:
    run(people, state="applied", counts={"wrong": 3}, created_at=NOW - timedelta(days=31))
    run(people, state="applied", counts={"wrong": 3}, organization=people.other)
    assert titles(people) == []


def test_trouble_with_the_lost_server(people: Cast) -> None:
    url = "https://ecrf.example/lost"
    with acting("test", "by LoST"), everywhere():
        people.acme.ecrf_url = url
        people.acme.save()
        mapping = LostMapping(organization=people.acme, address=people.building.address, url=url)
        mapping.looked_at = mapping.ask_again_at = NOW
        mapping.trouble = "it answered with HTTP status 500"
        mapping.save()
    assert titles(people) == ["The LoST server could not map 1 address"]
    with acting("test", "another server"), everywhere():
        people.acme.ecrf_url = "https://better.example/lost"
        people.acme.save()
    assert titles(people) == []


def test_data_sets_that_are_gone(people: Cast) -> None:
    with everywhere():
        last = Remapping.objects.create(started_at=NOW, finished_at=NOW, as_of=NOW, why="gone")
        for owner in (people.acme, people.other):
            address = Address.objects.filter(organization=people.acme)[0]
            RemappedAddress.objects.create(
                remapping=last,
                organization=owner,
                address=address,
                what="not_confirmed" if owner == people.acme else "doubted",
                before="x 1",
                after="",
            )
    assert titles(people) == ["No address data is loaded", "1 address is no longer confirmed by the data of today"]
    with acting("test", "no route"), everywhere():
        FixedRoute.objects.get().delete()
    assert "No PSAP boundaries are loaded" in titles(people)


def test_locations_reported_wrong(people: Cast) -> None:
    rehearsal(people.acme, "2", read_back="reported_wrong", started_at=AT)
    rehearsal(people.acme, "3", read_back="reported_wrong", started_at=NOW - timedelta(days=40))
    rehearsal(people.other, "4", read_back="reported_wrong", started_at=AT)
    (problem,) = found(people)
    assert problem.title == "1 caller said that the location read back is wrong"
    assert problem.url.endswith("/calls/?wrong=on")


def test_nobody_is_told_of_a_call(people: Cast) -> None:
    with acting("test", "paused"), everywhere():
        for one in Subscription.objects.exclude(type="test_call"):
            one.enabled = False
            one.save()
        guard = Recipient.objects.get()
        bad = RecipientTest.objects.create(recipient=guard, organization=people.acme, state="failed", at=NOW)
    (problem,) = found(people, people.security)
    assert (problem.level, problem.title) == ("bad", "Nobody is told of a 911 call")
    assert problem.url == "/organizations/acme/alerts/"
    with acting("test", "on again"), everywhere():
        for one in Subscription.objects.all():
            one.enabled = True
            one.save()
    (problem,) = found(people)
    assert problem.title == "The last test reached nobody who is told of a 911 call"
    bad.delete()
    assert found(people) == []


def test_another_organization_s_problems_are_not_told(people: Cast) -> None:
    misdial(people.other, at=NOW)
    with acting("test", "theirs"), everywhere():
        provision.create_building(people.other, "Theirs", MONTPELIER)
    assert titles(people) == []


def test_nothing_is_asked_for_each_of_many(people: Cast, django_assert_max_num_queries: Callable[..., object]) -> None:
    access = access_for(people.auditor, "acme")
    assert access is not None
    with acting("test", "many"), everywhere():
        for number in range(30):
            provision.create_building(people.acme, f"B{number}", MONTPELIER)
            provision.create_trunk(f"T{number}", people.acme)
    numbers = Counts(dict.fromkeys(Category, 5))
    with inside(people.acme), django_assert_max_num_queries(29):  # type: ignore[attr-defined]
        assert problems(people.acme, access, numbers, NOW, gaps_in(coverage(people.acme, NOW), people.acme))
