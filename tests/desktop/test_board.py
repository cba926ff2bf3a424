"""What a screen knows, as events change it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.desktop.agent.board import MOST_KEPT, Board
from callpoint.desktop.agent.event_stream import ServerEvent
from tests.desktop.server import alert_document, whole


def event(name: str, **data: Any) -> ServerEvent:
    return ServerEvent(name, json.dumps(data), "1")


def board(*events: ServerEvent) -> Board:
    made = Board()
    for one in events:
        made = made.apply(one)
    return made


def raised(alert: str = "a", **more: Any) -> ServerEvent:
    return event("alert", **alert_document(alert, **more))


@pytest.mark.parametrize(
    ("more", "demands", "noted"),
    [
        ({"type": "emergency"}, True, False),
        ({"type": "relay_center"}, True, False),
        ({"type": "psap_callback"}, True, False),
        ({"type": "test_call", "test": True}, True, False),
        ({"type": "test_call", "test": True, "quiet": True}, False, True),
        ({"type": "call_ended"}, False, True),
        ({"type": "trunk_down"}, False, True),
    ],
)
def test_what_covers_the_screen_and_what_is_only_noted(more: dict[str, Any], demands: bool, noted: bool) -> None:
    alert = board(raised(**more)).find("a")
    assert alert is not None
    assert (alert.demands, alert.note) == (demands, noted)


@pytest.mark.parametrize("end", ["acknowledged", "closed"])
def test_it_demands_until_somebody_takes_it_or_it_is_closed(end: str) -> None:
    before = board(raised())
    assert before.demanding
    after = before.apply(event(end, alert="a", by="Ann", at="2026-01-01T00:00:00Z"))
    assert not after.demanding
    assert not after.notes


def test_a_call_that_ended_unseen_still_demands() -> None:
    made = board(raised(), event("updated", alert="a", state="ended", at="2026-01-01T00:00:00Z", call={}))
    assert made.demanding
    assert made.demanding[0].call_over


def test_an_older_state_does_not_come_back() -> None:
    late = event("updated", alert="a", state="answered", at="2026-01-01T00:00:05Z", call={"floor": "3"})
    early = event("updated", alert="a", state="dialling", at="2026-01-01T00:00:01Z", call={"floor": "2"})
    alert = board(raised(), late, early).find("a")
    assert alert is not None
    assert (alert.state, alert.of_call("floor"), alert.of_call("room")) == ("answered", "3", "214")


def test_events_told_twice_count_once() -> None:
    events = [
        raised(),
        event("acknowledged", alert="a", by="Ann", how="screen", at="2026-01-01T00:00:01Z"),
        event("chat", alert="a", by="Ann", text="here", at="2026-01-01T00:00:02Z"),
        event("escalated", alert="a", group="Managers", at="2026-01-01T00:00:03Z"),
        event("notice", alert="a", recipient="G", channel="sms", state="sent", by="", at="2026-01-01T00:00:04Z"),
    ]
    assert board(*events) == board(*events, *events)


def test_an_alert_told_again_loses_nothing_that_is_known_of_it() -> None:
    known = board(raised(), event("acknowledged", alert="a", by="Ann", how="screen", at="2026-01-01T00:00:01Z"))
    again = known.with_speech("a", "/tmp/a.wav").with_picture("/onsite/api/plan/7", "/tmp/7").apply(raised())
    alert = again.find("a")
    assert alert is not None
    assert (alert.acknowledged, alert.speech, alert.picture) == (True, "/tmp/a.wav", "/tmp/7")


def test_two_acknowledgements_together_are_both_told() -> None:
    both = [event("acknowledged", alert="a", by=by, how="screen", at="2026-01-01T00:00:01Z") for by in ("Ann", "Bob")]
    alert = board(raised(), *both).find("a")
    assert alert is not None
    assert [one.by for one in alert.acknowledgements] == ["Ann", "Bob"]


def test_state_tells_all_and_what_it_leaves_out_is_over() -> None:
    row = whole(alert_document("b"))
    row |= {"state": "answered", "state_at": "2026-01-01T00:00:00Z", "escalated": [{"group": "Managers", "at": ""}]}
    row |= {"acknowledged": [{"by": "Ann", "how": "voice", "at": "", "seq": 3}], "chat": [{"by": "A", "text": "t"}]}
    made = board(raised("a")).with_state({"position": 9, "alerts": [row, "nonsense", {}]})
    old, new = made.find("a"), made.find("b")
    assert old is not None
    assert new is not None
    assert old.closed_at
    assert (new.state, new.escalations, new.acknowledgements[0].how) == ("answered", ("Managers",), "voice")
    assert new.chat[0].text == "t"


def test_a_flood_lets_go_of_what_is_over_and_never_of_what_demands() -> None:
    made = board(raised("kept"))
    for number in range(MOST_KEPT + 50):
        made = made.apply(raised(f"n{number}")).apply(event("closed", alert=f"n{number}", at="2026-01-01T00:00:00Z"))
    assert len(made.alerts) == MOST_KEPT
    assert made.find("kept") is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["alert", "call", "words", "lines"]), inner)
    ),
    max_leaves=8,
)
KEYS = ["alert", "type", "call", "words", "building", "at", "state", "alerts", "acknowledged", "closed_at"]


@given(st.sampled_from(["alert", "updated", "chat", "closed", "new"]), st.dictionaries(st.sampled_from(KEYS), JSON))
def test_no_event_of_any_form_breaks_the_board(name: str, data: dict[str, Any]) -> None:
    made = board(raised(), event(name, **data), ServerEvent(name, "{", "2"), ServerEvent(name, "[1]", "3"))
    assert made.with_state(data).find("a") is not None
