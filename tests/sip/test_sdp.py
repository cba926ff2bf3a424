"""SDP: what an offer says, and the answer that takes its audio and nothing else."""

import pytest

from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.sdp import MAX_LINES, Sdp, answer, offer

OFFER = b"""v=0\r
o=phone 1 1 IN IP4 10.0.0.1\r
s=-\r
c=IN IP4 10.0.0.1\r
t=0 0\r
a=sendrecv\r
m=audio 49170 RTP/AVP 9 8 0 96\r
a=rtpmap:9 G722/8000\r
a=rtpmap:0 pcmu/8000/1\r
a=rtpmap:96 telephone-event/8000\r
a=fmtp:96 0-16\r
a=ptime:30\r
m=video 49172 RTP/AVP 31\r
c=IN IP6 2001:db8::1\r
a=inactive\r
"""


def test_an_offer_is_read() -> None:
    description = Sdp.parse(OFFER)
    audio, video = description.media
    assert description.audio is audio
    assert (audio.address, audio.port, audio.protocol, audio.ptime) == ("10.0.0.1", 49170, "RTP/AVP", 30)
    assert audio.payload_types == (9, 8, 0, 96)
    assert (audio.telephone_event, audio.direction, audio.on_hold) == (96, "sendrecv", False)
    assert audio.codecs == {0: "PCMU/8000", 8: "PCMA/8000", 9: "G722/8000", 96: "TELEPHONE-EVENT/8000"}
    assert (video.address, video.direction, video.on_hold) == ("2001:db8::1", "inactive", True)
    assert description.codec() == 8


def test_the_answer() -> None:
    assert answer(Sdp.parse(OFFER), "192.0.2.9", 4000, 77) == (
        b"v=0\r\no=callpoint 77 77 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
        b"m=audio 4000 RTP/AVP 8 96\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:96 telephone-event/8000\r\n"
        b"a=fmtp:96 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
        b"m=video 0 RTP/AVP 31\r\n"
    )


def test_an_answer_over_ipv6_without_digits() -> None:
    description = Sdp.parse(b"v=0\nt=1 2\nm=audio 4/2 RTP/AVPF 0\nc=IN IP6 ::1\na=sendonly\n")
    assert description.audio is not None
    assert (description.audio.port, description.audio.on_hold) == (4, True)
    assert answer(description, "::1", 9, 1) == (
        b"v=0\r\no=callpoint 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=1 2\r\n"
        b"m=audio 9 RTP/AVPF 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=recvonly\r\n"
    )


def test_our_offer_can_be_answered() -> None:
    ours = Sdp.parse(offer("10.0.0.2", 5000, 3))
    assert ours.audio is not None
    assert (ours.audio.payload_types, ours.audio.telephone_event, ours.audio.port) == ((0, 8, 101), 101, 5000)
    theirs = Sdp.parse(answer(ours, "10.0.0.3", 6000, 4))
    assert theirs.audio is not None
    assert (theirs.audio.payload_types, theirs.audio.telephone_event, theirs.audio.port) == ((0, 101), 101, 6000)


@pytest.mark.parametrize(
    ("direction", "mirrored"),
    [("sendrecv", "sendrecv"), ("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive")],
)
def test_directions_are_mirrored(direction: str, mirrored: str) -> None:
    description = Sdp.parse(f"v=0\nc=IN IP4 h\nm=audio 4 RTP/AVP 0\na={direction}\n".encode())
    assert f"a={mirrored}\r\n".encode() in answer(description, "h", 9, 1)


@pytest.mark.parametrize(
    "media",
    [
        b"",
        b"m=audio 0 RTP/AVP 0\n",
        b"m=audio 4 RTP/SAVP 0\n",
        b"m=audio 4 RTP/AVP 18\n",
        b"m=video 4 RTP/AVP 0\n",
        b"m=audio 4 RTP/AVP 0\na=rtpmap:0 OPUS/48000\n",
    ],
)
def test_offers_we_cannot_take(media: bytes) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        answer(Sdp.parse(b"v=0\nc=IN IP4 h\n" + media), "h", 9, 1)
    assert caught.value.status == 488


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"v=1\n",
        b"s=-\nv=0\n",
        b"v=0\nm=audio\n",
        b"v=0\nm=audio x RTP/AVP 0\n",
        b"v=0\nm=audio 99999 RTP/AVP 0\n",
        b"v=0\nc=IN IP4 a;b\nm=audio 4 RTP/AVP 0\n",
        b"v=0\n" * (MAX_LINES + 1),
    ],
)
def test_no_sdp(body: bytes) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        Sdp.parse(body)
    assert caught.value.status == 400


def test_old_hold_and_odd_numbers() -> None:
    description = Sdp.parse(b"v=0\nc=IN IP4 0.0.0.0\nm=audio 4 RTP/AVP 0 1234 x\na=ptime:x\na=rtpmap:x y\n")
    assert description.audio is not None
    assert description.audio.on_hold
    assert (description.audio.payload_types, description.audio.ptime) == ((0,), None)


def test_we_answer_only_with_an_address() -> None:
    with pytest.raises(LocalProtocolError):
        answer(Sdp.parse(OFFER), "[::1]\r\na=evil", 9, 1)
