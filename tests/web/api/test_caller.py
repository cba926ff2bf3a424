"""Who is let in: tokens that count, how often they may ask, and whose name is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.api.conftest import ACME, Program, ProgramOf

from callpoint.directory.editing.tokens import revoke
from callpoint.directory.models import ApiToken, Membership, acting
from callpoint.directory.tenancy import everywhere
from callpoint.web.api import caller
from callpoint.web.api.rate import Limits


def status(program: Program) -> int:
    code: int = program.get("people").status_code
    return code


def changed(program: Program, **columns: Any) -> None:
    with everywhere():
        ApiToken.objects.filter(pk=program.token.pk).update(**columns)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer cp_unknown",
        "Bearer \u00e9",
        "cp_x",
        "Bearer a b",
        "Bearer x" * 900,
    ],
)
def test_what_is_no_token(given: str, people: Cast) -> None:
    answer = Client().get(f"{ACME}/people", headers={"Authorization": given})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="callpoint"')
    assert ("invalid_token" in answer.headers["WWW-Authenticate"]) is bool(given)


def test_a_token_in_the_address_is_none(admin: Program) -> None:
    answer = Client().get(f"{ACME}/people?access_token={admin.secret}")
    assert answer.status_code == 401


def test_the_word_bearer_in_any_case(admin: Program) -> None:
    for word in ("bearer", "BEARER"):
        answer = Client().get(f"{ACME}/people", headers={"Authorization": f"{word} {admin.secret}"})
        assert answer.status_code == 200


def test_a_token_ends_when_it_was_to_end(admin: Program) -> None:
    assert status(admin) == 200
    changed(admin, expires_at=timezone.now() - timedelta(seconds=1))
    assert status(admin) == 401


def test_a_revoked_token_stops_at_once(admin: Program) -> None:
    with everywhere(), acting("test", "revoking"):
        revoke(admin.token)
    assert status(admin) == 401


def test_a_token_can_revoke_itself(admin: Program) -> None:
    assert admin.delete(f"tokens/{admin.token.pk}").status_code == 204
    assert status(admin) == 401


def test_the_tokens_of_somebody_dismissed_stop_at_once(admin: Program, people: Cast) -> None:
    with everywhere(), acting("test", "dismissing"):
        Membership.objects.get(account=people.organization_administrator).delete()
    assert status(admin) == 401


def test_the_tokens_of_a_shut_account_stop_at_once(admin: Program, people: Cast) -> None:
    people.organization_administrator.is_active = False
    people.organization_administrator.save()
    assert status(admin) == 401


def test_a_lesser_role_lessens_the_token(admin: Program, people: Cast) -> None:
    with everywhere(), acting("test", "changing"):
        role = Membership.objects.get(account=people.organization_administrator)
        role.role = Membership.Role.AUDITOR
        role.save()
    assert status(admin) == 200
    refused = admin.post("people", {"device_user_id": "E9"})
    assert refused.status_code == 403
    assert "admin@acme.example" in refused.json()["detail"]


def test_a_provider_s_token_is_worth_nothing_when_its_maker_is_none_any_more(root: Program, people: Cast) -> None:
    assert root.get("/api/v1/psaps").status_code == 200
    with everywhere(), acting("test", "dismissing"):
        Membership.objects.get(account=people.provider_administrator).delete()
    assert root.get("/api/v1/psaps").status_code == 401


def test_a_token_of_an_organization_stays_in_it_though_its_maker_serves_another(
    program_of: ProgramOf, people: Cast
) -> None:
    with everywhere(), acting("test", "appointing"):
        Membership(account=people.outsider, organization=people.acme, role="organization_administrator").save()
    theirs = program_of("outsider")
    assert theirs.get("/api/v1/organizations/other/people").status_code == 200
    assert theirs.get("people").status_code == 404


def test_use_is_noted_once_a_minute(admin: Program) -> None:
    def noted() -> Any:
        with everywhere():
            return ApiToken.objects.get(pk=admin.token.pk).last_used_at

    assert noted() is None
    status(admin)
    first = noted()
    status(admin)
    assert noted() == first
    changed(admin, last_used_at=first - timedelta(seconds=61))
    status(admin)
    assert noted() > first


def test_noting_a_use_leaves_the_patience_of_writers_as_it_was(admin: Program) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has one")
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        status(admin)
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == before > 1000


def test_too_many_requests(admin: Program, root: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(caller, "LIMITS", Limits(0.5, 3, lambda: now[0]))
    assert [status(admin) for _ in range(4)] == [200, 200, 200, 429]
    refused = admin.get("people")
    assert refused.headers["Retry-After"] == "2"
    assert refused.json()["type"] == "/api/v1/problems/too-many-requests"
    assert status(root) == 200
    now[0] += 2
    assert [status(admin) for _ in range(2)] == [200, 429]


def test_buckets_that_are_full_again_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("callpoint.web.api.rate._MOST_BUCKETS", 10)
    limits = Limits(1, 5, lambda: now[0])
    for token in range(10):
        limits.take(token)
    now[0] = 100
    limits.take(99)
    assert list(limits._buckets) == [99]


def test_a_name_that_is_long_fits_into_the_history(program_of: ProgramOf, people: Cast) -> None:
    admin = program_of("organization_administrator")
    changed(admin, name="x" * 120)
    people.organization_administrator.email = "a" * 200 + "@acme.example"
    people.organization_administrator.save()
    assert admin.patch(f"people/{people.ada.pk}", {"first_name": "Augusta"}).status_code == 200
