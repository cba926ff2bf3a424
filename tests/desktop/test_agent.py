"""The agent against a real server: nothing missed, nothing lost, and honest about it when the server is not there."""

import json
import time
from collections.abc import Callable

import pytest

from callpoint.desktop.agent.health import Link
from callpoint.desktop.agent.places import Places
from callpoint.desktop.agent.situation import Situation
from tests.desktop.conftest import Watched
from tests.desktop.server import OnsiteServer, moment, until

Begin = Callable[..., Watched]


def link(situation: Situation) -> Link:
    return situation.link(time.monotonic())


def test_a_new_screen_is_shown_what_is_open(server: OnsiteServer, begin: Begin) -> None:
    server.raise_alert("call-1")
    screen = begin()
    screen.until(lambda now: now.board.find("call-1"))
    assert link(screen.now) is Link.CONNECTED
    assert (screen.now.organization, screen.now.screen) == ("Demo Inc", "Lobby")
    alert = screen.alert("call-1")
    assert alert is not None
    assert alert.demands
    assert alert.of_call("callback_number") == "+18025550123"
    assert alert.building.directions.startswith("Main entrance")


def test_everything_that_happens_to_an_alert_is_told(server: OnsiteServer, begin: Begin) -> None:
    screen = begin()
    screen.until(lambda now: link(now) is Link.CONNECTED)
    server.raise_alert("call-1")
    server.tell("updated", alert="call-1", state="answered", at=moment(), call={"psap": "Barre PSAP"})
    server.tell(
        "notice", alert="call-1", key="k", recipient="Guard", channel="sms", state="sent", by="", at="2026-01-01"
    )
    server.tell(
        "notice", alert="call-1", key="k", recipient="Guard", channel="sms", state="delivered", by="", at="2026-01-02"
    )
    server.tell("escalated", alert="call-1", group="Managers", at=moment())
    server.tell("chat", alert="call-1", by="Ann", text="On my way", at=moment())
    server.tell("acknowledged", alert="call-1", by="Ann", how="screen", at=moment())
    screen.until(lambda now: now.board.find("call-1") and now.board.find("call-1").acknowledged)
    alert = screen.alert("call-1")
    assert alert is not None
    assert (alert.state, alert.of_call("psap"), alert.of_call("floor")) == ("answered", "Barre PSAP", "2")
    assert [(one.recipient, one.state) for one in alert.told] == [("Guard", "delivered")]
    assert alert.escalations == ("Managers",)
    assert [(line.by, line.text) for line in alert.chat] == [("Ann", "On my way")]
    assert not alert.demands
    server.tell("closed", alert="call-1", at=moment())
    screen.until(lambda now: now.board.find("call-1").closed_at)


def test_nothing_is_missed_over_a_lost_connection(server: OnsiteServer, begin: Begin) -> None:
    screen = begin()
    screen.until(lambda now: link(now) is Link.CONNECTED)
    server.raise_alert("call-1")
    screen.until(lambda now: now.board.find("call-1"))
    server.stop()
    last = server.events[-1][0]
    server.raise_alert("call-2")
    server.tell("chat", alert="call-1", by="Ann", text="Third floor", at=moment())
    server.start()
    screen.until(lambda now: now.board.find("call-2") and now.board.find("call-1").chat)
    assert server.streams()[-1]["last"] == str(last)


def test_nothing_is_missed_while_the_program_is_away(server: OnsiteServer, begin: Begin, places: Places) -> None:
    first = begin()
    first.until(lambda now: link(now) is Link.CONNECTED)
    number = server.tell("chat", alert="none", by="", text="", at=moment())
    until(lambda: places.state.exists() and json.loads(places.state.read_text())["last_id"] == str(number))
    first.thread.stop()
    server.raise_alert("came-and-went")
    server.state["alerts"].clear()  # the server has done with it
    server.raise_alert("still-open")
    server.tell("acknowledged", alert="still-open", by="Ann", how="screen", at=moment())
    second = begin()
    second.until(lambda now: now.board.find("still-open"))
    assert server.streams()[-1]["last"] == str(number)
    gone = second.alert("came-and-went")
    assert gone is not None
    assert gone.closed_at
    demanded = [now for now in second.told if now.board.demanding]
    assert not demanded, "what others had long taken must not flicker up"


def test_what_was_open_before_the_program_ended_is_shown_when_it_comes_back(server: OnsiteServer, begin: Begin) -> None:
    first = begin()
    first.until(lambda now: link(now) is Link.CONNECTED)
    server.raise_alert("call-1")
    first.until(lambda now: now.board.find("call-1"))
    first.thread.stop()
    second = begin()
    second.until(lambda now: now.board.demanding)
    assert server.streams()[-1]["last"], "it named the last event, and yet knows the alert before it"


def test_a_server_that_forgot_sends_the_state_instead(server: OnsiteServer, begin: Begin) -> None:
    screen = begin()
    server.raise_alert("call-1")
    screen.until(lambda now: now.board.find("call-1"))
    server.state["alerts"].clear()
    server.raise_alert("call-2")
    screen.until(lambda now: now.board.find("call-2"))
    server.remembered = 1000
    server.cut()
    screen.until(lambda now: now.board.find("call-1").closed_at)
    assert not screen.alert("call-2").closed_at  # type: ignore[union-attr]


def test_a_revoked_token_is_said_and_not_asked_with_hastily(server: OnsiteServer, begin: Begin) -> None:
    screen = begin()
    screen.until(lambda now: link(now) is Link.CONNECTED)
    server.tokens.clear()
    server.cut()
    screen.until(lambda now: link(now) is Link.REFUSED)
    asked = len(server.streams())
    time.sleep(2.0)  # to see that nothing happens: a loss would have been tried again several times
    assert len(server.streams()) == asked
    assert link(screen.now) is Link.REFUSED


def test_a_server_that_is_gone_is_lost_after_a_moment_and_not_before(server: OnsiteServer, begin: Begin) -> None:
    screen = begin()
    screen.until(lambda now: link(now) is Link.CONNECTED)
    server.stop()
    screen.until(lambda now: now.health.broken_at is not None)
    broken_at = screen.now.health.broken_at or 0.0
    assert screen.now.link(broken_at + 1) is Link.CONNECTED
    screen.until(lambda now: now.link(time.monotonic()) is Link.LOST)
    assert screen.now.health.lost_for(time.monotonic()) > 4
    server.start()
    screen.until(lambda now: link(now) is Link.CONNECTED and now.health.broken_at is None)


def test_a_server_never_reached_is_lost_too(begin: Begin) -> None:
    screen = begin(host="http://127.0.0.1:9")
    screen.until(lambda now: link(now) is Link.LOST)
    assert screen.now.health.why


@pytest.mark.parametrize("restarted", [False, True])
def test_what_is_said_offline_reaches_the_server_later(restarted: bool, server: OnsiteServer, begin: Begin) -> None:
    screen = begin()
    server.raise_alert("call-1")
    screen.until(lambda now: now.board.find("call-1"))
    server.stop()
    screen.thread.acknowledge("call-1", "Ann")
    screen.thread.chat("call-1", "Ann", "I have the keys")
    screen.until(lambda now: now.unsent == 2 and now.waiting == {"call-1"})
    if restarted:
        screen.thread.stop()
        screen = begin()
    server.start()
    screen.until(lambda now: now.unsent == 0 and now.board.find("call-1") and now.board.find("call-1").acknowledged)
    (taken,), (said,) = server.posts("acknowledge"), server.posts("chat")
    assert (taken["alert"], taken["by"]) == ("call-1", "Ann")
    assert said["text"] == "I have the keys"
    assert taken["key"] != said["key"]


def test_a_post_the_server_will_never_take_stops_nothing(server: OnsiteServer, begin: Begin) -> None:
    screen = begin()
    screen.until(lambda now: link(now) is Link.CONNECTED)
    server.broken = 404
    screen.thread.acknowledge("unknown", "Ann")
    screen.until(lambda now: now.rejected == "unknown" and now.unsent == 0)
    server.broken = 503
    screen.thread.chat("call-1", "Ann", "kept")
    screen.until(lambda now: now.unsent == 1)
    server.broken = 0
    screen.until(lambda now: now.unsent == 0)
    assert [said["text"] for said in server.posts("chat")] == ["kept"]


def test_it_gives_signs_of_life_and_says_whether_it_was_heard(server: OnsiteServer, begin: Begin) -> None:
    screen = begin()
    until(lambda: server.posts("beat"))
    first = server.posts("beat")[0]
    assert first["volume_checked"] is False
    assert first["program"].startswith("Callpoint Onsite 0.")
    screen.thread.volume_checked(True)
    until(lambda: server.posts("beat")[-1]["volume_checked"] is True)


def test_spoken_words_and_the_floor_plan_are_fetched(server: OnsiteServer, begin: Begin) -> None:
    server.files = {"/onsite/api/plan/7": b"picture"}
    screen = begin()
    server.raise_alert("call-1/call_ended")
    screen.until(lambda now: now.board.find("call-1/call_ended") and now.board.find("call-1/call_ended").picture)
    server.files["/onsite/api/speech/call-1/call_ended.wav"] = b"RIFF"  # not rendered before now
    screen.until(lambda now: now.board.find("call-1/call_ended").speech)
    alert = screen.alert("call-1/call_ended")
    assert alert is not None
    with open(alert.speech, "rb") as speech, open(alert.picture, "rb") as picture:
        assert (speech.read(), picture.read()) == (b"RIFF", b"picture")


def test_a_quiet_alert_has_no_speech_fetched(server: OnsiteServer, begin: Begin) -> None:
    screen = begin()
    server.raise_alert("test-1", type="test_call", test=True, quiet=True)
    server.raise_alert("call-1")
    until(lambda: any("/speech/call-1" in path for _, path, _ in server.asked))
    assert not screen.alert("test-1").demands  # type: ignore[union-attr]
    assert not [path for _, path, _ in server.asked if "/speech/test-1" in path]


def test_a_page_that_is_not_callpoints_is_no_server(server: OnsiteServer, begin: Begin) -> None:
    server.raise_alert("call-1")
    screen = begin(host=f"{server.url}/elsewhere")
    screen.until(lambda now: link(now) is Link.LOST)
    assert not screen.now.board.alerts
