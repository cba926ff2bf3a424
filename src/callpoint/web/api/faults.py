"""Whatever an operation raises, as a problem document."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError, ValidationErrorContext
from pydantic import BaseModel

from callpoint.directory.editing.refused import Refused
from callpoint.web.api.located import located
from callpoint.web.api.problems import FieldError, Kind, Problem, from_refused
from callpoint.web.api.unknown_names import did_you_mean

logger = logging.getLogger(__name__)
IN_PATH: Final = "(path)"
"""Stands for a part of the address: what is wrong there is simply not found."""
_MOST_ERRORS: Final = 100
_SENTENCES: Final = {
    "missing": "is missing",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "float_type": "must be a number",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}


def handle(api: NinjaAPI) -> None:
    """Teach the interface to answer with problem documents and nothing else."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(Http404, lambda request, error: Problem(Kind.NOT_FOUND).response())
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(OperationalError, _fault)
    api.add_exception_handler(Exception, _fault)


def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    problem: Problem = error
    return problem.response()


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return Problem(Kind.REFUSED, "Nothing was written.", from_refused(error)).response()


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    """Raised by ninja itself, for a form or body it cannot read; a problem of our parser lies beneath."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__.response()
    return Problem(Kind.MALFORMED, str(error)).response()


def _fault(request: HttpRequest, error: Any) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return Problem(Kind.OURS).response()


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    listed: list[FieldError] = error.errors
    if any(one.field == IN_PATH for one in listed):
        return Problem(Kind.NOT_FOUND).response()
    return Problem(Kind.REFUSED, "Nothing was written.", listed).response()


def field_errors(contexts: Sequence[ValidationErrorContext[Any]]) -> Iterator[FieldError]:
    """What pydantic found in path, query, form and body, under the names of whoever sent it."""
    for context in contexts:
        source = context.model.__ninja_param_source__
        for error in context.pydantic_validation_error.errors(include_url=False)[:_MOST_ERRORS]:
            yield _told(source, context.model, error)


def _told(source: str, model: type[BaseModel], error: Any) -> FieldError:
    if source == "path":
        return FieldError(IN_PATH, "")
    place = error["loc"]
    if source == "body":
        (name, *place) = place  # what our function calls its body, which nobody outside knows
        field, known = located(model.model_fields[name].annotation, place)
    else:
        field, known = located(model, place)
        field = field.rpartition(".")[2]
    if error["type"] == "extra_forbidden":
        return FieldError(field, did_you_mean(str(place[-1]), known))
    return FieldError(field, _SENTENCES.get(error["type"]) or error["msg"])
