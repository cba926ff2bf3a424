"""Offers and answers as RFC 3264 §10, RFC 4317 and RFC 4733 show them, answered with the one audio stream we speak."""

import pytest

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.sdp import Sdp, answer, offer

HEAD = """v=0
o=alice 2890844526 2890844526 IN IP4 host.anywhere.com
s=
c=IN IP4 host.anywhere.com
t=0 0
"""


def description(media: str, head: str = HEAD) -> Sdp:
    return Sdp.parse((head + media).replace("\n", "\r\n").encode())


def answered(media: str, head: str = HEAD) -> Sdp:
    return Sdp.parse(answer(description(media, head), "192.0.2.9", 49920, 7))


def lines(media: str, head: str = HEAD) -> list[str]:
    return answer(description(media, head), "192.0.2.9", 49920, 7).decode().splitlines()


def test_10_1_audio_is_taken_and_both_videos_are_refused() -> None:
    media = """m=audio 49170 RTP/AVP 0
a=rtpmap:0 PCMU/8000
m=video 51372 RTP/AVP 31
a=rtpmap:31 H261/90000
m=video 53000 RTP/AVP 32
a=rtpmap:32 MPV/90000
"""
    ours = answered(media)
    assert [(stream.kind, stream.port) for stream in ours.media] == [("audio", 49920), ("video", 0), ("video", 0)]
    assert [stream.formats for stream in ours.media] == [("0",), ("31",), ("32",)]
    assert ours.media[0].address == "192.0.2.9"


def test_10_1_a_stream_offered_after_a_refused_one_keeps_its_place() -> None:
    media = "m=video 0 RTP/AVP 31\nm=audio 49170 RTP/AVP 8\n"
    assert [(stream.kind, stream.port) for stream in answered(media).media] == [("video", 0), ("audio", 49920)]


def test_10_2_one_of_several_codecs_is_chosen() -> None:
    assert answered("m=audio 62986 RTP/AVP 4 18 0 8\n").media[0].formats == ("0",)
    assert answered("m=audio 62986 RTP/AVP 18 8 0\n").media[0].formats == ("8",)  # their order counts


def test_rfc_4317_2_1_a_dynamic_codec_is_left_out() -> None:
    media = """m=audio 49170 RTP/AVP 0 8 97
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:97 iLBC/8000
m=video 51372 RTP/AVP 31 32
"""
    assert [stream.formats for stream in answered(media).media] == [("0",), ("31", "32")]


def test_a_known_codec_under_another_number_keeps_that_number() -> None:
    ours = lines("m=audio 49170 RTP/AVP 96\na=rtpmap:96 pcmu/8000/1\n")
    assert "m=audio 49920 RTP/AVP 96" in ours
    assert "a=rtpmap:96 PCMU/8000" in ours


def test_rfc_4733_digits_are_taken_under_the_number_offered() -> None:
    media = """m=audio 12346 RTP/AVP 0 100
a=rtpmap:100 telephone-event/8000
a=fmtp:100 0-15,66,70
"""
    ours = lines(media)
    assert "m=audio 49920 RTP/AVP 0 100" in ours
    assert "a=rtpmap:100 telephone-event/8000" in ours
    assert "a=fmtp:100 0-15" in ours  # what we understand, not what was offered
    assert description(media).media[0].telephone_event == 100


def test_digits_for_another_clock_rate_are_left_out() -> None:
    media = "m=audio 12346 RTP/AVP 0 101\na=rtpmap:101 telephone-event/16000\n"
    assert answered(media).media[0].formats == ("0",)


@pytest.mark.parametrize(
    ("said", "answer_says"),
    [
        ("sendrecv", "sendrecv"),
        ("sendonly", "recvonly"),
        ("recvonly", "sendonly"),
        ("inactive", "inactive"),
        ("", "sendrecv"),
    ],
)
@pytest.mark.parametrize("level", ["session", "media"])
def test_6_1_the_direction_is_mirrored(said: str, answer_says: str, level: str) -> None:
    line = f"a={said}\n" if said else ""
    media = "m=audio 49170 RTP/AVP 0\n"
    ours = answered(media, HEAD + line) if level == "session" else answered(media + line)
    assert ours.media[0].direction == answer_says


def test_the_direction_of_a_stream_goes_before_that_of_the_session() -> None:
    assert answered("m=audio 49170 RTP/AVP 0\na=sendonly\n", f"{HEAD}a=inactive\n").media[0].direction == "recvonly"


@pytest.mark.parametrize(
    ("media", "held"),
    [
        ("m=audio 49170 RTP/AVP 0\na=sendonly\n", True),
        ("m=audio 49170 RTP/AVP 0\na=inactive\n", True),
        ("m=audio 49170 RTP/AVP 0\nc=IN IP4 0.0.0.0\n", True),  # as RFC 2543 had it
        ("m=audio 49170 RTP/AVP 0\na=recvonly\n", False),
        ("m=audio 49170 RTP/AVP 0\n", False),
    ],
)
def test_8_4_hold_is_known_in_its_old_and_new_form(media: str, held: bool) -> None:
    assert description(media).media[0].on_hold is held


def test_the_time_of_the_answer_is_that_of_the_offer() -> None:
    head = HEAD.replace("t=0 0", "t=2873397496 2873404696")
    assert "t=2873397496 2873404696" in lines("m=audio 49170 RTP/AVP 0\n", head)


@pytest.mark.parametrize(
    "media",
    [
        "m=video 51372 RTP/AVP 31\n",
        "m=audio 49170 RTP/AVP 18\n",
        "m=audio 0 RTP/AVP 0\n",
        "m=audio 49170 RTP/SAVP 0\n",
        "m=audio 49170 UDP/TLS/RTP/SAVPF 111\n",
        "",
    ],
)
def test_what_we_cannot_speak_is_not_acceptable_here(media: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        answered(media)
    assert caught.value.status == 488


def test_the_second_audio_is_taken_when_the_first_is_encrypted() -> None:
    media = "m=audio 49170 RTP/SAVP 0\nm=audio 49172 RTP/AVP 0\n"
    assert [(stream.protocol, stream.port) for stream in answered(media).media] == [("RTP/SAVP", 0), ("RTP/AVP", 49920)]


def test_an_address_of_its_own_goes_before_that_of_the_session() -> None:
    (audio,) = description("m=audio 49170 RTP/AVP 0\nc=IN IP4 192.0.2.77/127\n").media
    assert audio.address == "192.0.2.77"
    (audio,) = description("m=audio 49170/2 RTP/AVP 0\n").media
    assert (audio.address, audio.port) == ("host.anywhere.com", 49170)


def test_our_offer_is_answered_by_ourselves() -> None:
    theirs = Sdp.parse(answer(Sdp.parse(offer("2001:db8::1", 40000, 1)), "192.0.2.9", 49920, 7))
    (audio,) = theirs.media
    assert (audio.formats, audio.telephone_event, audio.ptime) == (("0", "101"), 101, 20)
    assert Sdp.parse(offer("2001:db8::1", 40000, 1)).media[0].address == "2001:db8::1"
    assert b"c=IN IP6 2001:db8::1\r\n" in offer("2001:db8::1", 40000, 1)


def test_an_empty_session_name_and_unknown_lines_are_no_mistake() -> None:
    head = HEAD + "b=AS:64\nz=0 0\nk=prompt\na=group:BUNDLE 0\n"
    assert description("m=audio 49170 RTP/AVP 0\na=ssrc:1 cname:x\n", head).codec() == 0
