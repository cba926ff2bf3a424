"""What the resources of alerting have in common: who sees secrets, and answers that show something this once."""

from typing import Annotated

from django.http import HttpResponse
from pydantic import BaseModel, Field

from callpoint.directory.access import Right, access_for
from callpoint.directory.scopes import Scope
from callpoint.notices.editing.references import MOST
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import tag
from callpoint.web.api.documents import Id

Ids = Annotated[list[Id], Field(max_length=MOST)]
# The rules take a list as lines: what holds a line break would be read as two.
Entry = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f\x85\u2028\u2029]*$")]
Entries = Annotated[list[Entry], Field(max_length=MOST)]


def may_change(request: ApiRequest) -> bool:
    """Whether the token may change what it reads: only such a one is shown the URL of a webhook in full."""
    token = request.caller.token
    if Scope.ALERTS_WRITE not in token.scopes:
        return False
    access = access_for(token.account, request.organization.slug)
    return access is not None and Right.CHANGE in access.rights


def shown_once(document: BaseModel, stored: BaseModel, location: str) -> HttpResponse:
    """The answer (201) to making something with a secret in it, under the tag of what is `stored`, without it."""
    response = one(document, 201, location, tagged=False)
    response.headers["ETag"] = tag(stored)
    return response
