"""Onsite screens: which there are, whether they are alive, making one (its token is shown once), revoking one."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.directory.models.chain import chain_of, hold
from callpoint.directory.scopes import Scope
from callpoint.notices.editing.screens import make_screen, revoke_screen, save_screen
from callpoint.notices.models import Screen, ScreenSign
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Input, Line, Listed, Output, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.api.resources.alerts import Ids, shown_once
from callpoint.web.streams import onsite_link

endpoint = Endpoint("Screens", "Installations of Onsite, in a browser or as a program.")
PATH = "/organizations/{slug:slug}/screens"
ONE = "/organizations/{slug:slug}/screens/{int:screen_id}"


class ScreenValues(Input):
    """What can be said of a screen. What is not given stays as it is."""

    name: Line = Field("", examples=["Gate 2"])
    language: Line = Field("", description="`en` or `fr-ca`; empty: the organization's.")
    buildings: Ids = Field(default_factory=list, description="It shows only calls from these; none: from everywhere.")


class NewScreen(ScreenValues):
    """A screen with its name."""

    name: Line


class ScreenDocument(Output):
    """A screen. Its token is shown once, when it is made, and never again."""

    id: int
    name: str
    start: str = Field(description="How the token begins, to tell tokens apart.")
    language: str
    buildings: list[int]
    created_at: datetime
    revoked_at: datetime | None


class ScreenMade(ScreenDocument):
    """A screen that was made just now, with what lets it in."""

    token: str = Field(description="For a program: `Authorization: Bearer …`.")
    link: str = Field(description="For a browser: to be opened on the screen once.")


class ScreenSignDocument(Output):
    """A screen's last sign of life; `at` is null for one that never was seen."""

    connected: bool
    at: datetime | None
    program: str
    origin: str
    volume_checked_at: datetime | None


def screen_document(screen: Screen) -> ScreenDocument:
    """The document of a row."""
    names = ScreenDocument.model_fields.keys() - {"id"}
    return ScreenDocument(id=screen.pk, **{name: getattr(screen, name) for name in names})


@endpoint.get(PATH, Scope.ALERTS_READ, Listed[ScreenDocument], summary="List screens")
def list_screens(request: ApiRequest, slug: str, asked: Query[Paging]) -> HttpResponse:
    """Also those that are revoked."""
    return page(request, _rows(request), asked, screen_document)


@endpoint.post(PATH, Scope.ALERTS_WRITE, ScreenMade, summary="Add a screen")
def add_screen(request: ApiRequest, slug: str, values: NewScreen) -> HttpResponse:
    """Its token is in the answer, and nowhere else."""
    buildings = [str(key) for key in values.buildings]
    screen, token = make_screen(request.organization, texts(values, "buildings"), buildings)
    stored = screen_document(screen)
    made = ScreenMade(**stored.model_dump(), token=token, link=onsite_link(token))
    return shown_once(made, stored, below(request.organization, "screens", screen.pk))


@endpoint.get(ONE, Scope.ALERTS_READ, ScreenDocument, summary="Read a screen")
def read_screen(request: ApiRequest, slug: str, screen_id: int) -> HttpResponse:
    """Never with its token."""
    return one(screen_document(find(_rows(request), screen_id)))


@endpoint.get(ONE + "/sign", Scope.ALERTS_READ, ScreenSignDocument, summary="Read a screen's sign of life")
def read_screen_sign(request: ApiRequest, slug: str, screen_id: int) -> HttpResponse:
    """Whether it is connected, and since when it is or is not."""
    sign = ScreenSign.objects.filter(screen=find(_rows(request), screen_id)).first()
    if sign is None:
        never = ScreenSignDocument(connected=False, at=None, program="", origin="", volume_checked_at=None)
        return one(never, tagged=False)
    values = {name: getattr(sign, name) for name in ScreenSignDocument.model_fields}
    return one(ScreenSignDocument(**values), tagged=False)


@endpoint.patch(ONE, Scope.ALERTS_WRITE, ScreenDocument, summary="Change a screen")
def change_screen(request: ApiRequest, slug: str, screen_id: int, values: ScreenValues) -> HttpResponse:
    """Only the fields that are given; its token stays."""
    with transaction.atomic():
        hold(chain_of(request.organization.pk))  # what is not given must not bring back what somebody changes just now
        screen = find(_rows(request), screen_id)
        stored = screen_document(screen)
        expect(request, stored)
        after = stored.model_dump() | values.model_dump(exclude_unset=True)
        fields = {name: after[name] for name in ("name", "language")}
        save_screen(screen, fields, [str(key) for key in after["buildings"]])
    return one(screen_document(screen))


@endpoint.delete(ONE, Scope.ALERTS_WRITE, summary="Revoke a screen")
def delete_screen(request: ApiRequest, slug: str, screen_id: int) -> HttpResponse:
    """It is shown nothing from now on, and stays in the list."""
    screen = find(_rows(request), screen_id)
    expect(request, screen_document(screen))
    revoke_screen(screen)
    return nothing()


def _rows(request: ApiRequest) -> QuerySet[Screen]:
    return Screen.objects.filter(organization=request.organization)
