"""The text of session descriptions: what is changed in it for a listener, and that nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.node.anchored_sdp import (
    NotMixableError,
    Place,
    Remote,
    amended,
    answer_of_mixer,
    can_be_mixed,
    codec_name,
    direct_offer,
    mixer_section,
    offer_of_mixer,
    remote_of,
    stream_to_move,
)
from callpoint.node.sdp_memory import SdpMemory, other, sdp_of
from callpoint.node.sdp_text import (
    Description,
    Origin,
    with_address,
    with_direction,
    with_formats,
    with_port,
)
from callpoint.sip.message import Response
from callpoint.sip.multipart import Part, write_multipart
from callpoint.sip.sdp import Sdp

ALICE = (
    b"v=0\r\no=alice 1 3 IN IP4 192.0.2.1\r\ns=a call\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\na=tool:x\r\n"
    b"m=video 6000 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n"
    b"m=audio 4000 RTP/AVP 9 0 8 101 13\r\ni=the headset\r\n"
    b"a=rtpmap:9 G722/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    b"a=fmtp:101 0-16\r\na=mid:sound\r\na=unknown:1\r\n"
    b"m=text 5000 RTP/AVP 98\r\na=rtpmap:98 t140/1000\r\n"
)
PSAP = (
    b"v=0\r\no=psap 9 1 IN IP6 2001:db8::9\r\ns=-\r\nc=IN IP6 2001:db8::9\r\nt=0 0\r\n"
    b"m=video 0 RTP/AVP 99\r\n"
    b"m=audio 7000 RTP/AVP 9 97\r\na=rtpmap:97 telephone-event/8000\r\n"
    b"m=text 7002 RTP/AVP 98\r\na=rtpmap:98 t140/1000\r\n"
)
MIXER = Place("203.0.113.7", 31000)


def memory() -> SdpMemory:
    return SdpMemory({"caller": ALICE, "psap": PSAP}, "caller")


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n"), min_size=1)))
def test_taken_apart_and_put_together_nothing_is_lost(lines: list[str]) -> None:
    body = "".join(f"{line}\r\n" for line in lines).encode()
    assert bytes(Description.parse(body)) == body


def test_bytes_that_are_no_utf8_survive() -> None:
    body = b"v=0\r\ns=caf\xe9\r\nm=audio 1 RTP/AVP 0\r\n"
    assert bytes(Description.parse(body)) == body


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_all_line_ends_are_understood(end: str) -> None:
    assert Description.parse(f"v=0{end}m=audio 1 RTP/AVP 0{end}".encode()).sections == (("m=audio 1 RTP/AVP 0",),)


@pytest.mark.parametrize("line", ["o=- 1 x IN IP4 h", "o=- 1 1 IN IP4", "o=", "x=- 1 1 IN IP4 h", "o=- 1 -1 IN IP4 h"])
def test_an_origin_that_cannot_be_read(line: str) -> None:
    assert Description.parse(f"v=0\r\n{line}\r\n".encode()).origin is None


def test_the_origin_goes_on() -> None:
    origin = Description.parse(ALICE).origin
    assert origin == Origin("alice 1", 3, "IN IP4 192.0.2.1")
    assert str(origin.later()) == "o=alice 1 4 IN IP4 192.0.2.1"
    assert b"o=alice 1 9 IN IP4 192.0.2.1\r\n" in bytes(Description.parse(ALICE).with_origin(origin.later(6)))


def test_lines_of_a_section() -> None:
    section = ("m=audio 4000 RTP/AVP 0 101", "i=title", "c=IN IP4 h", "a=rtpmap:101 telephone-event/8000", "a=sendonly")
    assert with_port(section, 0)[0] == "m=audio 0 RTP/AVP 0 101"
    assert with_formats(section, ["0"]) == ("m=audio 4000 RTP/AVP 0", "i=title", "c=IN IP4 h", "a=sendonly")
    assert with_address(section, "::1")[1:3] == ("i=title", "c=IN IP6 ::1")
    assert with_address(section[:1], "192.0.2.1") == (section[0], "c=IN IP4 192.0.2.1")
    assert with_direction(section, "inactive")[-2:] == ("a=rtpmap:101 telephone-event/8000", "a=inactive")


def test_only_the_audio_is_moved() -> None:
    """RFC 3264 §8: every other section in its place; one that a party turned off stays off (§8.2)."""
    offered = offer_of_mixer(memory(), "psap", 1, MIXER)
    before = Description.parse(ALICE)
    assert offered.session == before.session
    assert offered.sections[0] == with_port(before.sections[0], 0)  # the PSAP had turned the video down
    assert offered.sections[2] == before.sections[2]
    assert offered.sections[1][:2] == ("m=audio 31000 RTP/AVP 0 8 101", "c=IN IP4 203.0.113.7")
    assert "a=mid:sound" in offered.sections[1]


def test_what_the_caller_is_offered() -> None:
    audio = Sdp.parse(bytes(offer_of_mixer(memory(), "caller", 1, MIXER))).media[1]
    assert (audio.address, audio.port, audio.direction, audio.ptime) == ("203.0.113.7", 31000, "sendrecv", 20)
    assert audio.formats == ("0", "8", "97")  # the number digits have in what it was told


def test_who_speaks_a_law_is_offered_that_first() -> None:
    one = SdpMemory({"caller": ALICE, "psap": PSAP.replace(b"7000 RTP/AVP 9 97", b"7000 RTP/AVP 8 97")}, "caller")
    assert mixer_section(one, "psap", 1, MIXER, "sendrecv")[0] == "m=audio 31000 RTP/AVP 8 0 101"
    assert mixer_section(one, "caller", 1, MIXER, "sendrecv")[0] == "m=audio 31000 RTP/AVP 0 8 97"


def test_on_the_way_back_the_codecs_the_two_share() -> None:
    to_caller = Sdp.parse(bytes(direct_offer(memory(), "caller", 1))).media[1]
    assert (to_caller.address, to_caller.port, to_caller.formats) == ("2001:db8::9", 7000, ("9", "97"))
    to_psap = Sdp.parse(bytes(direct_offer(memory(), "psap", 1))).media[1]
    assert (to_psap.address, to_psap.port, to_psap.formats) == ("192.0.2.1", 4000, ("9", "101"))


def test_without_a_codec_in_common_g711_is_offered() -> None:
    """Both have shown to speak it, to the mixer."""
    one = SdpMemory({"caller": ALICE.replace(b"9 0 8 101 13", b"18 101"), "psap": PSAP}, "caller")
    audio = Sdp.parse(bytes(direct_offer(one, "psap", 1))).media[1]
    assert (audio.address, audio.port) == ("192.0.2.1", 4000)
    assert audio.formats[:2] == ("0", "8")


def test_plainly_g711_alone() -> None:
    audio = Sdp.parse(bytes(direct_offer(memory(), "psap", 1, plain=True))).media[1]
    assert audio.formats[:2] == ("0", "8")
    assert "9" not in audio.formats


def test_audio_that_is_off_stays_off_on_the_way_back() -> None:
    one = SdpMemory({"caller": ALICE, "psap": PSAP.replace(b"m=audio 7000", b"m=audio 0")}, "caller")
    assert Sdp.parse(bytes(direct_offer(one, "psap", 1, plain=True))).media[1].port == 0
    assert Sdp.parse(bytes(direct_offer(one, "caller", 1))).media[1].port == 0


def test_an_answer_keeps_to_the_numbers_of_the_offer() -> None:
    offer = Sdp.parse(ALICE).media[1]
    section = answer_of_mixer(offer, Description.parse(PSAP).sections[1], MIXER, "recvonly")
    assert section[0] == "m=audio 31000 RTP/AVP 0 101"
    assert section[-1] == "a=recvonly"
    with pytest.raises(NotMixableError):
        answer_of_mixer(Sdp.parse(PSAP).media[1], (), MIXER, "sendrecv")


def test_which_offers_can_be_mixed() -> None:
    assert can_be_mixed(Sdp.parse(ALICE), 1)
    assert not can_be_mixed(Sdp.parse(ALICE), 0)
    assert not can_be_mixed(Sdp.parse(ALICE), 7)
    assert not can_be_mixed(Sdp.parse(PSAP), 1)  # G.722 alone
    assert not can_be_mixed(Sdp.parse(ALICE.replace(b"audio 4000", b"audio 0")), 1)
    assert not can_be_mixed(Sdp.parse(ALICE.replace(b"RTP/AVP 9 0", b"RTP/SAVP 9 0")), 1)
    assert not can_be_mixed(Sdp.parse(ALICE.replace(b"a=mid", b"a=rtpmap:0 X/8000\r\na=rtpmap:8 Y/8000\r\na=mid")), 1)


def test_an_answer_amends_what_was_said() -> None:
    answer = ALICE.replace(b"4000 RTP/AVP 9 0 8 101 13", b"4100 RTP/AVP 0 101").replace(
        b"c=IN IP4 192.0.2.1", b"c=IN IP4 h2"
    )
    said, changed = amended(ALICE, Sdp.parse(answer + b"a=sendonly\r\n"))
    assert changed == [0, 1, 2]
    media = Sdp.parse(said).media
    assert [one.address for one in media] == ["h2", "h2", "h2"]
    assert (media[1].port, media[1].formats) == (4100, ("9", "0", "8", "101", "13"))  # its codecs stay
    assert media[2].direction == "sendonly"
    assert amended(ALICE, Sdp.parse(ALICE)) == (ALICE, [])


def test_where_a_partys_audio_is_to_go() -> None:
    media = Sdp.parse(ALICE).media[1]
    assert remote_of(media) == Remote("192.0.2.1", 4000, 0, 101, 20)
    held = Sdp.parse(ALICE.replace(b"a=mid", b"a=sendonly\r\na=mid")).media[1]
    assert remote_of(held).port == 0
    listening = Sdp.parse(ALICE.replace(b"a=mid", b"a=recvonly\r\na=ptime:30\r\na=mid")).media[1]
    assert (remote_of(listening).port, remote_of(listening).ptime) == (4000, 30)
    for wrong in (PSAP, ALICE.replace(b"audio 4000", b"audio 0"), ALICE.replace(b"m=audio", b"m=video")):
        with pytest.raises(NotMixableError):
            remote_of(Sdp.parse(wrong).media[1])


@pytest.mark.parametrize(
    ("text", "name"), [("0", "PCMU/8000"), ("18", "G729/8000"), ("77", "77"), ("x", "x"), ("²", "²")]
)
def test_what_a_format_stands_for(text: str, name: str) -> None:
    assert codec_name(Sdp.parse(ALICE).media[1], text) == name


def test_a_party_that_answered_without_g711_may_speak_it() -> None:
    """The PSAP chose G.722 from the offer; only an offer says all that a party can."""
    assert stream_to_move(memory()) == 1
    one = memory()
    one.offerer = "psap"
    with pytest.raises(NotMixableError, match="that answered does not speak"):
        stream_to_move(one)


def test_memory_keeps_what_crossed_last() -> None:
    one = SdpMemory()
    for side, body in (("caller", ALICE), ("psap", PSAP)):
        response = Response(200, body=body)
        one.hear(side, response)  # type: ignore[arg-type]
    assert (one.offerer, one.said) == ("caller", {"caller": ALICE, "psap": PSAP})
    assert one.told("caller") is PSAP
    one.tell("caller", b"v=0\r\n")
    assert one.told("caller") == b"v=0\r\n"
    assert SdpMemory.from_json(one.to_json()) == one


def test_what_both_parties_know_is_written_once() -> None:
    one = memory()
    one.tell("psap", ALICE)
    assert set(one.to_json()) == {"said", "offerer"}


def test_the_same_words_keep_their_version() -> None:
    one = memory()
    first = one.carry_on("caller", offer_of_mixer(one, "caller", 1, MIXER))
    assert b"o=psap 9 2 IN IP6 2001:db8::9" in first
    assert one.carry_on("caller", offer_of_mixer(one, "caller", 1, MIXER)) == first
    assert b"o=psap 9 3 IN" in one.carry_on("caller", direct_offer(one, "caller", 1))
    assert one.ours == {"caller"}


def test_without_an_origin_to_carry_on_it_goes_as_it_is() -> None:
    one = SdpMemory({"caller": ALICE, "psap": b"v=0\r\n"}, "caller")
    assert one.carry_on("caller", Description.parse(PSAP)) == PSAP
    assert SdpMemory().carry_on("psap", Description.parse(PSAP)) == PSAP


def test_a_description_is_found_wherever_it_stands() -> None:
    assert sdp_of(Response(200, body=ALICE)) == ALICE
    assert sdp_of(Response(200)) is None
    part = Part((("Content-Type", "application/sdp"),), ALICE)
    content_type, body = write_multipart([Part((("Content-Type", "text/x"),), b"x"), part], "b1")
    assert sdp_of(Response(200, headers=[("Content-Type", content_type)], body=body)) == ALICE
    assert sdp_of(Response(200, headers=[("Content-Type", "text/plain")], body=b"hello")) is None


def test_the_other_one() -> None:
    assert (other("caller"), other("psap")) == ("psap", "caller")
