"""Many people at once, for programs that keep another system and this one alike (Agent Setup, a directory)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal

from django.db import transaction
from django.http import HttpResponse
from pydantic import Field

from callpoint.directory.bulk import batched
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Organization, Person
from callpoint.directory.models.chain import chain_of, hold
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.documents import Input, Output, texts, typed
from callpoint.web.api.door import Endpoint
from callpoint.web.api.problems import FieldError, Kind, Problem, from_refused
from callpoint.web.api.resources.people import PersonValues, written

endpoint = Endpoint("People", "")
MOST: Final = 1000
What = Literal["created", "changed", "unchanged"]
_MOST_ERRORS: Final = 1000


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
    errors: list[FieldError] = []
    outcomes: list[Outcome] = []
    with transaction.atomic():
        hold(chain_of(request.organization.pk))
        known = _known(request.organization, batch.items)
        for number, item in enumerate(batch.items):
            try:
                outcomes.append(_put(request, item, known))
            except Refused as error:
                errors += from_refused(error, f"items.{number}")
        if errors:
            raise Problem(Kind.REFUSED, f"{len(errors)} values are wrong; nothing was written.", errors[:_MOST_ERRORS])
    counts = {what: sum(one.outcome == what for one in outcomes) for what in ("created", "changed", "unchanged")}
    return one(BatchAnswer(items=outcomes, **counts), tagged=False)


Known = dict[tuple[str, str], Person | None]
"""People by what identifies them; None once the list has named them."""


def _put(request: ApiRequest, item: PersonValues, known: Known) -> Outcome:
    field, identity = _identity(item)
    if not identity:
        raise Refused({"device_user_id": ["is missing, and so is phone_number; give one to say who it is"]})
    person = known.get((field, identity))
    if person is None and (field, identity) in known:
        raise Refused({field: [f"{identity!r} stands in the list twice; send each person once"]})
    known[field, identity] = None
    if person is not None and _is_so(person, texts(item)):
        return _outcome(person, "unchanged")
    before = person.values() if person is not None else None
    saved = written(request, item, person)
    if before is None:
        return _outcome(saved, "created")
    return _outcome(saved, "unchanged" if saved.values() == before else "changed")


def _is_so(person: Person, fields: Mapping[str, str]) -> bool:
    """Whether all that is given is stored already: most of what a nightly synchronisation sends."""
    places = ("assigned_location", "current_location")
    return all(
        text == typed(getattr(person, f"{name}_id" if name in places else name)) for name, text in fields.items()
    )


def _outcome(saved: Person, outcome: What) -> Outcome:
    return Outcome(id=saved.pk, device_user_id=saved.device_user_id, phone_number=saved.phone_number, outcome=outcome)


def _identity(item: PersonValues) -> tuple[str, str]:
    return ("device_user_id", item.device_user_id) if item.device_user_id else ("phone_number", item.phone_number or "")


def _known(organization: Organization, items: Sequence[PersonValues]) -> Known:
    wanted = {_identity(item) for item in items}
    ids = [value for field, value in wanted if field == "device_user_id"]
    numbers = [value for field, value in wanted if field == "phone_number" and value]
    rows = Person.objects.filter(organization=organization)
    found: Known = {}
    for piece in batched(ids):
        found |= {("device_user_id", str(row.device_user_id)): row for row in rows.filter(device_user_id__in=piece)}
    for piece in batched(numbers):
        found |= {("phone_number", str(row.phone_number)): row for row in rows.filter(phone_number__in=piece)}
    return found
