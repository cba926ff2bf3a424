"""Around every view of the interface: HEAD is answered as GET, and what Django or ninja say is said as a problem."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from callpoint.web.api.problems import MEDIA_TYPE, Kind, Problem

View = Callable[..., HttpResponseBase]


def doorway(view: View) -> View:
    """The view with its errors as problem documents. There are no cookies here, so there is nothing to forge."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        head = request.method == "HEAD"
        if head:
            request.method = "GET"  # RFC 9110 §9.3.2: the same without content
        response = view(request, *args, **kwargs)
        if response.status_code == 405 and response.headers.get("Content-Type") != MEDIA_TYPE:
            response = Problem(Kind.METHOD, headers={"Allow": _allowed(response)}).response()
        if head and isinstance(response, HttpResponse):
            length = str(len(response.content))
            response.content = b""
            response.headers["Content-Length"] = length
        return response

    return answer


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Every address below the interface's that is none of its."""
    return Problem(Kind.NOT_FOUND, f"There is no {request.path[:200]} in this interface.").response()


def _allowed(response: HttpResponseBase) -> str:
    """In a fixed order, with HEAD where there is GET."""
    methods = {method.strip() for method in response.headers.get("Allow", "").split(",")} - {""}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
