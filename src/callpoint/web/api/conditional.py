"""Entity tags and the conditions that name them, so that nobody overwrites what they have not seen (RFC 9110 §13)."""

import hashlib
import re
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from pydantic import BaseModel

from callpoint.web.api.problems import Kind, Problem

_TAG: Final = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')  # RFC 9110 §8.8.3
_ANY: Final = "*"


def tag(document: BaseModel) -> str:
    """A strong entity tag: documents of objects are made of stored values alone, the same bytes each time."""
    return f'"{hashlib.sha256(document.model_dump_json(by_alias=True).encode()).hexdigest()[:32]}"'


def expect(request: HttpRequest, document: BaseModel) -> None:
    """Raises `Problem` (412) when If-Match names another state than the one there is (RFC 9110 §13.1.1)."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == _ANY:
        return
    # Strong comparison: a weak tag never matches.
    if tag(document) not in {found for weak, found in _TAG.findall(given) if not weak}:
        raise Problem(Kind.CHANGED, "The object is another one than If-Match names. Read it again.")


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer to a read, or 304 when If-None-Match names it already (RFC 9110 §13.1.2)."""
    current, given = response.headers.get("ETag"), request.headers.get("If-None-Match")
    if current is None or given is None or response.status_code != 200:
        return response
    if given.strip() != _ANY and current not in {found for _weak, found in _TAG.findall(given)}:
        return response
    return HttpResponseNotModified(headers={"ETag": current})
