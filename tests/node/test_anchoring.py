"""Listening in: the call's audio goes to the media process and back, and the call never suffers (issue 5)."""

import asyncio
from collections.abc import Callable

import pytest

from callpoint.node import anchoring
from callpoint.node.sdp_text import Description
from callpoint.sip.events import RequestReceived
from callpoint.sip.sdp import Sdp
from callpoint.transport.control import ControlError
from tests.node.anchoring_world import DIRECT, MIXED, AnchoringWorld
from tests.node.world import Actor

TEXT = "m=text 41000 RTP/AVP 98\r\na=rtpmap:98 t140/1000\r\n"
VIDEO = "m=video 42000 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n"
BOTH = ("caller", "psap")


async def test_both_parties_talk_to_the_media_process(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    assert scene.ways == DIRECT
    answer = await scene.anchor(call_id)
    assert scene.ways == MIXED
    assert answer == {
        "caller": {"host": "127.0.0.1", "port": 40000, "payload_type": 0, "event_type": 101, "ptime": 20},
        "psap": {"host": "127.0.0.1", "port": 50000, "payload_type": 0, "event_type": 101, "ptime": 20},
    }
    assert scene.steps() == ["anchored"]


async def test_released_they_talk_to_each_other_again(scene: AnchoringWorld) -> None:
    call_id = await scene.anchored()
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == DIRECT
    assert scene.steps() == ["anchored", "released"]
    assert scene.still_a_call()


async def test_again_and_again(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    for _ in range(3):
        await scene.anchor(call_id)
        assert scene.ways == MIXED
        await scene.media.ask("release", call_id=call_id)
        assert scene.ways == DIRECT
    scene.caller.versions_go_up()
    scene.psap.versions_go_up()


async def test_each_offer_continues_the_session_the_party_knows(scene: AnchoringWorld) -> None:
    """RFC 3264 §8: the far end's o= line, the version one higher; also in what crosses afterwards."""
    call_id = await scene.anchored()
    await scene.media.ask("release", call_id=call_id)
    assert await scene.caller.reinvite(scene.world.hop, scene.caller.describe()) == 200
    assert await scene.psap.reinvite(scene.world.hop, scene.psap.describe()) == 200
    for party, far in ((scene.caller, "dispatch 77"), (scene.psap, "alice 77")):
        party.versions_go_up()
        assert party.versions[0][0] == f"o={far}"
        assert len(party.versions) == 5


async def test_a_call_nobody_listens_to_crosses_byte_for_byte(scene: AnchoringWorld) -> None:
    await scene.call()
    body = scene.caller.describe()
    assert await scene.caller.reinvite(scene.world.hop, body) == 200
    assert scene.psap.heard[-1] == body


@pytest.mark.parametrize("more", [TEXT, TEXT + VIDEO, VIDEO + TEXT])
async def test_text_and_video_go_on_directly(scene: AnchoringWorld, more: str) -> None:
    scene.caller.more = more
    scene.psap.more = more.replace("41000", "51000").replace("42000", "52000")
    call_id = await scene.anchored()
    for party, far in ((scene.caller, scene.psap.more), (scene.psap, scene.caller.more)):
        assert party.heard[-1].decode().endswith(far)
        media = Sdp.parse(party.heard[-1]).media
        assert [one.address for one in media] == ["127.0.0.1"] * len(media)
    assert scene.ways == MIXED
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == DIRECT


async def test_a_stream_that_was_turned_down_stays_off(scene: AnchoringWorld) -> None:
    """The PSAP took no video: neither is offered any when only the audio moves."""
    scene.caller.more = VIDEO
    await scene.anchored()
    for party in (scene.caller, scene.psap):
        assert [media.port for media in Sdp.parse(party.heard[-1]).media][1] == 0
        assert Sdp.parse(party.heard[-1]).media[1].kind == "video"


async def test_only_what_the_two_share_is_offered_on_the_way_back(scene: AnchoringWorld) -> None:
    """The PSAP had answered with G.722: so they talk again as they had agreed."""
    scene.caller.codecs, scene.psap.codecs = "9 0 8 101", "9 0 101"
    call_id = await scene.anchored()
    assert scene.caller.audio.formats == ("0", "8", "101")
    await scene.media.ask("release", call_id=call_id)
    assert scene.caller.audio.formats == ("9", "101")
    assert scene.psap.audio.formats == ("9", "101")


async def test_numbers_keep_their_meaning(scene: AnchoringWorld) -> None:
    """RFC 3264 §8.3.2: 101 is something else in this session, so digits get another number."""
    scene.caller.codecs, scene.psap.codecs = "101 0", "0"
    scene.caller.rewrite = lambda body: body.replace(b"telephone-event/8000", b"opus/48000/2")
    await scene.anchored()
    assert scene.psap.audio.telephone_event not in (None, 101)


async def test_a_moved_port_in_an_answer_is_followed(scene: AnchoringWorld) -> None:
    """The caller opens another port for the mixer: it is told to media, and to the PSAP on the way back."""
    call_id = await scene.call()
    scene.caller.port = 40010
    answer = await scene.anchor(call_id)
    assert answer["caller"]["port"] == 40010
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == (50000, 40010)


async def test_a_moved_port_in_the_last_answer_is_followed_too(scene: AnchoringWorld) -> None:
    call_id = await scene.anchored()
    scene.caller.port = 40020
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == (50000, 40020)


async def test_a_text_stream_moved_in_an_answer_is_told_to_the_other_party(scene: AnchoringWorld) -> None:
    scene.caller.more, scene.psap.more = TEXT, TEXT.replace("41000", "51000")
    call_id = await scene.call()
    scene.caller.more = TEXT.replace("41000", "41500")
    await scene.anchor(call_id)
    assert Sdp.parse(scene.psap.heard[-1]).media[1].port == 41500
    assert scene.ways == MIXED
    scene.psap.versions_go_up()


async def test_a_call_whose_offer_was_the_psaps(scene: AnchoringWorld) -> None:
    """No SDP in the INVITE: the answer came with the ACK (RFC 3261 §13.2.1)."""
    call_id = await scene.late_offer_call()
    await scene.anchor(call_id)
    assert scene.ways == MIXED
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == DIRECT


async def test_the_session_timer_is_repeated_and_begins_anew(scene: AnchoringWorld) -> None:
    """RFC 4028 §7.4: the same interval, and the same party refreshes."""
    scene.psap.headers = {"Session-Expires": "1800;refresher=uac"}
    call_id = await scene.call(scene.world.invite(Supported="timer", Session_Expires="1800"))
    await scene.anchor(call_id)
    to_caller = scene.world.phone.of_method("INVITE")[-1]
    to_psap = scene.world.psap.of_method("INVITE")[-1]
    assert to_caller.get("Session-Expires") == "1800;refresher=uas"
    assert to_psap.get("Session-Expires") == "1800;refresher=uac"
    assert to_caller.get("Supported") == "timer"


async def test_without_a_session_timer_none_is_asked_for(scene: AnchoringWorld) -> None:
    await scene.anchored()
    assert not scene.world.phone.of_method("INVITE")[-1].has("Session-Expires")


@pytest.mark.parametrize("status", [403, 408, 481, 488, 500, 603])
@pytest.mark.parametrize("side", BOTH)
async def test_whoever_refuses_the_other_is_given_back(scene: AnchoringWorld, side: str, status: int) -> None:
    call_id = await scene.call()
    scene.party(side).refusals = [status]
    why = await scene.refused(call_id)
    assert str(status) in why
    assert ("called" if side == "caller" else "answered") in why.partition(" did not")[0]
    await scene.direct_again()
    assert scene.steps() == ["failed"]
    assert str(status) in scene.reasons()[0]
    assert scene.still_a_call()
    await scene.anchor(call_id)  # and nothing stands against another try
    assert scene.ways == MIXED


async def test_both_refuse(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    scene.caller.refusals, scene.psap.refusals = [488], [488]
    await scene.refused(call_id)
    assert scene.ways == DIRECT
    assert len(scene.world.phone.of_method("INVITE")) == 1  # nothing had changed, so nothing to be put right


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("side", BOTH)
async def test_a_party_that_does_not_answer_is_left_alone(
    scene: AnchoringWorld, side: str, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchoring, "ANSWER_SECONDS", 0.2)
    call_id = await scene.call()
    quiet, other = scene.party(side), scene.party("psap" if side == "caller" else "caller")
    quiet.silent, quiet.actor.obeys_cancel = True, not late
    assert "no answer" in await scene.refused(call_id)
    await scene.until(lambda: other.hears_from in DIRECT)
    if late:
        quiet.answer_now()  # it has taken the offer all the same, and is given back too
        assert quiet.hears_from in MIXED
    else:
        await scene.until(lambda: quiet.actor.cancels == 1)
    await scene.direct_again()
    assert scene.still_a_call()


@pytest.mark.parametrize("side", BOTH)
async def test_glare_is_tried_again(scene: AnchoringWorld, side: str) -> None:
    """RFC 3261 §14.1: 491, a random wait, the same again; meanwhile the other party is where it was."""
    call_id = await scene.call()
    scene.party(side).refusals = [491]
    await scene.anchor(call_id)
    assert scene.ways == MIXED
    scene.caller.versions_go_up()
    scene.psap.versions_go_up()
    assert scene.steps() == ["anchored"]


async def test_glare_without_end_is_given_up(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    scene.caller.refusals = [491] * 20
    assert "changing the call itself" in await scene.refused(call_id)
    scene.caller.refusals = []
    await scene.direct_again()


async def test_told_to_come_later_it_comes_later(scene: AnchoringWorld) -> None:
    """RFC 3261 §14.2: 500 with Retry-After, while an offer of the party's own is under way."""
    call_id = await scene.call()
    scene.world.phone.on_invite = _first_busy(scene)
    await scene.anchor(call_id)
    assert scene.ways == MIXED


async def test_a_change_of_the_parties_is_waited_for(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    scene.psap.silent = True
    moving = asyncio.create_task(scene.caller.reinvite(scene.world.hop, scene.caller.describe()))
    await scene.until(lambda: scene.psap.unanswered)
    anchored = asyncio.create_task(scene.anchor(call_id))
    await asyncio.sleep(0.05)
    assert len(scene.world.psap.of_method("INVITE")) == 2  # not ours
    scene.psap.answer_now()
    assert await moving == 200
    await anchored
    assert scene.ways == MIXED


async def test_a_change_of_the_parties_without_end_is_not(
    scene: AnchoringWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchoring, "QUIET_SECONDS", 0.1)
    call_id = await scene.call()
    scene.psap.silent = True
    scene.world.phone.send(scene.caller.dialog, "INVITE", scene.world.hop, body=scene.caller.describe())
    await scene.until(lambda: scene.psap.unanswered)
    assert "changing the call themselves" in await scene.refused(call_id)
    assert scene.world.phone.of_method("INVITE") == []


ENCRYPTED = "its audio is encrypted"


@pytest.mark.parametrize(
    ("caller", "psap", "why"),
    [
        (b"RTP/SAVP", b"RTP/SAVP", ENCRYPTED),
        (b"UDP/TLS/RTP/SAVPF", b"UDP/TLS/RTP/SAVPF", ENCRYPTED),
        (b"RTP/AVP 0\r\na=crypto:1 AES x", b"RTP/AVP 0\r\na=crypto:1 AES y", ENCRYPTED),
        (b"RTP/AVP 0\r\na=fingerprint:sha-256 A", b"RTP/AVP 0\r\na=fingerprint:sha-256 B", ENCRYPTED),
        (b"RTP/AVP 0\r\na=candidate:1 1 UDP", b"RTP/AVP 0\r\na=candidate:2 1 UDP", "ICE"),
        (b"TCP/RTP/AVP", b"TCP/RTP/AVP", "TCP/RTP/AVP"),
        (b"RTP/AVP 9", b"RTP/AVP 9", "does not speak G.711"),
    ],
)
async def test_what_cannot_be_mixed_is_refused_in_words(
    scene: AnchoringWorld, caller: bytes, psap: bytes, why: str
) -> None:
    scene.caller.rewrite = lambda body: _with_protocol(body, caller)
    scene.psap.rewrite = lambda body: _with_protocol(body, psap)
    call_id = await scene.call()
    assert why in await scene.refused(call_id)
    assert scene.world.phone.of_method("INVITE") == []  # nobody was bothered
    assert scene.steps() == ["failed"]


async def test_a_crypto_line_the_other_did_not_take_is_no_encryption(scene: AnchoringWorld) -> None:
    scene.caller.rewrite = lambda body: _with_protocol(body, b"RTP/AVP 0\r\na=crypto:1 AES x")
    await scene.anchored()
    assert scene.ways == MIXED
    assert b"crypto" not in scene.psap.heard[-1]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"v=0\r\ns=-\r\n", "origin"),
        (b"v=0\r\no=- 1 x IN IP4 h\r\ns=-\r\nm=audio 4 RTP/AVP 0\r\n", "origin"),
        (b"v=0\r\no=a 1 1 IN IP4 h\r\ns=-\r\n", "how many streams"),
        (b"v=0\r\no=a 1 1 IN IP4 h\r\ns=-\r\nm=audio 0 RTP/AVP 0\r\n", "agreed on no audio"),
        (b"v=0\r\no=a 1 1 IN IP4 h\r\ns=-\r\nm=audio\r\n", "cannot be read"),
    ],
)
async def test_descriptions_that_say_too_little(scene: AnchoringWorld, body: bytes, why: str) -> None:
    scene.psap.rewrite = lambda _: body
    call_id = await scene.call()
    assert why in await scene.refused(call_id)


async def test_a_call_without_any_description(scene: AnchoringWorld) -> None:
    scene.psap.rewrite = lambda _: b""
    assert "not known what the side that answered said" in await scene.refused(await scene.call())


async def test_an_answer_without_usable_audio_is_put_right(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    scene.caller.answers = [b"v=0\r\no=alice 77 99 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\n"]
    assert "without audio" in await scene.refused(call_id)
    await scene.direct_again()


async def test_who_asks_for_no_call_of_ours(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    place = {"host": "127.0.0.1", "port": 6000}
    for wrong in (
        {"call_id": "another"},
        {},
        {"call_id": call_id, "organization": "other"},
        {"call_id": call_id, "caller": {"host": "127.0.0.1"}},
        {"call_id": call_id, "psap": 7},
    ):
        with pytest.raises(ControlError):
            await scene.media.ask("anchor", **({"caller": place, "psap": place} | wrong))
    assert await scene.media.ask("release", call_id="another") == {}
    assert await scene.media.ask("release", call_id=call_id) == {}
    assert scene.world.phone.of_method("INVITE") == []


async def test_a_call_that_is_taken_up_is_not_taken_up_twice(scene: AnchoringWorld) -> None:
    call_id = await scene.anchored()
    assert "already" in await scene.refused(call_id)
    assert scene.ways == MIXED
    assert scene.steps() == ["anchored"]


async def test_a_call_that_rings_cannot_be_listened_to(scene: AnchoringWorld) -> None:
    scene.psap.silent = True
    scene.world.phone.endpoint.request(scene.world.invite(), scene.world.hop)
    await scene.until(lambda: scene.psap.unanswered)
    call_id = next(call for call, _, kind, _ in scene.world.journal.facts if kind == "dialled")
    with pytest.raises(ControlError, match="no answered call"):
        await scene.media.ask("anchor", call_id=call_id)


async def test_a_fault_of_ours_costs_only_the_listener(scene: AnchoringWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    call_id = await scene.call()

    def broken(*_: object) -> Description:
        raise ZeroDivisionError

    monkeypatch.setattr(anchoring, "offer_of_mixer", broken)
    assert "fault" in await scene.refused(call_id)
    assert [alarm["alarm"] for alarm in scene.world.journal.of_kind("alarm")] == ["internal_fault"]
    assert scene.ways == DIRECT
    assert scene.still_a_call()


def _with_protocol(body: bytes, protocol: bytes) -> bytes:
    line = next(line for line in body.split(b"\r\n") if line.startswith(b"m=audio"))
    kind, port, _, *formats = line.split(b" ")
    new = b" ".join([kind, port, protocol] + ([] if b" " in protocol else formats))
    return body.replace(line, new)


def _first_busy(scene: AnchoringWorld) -> Callable[[Actor, RequestReceived], None]:
    usual = scene.world.phone.on_invite

    def busy(actor: Actor, event: RequestReceived) -> None:
        response = event.tx.response(500)
        response.set("Retry-After", "0")
        actor.endpoint.respond(event.tx, response)
        actor.on_invite = usual

    return busy
