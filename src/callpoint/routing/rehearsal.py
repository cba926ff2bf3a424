"""A 911 call nobody has dialled: what it would get, asked of the very decision calls are made by."""

from collections.abc import Sequence

from callpoint.routing.decide import decide
from callpoint.routing.plan import CallPlan, IncomingCall
from callpoint.routing.records import Trunk
from callpoint.routing.view import DirectoryView


def rehearse(identity: str, organization: str, view: DirectoryView, at: str = "") -> CallPlan:
    """The plan of a 911 call with this ID, by the trunk it would most likely come by and without a location.

    `at` is the moment it is asked for (ISO 8601; "" stands for now).
    """
    trunk = usual_trunk(view.trunks(), organization)
    source = trunk.id_headers[0] if trunk.id_headers else "the directory"
    return decide(
        IncomingCall(organization, "911", "emergency", "urn:service:sos", identity, source, trunk, at=at), view
    )


def usual_trunk(trunks: Sequence[Trunk], organization: str) -> Trunk:
    """The organization's own trunk, else a provider-wide one, else a plain one."""
    own = [trunk for trunk in trunks if trunk.organization == organization]
    shared = [trunk for trunk in trunks if not trunk.organization]
    return next(iter([*own, *shared]), Trunk("any trunk", organization))
