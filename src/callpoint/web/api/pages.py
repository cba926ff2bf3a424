"""What is read of the interface by people: its description, browsable, and a page for each kind of problem."""

from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_safe

from callpoint.web.api.application import interface
from callpoint.web.api.bodies import JSON
from callpoint.web.api.description import described, written
from callpoint.web.api.problems import TOLD, Kind


@cache
def _description() -> tuple[bytes, str]:
    """The description as it is served, and its entity tag: it is the same as long as the program runs."""
    return written(described(interface))


def _tag(request: HttpRequest) -> str:
    return quote_etag(_description()[1])


@require_safe
@condition(etag_func=_tag)
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description, for everybody: it says nothing of this installation."""
    return HttpResponse(_description()[0], content_type=JSON)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description to read and try out."""
    return render(request, "web/api/docs.html", {"title": interface.title})


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every kind of problem."""
    return render(request, "web/api/problems.html", {"kinds": [_page_of(kind) for kind in Kind]})


@require_safe
def problem(request: HttpRequest, kind: str) -> HttpResponse:
    """What a problem's `type` leads to."""
    if kind not in list(Kind):
        raise Http404
    return render(request, "web/api/problem.html", _page_of(Kind(kind)))


def _page_of(kind: Kind) -> dict[str, Any]:
    told = TOLD[kind]
    return {
        "kind": kind.value,
        "status": told.status.value,
        "title": told.title,
        "why": told.why,
        "remedy": told.remedy,
    }
