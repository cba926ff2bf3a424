"""Posts that ask for more of a form instead of saving it: another row, one row less, or a look for something.

Forms work without a script: such a post gives the page again with what was typed, and htmx takes only the piece.
"""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from callpoint.directory.access import Right
from callpoint.web.portal.page import OrganizationRequest, OrganizationView

P = ParamSpec("P")
ADD: Final = "add"
DROP: Final = "drop"
FIND: Final = "find"
PREVIEW: Final = "preview"


def saves(sent: QueryDict) -> bool:
    """Whether the post is to be saved."""
    return not any(name in sent for name in (ADD, DROP, FIND, PREVIEW))


def piece(request: OrganizationRequest) -> str:
    """The name of the piece of the page htmx asks for; "" for the whole page."""
    if not getattr(request, "htmx", False):
        return ""
    asked = (request.POST.get(name, "") for name in (ADD, FIND))
    return next((name for name in asked if name), request.POST.get(DROP, "").partition(":")[0])


def dropped(sent: QueryDict, name: str) -> int:
    """The index of the row of `name` that is to go; -1 for none."""
    asked, _colon, index = sent.get(DROP, "").partition(":")
    return int(index) if asked == name and index.isascii() and index.isdigit() and len(index) < 5 else -1


def changes_need_the_right(view: OrganizationView[P]) -> Callable[..., HttpResponse]:
    """Below `organization_page(Right.CALLS)`: a POST of somebody who may only look is answered 403."""

    @wraps(view)
    def answer(request: OrganizationRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and Right.CHANGE not in request.access.rights:
            return render(request, "web/forbidden.html", status=403)
        return view(request, *args, **kwargs)

    return answer
