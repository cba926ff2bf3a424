"""Reminders, news of programs and people without a location: each said once, to those it concerns."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import Organization, Person, Readiness, acting
from callpoint.directory.tenancy import everywhere
from callpoint.dispatcher.requests import Message, Raise, Request, read_request
from callpoint.notices.letters import REMINDED_AGAIN
from callpoint.notices.models import Screen, ScreenSign, Subscription
from callpoint.notices.requests import REQUESTS
from callpoint.snapshot.facts import facts_after
from callpoint.worker.reminding import EVERY_SECONDS, RemindJob

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Stage:
    people: Cast
    data: Path
    now: datetime = NOW
    clock: float = 0.0
    job: RemindJob = field(init=False)

    def __post_init__(self) -> None:
        self.job = RemindJob(self.data, lambda: self.now, lambda: self.clock)

    def round(self, later: timedelta = timedelta()) -> None:
        """One round, `later` than the one before."""
        self.now += later
        self.clock += EVERY_SECONDS
        while self.job.step():
            pass

    def asked(self) -> list[Request]:
        return [read_request(fact) for fact in facts_after(self.data / REQUESTS, 0)]

    def letters(self) -> list[Message]:
        return [one for one in self.asked() if isinstance(one, Message)]

    def alerts(self) -> list[Raise]:
        return [one for one in self.asked() if isinstance(one, Raise)]

    def is_ready(self, person: Person, state: str = "ready", **times: datetime | None) -> None:
        organization = person.organization_id
        Readiness.objects.update_or_create(
            person=person, defaults={"organization_id": organization, "state": state, "computed_at": NOW, **times}
        )


@pytest.fixture
def stage(people: Cast, tmp_path: Path) -> Iterator[Stage]:
    with everywhere(), acting("test", "reminding"):
        one = Stage(people, tmp_path)
        one.job.open = lambda: None  # type: ignore[method-assign]  # the test's own connection goes on
        yield one


def switch_on(organization: Organization) -> None:
    organization.remind_people = True
    organization.save()


def test_nobody_is_reminded_unless_it_is_switched_on(stage: Stage) -> None:
    stage.is_ready(stage.people.bob, tested_at=None)
    stage.round()
    assert stage.letters() == []


def test_the_untested_and_the_stale_are_reminded_once_a_month(stage: Stage) -> None:
    switch_on(stage.people.acme)
    sure = provision.create_person(stage.people.acme, "E8", email="sure@acme.example")
    old = provision.create_person(stage.people.acme, "E9", email="old@acme.example", first_name="Olga")
    stage.is_ready(sure, tested_at=NOW)
    stage.is_ready(stage.people.bob, tested_at=None)
    stage.is_ready(stage.people.ada, tested_at=None)  # has no e-mail address
    stage.is_ready(old, tested_at=NOW, confirmed_at=NOW - timedelta(days=400))
    stage.round()
    stage.round(timedelta(hours=1))
    texts = {letter.address: letter.text for letter in stage.letters()}
    assert set(texts) == {"bob@acme.example", "old@acme.example"}
    assert len(stage.letters()) == 2
    assert "Nobody has ever tried" in texts["bob@acme.example"]
    assert "You said long ago where you are" in texts["old@acme.example"]
    stage.round(REMINDED_AGAIN - timedelta(hours=2))
    assert len(stage.letters()) == 2
    stage.round(timedelta(hours=2))
    assert len(stage.letters()) == 4
    assert len({letter.key for letter in stage.letters()}) == 4


def test_more_people_than_one_piece(stage: Stage) -> None:
    switch_on(stage.people.acme)
    for number in range(120):
        person = provision.create_person(stage.people.acme, f"N{number}", email=f"n{number}@acme.example")
        stage.is_ready(person, tested_at=None)
    stage.round()
    assert len({letter.address for letter in stage.letters()}) == 120


# --- programs


def a_screen(organization: Organization, name: str, program: str) -> None:
    screen = Screen(organization=organization, name=name, start="abc", digest=name.ljust(64, "0"))
    screen.save()
    ScreenSign.objects.create(screen=screen, organization=organization, at=NOW, program=program)


def manifest(data: Path, *versions: str) -> None:
    (data / "installers").mkdir(exist_ok=True)
    packages = [{"system": "linux", "file": f"{one}.deb", "version": one} for one in versions]
    (data / "installers" / "manifest.json").write_text(json.dumps({"packages": packages}))


def test_administrators_hear_of_a_newer_program_their_screens_do_not_run(stage: Stage) -> None:
    a_screen(stage.people.acme, "Old desk", "callpoint-onsite 1.9.0 (linux)")
    a_screen(stage.people.acme, "New desk", "callpoint-onsite/1.10.0")
    a_screen(stage.people.acme, "Browser", "Mozilla/5.0 Firefox/140")
    manifest(stage.data, "1.2.0", "1.10.0")
    stage.round()
    (letter,) = stage.letters()
    assert (letter.type, letter.address) == ("update_available", stage.people.organization_administrator.email)
    assert "1.10.0" in letter.subject
    assert "Old desk" in letter.text
    assert "New desk" not in letter.text
    stage.round()
    assert len({one.key for one in stage.letters()}) == 1, "the dispatcher delivers one of a key"


@pytest.mark.parametrize("text", ["", "{", '{"packages": 1}', '[{"system": "linux"}]'])
def test_without_a_readable_manifest_nobody_is_told_of_anything(stage: Stage, text: str) -> None:
    a_screen(stage.people.acme, "Desk", "callpoint-onsite 1.0")
    (stage.data / "installers").mkdir()
    (stage.data / "installers" / "manifest.json").write_text(text)
    stage.round()
    assert stage.asked() == []


# --- people without a location


def test_people_without_a_location_are_one_alert_a_day(stage: Stage) -> None:
    Subscription(organization=stage.people.acme, name="S", type="person_without_location").save()
    for number in range(12):
        stage.is_ready(provision.create_person(stage.people.acme, f"N{number}"), "no_location")
    stage.is_ready(stage.people.stranger, "no_location")
    stage.round()
    stage.round(timedelta(hours=1))
    stage.round(timedelta(days=1))
    alerts = stage.alerts()
    assert {one.call.organization for one in alerts} == {"acme"}
    assert len({one.key for one in alerts}) == 2
    assert alerts[0].call.about.startswith("12 without a location")
    assert alerts[0].call.about.endswith("and 2 more")


def test_nobody_asked_to_hear_of_it(stage: Stage) -> None:
    stage.is_ready(stage.people.ada, "no_location")
    stage.round()
    assert stage.alerts() == []
