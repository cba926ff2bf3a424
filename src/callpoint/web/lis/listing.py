"""listServices and listServicesByLocation (RFC 5222 §10, §11)."""

from callpoint.i3.lost import (
    ListServices,
    ListServicesByLocation,
    ListServicesByLocationResponse,
    ListServicesResponse,
    Response,
    is_source,
)
from callpoint.routing.service_urns import PSAP_LAYER
from callpoint.web.lis import moments
from callpoint.web.lis.finding import path_with, used
from callpoint.web.lis.knowledge import Knowledge
from callpoint.web.lis.places import place_of
from callpoint.web.lis.refusal import LostRefusal
from callpoint.web.lis.services import children, offered
from callpoint.web.lis.settings import LostSettings
from callpoint.web.lis.upstream import Upstreams


def list_services(request: ListServices, settings: LostSettings, knowledge: Knowledge) -> Response:
    """What is below a service anywhere; nothing is an answer too. Raises StillLoading."""
    layers = offered(knowledge.facts().index.services())
    return ListServicesResponse(children(request.service, layers), (*filter(is_source, request.path), settings.source))


def list_services_by_location(
    request: ListServicesByLocation, settings: LostSettings, knowledge: Knowledge, upstreams: Upstreams, now: float
) -> Response:
    """What is below a service at a place. Raises LostRefusal and StillLoading."""
    location = used(request)
    index = knowledge.facts().index
    place = place_of(location, knowledge.addresses)
    there = set(index.services_at(place.shape, moments.written(now))) if place.shape is not None else set()
    if not there:
        if knowledge.routes.psap_for(place.civic, None) is not None:
            there = {PSAP_LAYER}
        elif (other := upstreams.answer(request, place.civic)) is not None:
            return other
        elif settings.default_uri:
            there = {PSAP_LAYER}
        else:
            raise LostRefusal.of("notFound", "No service is known at this place.")
    return ListServicesByLocationResponse(
        children(request.service, there), path_with(request, settings.source), location_used=location.id
    )
