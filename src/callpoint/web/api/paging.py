"""Collections page by page, by the key of the last one seen: nothing is shown twice or left out when others write."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, ConfigDict, Field

from callpoint.web.api.bodies import JSON
from callpoint.web.api.documents import LARGEST_ID, Listed
from callpoint.web.api.problems import FieldError, Kind, Problem

Row = TypeVar("Row", bound=Model)
DEFAULT: Final = 100
MOST: Final = 500
_BAD_CURSOR: Final = "is none of ours; take it from the `next` link of the page before"


class Paging(BaseModel):
    """How every collection is asked for."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many at most.")] = DEFAULT
    cursor: Annotated[str, Field(max_length=200, description="From the `next` link of the page before.")] = ""


def page(
    request: HttpRequest,
    rows: QuerySet[Row],
    paging: Paging,
    shown: Callable[[Row], BaseModel],
    *,
    key: str = "pk",
    newest_first: bool = False,
) -> HttpResponse:
    """The rows behind the cursor in the order of `key` (a unique number), with `next` in the body and in Link.

    Raises `Problem` (422) for a cursor that was not made here, for this order.
    """
    if paging.cursor:
        last = _read(paging.cursor, newest_first)
        rows = rows.filter(**{f"{key}__lt" if newest_first else f"{key}__gt": last})
    found = list(rows.order_by(f"-{key}" if newest_first else key)[: paging.limit + 1])
    kept = found[: paging.limit]
    onward = None
    if len(found) > len(kept):
        onward = _link(request, _written(getattr(kept[-1], key), newest_first))
    document = Listed[Any](items=[shown(row) for row in kept], next=onward)
    headers = {"Link": f'<{onward}>; rel="next"'} if onward else {}  # RFC 8288 §3
    return HttpResponse(document.model_dump_json(by_alias=True), content_type=JSON, headers=headers)


def _link(request: HttpRequest, cursor: str) -> str:
    query = request.GET.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _written(last: int, newest_first: bool) -> str:
    return base64.urlsafe_b64encode(json.dumps([last, newest_first]).encode()).decode().rstrip("=")


def _read(cursor: str, newest_first: bool) -> int:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        last, order = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise _not_ours() from error
    if type(last) is not int or order is not newest_first or not 0 <= last <= LARGEST_ID:
        raise _not_ours()
    return last


def _not_ours() -> Problem:
    return Problem(Kind.REFUSED, "The cursor cannot be read.", [FieldError("cursor", _BAD_CURSOR)])
