"""The PSAP a boundary stands for: a name that is its alone, and the one target it publishes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.routing.records import Psap, Target
from callpoint.routing.service_urns import PSAP_LAYER, layer_of

# What the node can dial. Some agencies publish web addresses or telephone numbers as their URI.
_DIALLED: Final = ("sip:", "sips:")

Names = Mapping[tuple[str, str], str]
"""Key of a boundary to the name of its PSAP."""


def psap_names(boundaries: Iterable[ServiceBoundary]) -> dict[tuple[str, str], str]:
    """The display name of each boundary of the PSAP layer.

    Several boundaries of one agency with one URI are one PSAP. Where two PSAPs share a name, each has in brackets its
    agency's ID, or the boundary's where the agency has none or several PSAPs of that name.
    """
    namesakes: dict[str, list[ServiceBoundary]] = defaultdict(list)
    for boundary in boundaries:
        if layer_of(boundary.service) == PSAP_LAYER:
            namesakes[_plain_name(boundary).casefold()].append(boundary)
    names: dict[tuple[str, str], str] = {}
    for group in namesakes.values():
        psaps = {(one.agency_id, one.uri) for one in group}
        of_agency = Counter(agency for agency, _ in psaps)
        for one in group:
            mark = one.agency_id if one.agency_id and of_agency[one.agency_id] == 1 else one.id
            names[one.key] = _plain_name(one) if len(psaps) == 1 else f"{_plain_name(one)} ({mark})"
    return names


def psap_of(boundary: ServiceBoundary, names: Names, known: Mapping[str, Psap]) -> Psap:
    """The PSAP by that name among `known`, whose targets an operator has chosen, else one with the published URI.

    Without targets when nothing can be dialled.
    """
    name = names.get(boundary.key) or _plain_name(boundary)
    if name in known:
        return known[name]
    if not boundary.uri.lower().startswith(_DIALLED):
        return Psap(name)
    return Psap(name, (Target(name, boundary.uri),))


def _plain_name(boundary: ServiceBoundary) -> str:
    return boundary.display_name or boundary.agency_id or boundary.id
