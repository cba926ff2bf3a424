"""Newcomers are written to, once: the dispatcher is asked for each letter, and what came of it is kept."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.directory import cast
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import Person, Welcome, acting
from callpoint.directory.tenancy import everywhere
from callpoint.directory.welcome import TRIED_FOR
from callpoint.dispatcher.requests import Message, read_request
from callpoint.notices.ingest import take_in
from callpoint.notices.requests import REQUESTS, NotAskedError
from callpoint.snapshot import fact_kinds as kinds
from callpoint.snapshot.facts import Fact, facts_after
from callpoint.worker.welcoming import WelcomeJob

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Stage:
    people: Cast
    data: Path
    job: WelcomeJob

    def work(self) -> None:
        while self.job.step():
            pass

    def add(self, device_user_id: str, address: str, **values: Any) -> Person:
        with acting("test", "adding"), everywhere():
            return provision.create_person(self.people.acme, device_user_id, email=address, **values)

    def switch_on(self) -> None:
        with acting("test", "switching"), everywhere():
            self.people.acme.welcome_people = True
            self.people.acme.welcome_since = datetime.now(UTC)
            self.people.acme.save()

    def letters(self) -> list[Message]:
        """What was asked of the dispatcher, as the dispatcher reads it."""
        found = [read_request(fact) for fact in facts_after(self.data / REQUESTS, 0)]
        return [one for one in found if isinstance(one, Message)]

    def hear(self, person: Person, state: str, attempt: int = 1, trouble: str = "") -> Welcome:
        """The dispatcher tells what became of the letter."""
        data = {"key": f"message/welcome/{person.pk}", "type": "welcome", "channel": "email", "state": state}
        fact = Fact(1, NOW.isoformat(), "", "acme", kinds.NOTICE, {**data, "attempt": attempt, "trouble": trouble})
        with everywhere():
            take_in([fact])
            return Welcome.objects.get(person=person)


@pytest.fixture
def stage(database: str, tmp_path: Path) -> Iterator[Stage]:
    with everywhere():
        people = cast.build()
    one = Stage(people, tmp_path, WelcomeJob(tmp_path, lambda: NOW))
    one.job.open()
    yield one
    one.job.close()


def test_nobody_is_written_to_unless_it_is_switched_on(stage: Stage) -> None:
    stage.add("E7", "new@acme.example")
    stage.work()
    assert not stage.letters()


def test_who_was_there_before_is_left_alone_and_newcomers_hear_once(stage: Stage) -> None:
    stage.switch_on()
    stage.add(
        "E7", "new@acme.example", first_name="Nia", assigned_location=stage.people.desk, callback_number="8025550177"
    )
    stage.add("E8", "")
    stage.add("E9", "away@acme.example", active=False)
    stage.work()
    stage.work()
    (letter,) = stage.letters()
    assert (letter.organization, letter.type, letter.address, letter.name) == (
        *("acme", "welcome"),
        *("new@acme.example", "Nia"),
    )
    for words in (
        "Hello Nia,",
        "State House, Front desk, 115 State Street, Montpelier, VT",
        "+18025550177",
        "Dial 933",
    ):
        assert words in letter.text
    assert "Acme" in letter.subject


def test_one_without_a_place_or_a_callback_is_told_so(stage: Stage) -> None:
    stage.switch_on()
    stage.add("E7", "new@acme.example")
    stage.work()
    (letter,) = stage.letters()
    assert "No location is registered for you yet." in letter.text
    assert "cannot reach you" in letter.text


def test_a_name_cannot_become_a_header(stage: Stage) -> None:
    with acting("test", "attack"), everywhere():
        stage.people.acme.name = "Acme\r\nBcc: everybody@acme.example"
        stage.people.acme.save()
    stage.switch_on()
    stage.add("E7", "new@acme.example", first_name="A\nB")
    stage.work()
    (letter,) = stage.letters()
    assert letter.subject.startswith("911 at Acme Bcc: everybody@acme.example")
    assert letter.name == "A B"


def test_french(stage: Stage) -> None:
    stage.switch_on()
    stage.add("E7", "new@acme.example", language="fr-ca")
    stage.work()
    (letter,) = stage.letters()
    assert letter.language == "fr-ca"
    assert "Composez le 933" in letter.text


def test_what_became_of_it_is_kept(stage: Stage) -> None:
    stage.switch_on()
    person = stage.add("E7", "new@acme.example")
    stage.work()
    with everywhere():
        waiting = Welcome.objects.get(person=person)
    assert (waiting.sent_at, waiting.next_at) == (None, NOW + TRIED_FOR)
    assert stage.hear(person, "retrying", 1, "451 greylisted").trouble == "451 greylisted"
    sent = stage.hear(person, "sent", 2)
    assert (sent.sent_at, sent.next_at, sent.trouble) == (NOW, None, "")


def test_one_that_was_given_up_says_why_and_is_not_asked_for_again(stage: Stage) -> None:
    stage.switch_on()
    person = stage.add("E7", "gone@acme.example")
    stage.work()
    failed = stage.hear(person, "failed", 1, "550 no such user")
    assert (failed.sent_at, failed.next_at, failed.trouble) == (None, None, "550 no such user")
    stage.work()
    assert len(stage.letters()) == 1


def test_another_organization_s_word_changes_nothing(stage: Stage) -> None:
    stage.switch_on()
    person = stage.add("E7", "new@acme.example")
    stage.work()
    data = {"key": f"message/welcome/{person.pk}", "state": "failed", "trouble": "no"}
    with everywhere():
        take_in([Fact(1, NOW.isoformat(), "", "other", kinds.NOTICE, data)])
        assert Welcome.objects.get(person=person).next_at is not None


def test_what_cannot_be_written_down_is_asked_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.switch_on()
    stage.add("E7", "new@acme.example")
    monkeypatch.setattr("callpoint.notices.requests.WRITTEN_WITHIN", 0.3)
    in_the_way = stage.data / REQUESTS.parent
    in_the_way.write_text("no folder")
    with pytest.raises(NotAskedError):
        stage.job.step()
    with everywhere():
        assert not Welcome.objects.exists()
    in_the_way.unlink()
    stage.work()
    assert len(stage.letters()) == 1


def test_asked_twice_after_a_crash_it_has_the_same_key(stage: Stage) -> None:
    stage.switch_on()
    stage.add("E7", "new@acme.example")
    stage.work()
    with everywhere():
        Welcome.objects.all().delete()  # as if the worker had died before it noted what it had asked for
    stage.work()
    first, second = stage.letters()
    assert first.key == second.key
    shutil.rmtree(stage.data / REQUESTS.parent)
