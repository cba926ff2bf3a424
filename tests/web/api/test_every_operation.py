"""What holds for each operation there is, by the description: scopes, conditions, pages, HEAD."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.api.conftest import Program
from tests.web.api.operations import Operation, body_of, keys_of, operations

from callpoint.calls.models import CallRecord
from callpoint.directory.models import ApiToken, FixedRoute
from callpoint.directory.tenancy import everywhere
from callpoint.web.api.application import interface
from callpoint.web.api.description import described

pytestmark = pytest.mark.django_db

TARGETS = '{"targets": [{"uri": "sip:911@other.example"}]}'
# Bodies of changes that a document's form alone would refuse when they are empty.
FITTING = {
    "change_administrator": '{"role": "security"}',
    "change_psap": TARGETS,
    "put_relay_center": TARGETS,
    "put_columns": '{"mapping": {}}',
    "put_people": '{"items": [{"device_user_id": "E9"}]}',
}
# Reads of what is computed at that moment, or a file: there is nothing to name by a tag.
COMPUTED = {
    *("read_readiness", "explain_person", "read_shape", "read_progress", "read_rejected", "read_kept", "list_rows"),
    *("list_data_sets", "read_coverage", "read_screen_sign"),
}

COLLECTIONS = {
    said["operationId"]
    for methods in described(interface)["paths"].values()
    for said in methods.values()
    if "cursor" in {parameter["name"] for parameter in said["parameters"]}
}


@pytest.fixture
def keys(people: Cast, root: Program, admin: Program) -> dict[str, Any]:
    """Objects of acme's and of the provider's, by the names paths use."""
    with everywhere():
        call = CallRecord.objects.create(organization=people.acme, call_id="c", started_at=timezone.now())
        route = FixedRoute.objects.get()
    return keys_of(people) | {"call": call.pk, "route_id": route.pk, "token_id": admin.token.pk}


@pytest.fixture
def ask(root: Program, keys: dict[str, Any]) -> Callable[..., Any]:
    """Ask an operation of acme's or the provider's objects, as the provider's program."""

    def ask(operation: Operation, method: str = "", query: str = "", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = "multipart/form-data; boundary=x" if operation.multipart else "application/json"
        return Client(raise_request_exception=False).generic(
            method or operation.method,
            operation.at(keys) + query,
            FITTING.get(operation.name, body_of(operation) or ""),
            content_type=kind,
            headers={"Authorization": f"Bearer {root.secret}"} | named,
        )

    return ask


def reads() -> list[Operation]:
    return [operation for operation in operations() if operation.method == "GET"]


def is_collection(operation: Operation) -> bool:
    return operation.name in COLLECTIONS


def test_the_scope_that_is_named_is_enough(ask: Callable[..., Any], root: Program) -> None:
    for operation in operations():
        with everywhere():
            ApiToken.objects.filter(pk=root.token.pk).update(scopes=[operation.scope.value])
        answer = ask(operation)
        assert answer.status_code not in (401, 403, 405, 500), (operation, answer.content)


def test_reading_takes_no_scope_to_write() -> None:
    for operation in operations():
        writes = operation.scope.endswith(":write")
        assert writes is (operation.method != "GET" and operation.name != "validate_address"), operation


def test_every_object_has_a_tag_and_is_not_sent_to_who_has_it(ask: Callable[..., Any], published: object) -> None:
    seen = 0
    for operation in reads():
        if operation.name in COMPUTED or is_collection(operation):
            continue
        answer = ask(operation)
        assert answer.status_code == 200, (operation, answer.content)
        tag = answer.headers["ETag"]
        assert ask(operation).headers["ETag"] == tag, operation
        known = ask(operation, If_None_Match=f'"other", {tag}')
        assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", tag), operation
        assert ask(operation, If_None_Match='"other"').content == answer.content, operation
        seen += 1
    assert seen > 18


def test_what_is_computed_has_no_tag(ask: Callable[..., Any], published: object) -> None:
    for operation in reads():
        if operation.name in COMPUTED or is_collection(operation):
            answer = ask(operation)
            assert answer.status_code in (200, 409), (operation, answer.content)
            assert "ETag" not in answer.headers, operation


def test_no_object_is_changed_or_removed_by_who_has_seen_another(ask: Callable[..., Any]) -> None:
    by_path = {operation.path: operation for operation in reads()}
    for operation in operations():
        if operation.method not in ("PATCH", "PUT", "DELETE"):
            continue
        read = by_path.get(operation.path)
        before = ask(read).content if read is not None else None
        for given in ('"other"', 'W/"other"', ""):
            answer = ask(operation, If_Match=given)
            assert answer.status_code == 412, (operation, given, answer.content)
        if read is not None:
            assert ask(read).content == before, operation


def test_every_collection_is_walked_page_by_page(ask: Callable[..., Any]) -> None:
    walked = 0
    for operation in reads():
        if not is_collection(operation):
            continue
        everything = ask(operation, query="?limit=500").json()
        assert everything["next"] is None, operation
        items: list[Any] = []
        query = "?limit=1"
        for _turn in range(len(everything["items"]) or 1):
            answer = ask(operation, query=query)
            page = answer.json()
            assert len(page["items"]) <= 1
            items += page["items"]
            link = answer.headers.get("Link")
            assert link == (f'<{page["next"]}>; rel="next"' if page["next"] else None), operation
            if page["next"]:
                assert urlsplit(page["next"]).path == urlsplit(answer.request["PATH_INFO"]).path
                assert parse_qs(urlsplit(page["next"]).query)["limit"] == ["1"]
                query = "?" + urlsplit(page["next"]).query
        assert page["next"] is None, operation
        assert items == _as_walked(everything["items"], items), operation
        walked += 1
    assert walked > 14


def _as_walked(everything: list[Any], items: list[Any]) -> list[Any]:
    """All of them, but for when a token was last used, which asking itself moves."""
    assert len(everything) == len(items)
    return [
        whole | {"last_used_at": one["last_used_at"]} if "last_used_at" in whole else whole
        for whole, one in zip(everything, items, strict=True)
    ]


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=501", "limit=x", "limit=1.5", "limit=", "cursor=x", "cursor=" + "A" * 201),
        # [], [1, 0], ["1", false], [-1, false]: cursors are [number, newest first]
        *("cursor=W10", "cursor=WzEsIDBd", "cursor=WyIxIiwgZmFsc2Vd", "cursor=Wy0xLCBmYWxzZV0"),
        *("unheard=1", "offset=1"),
    ],
)
def test_no_collection_takes_a_page_that_is_none(ask: Callable[..., Any], query: str) -> None:
    for operation in reads():
        if is_collection(operation):
            answer = ask(operation, query=f"?{query}")
            assert answer.status_code == 422, (operation, answer.content)
            assert [one["field"] for one in answer.json()["errors"]] == [query.partition("=")[0]], operation


def test_head_is_every_read_without_its_content(ask: Callable[..., Any], published: object) -> None:
    for operation in reads():
        read, head = ask(operation), ask(operation, "HEAD")
        assert (head.status_code, head.content) == (read.status_code, b""), operation
        assert head.headers["Content-Type"] == read.headers["Content-Type"], operation
        if read.status_code == 200 and operation.name not in COMPUTED and "token" not in operation.name:
            assert head.headers["Content-Length"] == str(len(read.content)), operation


def test_a_method_that_is_none_is_answered_with_those_there_are(ask: Callable[..., Any]) -> None:
    by_path: dict[str, set[str]] = {}
    for operation in operations():
        by_path.setdefault(operation.path, set()).add(operation.method)
    for operation in operations():
        methods = by_path[operation.path] | ({"HEAD"} if "GET" in by_path[operation.path] else set())
        answer = ask(operation, "TRACE")
        assert answer.status_code == 405, operation
        assert answer.headers["Allow"] == ", ".join(sorted(methods)), operation
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_what_is_not_there_is_not_found_by_any_operation(root: Program, keys: dict[str, Any]) -> None:
    nobody = {name: 987_654_321 for name in keys if name != "slug"} | {"slug": "acme"}
    for operation in operations():
        if "_id}" not in operation.path and "{call}" not in operation.path and "{number}" not in operation.path:
            continue
        body = FITTING.get(operation.name, body_of(operation))
        answer = root.ask(operation.method, operation.at(nobody), body)
        assert answer.status_code == 404, (operation, answer.content)
        assert answer.json()["type"] == "/api/v1/problems/not-found"
