"""Who is ready for 911: the counts of an organization, and the whole explanation of one person."""

from typing import Literal

from django.http import HttpResponse
from django.utils import timezone
from pydantic import Field

from callpoint.directory.models import Person
from callpoint.directory.readiness.counting import Category, counts
from callpoint.directory.scopes import Scope
from callpoint.routing.explain import plan_as_json, what_a_real_call_would_do
from callpoint.routing.rehearsal import rehearse_telling
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.documents import Output
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import find
from callpoint.web.api.resources.addresses import Sentence
from callpoint.web.installation import snapshot

endpoint = Endpoint("Readiness", "Whom a 911 call would help today, and why not the others.")


class ReadinessCounts(Output):
    """How many people there are of each kind, as the worker found them."""

    people: int
    active: int = Field(description="Active people the worker has looked at.")
    categories: dict[Category, int] = Field(description="Each person is in one of them, the worst that is true.")


class ExplainedPlace(Output):
    """A location as the decision sees it."""

    civic: dict[str, str]
    formatted: str
    verdict: str
    point: tuple[float, float] | None
    method: str
    updated_at: str
    building: str
    building_id: str = Field(description="Empty for a home, and for a location that the call itself brought.")
    id: str
    note: str


class ExplainedTarget(Output):
    """Where the call would be sent; tried in order."""

    name: str
    uri: str
    kind: str


class Explanation(Output):
    """What would happen if the person dialled 911 now, as `callpoint explain --json` tells it."""

    sentence: str = Field(description="In one sentence, for people.")
    kind: str
    organization: str
    person: str
    device_user_id: str
    callback_number: str
    location_source: Literal["call", "network", "current", "assigned", "number", "none"]
    location: ExplainedPlace | None
    unusable_location: ExplainedPlace | None
    psap: str
    targets: list[ExplainedTarget]
    direct: bool = Field(description="Whether a PSAP would answer first, and not the relay center.")
    unregistered: bool
    cost: str
    currency: str
    reasons: list[Sentence]
    notified: list[str]


@endpoint.get(
    "/organizations/{slug:slug}/readiness",
    Scope.READINESS_READ,
    ReadinessCounts,
    summary="Count who is ready",
)
def read_readiness(request: ApiRequest, slug: str) -> HttpResponse:
    """Who is behind a count: `GET …/people?readiness=no_location`."""
    found = counts(request.organization, timezone.now())
    categories = {category: found[category] for category in Category}
    return one(ReadinessCounts(people=found.everybody, active=found.active, categories=categories), tagged=False)


@endpoint.get(
    "/organizations/{slug:slug}/people/{int:person_id}/explanation",
    Scope.PEOPLE_READ,
    Explanation,
    summary="Explain what would happen if a person dialled 911",
)
def explain_person(request: ApiRequest, slug: str, person_id: int) -> HttpResponse:
    """By the very decision a call would get, from the node's own snapshot: changes count once they are published."""
    person = find(Person.objects.all(), person_id)
    view = snapshot()
    plan = rehearse_telling(person.identity, slug, view, view.alert_plan(slug), timezone.now())
    sentence = f"A 911 call {what_a_real_call_would_do(plan)}."
    return one(Explanation.model_validate({"sentence": sentence, **plan_as_json(plan)}), tagged=False)
