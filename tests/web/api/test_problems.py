"""Everything that can be wrong with a request, and what is said of it."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from tests.directory.cast import Cast
from tests.web.api.conftest import ACME, Program

from callpoint.web.api import bodies
from callpoint.web.api.problems import PAGES
from callpoint.web.api.resources import people as people_resource


def problem(answer: Any, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["type"] == PAGES + kind
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document


def errors(document: dict[str, Any]) -> dict[str, str]:
    return {one["field"]: one["detail"] for one in document["errors"]}


@pytest.mark.parametrize("path", ["people/999999", "people/99999999999999999999999", "people/x", "nothing"])
def test_nothing_is_there(admin: Program, path: str) -> None:
    problem(admin.get(path), 404, "not-found")


def test_an_address_outside_of_everything(people: Cast) -> None:
    for path in ("/api/v1/", "/api/v1/nothing", "/api/v1/organizations/%0A/people"):
        problem(Client().get(path), 404, "not-found")
        problem(Client(enforce_csrf_checks=True).post(path), 404, "not-found")


def test_a_method_that_does_nothing_here(admin: Program) -> None:
    answer = admin.ask("PUT", "people")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_head_is_get_without_content(admin: Program, people: Cast) -> None:
    whole, head = (admin.ask(method, f"people/{people.ada.pk}") for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(whole.content))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "at line 1, column 2"),
        (b"\xff{}", "invalid start byte"),
        ('{"first_name": NaN}', "NaN is no number"),
        ('{"email": "a", "email": "b"}', "'email' stands twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 20 + "1" + "}" * 20, "nested more than 16 deep"),
        ('{"device_user_id": "E\\u0000"}', "cannot be kept"),
        ('{"device_user_id": "E\\ud800"}', "cannot be kept"),
        ('{"\\ud800": 1}', "cannot be kept"),
        ('{"assigned_location": ' + "9" * 5000 + "}", "digits"),
    ],
)
def test_a_body_that_cannot_be_read(admin: Program, body: Any, said: str) -> None:
    assert said in problem(admin.post("people", body), 400, "malformed-request")["detail"]


def test_a_query_that_cannot_be_kept(admin: Program) -> None:
    problem(admin.get("people?search=%00"), 400, "malformed-request")


def test_another_media_type(admin: Program) -> None:
    headers = {"Authorization": f"Bearer {admin.secret}"}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = Client().generic("POST", f"{ACME}/people", "{}", content_type=kind, headers=headers)
        assert kind.partition(";")[0] in problem(answer, 415, "unsupported-media-type")["detail"]
    answer = Client().generic("POST", f"{ACME}/imports", "{}", content_type="application/json", headers=headers)
    assert "multipart/form-data" in problem(answer, 415, "unsupported-media-type")["detail"]


def test_too_long_a_body(admin: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LONGEST_JSON", 100)
    problem(admin.post("people", {"device_user_id": "E9", "first_name": "x" * 100}), 413, "too-large")
    assert admin.post("people", {"device_user_id": "E9"}).status_code == 201


def test_unknown_fields_are_named_with_the_one_that_was_meant(admin: Program, people: Cast) -> None:
    document = problem(admin.post("people", {"device_user_id": "E9", "callbackNumber": "1"}), 422, "refused")
    assert errors(document) == {"callbackNumber": "is unknown here; did you mean callback_number?"}
    document = problem(admin.post("people", {"zzz": 1}), 422, "refused")
    assert "known are active, assigned_location" in errors(document)["zzz"]
    document = problem(admin.get("people?serach=x&limit=5"), 422, "refused")
    assert errors(document) == {"serach": "is unknown here; did you mean search?"}
    body = {"name": "X", "address": {"country": "US", "Hno": "1"}}
    told = errors(problem(admin.post("buildings", body), 422, "refused"))
    assert told["address.Hno"] == "is unknown here; did you mean HNO?"


def test_types_are_strict(admin: Program) -> None:
    body = {"device_user_id": 5, "active": "yes", "assigned_location": "7", "identification_type": "name"}
    told = errors(problem(admin.post("people", body), 422, "refused"))
    assert told["device_user_id"] == "must be a text"
    assert told["active"] == "must be true or false"
    assert told["assigned_location"] == "must be a whole number"
    assert "device_user_id" in told["identification_type"]
    assert errors(problem(admin.post("people", []), 422, "refused"))[""] == "must be an object"


def test_limits_of_pages(admin: Program) -> None:
    assert "limit" in errors(problem(admin.get("people?limit=501"), 422, "refused"))
    assert "limit" in errors(problem(admin.get("people?limit=x"), 422, "refused"))
    for cursor in ("x", "WzEsIHRydWVd", "bm9uc2Vuc2U", "WzEuNSwgZmFsc2Vd", "W1tdXQ", "%C3%A9"):
        document = problem(admin.get(f"people?cursor={cursor}"), 422, "refused")
        assert "next" in errors(document)["cursor"]


def test_our_own_fault_is_told_without_saying_how(
    admin: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise OperationalError("the secret path /srv/callpoint.db is locked")

    monkeypatch.setattr(people_resource, "save_person", broken)
    answer = admin.post("people", {"device_user_id": "E9"})
    assert "secret" not in json.dumps(problem(answer, 500, "internal-error"))
    assert "POST /api/v1/organizations/acme/people failed" in caplog.text


def test_no_cookie_opens_anything(client_of: Any, people: Cast) -> None:
    problem(client_of("organization_administrator").get(f"{ACME}/people"), 401, "no-valid-token")
    assert not client_of("nobody").get(f"{ACME}/people").cookies


def test_what_is_kept_from_caches(admin: Program) -> None:
    assert "no-store" in admin.get("people").headers["Cache-Control"]
