"""What the parties change while somebody listens in: it crosses, and each keeps talking to the media process."""

import pytest

from callpoint.sip.events import RequestReceived
from callpoint.sip.multipart import Part, parse_multipart, write_multipart
from callpoint.sip.sdp import Sdp
from tests.node.anchoring_world import DIRECT, MIXED, AnchoringWorld

BOTH = ("caller", "psap")
OTHER = {"caller": "psap", "psap": "caller"}
TEXT = "m=text 41000 RTP/AVP 98\r\na=rtpmap:98 t140/1000\r\n"
# What a party may want that the media process cannot serve.
G722 = b"RTP/AVP 9\r\n"
SECURE = b"RTP/SAVP 0\r\n"


@pytest.mark.parametrize("side", BOTH)
async def test_hold_and_resume(scene: AnchoringWorld, side: str) -> None:
    await scene.anchored()
    party, far = scene.party(side), scene.party(OTHER[side])
    party.direction = "sendonly"
    assert await party.reinvite(scene.world.hop, party.describe()) == 200
    assert (party.audio.direction, far.audio.direction) == ("recvonly", "sendonly")
    assert scene.ways == MIXED
    await scene.until(lambda: [told["port"] for told in scene.media.of_kind("remote_changed")] == [0])
    assert scene.media.of_kind("remote_changed")[0]["party"] == side
    party.direction = "sendrecv"
    assert await party.reinvite(scene.world.hop, party.describe()) == 200
    assert (party.audio.direction, far.audio.direction) == ("sendrecv", "sendrecv")
    await scene.until(lambda: [told["port"] for told in scene.media.of_kind("remote_changed")] == [0, party.port])
    party.versions_go_up()
    far.versions_go_up()


@pytest.mark.parametrize("side", BOTH)
async def test_a_call_on_hold_stays_on_hold(scene: AnchoringWorld, side: str) -> None:
    call_id = await scene.call()
    party, far = scene.party(side), scene.party(OTHER[side])
    party.direction = "sendonly"
    await party.reinvite(scene.world.hop, party.describe())
    answer = await scene.anchor(call_id)
    assert answer[side]["port"] == 0  # it does not want to hear
    assert answer[OTHER[side]]["port"] != 0
    assert (party.audio.direction, far.audio.direction) == ("recvonly", "sendonly")
    await scene.media.ask("release", call_id=call_id)
    assert (party.audio.direction, far.audio.direction) == ("recvonly", "sendonly")
    assert scene.ways == DIRECT


async def test_the_older_hold_by_an_address_of_zeros(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    scene.caller.rewrite = lambda body: body.replace(b"c=IN IP4 127.0.0.1", b"c=IN IP4 0.0.0.0")
    await scene.caller.reinvite(scene.world.hop, scene.caller.describe())
    answer = await scene.anchor(call_id)
    assert answer["caller"]["port"] == 0
    assert scene.psap.audio.direction == "sendonly"
    assert scene.psap.audio.address == "127.0.0.1"


@pytest.mark.parametrize("side", BOTH)
async def test_a_party_that_moves_is_followed(scene: AnchoringWorld, side: str) -> None:
    call_id = await scene.anchored()
    party, far = scene.party(side), scene.party(OTHER[side])
    party.port += 100
    assert await party.reinvite(scene.world.hop, party.describe()) == 200
    assert scene.ways == MIXED
    await scene.until(lambda: scene.media.of_kind("remote_changed"))
    assert scene.media.of_kind("remote_changed") == [
        {"call_id": call_id, "party": side, "host": "127.0.0.1", "port": party.port}
        | {"payload_type": 0, "event_type": 101, "ptime": 20}
    ]
    await scene.media.ask("release", call_id=call_id)
    assert far.hears_from == party.port


@pytest.mark.parametrize("side", BOTH)
async def test_an_offer_in_the_answer_and_the_answer_in_the_ack(scene: AnchoringWorld, side: str) -> None:
    call_id = await scene.anchored()
    party, far = scene.party(side), scene.party(OTHER[side])
    party.port += 200
    assert await party.reinvite(scene.world.hop, b"") == 200
    await scene.until(lambda: len(far.actor.acks) >= 2 and far.actor.acks[-1].body)
    far.take(far.actor.acks[-1].body)
    assert scene.ways == MIXED
    await scene.until(lambda: scene.media.of_kind("remote_changed"))
    assert scene.media.of_kind("remote_changed")[0]["port"] == party.port
    await scene.media.ask("release", call_id=call_id)
    assert far.hears_from == party.port
    assert scene.still_a_call()


async def test_the_new_offers_own_numbers_are_answered(scene: AnchoringWorld) -> None:
    """The caller offers A-law first and digits by another number; its answer keeps to both."""
    await scene.anchored()
    scene.caller.rewrite = lambda body: body.replace(b" 0 8 101", b" 8 0 97").replace(b":101", b":97")
    assert await scene.caller.reinvite(scene.world.hop, scene.caller.describe()) == 200
    assert scene.caller.audio.formats == ("8", "97")
    await scene.until(lambda: scene.media.of_kind("remote_changed"))
    told = scene.media.of_kind("remote_changed")[0]
    assert (told["payload_type"], told["event_type"]) == (8, 97)


async def test_text_added_during_the_call_goes_directly(scene: AnchoringWorld) -> None:
    await scene.anchored()
    scene.caller.more = TEXT
    scene.psap.more = TEXT.replace("41000", "51000")
    assert await scene.caller.reinvite(scene.world.hop, scene.caller.describe()) == 200
    assert Sdp.parse(scene.psap.heard[-1]).media[1].port == 41000
    assert Sdp.parse(scene.caller.heard[-1]).media[1].port == 51000
    assert scene.ways == MIXED


async def test_update_with_a_description(scene: AnchoringWorld) -> None:
    await scene.anchored()
    scene.world.psap.on_other = lambda actor, event: _answer_update(scene, event)
    scene.caller.port = 40300
    scene.world.phone.send(scene.caller.dialog, "UPDATE", scene.world.hop, body=scene.caller.describe())
    answer = await scene.world.phone.answer_to("UPDATE")
    scene.caller.take(answer.body)
    assert scene.ways == MIXED
    await scene.until(lambda: scene.media.of_kind("remote_changed"))
    scene.caller.versions_go_up()
    scene.psap.versions_go_up()


async def test_a_session_refresh_crosses(scene: AnchoringWorld) -> None:
    await scene.anchored()
    scene.world.phone.send(scene.caller.dialog, "UPDATE", scene.world.hop, Session_Expires="1800;refresher=uac")
    assert (await scene.world.phone.answer_to("UPDATE")).status == 200
    assert (await scene.world.psap.request("UPDATE")).get("Session-Expires") == "1800;refresher=uac"
    before = len(scene.psap.heard)
    assert await scene.caller.reinvite(scene.world.hop, scene.caller.describe()) == 200
    assert len(scene.psap.heard) == before + 1
    assert scene.media.of_kind("remote_changed") == []  # nothing had changed


async def test_other_parts_of_a_body_stay(scene: AnchoringWorld) -> None:
    await scene.anchored()
    parts = [
        Part((("Content-Type", "application/sdp"),), scene.caller.describe()),
        Part((("Content-Type", "application/pidf+xml"), ("Content-ID", "<a@b>")), b"<presence/>"),
    ]
    content_type, body = write_multipart(parts, "boundary1")
    scene.world.phone.send(scene.caller.dialog, "INVITE", scene.world.hop, body=body, Content_Type=content_type)
    await scene.world.phone.answer_to("INVITE", 2)
    arrived = scene.world.psap.of_method("INVITE")[-1]
    described, location = parse_multipart(arrived.get("Content-Type") or "", arrived.body)
    assert Sdp.parse(described.body).media[0].port == 6002
    assert (location.body, location.content_id) == (b"<presence/>", "a@b")


async def test_no_reliable_progress_is_asked_for_meanwhile(scene: AnchoringWorld) -> None:
    """RFC 3262: so that offer and answer are in INVITE, 200 and ACK alone."""
    await scene.anchored()
    scene.world.phone.send(
        scene.caller.dialog,
        "INVITE",
        scene.world.hop,
        body=scene.caller.describe(),
        Supported="timer, 100rel",
        Require="100rel",
    )
    await scene.world.phone.answer_to("INVITE", 2)
    arrived = scene.world.psap.of_method("INVITE")[-1]
    assert arrived.get("Supported") == "timer"
    assert not arrived.has("Require")


@pytest.mark.parametrize("side", BOTH)
async def test_a_refused_change_leaves_everything_as_it_was(scene: AnchoringWorld, side: str) -> None:
    call_id = await scene.anchored()
    party, far = scene.party(side), scene.party(OTHER[side])
    far.refusals = [488]
    old, party.port = party.port, 45000
    assert await party.reinvite(scene.world.hop, party.describe()) == 488
    party.port = old
    assert scene.media.of_kind("remote_changed") == []
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == DIRECT


@pytest.mark.parametrize("wanted", [G722, SECURE])
@pytest.mark.parametrize("side", BOTH)
async def test_what_the_party_wants_comes_before_listening(scene: AnchoringWorld, side: str, wanted: bytes) -> None:
    """Audio the mixer cannot take crosses with the party's own address: the two are direct again, the guards out."""
    call_id = await scene.anchored()
    party, far = scene.party(side), scene.party(OTHER[side])
    far.codecs = "0 8 9 101"
    offer = party.describe().replace(b"RTP/AVP 0 8 101\r\n", wanted)
    assert await party.reinvite(scene.world.hop, offer) == 200
    assert scene.ways == DIRECT
    await scene.until(lambda: scene.media.of_kind("released"))
    assert scene.media.of_kind("released")[0]["call_id"] == call_id
    assert scene.steps() == ["anchored", "released"]
    far.versions_go_up()
    party.versions_go_up()
    assert scene.still_a_call()


async def test_refused_the_guards_stay(scene: AnchoringWorld) -> None:
    await scene.anchored()
    scene.psap.refusals = [488]
    offer = scene.caller.describe().replace(b"RTP/AVP 0 8 101\r\n", G722)
    assert await scene.caller.reinvite(scene.world.hop, offer) == 488
    assert scene.ways == MIXED
    assert scene.steps() == ["anchored"]


async def test_audio_turned_off_in_an_answer(scene: AnchoringWorld) -> None:
    await scene.anchored()
    scene.psap.answers = [scene.psap.answer(scene.caller.describe()).replace(b"m=audio 50000", b"m=audio 0")]
    assert await scene.caller.reinvite(scene.world.hop, scene.caller.describe()) == 200
    assert scene.caller.audio.port == 0
    await scene.until(lambda: [t["port"] for t in scene.media.of_kind("remote_changed") if t["party"] == "psap"] == [0])


async def test_an_answer_nobody_can_read_gives_the_call_back(scene: AnchoringWorld) -> None:
    await scene.anchored()
    unreadable = b"v=0\r\no=dispatch 77 9 IN IP4 127.0.0.1\r\nm=audio\r\n"
    scene.psap.answers = [unreadable]
    await scene.caller.reinvite(scene.world.hop, scene.caller.describe())
    await scene.until(lambda: scene.caller.heard[-1] != unreadable)
    await scene.direct_again()
    await scene.until(lambda: scene.media.of_kind("released"))
    assert scene.still_a_call()


@pytest.mark.parametrize("body", [True, False])
@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
@pytest.mark.parametrize("side", BOTH)
async def test_while_an_offer_of_ours_is_out_a_partys_must_wait(
    scene: AnchoringWorld, side: str, method: str, body: bool
) -> None:
    """RFC 3261 §14.2, RFC 3311 §5.2: 491. A refresh without an offer crosses."""
    call_id = await scene.call()
    scene.caller.silent = True
    anchoring = scene.begin(scene.anchor(call_id))
    await scene.until(lambda: scene.caller.unanswered)
    party = scene.party(side)
    offer = party.describe() if body else b""
    party.actor.send(party.dialog, method, scene.world.hop, body=offer)
    answer = await party.actor.answer_to(method, 2 if (side, method) == ("caller", "INVITE") else 1)
    assert answer.status == (200 if method == "UPDATE" and not body else 491)
    scene.caller.answer_now()
    await anchoring
    assert scene.ways == MIXED


async def test_info_and_digits_cross_as_ever(scene: AnchoringWorld) -> None:
    await scene.anchored()
    scene.world.phone.send(scene.caller.dialog, "INFO", scene.world.hop, body=b"Signal=1", Content_Type="application/x")
    assert (await scene.world.psap.request("INFO")).body == b"Signal=1"


async def test_a_transfer_is_refused_as_before(scene: AnchoringWorld) -> None:
    await scene.anchored()
    scene.world.phone.send(scene.caller.dialog, "REFER", scene.world.hop, Refer_To="<sip:x@y>")
    assert (await scene.world.phone.answer_to("REFER")).status == 403


def _answer_update(scene: AnchoringWorld, event: RequestReceived) -> None:
    scene.psap.take(event.request.body)
    scene.world.psap.say(200, event.tx, body=scene.psap.answer(event.request.body))
