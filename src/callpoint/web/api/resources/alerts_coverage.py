"""Coverage: who would be told of a 911 call right now, and what stands in the way of somebody being told."""

from datetime import datetime
from typing import Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from callpoint.directory.models import Building
from callpoint.directory.scopes import Scope
from callpoint.routing.alert_records import Channel, Recipient
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.documents import Id, Output
from callpoint.web.api.door import Endpoint
from callpoint.web.api.problems import FieldError, Kind, Problem
from callpoint.web.portal.alerts.coverage import Gap, Told, coverage, gaps_in

endpoint = Endpoint("Alerts", "")
PATH = "/organizations/{slug:slug}/alerts/coverage"


class CoverageAsked(BaseModel):
    """From where the call would come."""

    model_config = ConfigDict(extra="forbid")

    building: Id | None = Field(None, description="Id of a building; without it a call without a location.")


class GapDocument(Output):
    """Something that keeps people from being told."""

    level: Literal["bad", "doubtful"]
    title: str
    remedy: str


class ToldRecipient(Output):
    """Somebody who is told."""

    id: int
    name: str
    channel: Channel


class ToldDocument(Output):
    """A step: when, by which subscription and group, who. Whoever is not `on_duty` is passed over."""

    after_seconds: int
    subscription: int
    subscription_name: str
    group: str
    on_duty: bool
    recipients: list[ToldRecipient]


class CoverageDocument(Output):
    """How alerts stand at this moment. `gaps` are of the whole organization, the worst first."""

    at: datetime
    building: int | None
    told: list[ToldDocument]
    gaps: list[GapDocument]


@endpoint.get(PATH, Scope.ALERTS_READ, CoverageDocument, summary="See who would be told")
def read_coverage(request: ApiRequest, slug: str, asked: Query[CoverageAsked]) -> HttpResponse:
    """Of a 911 call by somebody, and by a trunk, that no filter names; rows count before they are published."""
    if asked.building is not None and not _is_there(request, asked.building):
        wrong = FieldError("building", "is the id of no building of the organization")
        raise Problem(Kind.REFUSED, "There is no such building.", [wrong])
    now = timezone.now()
    found = coverage(request.organization, now)
    told = [_told(step) for step in found.told(asked.building)]
    gaps = [_gap(gap) for gap in gaps_in(found, request.organization)]
    return one(CoverageDocument(at=now, building=asked.building, told=told, gaps=gaps), tagged=False)


def _is_there(request: ApiRequest, building: int) -> bool:
    return Building.objects.filter(organization=request.organization, pk=building).exists()


def _told(step: Told) -> ToldDocument:
    return ToldDocument(
        after_seconds=step.after_seconds,
        subscription=int(step.subscription.id),
        subscription_name=step.subscription.name,
        group=step.group,
        on_duty=step.on_duty,
        recipients=[_recipient(one) for one in step.recipients],
    )


def _recipient(recipient: Recipient) -> ToldRecipient:
    return ToldRecipient(id=int(recipient.id), name=recipient.name, channel=recipient.channel)


def _gap(gap: Gap) -> GapDocument:
    return GapDocument.model_validate({"level": gap.level, "title": gap.title, "remedy": gap.remedy})
