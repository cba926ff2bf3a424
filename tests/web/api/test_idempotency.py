"""Writes that are sent twice."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from tests.directory import cast
from tests.directory.cast import Cast
from tests.directory.databases import database, postgresql, sqlite_tables
from tests.web.api.conftest import Program, program

from callpoint.directory.models import Change, IdempotencyKey, Person
from callpoint.directory.tenancy import everywhere
from callpoint.web.api.resources import people as people_resource

__all__ = ["database", "postgresql", "sqlite_tables"]
NEW = {"device_user_id": "E9", "first_name": "Grace"}


def everybody() -> list[str | None]:
    with everywhere():
        return list(Person.objects.filter(organization__slug="acme").values_list("device_user_id", flat=True))


def test_the_second_gets_the_answer_of_the_first(admin: Program) -> None:
    first = admin.post("people", NEW, Idempotency_Key="a")
    again = admin.post("people", NEW, Idempotency_Key="a")
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    for name in ("Location", "ETag", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert everybody().count("E9") == 1


def test_a_removal_is_answered_again_though_it_is_gone(admin: Program, people: Cast) -> None:
    path = f"people/{people.bob.pk}"
    assert admin.delete(path, Idempotency_Key="a").status_code == 204
    again = admin.delete(path, Idempotency_Key="a")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (204, "true")
    assert admin.delete(path).status_code == 404


def test_a_key_belongs_to_one_request(admin: Program, people: Cast) -> None:
    admin.post("people", NEW, Idempotency_Key="a")
    for answer in (
        admin.post("people", NEW | {"first_name": "X"}, Idempotency_Key="a"),
        admin.patch(f"people/{people.ada.pk}", NEW, Idempotency_Key="a"),
        admin.post("people", NEW, Idempotency_Key="a", If_Match='"x"'),
    ):
        assert answer.status_code == 422
        assert answer.json()["type"] == "/api/v1/problems/idempotency-key-reused"


def test_keys_of_two_tokens_are_two_keys(admin: Program, root: Program) -> None:
    admin.post("people", NEW, Idempotency_Key="a")
    assert root.post("people", {"device_user_id": "E10"}, Idempotency_Key="a").status_code == 201


def test_what_was_refused_frees_its_key(admin: Program) -> None:
    assert admin.post("people", NEW | {"email": "no"}, Idempotency_Key="a").status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert admin.post("people", NEW, Idempotency_Key="a").status_code == 201


def test_a_write_that_fails_half_way_leaves_nothing(admin: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    save = people_resource.save_person

    def broken(*given: Any) -> Person:
        save(*given)
        raise RuntimeError("the power is out")

    monkeypatch.setattr(people_resource, "save_person", broken)
    assert admin.post("people", NEW, Idempotency_Key="a").status_code == 500
    monkeypatch.undo()
    assert everybody() == ["E1", "E2"]
    answer = admin.post("people", NEW, Idempotency_Key="a")
    assert (answer.status_code, "Idempotency-Replayed" in answer.headers) == (201, False)


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "é", "a\tb"])
def test_what_is_no_key(admin: Program, key: str) -> None:
    answer = admin.post("people", NEW, Idempotency_Key=key)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_keys_are_kept_for_a_day(admin: Program) -> None:
    admin.post("people", NEW, Idempotency_Key="a")
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert admin.post("people", NEW, Idempotency_Key="a").status_code == 201
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=24, minutes=1))
    assert admin.post("people", {"device_user_id": "E10"}, Idempotency_Key="b").status_code == 201
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["b"]


def test_no_body_is_kept_that_could_be_guessed_back(admin: Program) -> None:
    trunk = {"name": "T", "digest_username": "sbc", "digest_password": "a good long password"}
    assert admin.post("trunks", trunk, Idempotency_Key="a").status_code == 201
    row = IdempotencyKey.objects.get()
    assert 'password":' not in row.body
    assert "a good long" not in row.body + row.request


def test_an_upload_is_known_by_its_contents(admin: Program, people: Cast) -> None:
    def send(content: bytes) -> Any:
        headers = {"Authorization": f"Bearer {admin.secret}", "Idempotency-Key": "a"}
        body = {"kind": "users", "file": SimpleUploadedFile("users.csv", content)}
        return Client().post("/api/v1/organizations/acme/imports", body, headers=headers)

    first, again, other = send(b"Device User ID\nE1\n"), send(b"Device User ID\nE1\n"), send(b"Device User ID\nE2\n")
    assert (first.status_code, again.json(), other.status_code) == (201, first.json(), 422)


def test_two_at_once_write_once(database: str, fast_hasher: object) -> None:
    people = cast.build()
    sender = program(people, "organization_administrator")
    together = threading.Barrier(4)
    answers: list[Any] = []

    def send() -> None:
        try:
            together.wait(timeout=30)
            answers.append(sender.post("people", NEW, Idempotency_Key="a"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    statuses = sorted(answer.status_code for answer in answers)
    assert len(statuses) == 4
    assert set(statuses) <= {201, 409}, [answer.content for answer in answers]
    assert 201 in statuses
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 409)
    assert everybody().count("E9") == 1
    with everywhere():
        assert Change.objects.filter(model="person", action="created", after__device_user_id="E9").count() == 1
    assert sender.post("people", NEW, Idempotency_Key="a").headers["Idempotency-Replayed"] == "true"


def test_while_the_first_is_being_answered(admin: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second comes in the middle of the first."""
    save = people_resource.save_person
    second: list[Any] = []

    def meanwhile(*given: Any) -> Person:
        monkeypatch.undo()
        second.append(admin.post("people", NEW, Idempotency_Key="a"))
        return save(*given)

    monkeypatch.setattr(people_resource, "save_person", meanwhile)
    assert admin.post("people", NEW, Idempotency_Key="a").status_code == 201
    assert (second[0].status_code, second[0].headers["Retry-After"]) == (409, "1")
    assert second[0].json()["type"] == "/api/v1/problems/still-under-way"


def test_what_is_shown_once_is_shown_again_and_kept_by_nobody_else(admin: Program) -> None:
    first = admin.post("screens", {"name": "Gate"}, Idempotency_Key="a")
    token = first.json()["token"]
    assert token.startswith("cps_")
    assert token not in IdempotencyKey.objects.get().body
    assert admin.post("screens", {"name": "Gate"}, Idempotency_Key="a").json() == first.json()


def test_an_answer_sealed_under_another_key_is_not_guessed(admin: Program) -> None:
    admin.post("people", NEW, Idempotency_Key="a")
    with override_settings(SECRET_KEY="another"):
        again = admin.post("people", NEW, Idempotency_Key="a")
    assert again.status_code == 422
    assert everybody().count("E9") == 1
