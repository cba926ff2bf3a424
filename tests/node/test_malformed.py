"""Broken INVITEs: a known trunk's is delivered if its number can be read at all; a stranger's is nobody's."""

import asyncio

import pytest

from callpoint.node.repair import mend
from callpoint.sip.defects import defects
from callpoint.sip.dialog import Dialog
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, parse
from tests.node.world import SDP, World, refuse_with

HEAD = {
    "Via": "SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKbroken;rport",
    "Max-Forwards": "70",
    "From": "<sip:agent@corp.example>;tag=a",
    "To": "<sip:911@callpoint.example>",
    "Call-ID": "broken@corp.example",
    "CSeq": "1 INVITE",
    "Contact": "<sip:agent@127.0.0.1:{port}>",
    "X-Employee-ID": "E1001",
    "Content-Type": "application/sdp",
    "Content-Length": str(len(SDP)),
}


def broken(port: int, uri: str = "sip:911@callpoint.example", **changed: str | None) -> bytes:
    """An INVITE with fields changed or (None) left out; the rest is good."""
    fields = HEAD | {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value.format(port=port)}" for name, value in fields.items() if value is not None]
    return "\r\n".join([f"INVITE {uri} SIP/2.0", *lines, "", ""]).encode() + SDP


BROKEN = {
    "no contact": {"Contact": None},
    "contact *": {"Contact": "*"},
    "contact unreadable": {"Contact": "<<<"},
    "from unreadable": {"From": '"Agent <sip:broken'},
    "no from": {"From": None},
    "no to": {"To": None},
    "to unreadable": {"To": "911"},
    "no call-id": {"Call_ID": None},
    "no cseq": {"CSeq": None},
    "cseq unreadable": {"CSeq": "one INVITE"},
    "cseq of another method": {"CSeq": "1 OPTIONS"},
    "cseq too large": {"CSeq": "9999999999999 INVITE"},
    "no max-forwards": {"Max_Forwards": None},
    "max-forwards 0": {"Max_Forwards": "0"},
    "max-forwards unreadable": {"Max_Forwards": "many"},
    "no content-type": {"Content_Type": None},
    "content-type unreadable": {"Content_Type": "sdp"},
    "length too long": {"Content_Length": "99999"},
    "length unreadable": {"Content_Length": "some"},
    "unknown required": {"Require": "telepathy"},
    "header that is none": {"Not a header": "at all"},
    "session-expires unreadable": {"Session_Expires": "soon"},
    "record-route unreadable": {"Record_Route": "<<sip:"},
    "contact with a blank": {"Contact": "<sip:agent smith@127.0.0.1:{port}>"},
    "via without branch": {"Via": "SIP/2.0/UDP 127.0.0.1:{port}"},
    "via unreadable": {"Via": "SIP 2 UDP ???"},
    "no via": {"Via": None},
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_known_trunks_call_is_delivered(world: World, name: str) -> None:
    data = broken(world.phone.port, **BROKEN[name])
    world.phone.endpoint.send_bytes(data, world.hop)
    arrived = await world.psap.request("INVITE")
    assert defects(arrived) == []
    assert b"pidf" in arrived.body
    assert SDP in arrived.body
    await world.phone.until(lambda: world.journal.of_kind("answered"))
    assert world.journal.of_kind("received")[0]["identity"] == "E1001"
    if name not in (
        "no contact",
        "contact *",
        "no max-forwards",
        "max-forwards 0",
        "unknown required",
        "via without branch",
    ):
        assert world.journal.of_kind("received")[0]["defects"]


@pytest.mark.parametrize("name", ["no contact", "contact with a blank", "record-route unreadable", "from unreadable"])
async def test_the_mended_caller_is_reached_by_requests_too(world: World, name: str) -> None:
    world.phone.endpoint.send_bytes(broken(world.phone.port, **BROKEN[name]), world.hop)
    await world.psap.request("INVITE")
    await world.phone.until(lambda: world.journal.of_kind("answered"))
    invite = world.psap.invites[0]
    psap = Dialog.as_callee(invite.request, invite.request.response(200, to_tag=invite.to_tag))
    world.psap.send(psap, "BYE", world.hop)
    await world.phone.request("BYE")


@pytest.mark.parametrize(
    "uri",
    ["sip:911@callpoint.example>", "sip:911@callpoint.example;x=\x01", "sip:911@call point", "tel:9-1-1", "SIP:911@x"],
)
async def test_dialled_numbers_in_broken_uris(world: World, uri: str) -> None:
    world.phone.endpoint.send_bytes(broken(world.phone.port, uri, To=None), world.hop)
    await world.psap.request("INVITE")


async def test_repetitions_of_a_broken_invite_are_one_call(world: World) -> None:
    data = broken(world.phone.port, Via=None, Call_ID=None, CSeq=None)
    for _ in range(3):
        world.phone.endpoint.send_bytes(data, world.hop)
    await world.psap.request("INVITE")
    await world.phone.until(lambda: world.journal.of_kind("answered"))
    assert len(world.journal.of_kind("received")) == 1
    assert len(world.psap.of_method("INVITE")) == 1


async def test_two_broken_invites_are_two_calls(world: World) -> None:
    for number in (1, 2):
        data = broken(world.phone.port, Via=None, Call_ID=None, CSeq=None, X_Number=str(number))
        world.phone.endpoint.send_bytes(data, world.hop)
    await world.psap.request("INVITE", 2)


@pytest.mark.parametrize("name", ["no call-id", "from unreadable", "via unreadable"])
async def test_a_strangers_broken_invite_is_nobodys(world: World, name: str) -> None:
    world.view.trunk_list = ()
    world.phone.endpoint.send_bytes(broken(world.phone.port, **BROKEN[name]), world.hop)
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(403)
    assert world.psap.requests == []
    assert set(world.journal.kinds) == {"stranger"}


async def test_garbage_of_a_known_trunk_is_recorded_and_hurts_nobody(world: World) -> None:
    for data in (b"INVITE sip:911@x\r\n\r\n", b"\x80\x81\x82", b"INVITE", b"SIP/2.0 abc\r\n\r\n", b"\n" * 50 + b"x"):
        world.phone.endpoint.send_bytes(data, world.hop)
    await world.established()
    refused = world.journal.of_kind("refused")
    assert [fact["method"] for fact in refused][:1] == ["INVITE"]
    assert len(refused) == 5


@pytest.mark.parametrize(
    "answer",
    [
        "no contact",
        "no to tag",
        "header that is none",
        "contact unreadable",
        "contact with a blank",
        "contact of a strange scheme",
        "contact of a name nobody knows",
        "contact of a name no name server takes",
        "record-route unreadable",
        "no content-type",
    ],
)
async def test_a_psap_that_answers_badly_has_answered(world: World, answer: str) -> None:
    def script(actor: object, event: object) -> None:
        tx = world.psap.invites[-1]
        ok = tx.request.response(200, to_tag=None if answer == "no to tag" else tx.to_tag)
        contacts = {
            "contact unreadable": "<<<",
            "contact with a blank": f"<sip:ps ap@127.0.0.1:{world.psap.port}>",
            "contact of a strange scheme": "<urn:service:sos>",
            "contact of a name nobody knows": "<sip:psap@nowhere.invalid>",
            "contact of a name no name server takes": f"<sip:psap@{'a' * 90}.invalid>",
        }
        if answer != "no contact":
            ok.set("Contact", contacts.get(answer, f"<sip:psap@127.0.0.1:{world.psap.port}>"))
        if answer != "no content-type":
            ok.set("Content-Type", "application/sdp")
        ok.body = SDP
        data = bytes(ok)
        if answer == "header that is none":
            data = data.replace(b"Contact:", b"Not a header: at all\r\nContact:")
        if answer == "record-route unreadable":
            data = data.replace(b"Contact:", b"Record-Route: <<sip\r\nContact:")
        world.psap.endpoint.send_bytes(data, tx.hop)

    world.psap.on_invite = script
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    ok = await world.phone.response(200)
    assert ok.body == SDP
    dialog = Dialog.as_caller(tx.request, ok, world.hop)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    world.phone.send(dialog, "BYE", world.hop)
    await world.psap.request("BYE")
    assert world.journal.of_kind("answered")[0]["by"] == "psap"
    assert world.relay.requests == []


async def test_an_ack_is_never_overtaken_by_a_bye(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PSAP's Contact is a name: its look-up takes a while, and both wait for it."""
    asked: list[str] = []

    async def slow(host: str, port: object, *, type: int = 0) -> list[object]:  # noqa: A002 - as asyncio's
        asked.append(host)
        await asyncio.sleep(0.02 if len(asked) == 1 else 0)
        return [(0, 0, 0, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", slow)
    contact = f"<sip:psap@psap.example:{world.psap.port}>"
    world.psap.on_invite = lambda actor, event: world.psap.endpoint.respond(  # type: ignore[assignment]
        event.tx, _with_contact(event.tx.response(200), contact)
    )
    order: list[str] = []
    world.psap.on_other = lambda actor, event: order.append(f"{event.request.method} after {len(actor.acks)} ACK")  # type: ignore[assignment,return-value]
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    dialog = Dialog.as_caller(tx.request, await world.phone.response(200), world.hop)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    world.phone.send(dialog, "BYE", world.hop)
    await world.psap.until(lambda: order)
    assert order == ["BYE after 1 ACK"]
    assert asked == ["psap.example"]


async def test_a_dead_psap_and_a_broken_refusal(world: World) -> None:
    """A refusal with a malformed header still leads on to the next target."""

    def script(actor: object, event: object) -> None:
        tx = world.psap.invites[-1]
        data = bytes(tx.response(500)).replace(b"Call-ID:", b"Not a header: x\r\nCall-ID:")
        world.psap.endpoint.send_bytes(data, tx.hop)

    world.psap.on_invite = script
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.relay.request("INVITE")
    await world.phone.response(200)


async def test_a_broken_final_refusal_reaches_the_caller(world: World) -> None:
    world.psap.on_invite = refuse_with(486)
    world.phone.endpoint.send_bytes(broken(world.phone.port, CSeq=None), world.hop)
    await world.phone.until(lambda: world.journal.of_kind("ended"))
    assert world.journal.of_kind("ended")[0]["status"] == 486


def _with_contact(response: object, contact: str) -> object:
    response.set("Contact", contact)  # type: ignore[attr-defined]
    return response


SOURCE = Hop("udp", "2001:db8::5", 5080)


@pytest.mark.parametrize("name", BROKEN)
def test_mending_makes_every_field_readable_and_is_the_same_each_time(name: str) -> None:
    data = broken(5080, **BROKEN[name])
    mended = []
    for _ in range(2):
        invite = parse(data)
        assert isinstance(invite, Request)
        mend(invite, SOURCE)
        mended.append(bytes(invite))
        assert invite.cseq.method == "INVITE"
        assert invite.from_.parsed_uri
        assert invite.to.uri
        assert invite.contact is not None
        assert invite.call_id
        assert invite.via
    assert mended[0] == mended[1]


def test_a_good_invite_is_left_alone() -> None:
    data = broken(5080)
    invite = parse(data)
    assert isinstance(invite, Request)
    mend(invite, SOURCE)
    assert bytes(invite) == data
    assert invite.tolerated == ()
