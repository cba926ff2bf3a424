"""Server-Sent Events in whatever pieces they come."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.desktop.agent.event_stream import LARGEST_EVENT, EventReader, EventTooLargeError, ServerEvent

TEXT = 'retry: 700\n\nid: 4\nevent: alert\ndata: {"a":\ndata: "é"}\n\n: beat\n\nevent: chat\r\ndata:x\r\n\r\nid: 5\n\n'
EVENTS = [ServerEvent("alert", '{"a":\n"é"}', "4"), ServerEvent("chat", "x", "4")]


def read(pieces: list[bytes]) -> tuple[list[ServerEvent], EventReader]:
    reader = EventReader()
    return [event for piece in pieces for event in reader.feed(piece)], reader


@given(st.lists(st.integers(0, len(TEXT.encode())), max_size=12))
def test_where_the_pieces_are_cut_changes_nothing(cuts: list[int]) -> None:
    content, places = TEXT.encode(), [0, *sorted(cuts), len(TEXT.encode())]
    events, reader = read([content[a:b] for a, b in pairwise(places)])
    assert events == EVENTS
    assert (reader.last_id, reader.retry) == ("5", 0.7)


def test_an_event_cut_off_in_the_middle_comes_again() -> None:
    events, reader = read([b"id: 1\ndata: a\n\nid: 2\nevent: alert\nda"])
    assert [event.data for event in events] == ["a"]
    assert reader.last_id == "1", "the next connection must ask for what comes after the last whole event"


def test_what_nobody_knows_is_passed_over() -> None:
    events, _ = read([b"\xef\xbb\xbfcolour: red\nretry: soon\nid: a\0b\n\xff\ndata\n\n"])
    assert events == [ServerEvent("message", "", "")]


@pytest.mark.parametrize("content", [b"data: " + b"x" * LARGEST_EVENT, b"data: xxxx\n" * (LARGEST_EVENT // 4 + 1)])
def test_an_event_without_end_is_given_up(content: bytes) -> None:
    with pytest.raises(EventTooLargeError):
        EventReader().feed(content)
