"""A client for programs: tokens of the cast, and requests as JSON."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.conftest import client_of, data, fast_hasher, people, published

from callpoint.directory.access import Right, access_for
from callpoint.directory.editing.tokens import make_token
from callpoint.directory.models import ApiToken, acting
from callpoint.directory.scopes import allowable
from callpoint.directory.tenancy import everywhere
from callpoint.web.api import caller, idempotency
from callpoint.web.api.rate import Limits

__all__ = ["client_of", "data", "fast_hasher", "people", "published"]

ACME = "/api/v1/organizations/acme"


@dataclass
class Program:
    """A program with a token. Bodies and answers are JSON values; `headers` go with each request."""

    secret: str
    token: ApiToken

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The response; a `path` that begins with / is whole, another one is below acme's."""
        target = path if path.startswith("/") else f"{ACME}/{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        extra: dict[str, Any] = {} if body is None else {"data": text, "content_type": "application/json"}
        client = Client(raise_request_exception=False)
        return client.generic(method, target, headers={"Authorization": f"Bearer {self.secret}"} | named, **extra)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, **headers)


ProgramOf = Callable[..., Program]


def program(people: Cast, name: str, *scopes: str, provider: bool = False) -> Program:
    """A program of one of the cast with these scopes, or all its account may give."""
    account = getattr(people, name)
    organization = None if provider else people.other if name == "outsider" else people.acme
    with everywhere(), acting("test", "making a token"):
        if organization is None:
            may = allowable(Right, provider=True)
        else:
            access = access_for(account, organization.slug)
            assert access is not None
            may = allowable(access.rights, provider=False)
        until = timezone.now() + timedelta(days=1)
        token, secret = make_token(account, organization, f"{name}'s program", scopes or may, until)
    return Program(secret, token)


@pytest.fixture
def program_of(people: Cast) -> ProgramOf:
    """Make a program of one of the cast; see `program`."""
    return lambda name, *scopes, provider=False: program(people, name, *scopes, provider=provider)


@pytest.fixture
def admin(program_of: ProgramOf) -> Program:
    """A program of acme's administrator that may do everything there."""
    return program_of("organization_administrator")


@pytest.fixture
def root(program_of: ProgramOf) -> Program:
    """A program of the provider that may do everything."""
    return program_of("provider_administrator", provider=True)


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the process remembers of requests: nothing, and no limit that a test does not set."""
    monkeypatch.setattr(caller, "LIMITS", Limits(1e9, 10**9))
    caller._entered.clear()
    yield
    assert not idempotency._under_way, "a key is still held though nobody is answering"
