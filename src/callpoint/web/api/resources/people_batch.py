"""Many people at once, for programs that keep another system and this one alike (Agent Setup, a directory)."""

from typing import Annotated, Final

from django.http import HttpResponse
from pydantic import Field

from callpoint.directory.editing.people_at_once import Outcome as What
from callpoint.directory.editing.people_at_once import save_people
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Person
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.documents import Input, Output, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.problems import Kind, Problem, from_refused
from callpoint.web.api.resources.people import PersonValues

endpoint = Endpoint("People", "")
MOST: Final = 1000
MOST_ERRORS: Final = 1000


class Batch(Input):
    """Each of `items` is the person of its `device_user_id`, or (without one) of its `phone_number`."""

    items: Annotated[list[PersonValues], Field(min_length=1, max_length=MOST)]


class Outcome(Output):
    """What became of one item."""

    id: int
    device_user_id: str | None
    phone_number: str | None
    outcome: What


class BatchAnswer(Output):
    """Counts, and the items in the order they were sent."""

    created: int
    changed: int
    unchanged: int
    items: list[Outcome]


@endpoint.put(
    "/organizations/{slug:slug}/people:batch",
    Scope.PEOPLE_WRITE,
    BatchAnswer,
    summary="Add or change up to 1,000 people at once",
)
def put_people(request: ApiRequest, slug: str, batch: Batch) -> HttpResponse:
    """All of them or none: with one wrong item nothing is written, and `errors` names each (`items.3.email`).
    People who are not in the list stay as they are; fields that are not given stay as they are."""
    if "If-Match" in request.headers:  # RFC 9110 §13.1.1: of what has no representation no tag is ever true
        raise Problem(Kind.CHANGED, "Many people at once have no ETag; send If-Match with each person on their own.")
    try:
        saved = save_people(request.organization, [texts(item) for item in batch.items])
    except Refused as error:
        listed = from_refused(error, "items")
        told = f"{len(listed)} values are wrong; nothing was written."
        raise Problem(Kind.REFUSED, told, listed[:MOST_ERRORS]) from error
    outcomes = [_outcome(person, outcome) for person, outcome in saved]
    counts = {what: sum(one.outcome == what for one in outcomes) for what in ("created", "changed", "unchanged")}
    return one(BatchAnswer(items=outcomes, **counts), tagged=False)


def _outcome(person: Person, outcome: What) -> Outcome:
    return Outcome(
        id=person.pk, device_user_id=person.device_user_id, phone_number=person.phone_number, outcome=outcome
    )
