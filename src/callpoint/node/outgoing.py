"""The INVITE a target gets: the caller's, with what Callpoint knows (design: *What goes along*).

Bodies are what makes this a B2BUA: a proxy may not touch them (RFC 3261 §16.6), and the location by value is one
(RFC 6442 §3.1). The SDP, and every part we do not understand, go on byte for byte.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from callpoint.i3.errors import DocumentError
from callpoint.i3.identifiers import emergency_call_id, emergency_incident_id
from callpoint.i3.pidf_lo import Location, PidfLo, write_pidf_lo
from callpoint.i3.shapes import Point
from callpoint.node.additional import data_documents
from callpoint.node.bodies import PIDF_TYPE, body_parts
from callpoint.node.context import CallContext, CallMarks
from callpoint.node.headers import ASSERTED_HEADERS, carry_body, copy_across
from callpoint.routing.plan import CallPlan
from callpoint.routing.records import LocationRecord, Provider, Target, Trunk
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.fields import key_of
from callpoint.sip.max_forwards import DEFAULT_HOPS
from callpoint.sip.message import Request
from callpoint.sip.multipart import Part, write_multipart
from callpoint.sip.uri import Uri

INVITE_CSEQ = 1  # of every INVITE to a target; its ACK and a PRACK repeat it (RFC 3261 §13.2.2.4, RFC 3262 §7.2)
RESOURCE_PRIORITY = "esnet.1"  # RFC 7135 §3: the value i3 gives an emergency call
# What a caller may require of the far end; anything else it requires would only give targets a ground to refuse.
REQUIRABLE = frozenset({"100rel", "timer", "precondition"})
_NUMBER = re.compile(r"\+?[0-9]{2,20}")  # anything else would break the URI it is put into


def compose_invite(context: CallContext, target: Target, provider: Provider, from_header: str, call_id: str) -> Request:
    """The INVITE for `target`; the caller of this sets Contact, and the transaction its Via.

    Raises DocumentError or SipError when a location, a name or the target's URI cannot be written.
    """
    plan, marks = context.plan, context.marks
    uri = Uri.parse(target.uri)
    goal = request_uri(context.incoming.service_urn, target, uri)
    invite = Request("INVITE", goal)
    if target.profile == "i3":
        invite.add("Route", f"<{loose(uri)}>")
    invite.add("Max-Forwards", str(hops_left(context.invite)))
    invite.add("From", from_header)
    invite.add("To", f"<{goal}>")
    invite.add("Call-ID", call_id)
    invite.add("CSeq", f"{INVITE_CSEQ} INVITE")
    invite.add("Contact", "<sip:callpoint@invalid>")  # its place among the headers; the attempt knows its value
    if _NUMBER.fullmatch(plan.callback_number):
        invite.add("P-Asserted-Identity", f"<sip:{plan.callback_number}@{marks.host};user=phone>")
    invite.add("Priority", "emergency")
    if target.profile == "i3":
        invite.add("Resource-Priority", RESOURCE_PRIORITY)
        invite.add("Call-Info", f"<{emergency_call_id(marks.call_id, marks.host)}>;purpose=emergency-CallId")
        invite.add(
            "Call-Info", f"<{emergency_incident_id(marks.incident_id, marks.host)}>;purpose=emergency-IncidentId"
        )
    parts = [part for part in body_parts(context.invite) if part.content_type != PIDF_TYPE]
    _add_location(invite, parts, plan, marks)
    _add_data(invite, parts, plan, target, marks, provider)
    for value in context.invite.values("Call-Info"):
        if "purpose=emergency-" not in value.lower():
            invite.add("Call-Info", value)
    wanted = [option for option in context.invite.values("Require") if option.lower() in REQUIRABLE]
    if wanted:
        invite.add("Require", ", ".join(wanted))
    # What the caller wrote unreadably would only give the target a ground to refuse.
    unreadable = {key_of(defect.header) for defect in context.invite.tolerated}
    without = ASSERTED_HEADERS | {"call-info", "require"} | identity_headers(context.incoming.trunk) | unreadable
    copy_across(context.invite, invite, without)
    _set_body(invite, parts, marks)
    return invite


def compose_plain(context: CallContext, target: Target, from_header: str, call_id: str) -> Request:
    """The barest INVITE that rings: the caller's body as it came, no documents of ours. For when those fail.

    Raises RemoteProtocolError when the target's URI cannot be read, and nothing else.
    """
    uri = Uri.parse(target.uri)
    goal = request_uri(context.incoming.service_urn, target, uri)
    invite = Request("INVITE", goal)
    if target.profile == "i3":
        invite.add("Route", f"<{loose(uri)}>")
    invite.extend([("Max-Forwards", str(hops_left(context.invite))), ("From", from_header), ("To", f"<{goal}>")])
    invite.extend([("Call-ID", call_id), ("CSeq", f"{INVITE_CSEQ} INVITE"), ("Contact", "<sip:callpoint@invalid>")])
    invite.add("Priority", "emergency")
    carry_body(context.invite, invite)
    return invite


def hops_left(caller_invite: Request) -> int:
    """RFC 3261 §16.6 step 3, for a B2BUA that must not help a loop along: one less than the caller left, 0 at least.

    A call that arrives with 0 is still for us to deliver, and 0 reaches the target itself.
    """
    try:
        left = caller_invite.max_forwards
    except RemoteProtocolError:
        left = None
    return DEFAULT_HOPS if left is None else max(left.hops - 1, 0)


# The usual ones, for a call whose trunk is no longer known.
ID_HEADERS = frozenset({"x-employee-id", "e911-user-id", "x-e911-user-id"})


def identity_headers(trunk: Trunk) -> frozenset[str]:
    """The trunk's own headers: an employee number is none of the PSAP's business."""
    names = {name.lower() for name in trunk.id_headers if name.lower() not in ("from", "p-asserted-identity")}
    return frozenset(names | {trunk.organization_header.lower()} - {""})


def request_uri(service_urn: str, target: Target, uri: Uri) -> str:
    """`urn:service:sos…` for an i3 target (RFC 6881 §9.2), `sip:911@` its host for a carrier."""
    if target.profile == "i3":
        return service_urn
    return str(Uri.parse(f"sip:911@{uri.host_port}"))


def loose(uri: Uri) -> str:
    """The target as a loose route (RFC 3261 §19.1.1)."""
    return str(uri if uri.param("lr") is not None else uri.with_param("lr", None))


def from_value(plan: CallPlan, marks: CallMarks, tag: str) -> str:
    """From: the callback number, for whoever shows only this; anonymous when there is none, or none that is one."""
    if _NUMBER.fullmatch(plan.callback_number):
        return f"<sip:{plan.callback_number}@{marks.host};user=phone>;tag={tag}"
    return f'"Unregistered caller" <sip:anonymous@{marks.host}>;tag={tag}'


def location_to_send(plan: CallPlan, device_id: str) -> Location | None:
    """What goes into the PIDF-LO; None when there is none. A location from the call goes on as it came."""
    location = plan.location
    if isinstance(location, LocationRecord):
        return location_of(location, device_id)
    return location if isinstance(location, Location) else None


def location_of(record: LocationRecord, device_id: str) -> Location:
    """A registered location as a PIDF-LO location: civic address and, where known, its point (RFC 5491 §3.2)."""
    return Location(
        civic=record.civic,
        shape=Point(*record.point) if record.point is not None else None,
        method=record.method,
        timestamp=record.updated_at,
        device_id=device_id,
    )


def write_location(entity: str, location: Location, device_id: str) -> bytes:
    """As it is; where something beside the place cannot be written (a caller's odd device ID or time stamp), without.

    Raises DocumentError when not even a part of the place itself can be written.
    """
    try:
        return write_pidf_lo(PidfLo(entity, (location,)))
    except DocumentError as first:
        error = first
    for simpler in _simpler(location, device_id):
        try:
            return write_pidf_lo(PidfLo(entity, (simpler,)))
        except DocumentError:
            continue  # the next one says less
    raise error


def _simpler(location: Location, device_id: str) -> Iterator[Location]:
    yield replace(location, device_id=device_id)
    yield Location(civic=location.civic, shape=location.shape, device_id=device_id)
    if location.civic is not None and location.shape is not None:
        yield Location(shape=location.shape, device_id=device_id)
        yield Location(civic=location.civic, device_id=device_id)


def _add_location(invite: Request, parts: list[Part], plan: CallPlan, marks: CallMarks) -> None:
    who = f"{plan.callback_number or marks.call_id}@{marks.host}"
    location = location_to_send(plan, f"sip:{who}")
    if location is None:
        return
    entity = f"pres:{who}"
    content_id = f"location-{marks.call_id}@{marks.host}"
    parts.append(
        _part(PIDF_TYPE, content_id, "render;handling=optional", write_location(entity, location, f"sip:{who}"))
    )
    invite.add("Geolocation", f"<cid:{content_id}>")
    invite.add("Geolocation-Routing", "yes")
    invite.add("Supported", "geolocation")


def _add_data(
    invite: Request, parts: list[Part], plan: CallPlan, target: Target, marks: CallMarks, provider: Provider
) -> None:
    """Additional Data (RFC 7852 §6.1): each block a part of the body, announced by a Call-Info."""
    for number, document in enumerate(data_documents(plan, target, marks, provider)):
        content_id = f"data{number}-{marks.call_id}@{marks.host}"
        parts.append(_part(document.content_type, content_id, "by-reference;handling=optional", document.body))
        invite.add("Call-Info", f"<cid:{content_id}>;purpose={document.purpose}")


def _part(content_type: str, content_id: str, disposition: str, body: bytes) -> Part:
    headers = (
        ("Content-Type", content_type),
        ("Content-ID", f"<{content_id}>"),
        ("Content-Disposition", disposition),
    )
    return Part(headers, body)


def _set_body(invite: Request, parts: list[Part], marks: CallMarks) -> None:
    if not parts:
        return
    if len(parts) == 1:
        for name, value in parts[0].headers:  # a lone part's Content-ID is what Geolocation points to (RFC 8262 §3)
            invite.set(name, value)
        invite.body = parts[0].body
        return
    content_type, body = write_multipart(parts, f"callpoint-{marks.call_id}")
    invite.set("Content-Type", content_type)
    invite.set("MIME-Version", "1.0")
    invite.body = body
