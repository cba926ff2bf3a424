"""The door every operation has: who asks, may they, is the request well formed; then the operation, signed and scoped.

An `Endpoint` is a ninja router whose operations have that door. What an operation needs (its scope, its body's kind) is
said where it is declared, and the published description is made from the same.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, Final, Protocol, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.decorators import decorate_view
from pydantic import BaseModel

from callpoint.directory.models import acting
from callpoint.directory.models.chain import chain_of, hold
from callpoint.directory.scopes import Scope
from callpoint.directory.tenancy import everywhere, inside
from callpoint.web.api import bodies
from callpoint.web.api.caller import WHY, ApiRequest, Caller, admitted
from callpoint.web.api.conditional import unless_known
from callpoint.web.api.idempotency import key_of, once
from callpoint.web.api.problems import FieldError, Kind, Problem
from callpoint.web.api.unknown_names import did_you_mean
from callpoint.web.client_address import client_address

Run = Callable[..., HttpResponse]
Answer = type[BaseModel] | type[str]
View = TypeVar("View", bound=Callable[..., HttpResponse])
EXTENSION: Final = "x-callpoint"
"""What `description` needs of an operation: its scope, and the media type of its answer."""
WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Operation(Protocol):
    """What is read of ninja's."""

    models: list[Any]
    run: Run


class Endpoint:
    """The operations on one kind of thing; `tag` and `about` head them in the description."""

    def __init__(self, tag: str, about: str) -> None:
        self.tag = tag
        self.about = about
        self.router = Router(tags=[tag])

    def get(self, path: str, scope: Scope, answer: Answer, **said: Any) -> Callable[[View], View]:
        """Declares a read."""
        return self._declare("GET", path, scope, {200: answer}, **said)

    def post(self, path: str, scope: Scope, answer: Answer, status: int = 201, **said: Any) -> Callable[[View], View]:
        """Declares that something is made, or (another status) done."""
        return self._declare("POST", path, scope, {status: answer}, **said)

    def patch(self, path: str, scope: Scope, answer: Answer, **said: Any) -> Callable[[View], View]:
        """Declares a change of what is given and of nothing else."""
        return self._declare("PATCH", path, scope, {200: answer}, **said)

    def put(self, path: str, scope: Scope, answer: Answer, **said: Any) -> Callable[[View], View]:
        """Declares that something is brought to what is given, whatever it was."""
        return self._declare("PUT", path, scope, {200: answer}, **said)

    def delete(self, path: str, scope: Scope, **said: Any) -> Callable[[View], View]:
        """Declares a removal."""
        return self._declare("DELETE", path, scope, {204: None}, **said)

    def _declare(
        self,
        method: str,
        path: str,
        scope: Scope,
        response: Mapping[int, Answer | None],
        *,
        summary: str,
        body: str = bodies.JSON,
        produces: str = bodies.JSON,
    ) -> Callable[[View], View]:
        def declare(view: View) -> View:
            operation_id = view.__name__
            decorate_view(lambda run: _door(run, scope, body))(view)
            self.router.add_api_operation(
                path,
                [method],
                view,
                response=dict(response),
                summary=summary,
                operation_id=operation_id,
                openapi_extra={EXTENSION: {"scope": scope.value, "produces": produces}},
            )
            return view

        return declare


def _door(run: Run, scope: Scope, body: str) -> Run:
    operation: Operation = getattr(run, "__self__")  # noqa: B009 - a bound method, which the type does not tell

    @wraps(run)
    def opened(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            return _answered(request, path)
        except Problem as problem:
            return problem.response()

    def _answered(request: HttpRequest, path: Mapping[str, Any]) -> HttpResponse:
        asked = _let_in(request, scope, path.get("slug"))
        _check_form(asked, operation, body)
        with _rows_of(asked.caller), acting(asked.caller.name, WHY, client_address(request)):
            if request.method not in WRITES:
                return unless_known(request, run(request, **path))
            return _written(asked, lambda: run(request, **path))

    return opened


def _let_in(request: HttpRequest, scope: Scope, slug: str | None) -> ApiRequest:
    caller = admitted(request, scope, slug)
    asked: Any = request
    asked.caller, asked.organization = caller, caller.organization
    result: ApiRequest = asked
    return result


def _rows_of(caller: Caller) -> AbstractContextManager[None]:
    """Below no organization a provider's token reaches everything, and another one its own organization's rows."""
    if caller.organization is not None:
        return inside(caller.organization)
    return everywhere() if caller.token.organization is None else inside(caller.token.organization)


def _check_form(request: ApiRequest, operation: Operation, media_type: str) -> None:
    """Raises `Problem` for a body or for parameters that cannot be read, or that nobody reads."""
    sources = {model.__ninja_param_source__: model for model in operation.models}
    known = list(getattr(sources.get("query"), "__ninja_flatten_map__", {}))
    errors = [FieldError(name[:60], did_you_mean(name, known)) for name in request.GET if name not in known]
    for name, value in request.GET.items():
        bodies.check_text(f"{name}{value}", "The query")
    if errors:
        raise Problem(Kind.REFUSED, "The query has parameters that mean nothing here.", errors)
    if sources.keys() & {"body", "form", "file"}:
        bodies.check(request, media_type)


class _Undone(Exception):
    """Carries an answer that says no out of the transaction it rolls back."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


def _written(request: ApiRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """One transaction where the request has conditions: what they were true of is then what is changed."""
    key = key_of(request)

    def write() -> HttpResponse:
        if "If-Match" in request.headers:
            organization = request.caller.organization
            hold(chain_of(organization.pk if organization is not None else None))
        response = run()
        if response.status_code >= 400:
            raise _Undone(response)
        return response

    try:
        if key is not None:
            return once(request, request.caller, key, write)
        if "If-Match" not in request.headers:
            return run()
        with transaction.atomic():
            return write()
    except _Undone as undone:
        return undone.response
