"""The agent and the dispatcher's own screens: both sides of the wire as they are, over a real socket."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from callpoint.desktop.agent.health import Link
from callpoint.snapshot import fact_kinds
from tests.desktop.conftest import Watched
from tests.desktop.server import until
from tests.dispatcher.screens.stage import CALL, FRENCH, LOBBY
from tests.dispatcher.screens.stage_thread import StageThread

Begin = Callable[..., Watched]


@pytest.fixture
def dispatcher(tmp_path: Path) -> Iterator[StageThread]:
    folder = tmp_path / "dispatcher"
    folder.mkdir()
    running = StageThread(folder)
    running.start()
    yield running
    running.stop()


def link(screen: Watched) -> Link:
    return screen.now.link(time.monotonic())


def test_an_alert_from_its_beginning_to_its_acknowledgement(dispatcher: StageThread, begin: Begin) -> None:
    (dispatcher.stage.folder / "floor-plans" / "plan.png").write_bytes(b"\x89PNG\r\n\x1a\n and so on")
    screen = begin(LOBBY, dispatcher.url)
    screen.until(lambda now: now.screen == "Lobby")
    assert screen.now.organization == "Acme Incorporated"
    dispatcher.stage.raise_alert()
    screen.until(lambda now: now.board.demanding)
    alert = screen.alert("c1")
    assert alert is not None
    assert (alert.of_call("callback_number"), alert.building.name) == (CALL.callback_number, "State House")
    assert alert.title
    assert alert.lines
    screen.until(lambda now: now.board.find("c1").speech and now.board.find("c1").picture)
    found = screen.alert("c1")
    assert found is not None
    assert Path(found.speech).read_bytes().startswith(b"RIFF")
    assert Path(found.picture).read_bytes().startswith(b"\x89PNG")
    screen.thread.chat("c1", "Ann", "On my way")
    screen.thread.acknowledge("c1", "Ann")
    screen.until(lambda now: now.board.find("c1").acknowledged and now.board.find("c1").chat)
    alert = screen.alert("c1")
    assert alert is not None
    assert alert.acknowledgements[0].by == "Ann (Lobby)"
    assert not alert.demands
    screen.until(lambda now: now.unsent == 0)
    dispatcher.stage.note(fact_kinds.ALERT_UPDATED, alert="c1", state="ended", call={})
    screen.until(lambda now: now.board.find("c1").call_over)


def test_nothing_is_missed_while_the_dispatcher_is_away(dispatcher: StageThread, begin: Begin) -> None:
    screen = begin(LOBBY, dispatcher.url)
    screen.until(lambda now: now.screen)
    dispatcher.stage.raise_alert()
    screen.until(lambda now: now.board.find("c1"))
    dispatcher.stop()
    screen.thread.acknowledge("c1", "Ann")
    screen.until(lambda now: now.waiting)
    dispatcher.start()
    dispatcher.stage.raise_alert("c2", replace(CALL, call_id="c2"))
    screen.until(lambda now: now.board.find("c2") and now.board.find("c1").acknowledged and not now.waiting)


def test_a_program_started_anew_knows_what_is_open(dispatcher: StageThread, begin: Begin) -> None:
    first = begin(LOBBY, dispatcher.url)
    first.until(lambda now: now.screen)
    dispatcher.stage.raise_alert()
    first.until(lambda now: now.board.find("c1"))
    first.thread.stop()
    second = begin(LOBBY, dispatcher.url)
    second.until(lambda now: now.board.demanding)


def test_a_screen_revoked_in_the_portal_says_so(dispatcher: StageThread, begin: Begin) -> None:
    screen = begin(LOBBY, dispatcher.url)
    screen.until(lambda now: now.screen)
    dispatcher.stage.plans.revoke("acme", "11")
    screen.until(lambda now: link(screen) is Link.REFUSED)


def test_a_french_screen_is_told_in_french_and_its_sign_of_life_is_seen(dispatcher: StageThread, begin: Begin) -> None:
    screen = begin(FRENCH, dispatcher.url)
    screen.until(lambda now: now.screen == "Hall d’entrée")
    screen.thread.volume_checked(True)
    dispatcher.stage.raise_alert("t1", type="test_call", test=True)
    screen.until(lambda now: now.board.find("t1"))
    alert = screen.alert("t1")
    assert alert is not None
    assert any("appel" in line.lower() for line in (alert.title, *alert.lines)), (alert.title, alert.lines)
    assert alert.quiet is False or not alert.demands
    until(lambda: dispatcher.stage.screens.hub.screens_connected("acme") == {"13"})
