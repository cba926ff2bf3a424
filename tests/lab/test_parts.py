"""The lab's small parts: ladder, bodies, behaviours, what was heard, what a call's screen shows."""

import datetime

import numpy as np
import pytest

from callpoint.i3.identifiers import emergency_call_id
from callpoint.lab.behaviour import Behaviour, Mode
from callpoint.lab.bodies import MAX_DEPTH, parts_of, session_of
from callpoint.lab.ladder import Ladder, label
from callpoint.lab.main import PSAP_GREETING, PSAP_TONE, RELAY_GREETING, RELAY_TONE
from callpoint.lab.received_call import ReceivedCall, call_id_of, comments_of, locations_of
from callpoint.lab.sound import judge, notes
from callpoint.media.tones import tone
from callpoint.sip.message import Request, parse
from callpoint.sip.multipart import Part, write_multipart
from callpoint.speech import mu_law

WHEN = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)
SDP = Part((("Content-Type", "application/sdp"),), b"v=0\r\n")


def invite(*headers: tuple[str, str], body: bytes = b"", content_type: str = "") -> Request:
    request = Request("INVITE", "urn:service:sos", [("From", "<sip:anonymous@x>;tag=a"), ("Call-ID", "sip-name")])
    request.extend(headers)
    if content_type:
        request.set("Content-Type", content_type)
        request.body = body
    return request


# --- ladder


def test_a_ladder_counts_from_its_first_message() -> None:
    ladder = Ladder()
    request = invite(("CSeq", "1 INVITE"))
    ladder.note("out", request, 100.0)
    ladder.note("in", request.response(180), 100.0125)
    assert ladder.to_json() == [
        {"at_ms": 0.0, "direction": "out", "label": "INVITE"},
        {"at_ms": 12.5, "direction": "in", "label": "180 Ringing"},
    ]
    assert [str(rung) for rung in ladder.rungs] == [
        "      0.0 ms  ──▶  INVITE",
        "     12.5 ms  ◀──  180 Ringing",
    ]


def test_responses_to_other_requests_name_them() -> None:
    request = Request("BYE", "sip:a@b", [("CSeq", "2 BYE")])
    assert label(request.response(200)) == "200 OK (BYE)"
    assert label(request) == "BYE"


# --- bodies


def nested(part: Part, depth: int) -> Part:
    for level in range(depth):
        content_type, body = write_multipart([part], f"level{level}")
        part = Part((("Content-Type", content_type),), body)
    return part


@pytest.mark.parametrize("depth", range(MAX_DEPTH + 1))
def test_a_session_is_found_in_any_sane_nesting(depth: int) -> None:
    part = nested(SDP, depth)
    message = invite(body=part.body, content_type=part.get("Content-Type") or "")
    assert session_of(message) == SDP.body


def test_nesting_without_end_is_not_followed() -> None:
    part = nested(SDP, MAX_DEPTH + 3)
    message = invite(body=part.body, content_type=part.get("Content-Type") or "")
    assert session_of(message) == b""
    assert len(parts_of(message)) == 1


@pytest.mark.parametrize("content_type", ["multipart/mixed", 'multipart/mixed;boundary="other"', "nonsense"])
def test_a_body_that_cannot_be_taken_apart_is_left_whole(content_type: str) -> None:
    message = invite(body=b"--x\r\n\r\nhello\r\n--x--", content_type=content_type)
    assert [part.body for part in parts_of(message)] == [message.body]
    assert session_of(message) == b""


def test_no_body_has_no_parts() -> None:
    assert parts_of(invite()) == []


# --- behaviour


@pytest.mark.parametrize("mode", list(Mode))
def test_each_mode_is_read_and_told_back(mode: Mode) -> None:
    behaviour = Behaviour.from_json({"mode": str(mode)})
    assert behaviour.mode is mode
    assert Behaviour.from_json(behaviour.to_json()) == behaviour


def test_ringing_takes_as_long_as_told() -> None:
    assert Behaviour.from_json({"mode": "ring", "ring_seconds": 7}).ring_seconds == 7.0
    assert Behaviour.from_json({"mode": "ring"}).ring_seconds > Behaviour.from_json({"mode": "answer"}).ring_seconds


# --- sound


@pytest.mark.parametrize("hz", [PSAP_TONE, RELAY_TONE, *PSAP_GREETING, *RELAY_GREETING, 1000])
def test_every_tone_of_the_lab_is_told_from_the_others(hz: int) -> None:
    heard = judge(tone([hz], 1.0))
    assert heard.tones == {hz: 1.0}
    assert heard.seconds == 1.0
    assert heard.level == pytest.approx(0.3 / np.sqrt(2), rel=0.02)


def test_a_greeting_is_heard_note_by_note() -> None:
    assert judge(notes(PSAP_GREETING, 0.3)).tones == dict.fromkeys(sorted(PSAP_GREETING), 0.3)


def test_silence_noise_and_nothing_have_no_tone() -> None:
    assert judge(mu_law.silence(1.0)).tones == {}
    noise = np.random.default_rng(1).normal(0, 4000, 8000).astype(np.int16)
    assert judge(mu_law.encode(noise)).tones == {}
    assert judge(b"").seconds == 0.0


# --- what the screen shows


def received(*headers: tuple[str, str], **more: object) -> ReceivedCall:
    return ReceivedCall(invite(*headers, **more), WHEN, "udp:192.0.2.1:5060")  # type: ignore[arg-type]


def test_a_call_is_named_by_its_emergency_identifier_else_by_its_call_id() -> None:
    identifier = emergency_call_id("abcdefghij", "node.example")
    named = received(
        ("Call-Info", "<cid:data@x>;purpose=EmergencyCallData.Comment"),
        ("Call-Info", f"<{identifier}>;purpose=emergency-CallId"),
    )
    assert named.call_id == "abcdefghij"
    assert named.is_named("abcdefghij")
    assert named.is_named("sip-name")
    assert not named.is_named("other")
    assert call_id_of(invite(("Call-Info", "<urn:broken>;purpose=emergency-CallId"))) == "sip-name"


@pytest.mark.parametrize(
    ("headers", "number"),
    [
        ([("P-Asserted-Identity", "<sip:+18025550101@x;user=phone>")], "+18025550101"),
        ([("P-Asserted-Identity", "<sip:someone@x>, <tel:+18025550102>")], "+18025550102"),
        ([("P-Asserted-Identity", '"Ann" <tel:8025550103;phone-context=x>')], "8025550103"),
        ([], ""),
    ],
)
def test_the_callback_number_is_the_asserted_one(headers: list[tuple[str, str]], number: str) -> None:
    assert received(*headers).callback_number == number


def test_a_broken_location_or_comment_is_passed_over() -> None:
    parts = [
        Part((("Content-Type", "application/pidf+xml"),), b"<presence"),
        Part((("Content-Type", "application/EmergencyCallData.Comment+xml"),), b"<no"),
    ]
    content_type, body = write_multipart(parts, "edge")
    message = invite(body=body, content_type=content_type)
    assert locations_of(message) == ()
    assert comments_of(message) == []
    shown = ReceivedCall(message, WHEN, "udp:x").to_json()
    assert (shown["civic"], shown["point"], shown["formatted"]) == (None, None, "")


def test_the_json_has_the_fixed_names_first_and_joins_repeated_headers() -> None:
    shown = received(("Call-Info", "<a:b>;purpose=info"), ("Call-Info", "<c:d>;purpose=info")).to_json()
    assert list(shown)[:9] == [
        *("call_id", "state", "received_at", "from", "callback_number", "civic", "point", "headers", "raw_invite"),
    ]
    assert shown["state"] == "received"
    assert shown["received_at"] == "2026-11-01T12:00:00.000+00:00"
    assert shown["headers"]["Call-Info"] == "<a:b>;purpose=info, <c:d>;purpose=info"
    assert shown["heard"] == {"seconds": 0.0, "level": 0.0, "tones": {}}


def test_bytes_that_are_no_text_are_shown_without_breaking_the_json() -> None:
    raw = b"INVITE sip:911@x SIP/2.0\r\nFrom: <sip:a@b>;tag=1\r\nCall-ID: n\r\nSubject: \xff\xfe\r\n\r\n"
    message = parse(raw)
    assert isinstance(message, Request)
    shown = ReceivedCall(message, WHEN, "udp:x").to_json()
    assert shown["headers"]["Subject"] == "\ufffd\ufffd"
    shown["raw_invite"].encode("utf-8")
