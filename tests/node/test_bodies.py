"""What the caller's body becomes on its way to the PSAP: nothing is lost, nothing false is passed off as true."""

import dataclasses

import pytest

from callpoint.i3.civic import Civic
from callpoint.i3.errors import DocumentError
from callpoint.i3.pidf_lo import Location, PidfLo, read_pidf_lo, write_pidf_lo
from callpoint.i3.shapes import Point
from callpoint.node.bodies import PIDF_TYPE, SDP_TYPE, body_parts, part_of_type
from callpoint.node.headers import copy_across, relayed_request
from callpoint.node.outgoing import write_location
from callpoint.routing.records import Identity, Trunk
from callpoint.sip.message import Request, parse
from callpoint.sip.multipart import Part, write_multipart
from tests.node.world import MONTPELIER, SDP, World

OTTAWA = Civic(country="CA", A1="ON", A3="Ottawa", RD="Wellington", STS="Street", HNO="111")
PIDF = write_pidf_lo(
    PidfLo("pres:agent@corp.example", (Location(civic=OTTAWA, method="Manual", device_id="sip:agent@corp.example"),))
)
SDP_PART = Part((("Content-Type", SDP_TYPE),), SDP)
PIDF_PART = Part((("Content-Type", PIDF_TYPE), ("Content-ID", "<loc@corp.example>")), PIDF)
UNKNOWN = Part((("Content-Type", "application/x-unknown"), ("Content-Language", "fr")), b"\x00\xff\r\n--not-it\r\n\x80")


def with_parts(invite: Request, *parts: Part, subtype: str = "mixed") -> Request:
    content_type, body = write_multipart(parts, "of-the-caller", subtype)
    invite.set("Content-Type", content_type)
    invite.body = body
    return invite


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_location_in_the_call_counts_only_from_a_trusted_trunk(world: World, trusted: bool) -> None:
    trunk = Trunk("main", "demo", source_networks=("127.0.0.1",), location_trusted=trusted)
    world.view.trunk_list = (trunk,)
    invite = with_parts(world.invite(Geolocation="<cid:loc@corp.example>"), SDP_PART, PIDF_PART)
    await world.established(invite)
    arrived = world.psap.requests[0]
    locations = [part for part in body_parts(arrived) if part.content_type == PIDF_TYPE]
    assert len(locations) == 1
    assert read_pidf_lo(locations[0].body).locations[0].civic == (OTTAWA if trusted else MONTPELIER)
    assert arrived.values("Geolocation") == [f"<cid:{locations[0].content_id}>"]
    assert world.journal.of_kind("decided")[0]["location_source"] == ("call" if trusted else "assigned")


async def test_a_trusted_location_is_found_in_a_nested_body(world: World) -> None:
    world.view.trunk_list = (Trunk("main", "demo", source_networks=("127.0.0.1",), location_trusted=True),)
    content_type, inner = write_multipart([PIDF_PART, UNKNOWN], "inner", "related")
    invite = with_parts(world.invite(), SDP_PART, Part((("Content-Type", content_type),), inner))
    await world.established(invite)
    assert world.journal.of_kind("decided")[0]["location_source"] == "call"
    kept = [part for part in body_parts(world.psap.requests[0]) if part.content_type == "multipart/related"]
    assert kept[0].body == inner


async def test_a_broken_location_is_as_good_as_none(world: World) -> None:
    world.view.trunk_list = (Trunk("main", "demo", source_networks=("127.0.0.1",), location_trusted=True),)
    await world.established(with_parts(world.invite(), SDP_PART, dataclasses.replace(PIDF_PART, body=b"<presence")))
    assert world.journal.of_kind("decided")[0]["location_source"] == "assigned"
    assert not any(response.status == 424 for response in world.phone.responses)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"sip:agent@corp.example<", b"agent<"), (b"Manual", b"by hand &#x9;"), (b"<dm:device", b"<dm:device")],
)
async def test_a_trusted_location_with_an_oddity_still_goes_out(world: World, old: bytes, new: bytes) -> None:
    """Readers are lenient and writers strict: what stands beside the place must not keep the place from going."""
    assert old in PIDF
    world.view.trunk_list = (Trunk("main", "demo", source_networks=("127.0.0.1",), location_trusted=True),)
    odd = dataclasses.replace(PIDF_PART, body=PIDF.replace(old, new))
    await world.established(with_parts(world.invite(), SDP_PART, odd))
    part = part_of_type(world.psap.requests[0], PIDF_TYPE)
    assert part is not None
    assert read_pidf_lo(part.body).locations[0].civic == OTTAWA
    assert world.journal.of_kind("alarm") == []


@pytest.mark.parametrize(
    "location",
    [
        Location(civic=OTTAWA, timestamp="yesterday", device_id="sip:a@b"),
        Location(civic=OTTAWA, method="Manual", device_id="none"),
        Location(civic=OTTAWA, shape=Point(95.0, 200.0), device_id="sip:a@b"),
        Location(civic=Civic(country="CA", A3="\x00"), shape=Point(45.4, -75.7), device_id="sip:a@b"),
    ],
)
def test_what_cannot_be_written_beside_the_place_is_left_out(location: Location) -> None:
    written = read_pidf_lo(write_location("pres:a@b", location, "sip:call@node.example")).locations[0]
    assert written.civic == OTTAWA or written.shape == location.shape


def test_a_place_that_cannot_be_written_at_all_is_told() -> None:
    with pytest.raises(DocumentError):
        write_location("pres:a@b", Location(civic=Civic(A3="\x00")), "sip:a@b")


async def test_unknown_parts_and_the_callers_call_info_go_on_byte_for_byte(world: World) -> None:
    invite = with_parts(world.invite(), SDP_PART, UNKNOWN)
    invite.add("Call-Info", "<http://corp.example/photo.jpg>;purpose=icon")
    invite.add("Call-Info", "<urn:emergency:uid:callid:forged:x>;purpose=emergency-CallId")
    invite.add("Subject", "help")
    await world.established(invite)
    arrived = world.psap.requests[0]
    parts = {part.content_type: part for part in body_parts(arrived)}
    assert parts["application/x-unknown"] == UNKNOWN
    assert parts[SDP_TYPE].body == SDP
    info = arrived.values("Call-Info")
    assert "<http://corp.example/photo.jpg>;purpose=icon" in info
    assert len([value for value in info if "emergency-CallId" in value]) == 1
    assert "forged" not in str(info)
    assert arrived.get("Subject") == "help"


async def test_parts_that_belong_together_stay_together(world: World) -> None:
    """multipart/alternative is a choice: taken apart into a mixed body it would be two descriptions."""
    richer = Part((("Content-Type", SDP_TYPE), ("Content-Language", "en")), SDP.replace(b"40000", b"40400"))
    invite = with_parts(world.invite(), SDP_PART, richer, subtype="alternative")
    await world.established(invite)
    kept = [part for part in body_parts(world.psap.requests[0]) if part.content_type == "multipart/alternative"]
    assert kept[0].body == invite.body


async def test_the_encoding_of_a_body_goes_with_it(world: World) -> None:
    invite = world.invite(Content_Encoding="gzip", Content_Disposition="session;handling=required")
    await world.established(invite)
    arrived = world.psap.requests[0]
    assert not arrived.has("Content-Encoding")
    part = next(part for part in body_parts(arrived) if part.content_type == SDP_TYPE)
    assert part.get("Content-Encoding") == "gzip"
    assert part.get("Content-Disposition") == "session;handling=required"
    assert part.body == SDP


async def test_a_part_with_a_broken_header_keeps_no_other_from_going_out(world: World) -> None:
    invite = with_parts(world.invite(), SDP_PART, UNKNOWN)
    invite.body = invite.body.replace(b"Content-Language: fr", b"Not a header: at all")
    await world.established(invite)
    types = [part.content_type for part in body_parts(world.psap.requests[0])]
    assert PIDF_TYPE in types
    assert "application/x-unknown" in types
    assert world.journal.of_kind("alarm") == []


@pytest.mark.parametrize("content_type", ['multipart/mixed;boundary="nowhere"', "multipart/mixed", "multipart/"])
async def test_a_multipart_that_cannot_be_taken_apart_goes_on_whole(world: World, content_type: str) -> None:
    invite = world.invite()
    invite.set("Content-Type", content_type)
    world.phone.endpoint.request(invite, world.hop)
    await world.phone.response(200)
    assert any(part.body == SDP for part in body_parts(world.psap.requests[0]))


async def test_what_a_caller_says_of_itself_is_not_taken_for_ours(world: World) -> None:
    invite = world.invite(
        P_Asserted_Identity="<sip:+19005550000@evil.example>",
        Privacy="id",
        Resource_Priority="dsn.flash",
        Geolocation="<https://evil.example/loc>",
        Geolocation_Routing="no",
        Remote_Party_ID="<sip:x@y>",
        Route="<sip:elsewhere.example;lr>",
    )
    await world.established(invite)
    arrived = world.psap.requests[0]
    assert arrived.values("P-Asserted-Identity") == ["<sip:+18025550101@node.example;user=phone>"]
    assert arrived.values("Resource-Priority") == ["esnet.1"]
    assert arrived.values("Geolocation-Routing") == ["yes"]
    assert not arrived.has("Privacy")
    assert not arrived.has("Remote-Party-ID")
    assert len(arrived.values("Geolocation")) == 1
    assert arrived.values("Route") == [f"<sip:127.0.0.1:{world.psap.port};transport=udp;lr>"]


async def test_only_what_targets_know_may_be_required(world: World) -> None:
    await world.established(world.invite(Require="100rel, telepathy", Supported="100rel"))
    assert world.psap.requests[0].values("Require") == ["100rel"]


@pytest.mark.parametrize(("came", "goes"), [("70", "69"), ("1", "0"), ("0", "0"), (None, "70")])
async def test_max_forwards(world: World, came: str | None, goes: str) -> None:
    invite = world.invite()
    invite.remove("Max-Forwards")
    if came is not None:
        invite.add("Max-Forwards", came)
    await world.established(invite)
    assert world.psap.requests[0].get("Max-Forwards") == goes


async def test_a_person_without_a_number_is_anonymous_but_reachable_by_name(world: World) -> None:
    person = world.view.people["E1001"]
    world.view.people["E1001"] = dataclasses.replace(person, callback_number="")
    await world.established()
    arrived = world.psap.requests[0]
    assert arrived.from_.parsed_uri.user == "anonymous"
    assert not arrived.has("P-Asserted-Identity")
    purposes = [value.partition("purpose=")[2] for value in arrived.values("Call-Info")]
    assert "EmergencyCallData.SubscriberInfo" in purposes


async def test_sub_services_go_on(world: World) -> None:
    await world.established(world.invite("urn:service:sos.fire"))
    assert world.psap.requests[0].uri == "urn:service:sos.fire"


async def test_an_unregistered_call_says_why_in_words(world: World) -> None:
    world.view.people["E1099"] = Identity("demo", "device_user_id", "E1099", name="No Place")
    world.phone.endpoint.request(world.invite(identity="E1099"), world.hop)
    arrived = await world.relay.request("INVITE")
    comment = next(part for part in body_parts(arrived) if "comment" in part.content_type.lower())
    reasons = [reason["text"] for reason in world.journal.of_kind("decided")[0]["reasons"]]
    assert any(reason.encode() in comment.body for reason in reasons)
    assert not arrived.has("Geolocation")


def test_lines_that_are_no_header_are_left_behind() -> None:
    source = parse(b"INFO sip:a@b SIP/2.0\r\nNot a header: x\r\nX-Kept: y\r\nalone\r\nVia: v\r\n\r\n")
    target = Request("INFO", "sip:c@d")
    copy_across(source, target)
    assert target.items() == [("X-Kept", "y")]


def test_a_body_without_a_type_is_sdp_when_it_looks_like_it() -> None:
    for body, expected in [(SDP, "application/sdp"), (b"hello", None)]:
        source = parse(b"INFO sip:a@b SIP/2.0\r\n\r\n" + body)
        assert isinstance(source, Request)
        target = relayed_request(source, Request("INFO", "sip:c@d"))
        assert target.get("Content-Type") == expected
        assert target.body == (body if expected else b"")


def test_multiparts_without_end_are_not_followed() -> None:
    content_type, body = write_multipart([PIDF_PART], "b0")
    for depth in range(1, 20):
        content_type, body = write_multipart([Part((("Content-Type", content_type),), body)], f"b{depth}x")
    message = Request("INVITE", "sip:911@h")
    message.set("Content-Type", content_type)
    message.body = body
    assert part_of_type(message, PIDF_TYPE) is None
