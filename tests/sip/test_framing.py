"""Messages out of a stream, however it is cut into reads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.framing import MAX_PINGS, StreamFramer
from callpoint.sip.parsing import MAX_BODY, MAX_FIELDS, MAX_HEAD

WITH_BODY = b"INVITE sip:h SIP/2.0\r\nl : 5\r\nX: \r\n\r\nab\r\n\r"
FOLDED = b"INVITE sip:h SIP/2.0\r\nContent-Length:\r\n 2\r\n\r\nhi"
WITHOUT = b"OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/TCP a\r\n\r\n"
BARE = b"OPTIONS sip:h SIP/2.0\nContent-Length: 2\n\nhi"
PING = b"\r\n\r\n"


def test_messages_one_after_the_other() -> None:
    framer = StreamFramer()
    assert framer.feed(WITH_BODY + WITHOUT + FOLDED + BARE) == [WITH_BODY, WITHOUT, FOLDED, BARE]
    assert framer.pending == 0


@settings(max_examples=200)
@given(st.lists(st.sampled_from([WITH_BODY, FOLDED, WITHOUT, PING]), max_size=6), st.data())
def test_the_cuts_make_no_difference(pieces: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    framer = StreamFramer()
    messages: list[bytes] = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        messages += framer.feed(stream[start:end])
    assert messages == [piece for piece in pieces if piece != PING]
    assert framer.pings == pieces.count(PING)
    assert framer.pending == 0


def test_byte_by_byte() -> None:
    framer = StreamFramer()
    messages: list[bytes] = []
    for byte in PING + WITH_BODY + PING + PING + FOLDED:
        messages += framer.feed(bytes([byte]))
    assert messages == [WITH_BODY, FOLDED]
    assert framer.pings == 3


def test_a_lone_pong_is_no_ping() -> None:
    framer = StreamFramer()
    assert framer.feed(b"\r\n") == []
    assert framer.feed(WITHOUT) == [WITHOUT]
    assert framer.pings == 0


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"OPTIONS sip:h SIP/2.0\r\nContent-Length: x\r\n\r\n", 400),
        (b"OPTIONS sip:h SIP/2.0\r\nContent-Length: -1\r\n\r\n", 400),
        (b"OPTIONS sip:h SIP/2.0\r\nContent-Length:\r\n\r\n", 400),
        (b"OPTIONS sip:h SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\n", 400),
        (b"OPTIONS sip:h SIP/2.0\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1), 413),
        (b"A" * (MAX_HEAD + 1), 513),
        (b"OPTIONS sip:h SIP/2.0\r\n" + b"A: b\r\n" * MAX_FIELDS + b"\r\n", 513),
        (b"A" * (MAX_HEAD + 1) + b"\r\n\r\n", 513),
        (PING * (MAX_PINGS + 1), 400),
    ],
)
def test_a_stream_without_a_border_is_given_up(data: bytes, status: int) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        StreamFramer().feed(data)
    assert caught.value.status == status


def test_messages_before_the_broken_one_are_not_lost() -> None:
    framer = StreamFramer()
    assert framer.feed(WITHOUT + WITH_BODY[:10]) == [WITHOUT]
    assert framer.feed(WITH_BODY[10:] + b"OPTIONS sip:h SIP/2.0\r\nl: x\r\n\r\n") == [WITH_BODY]
    assert framer.broken is not None
    with pytest.raises(RemoteProtocolError):
        framer.feed(b"")


def test_the_same_length_twice_is_one() -> None:
    data = b"OPTIONS sip:h SIP/2.0\r\nContent-Length: 2\r\nl: 2\r\n\r\nhi"
    assert StreamFramer().feed(data) == [data]


def test_what_is_held_back_is_told() -> None:
    framer = StreamFramer()
    framer.feed(WITH_BODY[:20])
    assert framer.pending == 20
    framer.feed(WITH_BODY[20:])
    assert framer.pending == 0


def test_nothing_is_kept_of_what_follows_a_broken_message() -> None:
    framer = StreamFramer()
    for _ in range(3):
        with pytest.raises(RemoteProtocolError):
            framer.feed(b"OPTIONS sip:h SIP/2.0\r\nl: x\r\n\r\n")
    assert framer.pending == len(b"OPTIONS sip:h SIP/2.0\r\nl: x\r\n\r\n")
