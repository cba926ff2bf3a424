"""Newcomers are written to, once, through a real SMTP server; trouble of one never holds up the others."""

import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from tests.directory import cast
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import Person, Welcome, acting
from callpoint.directory.tenancy import everywhere
from callpoint.directory.welcome import PAUSES
from callpoint.worker.task import Task
from callpoint.worker.welcoming import WelcomeJob

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Mailbox:
    """A mail server that keeps what it gets; `refuse` maps an address to the answer it gets instead."""

    refuse: dict[str, str] = field(default_factory=dict)
    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content: Any = envelope.content
        self.messages.append(email.message_from_bytes(content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def written_to(self) -> list[str]:
        return [str(message["To"]) for message in self.messages]


@dataclass
class Stage:
    people: Cast
    box: Mailbox
    job: WelcomeJob
    now: datetime = NOW

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


@pytest.fixture
def stage(database: str) -> Iterator[Stage]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()

    def mail() -> BaseEmailBackend:
        backend: BaseEmailBackend = get_connection(
            "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port, timeout=5
        )
        return backend

    try:
        with everywhere():
            people = cast.build()
        one = Stage(people, box, WelcomeJob(mail=mail))
        one.job = WelcomeJob(lambda: one.now, mail)
        one.job.open()
        yield one
        one.job.close()
    finally:
        controller.stop()


def test_nobody_is_written_to_unless_it_is_switched_on(stage: Stage) -> None:
    stage.add("E7", "new@acme.example")
    stage.work()
    assert not stage.box.messages


def test_who_was_there_before_is_left_alone_and_newcomers_hear_once(stage: Stage) -> None:
    stage.switch_on()
    stage.add(
        "E7", "new@acme.example", first_name="Nia", assigned_location=stage.people.desk, callback_number="8025550177"
    )
    stage.add("E8", "")
    stage.add("E9", "away@acme.example", active=False)
    stage.work()
    stage.work()
    assert stage.box.written_to() == ["new@acme.example"]
    text = stage.box.messages[0].get_content()
    assert "Hello Nia," in text
    assert "State House, Front desk, 115 State Street, Montpelier, VT" in text
    assert "+18025550177" in text
    assert "Dial 933" in text
    assert "Acme" in str(stage.box.messages[0]["Subject"])


def test_one_without_a_place_or_a_callback_is_told_so(stage: Stage) -> None:
    stage.switch_on()
    stage.add("E7", "new@acme.example")
    stage.work()
    text = stage.box.messages[0].get_content()
    assert "No location is registered for you yet." in text
    assert "cannot reach you" in text


def test_a_name_cannot_become_a_header(stage: Stage) -> None:
    with acting("test", "attack"), everywhere():
        stage.people.acme.name = "Acme\r\nBcc: everybody@acme.example"
        stage.people.acme.save()
    stage.switch_on()
    stage.add("E7", "new@acme.example", first_name="A\nB")
    stage.work()
    assert stage.box.messages[0]["Bcc"] is None
    assert "Acme Bcc: everybody@acme.example" in str(stage.box.messages[0]["Subject"])


def test_an_address_refused_for_good_is_not_tried_again_and_the_others_get_theirs(stage: Stage) -> None:
    stage.box.refuse = {"gone@acme.example": "550 no such user"}
    stage.switch_on()
    gone = stage.add("E7", "gone@acme.example")
    stage.add("E8", "new@acme.example")
    stage.work()
    assert stage.box.written_to() == ["new@acme.example"]
    stage.now += timedelta(days=7)
    stage.box.refuse = {}
    stage.work()
    assert stage.box.written_to() == ["new@acme.example"]
    with everywhere():
        told = Welcome.objects.get(person=gone)
    assert told.sent_at is None
    assert "no such user" in told.trouble


def test_a_passing_refusal_is_tried_again_after_its_pause(stage: Stage) -> None:
    stage.box.refuse = {"new@acme.example": "451 greylisted"}
    stage.switch_on()
    stage.add("E7", "new@acme.example")
    stage.work()
    stage.box.refuse = {}
    stage.now += PAUSES[0] - timedelta(seconds=1)
    stage.work()
    assert not stage.box.messages
    stage.now += timedelta(seconds=1)
    stage.work()
    assert stage.box.written_to() == ["new@acme.example"]


def test_after_the_last_attempt_nobody_tries_any_more(stage: Stage) -> None:
    stage.box.refuse = {"new@acme.example": "451 busy"}
    stage.switch_on()
    person = stage.add("E7", "new@acme.example")
    for _ in range(len(PAUSES) + 3):
        stage.work()
        stage.now += timedelta(days=1)
    with everywhere():
        assert Welcome.objects.get(person=person).attempts == len(PAUSES) + 1


def test_a_mail_server_that_is_away_is_the_job_s_trouble_and_costs_nobody_an_attempt(stage: Stage) -> None:
    stage.switch_on()
    stage.add("E7", "new@acme.example")

    def nowhere() -> BaseEmailBackend:
        backend: BaseEmailBackend = get_connection(
            "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=1, timeout=1
        )
        return backend

    task = Task(WelcomeJob(lambda: stage.now, nowhere), threading.Event())
    assert task.once() is False
    assert "refused" in task.health.trouble
    stage.work()
    assert stage.box.written_to() == ["new@acme.example"]
    with everywhere():
        assert Welcome.objects.get().attempts == 1
