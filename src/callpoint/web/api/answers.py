"""Answers as they are sent: one object with its entity tag, or nothing."""

from django.http import HttpResponse
from pydantic import BaseModel

from callpoint.web.api.bodies import JSON
from callpoint.web.api.conditional import tag


def one(document: BaseModel, status: int = 200, location: str = "", *, tagged: bool = True) -> HttpResponse:
    """The document; `location` is the path of the object that was made. Only stored objects are `tagged`."""
    headers = {"ETag": tag(document)} if tagged else {}
    if location:
        headers["Location"] = location
    return HttpResponse(document.model_dump_json(by_alias=True), content_type=JSON, status=status, headers=headers)


def nothing() -> HttpResponse:
    """Done, and there is nothing to say (204)."""
    response = HttpResponse(status=204)
    del response.headers["Content-Type"]
    return response
