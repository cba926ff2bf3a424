"""Each operation of the description as a stranger, without a token, and with too few scopes."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.api.conftest import Program, ProgramOf
from tests.web.api.operations import Operation, allowed_but, body_of, keys_of, operations

from callpoint.calls.models import CallRecord
from callpoint.directory.models import ApiToken, Change, FixedRoute, Organization
from callpoint.directory.scopes import Scope
from callpoint.directory.tenancy import everywhere

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(people: Cast, admin: Program) -> dict[str, Any]:
    """Acme's own objects, by the names paths use."""
    with everywhere():
        call = CallRecord.objects.create(organization=people.acme, call_id="c", started_at=timezone.now())
        route = FixedRoute.objects.get()
    return keys_of(people) | {"call": call.pk, "route_id": route.pk, "token_id": admin.token.pk}


def every() -> list[Operation]:
    found = operations()
    assert len(found) > 60
    return found


def ask(operation: Operation, path: str, secret: str | None, body: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    kind = "multipart/form-data; boundary=x" if operation.multipart else "application/json"
    extra: dict[str, Any] = {} if body is None and not operation.multipart else {"content_type": kind}
    return Client().generic(operation.method, path, body or "", headers=headers, **extra)


def test_without_a_token_nothing_is_there(keys: dict[str, Any]) -> None:
    for operation in every():
        answer = ask(operation, operation.at(keys), None, body_of(operation))
        assert answer.status_code == 401, operation
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="callpoint"'
        assert answer.json()["type"] == "/api/v1/problems/no-valid-token"


def test_a_stranger_finds_nothing_and_changes_nothing(
    keys: dict[str, Any], program_of: ProgramOf, people: Cast
) -> None:
    stranger = program_of("outsider")
    with everywhere():
        before = Change.objects.filter(organization=people.acme).count()
    for operation in every():
        answer = ask(operation, operation.at(keys), stranger.secret, body_of(operation))
        outside = 404 if operation.of_organization else 403
        if (operation.name, operation.method) == ("list_organizations", "GET"):
            assert [one["slug"] for one in answer.json()["items"]] == ["other"]
            continue
        assert answer.status_code == outside, (operation, answer.content)
    with everywhere():
        assert Change.objects.filter(organization=people.acme).count() == before


def test_what_a_stranger_hears_is_what_is_said_of_nothing(keys: dict[str, Any], program_of: ProgramOf) -> None:
    stranger = program_of("outsider")
    for operation in every():
        if operation.of_organization:
            there = ask(operation, operation.at(keys), stranger.secret, body_of(operation))
            nowhere = ask(operation, operation.at(keys | {"slug": "nobody"}), stranger.secret, body_of(operation))
            assert there.content == nowhere.content, operation


def test_another_organization_s_objects_are_not_below_one_s_own(keys: dict[str, Any], program_of: ProgramOf) -> None:
    """The stranger's own organization in the path, with acme's keys."""
    stranger = program_of("outsider")
    for operation in every():
        if not operation.of_organization or ("_id}" not in operation.path and "{call}" not in operation.path):
            continue
        body = _FITTING.get(operation.name, body_of(operation))
        answer = ask(operation, operation.at(keys | {"slug": "other"}), stranger.secret, body)
        assert answer.status_code == 404, (operation, answer.content)


_FITTING = {"put_columns": '{"mapping": {}}', "change_administrator": '{"role": "auditor"}'}


def test_with_one_scope_too_few_nothing_is_done(keys: dict[str, Any], people: Cast, root: Program) -> None:
    for operation in every():
        with everywhere():
            ApiToken.objects.filter(pk=root.token.pk).update(scopes=allowed_but(operation.scope))
        answer = ask(operation, operation.at(keys), root.secret, body_of(operation))
        assert answer.status_code == 403, (operation, answer.content)
        assert operation.scope in answer.json()["detail"]


def test_a_scope_is_worth_nothing_without_the_right_behind_it(
    keys: dict[str, Any], people: Cast, program_of: ProgramOf
) -> None:
    """A token of an auditor that claims everything, as if the account had been an administrator once."""
    auditor = program_of("auditor")
    with everywhere():
        ApiToken.objects.filter(pk=auditor.token.pk).update(scopes=[scope.value for scope in Scope])
    for operation in every():
        answer = ask(operation, operation.at(keys), auditor.secret, body_of(operation))
        reads = operation.method == "GET" or operation.name == "validate_address"
        hidden = operation.scope.startswith(("tokens", "sign-on", "provider"))
        if reads and not hidden:
            assert answer.status_code in (200, 409, 422), (operation, answer.content)
        else:
            assert answer.status_code == 403, (operation, answer.content)


def test_every_path_names_what_it_takes(keys: dict[str, Any]) -> None:
    names = {name for operation in every() for name in re.findall(r"{(\w+)}", operation.path)}
    assert names <= keys.keys()


def test_the_provider_reaches_every_organization_and_is_noted(root: Program, people: Cast) -> None:
    assert [one["slug"] for one in root.get("/api/v1/organizations").json()["items"]] == ["acme", "other"]
    root.get("people")
    root.get("buildings")
    root.get("/api/v1/organizations/other/people")
    with everywhere():
        for organization in Organization.objects.all():
            noted = Change.objects.filter(organization=organization, action="noted")
            assert [entry.after for entry in noted] == [{"entered": "as provider administrator"}]
            assert noted[0].who == "token provider_administrator's program of root@provider.example"
