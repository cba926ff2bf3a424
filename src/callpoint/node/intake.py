"""From an INVITE to the question `routing.decide` answers: who calls, by which trunk, for what, from where."""

from dataclasses import dataclass
from datetime import UTC, datetime

from callpoint.i3.errors import DocumentError
from callpoint.i3.pidf_lo import Location, read_pidf_lo
from callpoint.node.bodies import PIDF_TYPE, part_of_type
from callpoint.routing.dialled import Dialled, read_dialled
from callpoint.routing.identity import caller_number, carried_identity
from callpoint.routing.plan import IncomingCall, Service
from callpoint.routing.records import Trunk
from callpoint.routing.trunk_match import organization_of
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.message import Request


@dataclass(frozen=True)
class Intake:
    """What an INVITE asks for. `call` is None for a number that is none of ours to serve; `identity` is who asked."""

    dialled: Dialled
    trunk: Trunk
    call: IncomingCall | None
    identity: str = ""


def read_invite(invite: Request, trunk: Trunk) -> Intake:
    """Reads the dialled number, the ID and the location; takes anything, raises nothing."""
    meant = read_dialled(invite.uri, invite.get("To") or "")
    treated = meant.treated(trunk.misdial)
    carried = carried_identity(invite.get, trunk)
    service = _SERVICES.get(treated.kind)
    if service is None:
        return Intake(treated, trunk, None, carried.identity)
    call = IncomingCall(
        organization=organization_of(trunk, invite.get),
        dialled=treated.digits or treated.service_urn,
        service=service,
        service_urn=treated.service_urn,
        identity=carried.identity,
        identity_source=carried.source,
        trunk=trunk,
        location=location_in(invite),
        at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        caller_number=caller_number(invite.get),
    )
    return Intake(treated, trunk, call, carried.identity)


def location_in(invite: Request) -> Location | None:
    """The first location by value in the body (RFC 6442 §3.1); None without a readable one.

    Whether it may be believed is the decision's business; a broken one is as good as none (never a 424: RFC 6442 §4.3
    lets an emergency call pass).
    """
    part = part_of_type(invite, PIDF_TYPE)
    if part is None:
        return None
    try:
        document = read_pidf_lo(part.body)
    except DocumentError:
        return None
    return document.locations[0] if document.locations else None


def contact_uri(invite: Request) -> str:
    """Where the caller says it is reached; "" where it says nothing readable."""
    try:
        contact = invite.contact
    except RemoteProtocolError:
        return ""
    return "" if contact is None or contact.uri == "*" else contact.uri


_SERVICES: dict[str, Service] = {"emergency": "emergency", "read_back": "read_back", "test": "test"}
