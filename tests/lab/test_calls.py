"""Real calls over real sockets from a user agent to the simulated PSAP and relay center."""

import asyncio
import datetime
from collections.abc import Callable

import pytest
from tests.lab.stage import CALLER_TONE, Caller, Http, until

from callpoint.i3.additional_data import Comment, CommentText, write
from callpoint.i3.civic import Civic
from callpoint.i3.identifiers import emergency_call_id
from callpoint.i3.pidf_lo import Location, PidfLo, write_pidf_lo
from callpoint.i3.shapes import Circle, Point, Shape
from callpoint.lab import answering_point
from callpoint.lab.agent_call import IncomingCall
from callpoint.lab.answering_point import AnsweringPoint, Station
from callpoint.lab.main import PSAP_TONE, RELAY_TONE, Lab
from callpoint.lab.sound import Sound
from callpoint.lab.user_agent import UserAgent
from callpoint.media.ports import PortRange
from callpoint.sip.hop import Hop
from callpoint.sip.multipart import Part, write_multipart

Where = Callable[..., Hop]
MONTPELIER = Civic.from_fields(
    {"country": "US", "A1": "VT", "A3": "Montpelier", "RD": "State", "STS": "Street", "HNO": "115", "FLR": "2"}
)


def located(civic: Civic | None, shape: Shape) -> Location:
    return Location(civic, shape, "Manual", timestamp="2026-11-01T12:00:00Z", device_id="urn:device:1")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize(("point", "tone"), [("psap", PSAP_TONE), ("relay", RELAY_TONE)])
async def test_a_call_is_answered_with_audio_both_ways_and_ended_by_the_caller(
    lab: Lab, http: Http, hop: Where, caller: Caller, transport: str, point: str, tone: int
) -> None:
    talk = await caller.dial(hop(point, transport))
    await talk.becomes("answered")
    await until(lambda: talk.sound.heard().tones.get(tone, 0) >= 0.5)
    received = lab.points[point].calls[-1]
    await until(lambda: received.sound is not None and received.sound.heard().tones.get(CALLER_TONE, 0) >= 0.5)
    assert (await http.get(f"/{point}/calls"))[-1]["state"] == "answered"
    talk.call.hang_up()
    await until(lambda: received.state == "ended")
    shown = (await http.get(f"/{point}/calls"))[-1]
    assert shown["ended_by"] == "them"
    assert shown["heard"]["tones"][str(CALLER_TONE)] >= 0.5
    assert shown["source"].startswith(f"{transport}:127.0.0.1:")
    await until(lambda: len(talk.call.ladder.rungs) >= 6)
    labels = [rung.label for rung in talk.call.ladder.rungs if rung.label != "100 Trying"]
    assert labels == ["INVITE", "180 Ringing", "200 OK", "ACK", "BYE", "200 OK (BYE)"]


async def test_location_number_comment_and_identifier_are_shown(
    lab: Lab, http: Http, hop: Where, caller: Caller
) -> None:
    location = located(MONTPELIER, Point(44.2601, -72.5754))
    parts = [
        Part((("Content-Type", "application/pidf+xml"),), write_pidf_lo(PidfLo("pres:a@example.com", (location,)))),
        Part((("Content-Type", Comment.content_type),), write(Comment("ref", (CommentText("no floor known"),)))),
    ]
    talk = await caller.dial(
        hop(),
        lambda sdp: write_multipart([Part((("Content-Type", "application/sdp"),), sdp), *parts], "edge"),
        headers=(
            ("P-Asserted-Identity", "<sip:+18025550199@node.example;user=phone>"),
            ("Call-Info", f"<{emergency_call_id('abcdefghij0123456789', 'node.example')}>;purpose=emergency-CallId"),
        ),
    )
    await talk.becomes("answered")
    shown = (await http.get("/psap/calls"))[-1]
    assert shown["call_id"] == "abcdefghij0123456789"
    assert shown["sip_call_id"] == talk.call.invite.call_id
    assert shown["callback_number"] == "+18025550199"
    assert shown["civic"] == MONTPELIER.to_fields()
    assert shown["formatted"] == MONTPELIER.formatted()
    assert shown["point"] == pytest.approx([44.2601, -72.5754])
    assert shown["comments"] == ["no floor known"]
    assert shown["headers"]["P-Asserted-Identity"] == "<sip:+18025550199@node.example;user=phone>"
    assert shown["raw_invite"].startswith("INVITE sip:911@127.0.0.1:")
    assert "<cl:HNO>115" in shown["raw_invite"] or "HNO>115" in shown["raw_invite"]
    assert await http.get("/relay/calls") == []


async def test_the_centre_of_an_area_is_its_point_and_from_is_the_number_without_an_asserted_one(
    http: Http, hop: Where, caller: Caller
) -> None:
    location = located(None, Circle(Point(45.0, -75.0), 30.0))
    document = Part(
        (("Content-Type", "application/pidf+xml"),), write_pidf_lo(PidfLo("pres:a@example.com", (location,)))
    )
    talk = await caller.dial(
        hop(), lambda sdp: write_multipart([Part((("Content-Type", "application/sdp"),), sdp), document], "edge")
    )
    await talk.becomes("answered")
    shown = (await http.get("/psap/calls"))[-1]
    assert shown["point"] == pytest.approx([45.0, -75.0])
    assert shown["civic"] is None
    assert shown["callback_number"] == "+18025550101"


@pytest.mark.parametrize(("mode", "status"), [("busy", 486), ("unavailable", 503), ("decline", 603)])
async def test_a_refusing_station_refuses_with_its_status(
    http: Http, hop: Where, caller: Caller, mode: str, status: int
) -> None:
    assert await http.post("/psap/behaviour", {"mode": mode}) == (200, {"mode": mode, "ring_seconds": 0.0})
    talk = await caller.dial(hop())
    await talk.becomes("rejected")
    assert talk.call.status == status
    shown = (await http.get("/psap/calls"))[-1]
    assert (shown["state"], shown["status"], shown["ended_by"]) == ("rejected", status, "us")
    assert shown["ended_at"] is not None


async def test_a_silent_station_says_nothing_at_all_and_notes_the_call_once(
    lab: Lab, http: Http, hop: Where, caller: Caller
) -> None:
    await http.post("/psap/behaviour", {"mode": "silent"})
    talk = await caller.dial(hop())
    await asyncio.sleep(0.8)  # longer than the 200 ms after which a transaction says 100, and than one repetition
    assert [rung.label for rung in talk.call.ladder.rungs] == ["INVITE"]
    shown = await http.get("/psap/calls")
    assert [call["state"] for call in shown] == ["received"]
    await http.post("/psap/behaviour", {"mode": "answer", "ring_seconds": 0})
    await talk.becomes("answered")  # its INVITE is repeated, and now heard


async def test_a_ringing_call_can_be_given_up(lab: Lab, http: Http, hop: Where, caller: Caller) -> None:
    await http.post("/psap/behaviour", {"mode": "ring", "ring_seconds": 60})
    talk = await caller.dial(hop())
    await talk.becomes("ringing")
    talk.call.cancel()
    received = lab.points["psap"].calls[-1]
    await until(lambda: received.state == "cancelled")
    await until(lambda: talk.call.status == 487)
    assert received.ended_at is not None


async def test_a_station_hangs_up_when_told(lab: Lab, http: Http, hop: Where, caller: Caller) -> None:
    first, second = await caller.dial(hop()), await caller.dial(hop())
    await first.becomes("answered")
    await second.becomes("answered")
    assert await http.post("/psap/hangup", {"call_id": first.call.invite.call_id}) == (200, {"ended": 1})
    await first.becomes("ended")
    assert first.call.ended_by == "them"
    assert second.call.state == "answered"
    assert await http.post("/psap/hangup", {}) == (200, {"ended": 1})
    await second.becomes("ended")


async def test_keys_are_heard_as_events_and_by_info(lab: Lab, http: Http, hop: Where, caller: Caller) -> None:
    talk = await caller.dial(hop())
    await talk.becomes("answered")
    talk.sound.send_digits("19")
    received = lab.points["psap"].calls[-1]
    await until(lambda: received.sound is not None and received.sound.digits == "19")
    talk.call.request("INFO", "application/dtmf-relay", b"Signal=#\r\nDuration=160\r\n")
    await until(lambda: received.info_digits == "#")
    assert (await http.get("/psap/calls"))[-1]["digits"] == "19#"


async def test_a_call_without_an_offer_gets_ours(lab: Lab, hop: Where, caller: Caller) -> None:
    talk = await caller.dial(hop(), lambda sdp: ("application/sdp", b""))
    await talk.becomes("answered")
    assert b"m=audio" in talk.call.remote_sdp


async def test_a_new_session_inside_the_call_moves_the_audio(lab: Lab, hop: Where, caller: Caller) -> None:
    talk = await caller.dial(hop())
    await talk.becomes("answered")
    await until(lambda: bool(talk.sound.heard().tones))
    moved = await type(talk.sound).open("127.0.0.1", caller.ports, 2)
    moved.play_steadily(CALLER_TONE)
    moved.connect(talk.call.remote_sdp)
    talk.call.request("UPDATE", "application/sdp", moved.offer())
    talk.sound.close()
    await until(lambda: moved.heard().tones.get(PSAP_TONE, 0) >= 0.3)
    assert talk.call.ladder.rungs[-1].label == "200 OK (UPDATE)"
    moved.close()


async def test_an_offer_without_our_codecs_is_not_acceptable(lab: Lab, hop: Where, caller: Caller) -> None:
    sdp = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 18\r\n"
    talk = await caller.dial(hop(), lambda _: ("application/sdp", sdp))
    await talk.becomes("rejected")
    assert talk.call.status == 488


async def test_nobody_there_is_told(caller: Caller) -> None:
    talk = await caller.dial(Hop("tcp", "127.0.0.1", 9))
    await talk.becomes("rejected")
    assert talk.call.reason == "not reachable"


async def test_the_oldest_finished_calls_are_forgotten_first(
    lab: Lab, http: Http, hop: Where, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering_point, "MAX_CALLS_KEPT", 2)
    living = await caller.dial(hop())
    await living.becomes("answered")
    await http.post("/psap/behaviour", {"mode": "busy"})
    refused = [await caller.dial(hop()) for _ in range(3)]
    for talk in refused:
        await talk.becomes("rejected")
    kept = [call["sip_call_id"] for call in await http.get("/psap/calls")]
    assert kept[0] == living.call.invite.call_id
    assert len(kept) == 2


async def test_a_call_back_needs_a_node_and_a_number(lab: Lab, http: Http, hop: Where, caller: Caller) -> None:
    talk = await caller.dial(hop())
    await talk.becomes("answered")
    status, answer = await http.post("/psap/callback", {"call_id": talk.call.invite.call_id})
    assert (status, answer) == (400, {"error": "no node is configured to call back through"})


async def test_a_call_back_is_marked_and_goes_to_the_callback_number_through_the_node(caller: Caller) -> None:
    arrived: list[IncomingCall] = []

    def take(call: IncomingCall) -> None:
        arrived.append(call)
        call.ring()

    node = UserAgent(take)
    node_hop = Hop("udp", "127.0.0.1", await node.listen("udp", "127.0.0.1"))
    station = Station("psap", "127.0.0.1", (500,), PSAP_TONE, node_hop, "node.example")
    point = AnsweringPoint(station, PortRange(38_000, 38_100), lambda: datetime.datetime.now(datetime.UTC))
    hop = Hop("udp", "127.0.0.1", await point.open(0))
    try:
        talk = await caller.dial(hop)
        await talk.becomes("answered")
        talk.call.hang_up()
        callback = await point.call_back()  # the newest, which is that one
        await until(lambda: callback.state == "ringing")
        assert arrived[0].invite.uri == "sip:+18025550101@node.example;user=phone"
        assert arrived[0].invite.get("Priority") == "psap-callback"
        sound = await Sound.open("127.0.0.1", PortRange(38_200, 38_300), 3)
        sound.play_steadily(CALLER_TONE)
        arrived[0].answer(sound.answer(arrived[0].remote_sdp))
        sound.connect(arrived[0].remote_sdp)
        await until(lambda: callback.state == "answered")
        await until(lambda: sound.heard().tones.get(PSAP_TONE, 0) >= 0.3)
        arrived[0].hang_up()
        await until(lambda: callback.state == "ended")
        sound.close()
    finally:
        await point.close()
        await node.close()


async def test_a_phone_of_the_lab_presses_keys(lab: Lab, http: Http, hop: Where, caller: Caller) -> None:
    """So that somebody can acknowledge a voice alert of the demo."""
    talk = await caller.dial(hop("phone"))
    name = talk.call.invite.call_id
    status, answer = await http.post("/phone/press", {"call_id": name, "digits": "1"})
    assert (status, answer["error"]) in [(400, "the call is not answered"), (404, f"no call {name!r} was received")]
    await talk.becomes("answered")
    assert (await http.post("/phone/press", {"call_id": name, "digits": "1"}))[0] == 200
    await until(lambda: talk.sound.digits == "1")
    assert (await http.post("/phone/press", {"call_id": name, "digits": "x"}))[0] == 400
