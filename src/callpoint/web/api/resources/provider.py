"""What belongs to the whole installation: the provider, the relay center, PSAPs, routes, data sets."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from callpoint.datasets.catalogue import Catalogue
from callpoint.directory.address_desk import DATASETS
from callpoint.directory.editing.provider import (
    MOST_TARGETS,
    remove_psap,
    remove_route,
    save_provider,
    save_psap,
    save_relay_center,
    save_route,
)
from callpoint.directory.models import FixedRoute, Provider, Psap, Target
from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import nothing, one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Input, Line, Listed, Output, texts
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import API, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.api.resources.organizations import Fee

endpoint = Endpoint("Provider", "What belongs to the whole installation; for tokens of the provider.")
PSAP: Final = "/psaps/{int:psap_id}"
ROUTE: Final = "/routes/{int:route_id}"


class TargetValues(Input):
    """Where a call is sent. `i3` takes a location with the call, `carrier` gets plain 911."""

    uri: Line = Field(examples=["sip:911@psap.example.net"])
    profile: Target.Profile = Field(Target.Profile.I3, strict=False)


Targets = Annotated[list[TargetValues], Field(max_length=MOST_TARGETS, description="Tried in this order.")]


class TargetDocument(Output):
    """A target as stored."""

    uri: str
    profile: Target.Profile


class ProviderValues(Input):
    """The provider's settings. What is not given stays as it is.

    Whether administrators need a second factor is set on the page alone, by somebody who has just proved who they are.
    """

    name: Line = ""
    provider_id: Line = ""
    unregistered_fee: Fee = "100.00"
    currency: Line = "USD"


class ProviderDocument(Output):
    """The settings as stored."""

    name: str
    provider_id: str
    unregistered_fee: Decimal
    currency: str
    second_factor_required: bool


class RelayCenter(Output):
    """Who answers when nobody else can."""

    targets: list[TargetDocument]


class RelayCenterValues(Input):
    """The whole of the relay center."""

    targets: Targets


class PsapValues(Input):
    """A PSAP's targets. It is the operator's from then on, whatever a boundary publishes."""

    targets: Targets
    callback_networks: list[Line] = Field(
        default_factory=list, max_length=200, description="Where it calls back from, besides the hosts of its targets."
    )


class NewPsap(PsapValues):
    """A PSAP; its name never changes."""

    name: Line


class PsapDocument(Output):
    """A PSAP as stored."""

    id: int
    name: str
    source: str = Field(description="Empty for one set up by hand, else where it comes from.")
    targets: list[TargetDocument]
    callback_networks: list[str]


class RouteValues(Input):
    """All of an area goes to one PSAP; the most specific route wins."""

    country: Line = Field(examples=["US"])
    a1: Line = Field("", description="State or province; empty: all of the country.", examples=["VT"])
    a3: Line = Field("", description="City or town; empty: all of the state.")
    psap: Line = Field(description="The name of a PSAP.")


class RouteChange(Input):
    """Another area or another PSAP. What is not given stays as it is."""

    country: Line = ""
    a1: Line = Field("", description="Empty: all of the country.")
    a3: Line = Field("", description="Empty: all of the state.")
    psap: Line = Field("", description="The name of a PSAP.")


class RouteDocument(Output):
    """A fixed route as stored."""

    id: int
    country: str
    a1: str
    a3: str
    psap: str


class DataSetDocument(Output):
    """A loaded data set. They are loaded from the command line: `callpoint data load`."""

    kind: Literal["address-points", "roads", "psaps"]
    name: str
    version: str
    source: str
    loaded_at: str
    counts: dict[str, int]
    complete: bool
    sample: bool
    attribution: str


class DataSets(Output):
    """All of them, and what keeps others from being read."""

    items: list[DataSetDocument]
    problems: list[str]


@endpoint.get("/provider", Scope.PROVIDER_READ, ProviderDocument, summary="Read the provider's settings")
def read_provider(request: ApiRequest) -> HttpResponse:
    """Name, fee, and whether administrators need a second factor."""
    return one(_provider(Provider.objects.first() or Provider()))


@endpoint.patch("/provider", Scope.PROVIDER_WRITE, ProviderDocument, summary="Change the provider's settings")
def change_provider(request: ApiRequest, values: ProviderValues) -> HttpResponse:
    """Only the fields that are given."""
    expect(request, _provider(Provider.objects.first() or Provider()))
    return one(_provider(save_provider(texts(values))))


@endpoint.get("/relay-center", Scope.PROVIDER_READ, RelayCenter, summary="Read the relay center")
def read_relay_center(request: ApiRequest) -> HttpResponse:
    """Its targets in the order they are tried."""
    return one(_relay_center())


@endpoint.put("/relay-center", Scope.PROVIDER_WRITE, RelayCenter, summary="Set the relay center")
def put_relay_center(request: ApiRequest, values: RelayCenterValues) -> HttpResponse:
    """At least one target: every call can end there."""
    expect(request, _relay_center())
    save_relay_center(_lines(values.targets))
    return one(_relay_center())


@endpoint.get("/psaps", Scope.PROVIDER_READ, Listed[PsapDocument], summary="List PSAPs")
def list_psaps(request: ApiRequest, asked: Query[Paging]) -> HttpResponse:
    """Those set up by hand and those that boundaries or other servers publish."""
    return page(request, _psaps(), asked, _psap)


@endpoint.post("/psaps", Scope.PROVIDER_WRITE, PsapDocument, summary="Add a PSAP")
def add_psap(request: ApiRequest, values: NewPsap) -> HttpResponse:
    """Calls go there once a route or a boundary leads to it."""
    psap = save_psap({"name": values.name, "targets": _lines(values.targets), **texts(values, "name", "targets")})
    return one(_psap(psap), 201, f"{API}/psaps/{psap.pk}")


@endpoint.get(PSAP, Scope.PROVIDER_READ, PsapDocument, summary="Read a PSAP")
def read_psap(request: ApiRequest, psap_id: int) -> HttpResponse:
    """With its targets."""
    return one(_psap(find(_psaps(), psap_id)))


@endpoint.patch(PSAP, Scope.PROVIDER_WRITE, PsapDocument, summary="Change a PSAP")
def change_psap(request: ApiRequest, psap_id: int, values: PsapValues) -> HttpResponse:
    """All of its targets at once."""
    psap = find(_psaps(), psap_id)
    expect(request, _psap(psap))
    save_psap({"targets": _lines(values.targets), **texts(values, "targets")}, psap)
    return one(_psap(find(_psaps(), psap_id)))


@endpoint.delete(PSAP, Scope.PROVIDER_WRITE, summary="Remove a PSAP")
def delete_psap(request: ApiRequest, psap_id: int) -> HttpResponse:
    """Refused while a route or an address leads to it."""
    psap = find(_psaps(), psap_id)
    expect(request, _psap(psap))
    remove_psap(psap)
    return nothing()


@endpoint.get("/routes", Scope.PROVIDER_READ, Listed[RouteDocument], summary="List fixed routes")
def list_routes(request: ApiRequest, asked: Query[Paging]) -> HttpResponse:
    """For addresses that no boundary knows."""
    return page(request, _routes(), asked, _route)


@endpoint.post("/routes", Scope.PROVIDER_WRITE, RouteDocument, summary="Add a fixed route")
def add_route(request: ApiRequest, values: RouteValues) -> HttpResponse:
    """One that is there for the same area leads to the PSAP given from then on."""
    route = save_route(texts(values))
    return one(_route(route), 201, f"{API}/routes/{route.pk}")


@endpoint.get(ROUTE, Scope.PROVIDER_READ, RouteDocument, summary="Read a fixed route")
def read_route(request: ApiRequest, route_id: int) -> HttpResponse:
    """Its area and its PSAP."""
    return one(_route(find(_routes(), route_id)))


@endpoint.patch(ROUTE, Scope.PROVIDER_WRITE, RouteDocument, summary="Change a fixed route")
def change_route(request: ApiRequest, route_id: int, values: RouteChange) -> HttpResponse:
    """Only the fields that are given. Refused where another route has the area already."""
    route = find(_routes(), route_id)
    now = _route(route)
    expect(request, now)
    return one(_route(save_route(texts(now, "id") | texts(values), route)))


@endpoint.delete(ROUTE, Scope.PROVIDER_WRITE, summary="Remove a fixed route")
def delete_route(request: ApiRequest, route_id: int) -> HttpResponse:
    """Addresses it served get what serves them then, or the relay center."""
    route = find(_routes(), route_id)
    expect(request, _route(route))
    remove_route(route)
    return nothing()


@endpoint.get("/data-sets", Scope.PROVIDER_READ, DataSets, summary="List data sets")
def list_data_sets(request: ApiRequest) -> HttpResponse:
    """Address points, roads and PSAP boundaries that addresses are judged by."""
    catalogue = Catalogue(Path(settings.DATA) / DATASETS)
    items = [_data_set(file.meta.to_json()) for file in catalogue.all_files()]
    return one(DataSets(items=items, problems=[str(problem) for problem in catalogue.problems()]), tagged=False)


def _provider(provider: Provider) -> ProviderDocument:
    return ProviderDocument(**{name: getattr(provider, name) for name in ProviderDocument.model_fields})


def _relay_center() -> RelayCenter:
    return RelayCenter(targets=[_target(target) for target in Target.objects.filter(psap__isnull=True)])


def _psap(psap: Psap) -> PsapDocument:
    targets = [_target(target) for target in psap.targets.all()]
    callers = psap.callback_networks
    return PsapDocument(id=psap.pk, name=psap.name, source=psap.source, targets=targets, callback_networks=callers)


def _route(route: FixedRoute) -> RouteDocument:
    return RouteDocument(id=route.pk, country=route.country, a1=route.a1, a3=route.a3, psap=route.psap.name)


def _target(target: Target) -> TargetDocument:
    return TargetDocument(uri=target.uri, profile=Target.Profile(target.profile))


def _data_set(meta: dict[str, Any]) -> DataSetDocument:
    return DataSetDocument(**{name: meta[name] for name in DataSetDocument.model_fields})


def _lines(targets: list[TargetValues]) -> str:
    """As somebody would type them. A blank would end the URI, so it is kept from looking like two words."""
    return "\n".join(f"{'%20'.join(target.uri.split())} {target.profile}" for target in targets)


def _psaps() -> QuerySet[Psap]:
    return Psap.objects.prefetch_related("targets")


def _routes() -> QuerySet[FixedRoute]:
    return FixedRoute.objects.select_related("psap")
