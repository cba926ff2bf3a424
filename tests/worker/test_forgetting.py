"""Sessions that are over do not stay in the database, and those in use do."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from callpoint.directory import provision
from callpoint.worker import forgetting
from callpoint.worker.forgetting import EVERY_SECONDS, ForgetJob

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def begun(key: str, ends: timedelta) -> None:
    Session.objects.create(session_key=key, session_data="x", expire_date=NOW + ends)
    account = provision.create_account(f"{key}@acme.example", "correct-horse-battery")
    UserSession.objects.create(user=account, session_key=key, ip="192.0.2.1", user_agent="")


@pytest.mark.django_db(transaction=True)
def test_those_that_are_over_go_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    for number in range(3):
        begun(f"over{number}", -timedelta(seconds=number + 1))
    begun("inuse", timedelta(seconds=1))
    clock = [100.0]
    job = ForgetJob(now=lambda: NOW, clock=lambda: clock[0])
    job.open()
    assert [job.step() for _ in range(3)] == [True, True, False]
    assert [one.session_key for one in Session.objects.all()] == ["inuse"]
    assert [one.session_key for one in UserSession.objects.all()] == ["inuse"]

    begun("later", -timedelta(seconds=1))
    assert not job.step()
    clock[0] += EVERY_SECONDS
    assert job.step()
    assert Session.objects.count() == 1
    job.close()
