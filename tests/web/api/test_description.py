"""The published description, as people and generators read it."""

import json
from typing import Any

import pytest
from django.test import Client
from ninja.openapi.schema import OpenAPISchema
from tests.directory.cast import Cast
from tests.web.api.operations import description, operations

from callpoint.directory.scopes import SCOPES
from callpoint.web.api.application import interface
from callpoint.web.api.description import described

pytestmark = pytest.mark.django_db


def test_it_needs_no_token_and_is_known_by_its_tag() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json()["openapi"].startswith("3.1")
    again = Client().get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_everything_has_a_name_and_words_for_people() -> None:
    found = description()
    names = [operation.name for operation in operations()]
    assert len(names) == len(set(names))
    for path, methods in found["paths"].items():
        for said in methods.values():
            assert said["summary"], path
            assert len(said["description"]) > 40, path
            assert said["tags"][0] in {tag["name"] for tag in found["tags"]}, path
    for name, schema in found["components"]["schemas"].items():
        assert schema.get("description") or "enum" in schema, name


def test_every_scope_is_needed_somewhere() -> None:
    assert {operation.scope for operation in operations()} == set(SCOPES)


def test_every_error_is_declared_as_a_problem_document() -> None:
    for path, methods in description()["paths"].items():
        for method, said in methods.items():
            errors = {status: answer for status, answer in said["responses"].items() if status >= "400"}
            assert {"401", "403", "404", "422", "429", "500", "default"} <= errors.keys(), path
            assert ("412" in errors) is (method != "get"), path
            assert ("413" in errors) is ("requestBody" in said), path
            assert all(list(answer["content"]) == ["application/problem+json"] for answer in errors.values()), path


def test_writes_take_idempotency_keys_and_conditions() -> None:
    for path, methods in description()["paths"].items():
        for method, said in methods.items():
            headers = {parameter["name"] for parameter in said["parameters"] if parameter["in"] == "header"}
            assert ("Idempotency-Key" in headers) is (method != "get"), path
            assert ("If-Match" in headers) is (method in ("put", "patch", "delete")), path


def test_two_documents_never_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """ninja would keep the later of the two and say nothing."""
    seen: dict[str, str] = {}

    def add(self: OpenAPISchema, definitions: dict[str, Any]) -> None:
        for name, definition in definitions.items():
            text = json.dumps(definition, sort_keys=True)
            assert seen.setdefault(name, text) == text, name
        self.schemas.update(definitions)

    monkeypatch.setattr(OpenAPISchema, "add_schema_definitions", add)
    assert described(interface)["paths"]
    assert len(seen) > 40


@pytest.mark.parametrize("page", ["/api/v1/docs", "/api/v1/problems/"])
def test_pages_for_people_need_no_token(page: str, people: Cast) -> None:
    assert Client().get(page).status_code == 200


def test_each_type_leads_to_its_page(people: Cast) -> None:
    types = description()["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
    assert len(types) > 10
    for one in types:
        page = Client().get(one)
        assert page.status_code == 200
        assert one in page.content.decode()
    assert Client().get("/api/v1/problems/nonsense").status_code == 404


def test_the_browsable_page_brings_everything_from_here(people: Cast) -> None:
    page = Client().get("/api/v1/docs").content.decode()
    assert "/static/ninja/swagger-ui-bundle.js" in page
    assert "//cdn" not in page
    for name in ("ninja/swagger-ui-bundle.js", "ninja/swagger-ui.css", "web/api.js", "web/api.css"):
        assert Client().get(f"/static/{name}").status_code == 200
