"""Screens over real sockets: who is told what, in which order, and what happens when they come back."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.dispatcher.screens.stage import (
    ACME,
    ANNEX,
    CALL,
    FOREIGN,
    FRENCH,
    LOBBY,
    Stage,
    digest,
    listen,
    screen,
    staged,
)

from callpoint.dispatcher.screens.connection import Connection
from callpoint.routing.alert_records import AlertPlan, Screen
from callpoint.snapshot import fact_kinds

HUNDREDS = 400


async def test_an_alert_reaches_the_screen_with_all_it_is_to_show(stage: Stage) -> None:
    lobby = await screen(stage)
    assert (await lobby.next()).data["name"] == "Lobby"
    assert (await lobby.next("state")).data == {"position": 0, "alerts": []}
    stage.raise_alert()
    alert = await lobby.next("alert")
    assert alert.id == "1"
    assert alert.data["type"] == "emergency"
    assert alert.data["call"]["callback_number"] == "+18025550143"
    assert "Ada Lovelace" in alert.data["words"]["title"]
    assert alert.data["words"]["lines"]
    assert alert.data["building"] == {
        "name": "State House",
        "directions": "Main entrance, lift on the left",
        "picture": "/onsite/api/plan/7",
        "point": [44.26, -72.58],
    }
    lobby.close()


async def test_everything_that_happens_to_an_alert_is_told_in_order(stage: Stage) -> None:
    lobby = await screen(stage)
    await lobby.next("state")
    stage.raise_alert()
    stage.note(fact_kinds.ALERT_UPDATED, alert="c1", state="answered", call={"psap": "Vermont 911"})
    stage.note(fact_kinds.NOTICE, alert="c1", key="k", recipient="Desk", channel="email", state="sent", address="a@b")
    stage.note(fact_kinds.ESCALATED, alert="c1", group="Night shift")
    stage.note(fact_kinds.ACKNOWLEDGED, alert="c1", by="Kim", how="voice")
    stage.note(fact_kinds.CHAT, alert="c1", by="Kim", text="On my way")
    stage.note(fact_kinds.ALERT_UPDATED, alert="c1", state="closed")
    names = [(await lobby.next()).name for _ in range(7)]
    assert names == ["alert", "updated", "notice", "escalated", "acknowledged", "chat", "closed"]
    assert [event.id for event in lobby.seen[2:]] == [str(number) for number in range(1, 8)]
    notice = lobby.seen[4].data
    assert (notice["recipient"], notice["state"]) == ("Desk", "sent")
    assert "address" not in notice  # an address is the recipient's own
    lobby.close()


async def test_a_screen_is_told_of_its_buildings_and_of_calls_nobody_can_place(stage: Stage) -> None:
    annex = await screen(stage, ANNEX)
    await annex.next("state")
    stage.raise_alert("c1")
    stage.raise_alert("c2", replace(CALL, call_id="c2", building_id=""))
    stage.raise_alert("c3", replace(CALL, call_id="c3", building_id="8"))
    assert [(await annex.next("alert")).data["alert"] for _ in range(2)] == ["c2", "c3"]
    annex.close()


async def test_no_screen_is_told_of_another_organization(stage: Stage) -> None:
    foreign, lobby = await screen(stage, FOREIGN), await screen(stage)
    stage.raise_alert("c1")
    stage.raise_alert("c2", replace(CALL, call_id="c2", organization="other"))
    assert (await foreign.next("alert")).data["alert"] == "c2"
    assert (await lobby.next("alert")).data["alert"] == "c1"
    state = await listen(stage.port, "/onsite/api/state", Authorization=f"Bearer {FOREIGN}")
    assert b"c1" not in await state.reader.read()
    foreign.close()
    lobby.close()


async def test_a_step_that_names_a_screen_reaches_it_with_the_whole_story(stage: Stage) -> None:
    stage.plans.publish(replace(ACME, screens=(*ACME.screens[:1], replace(ACME.screens[1], buildings=()))))
    stage.screens.plans.refresh()
    lobby, annex = await screen(stage, LOBBY), await screen(stage, ANNEX)
    await annex.next("state")
    stage.raise_alert(screens=["11"], type="misdial")
    stage.note(fact_kinds.ACKNOWLEDGED, alert="c1", by="Kim", how="voice")
    stage.note(fact_kinds.ESCALATED, alert="c1", group="Annex", screens=["12"])
    late = await annex.next("alert")
    assert [one["by"] for one in late.data["acknowledged"]] == ["Kim"]
    assert (await annex.next()).name == "escalated"
    again = await screen(stage, ANNEX, Last_Event_ID="0")
    assert [one["alert"] for one in (await again.next("state")).data["alerts"]] == ["c1"]
    for one in (lobby, annex, again):
        one.close()


async def test_an_emergency_that_names_no_screen_lights_all_of_them(stage: Stage) -> None:
    lobby = await screen(stage)
    stage.raise_alert("c1", type="call_ended", screens=[])
    stage.raise_alert("c2", replace(CALL, call_id="c2"), screens=[])
    assert (await lobby.next("alert")).data["alert"] == "c2"
    lobby.close()


async def test_a_french_screen_is_told_in_french_and_anybody_may_ask_for_it(stage: Stage) -> None:
    french, asked = await screen(stage, FRENCH), await screen(stage, LOBBY, "/onsite/api/stream?language=fr-CA")
    stage.raise_alert()
    words = (await french.next("alert")).data["words"]
    assert (await asked.next("alert")).data["words"] == words
    assert "Appel" in words["title"]
    french.close()
    asked.close()


async def test_a_screen_that_comes_late_is_shown_what_is_open(stage: Stage) -> None:
    stage.raise_alert("c1")
    stage.note(fact_kinds.ACKNOWLEDGED, alert="c1", by="Kim", how="voice")
    stage.note(fact_kinds.CHAT, alert="c1", by="Kim", text="On my way")
    stage.raise_alert("c2", replace(CALL, call_id="c2"))
    stage.note(fact_kinds.ALERT_UPDATED, call_id="c2", alert="c2", state="closed")
    await told(stage, 5)
    late = await screen(stage)
    alerts = (await late.next("state")).data["alerts"]
    assert [one["alert"] for one in alerts] == ["c1"]
    assert [one["text"] for one in alerts[0]["chat"]] == ["On my way"]
    assert alerts[0]["words"]["title"]
    late.close()


async def told(stage: Stage, position: int) -> None:
    """Waits until the hub has told everything up to there."""
    async with asyncio.timeout(30):
        while stage.screens.hub.position < position:
            await asyncio.sleep(0.01)


async def test_a_screen_that_was_cut_off_gets_exactly_what_it_missed(stage: Stage) -> None:
    lobby = await screen(stage)
    stage.raise_alert("c1")
    await lobby.next("alert")
    lobby.close()
    stage.note(fact_kinds.CHAT, alert="c1", by="Kim", text="one")
    stage.raise_alert("c9", replace(CALL, call_id="c9", organization="other"))
    stage.note(fact_kinds.CHAT, alert="c1", by="Kim", text="two")
    await told(stage, 4)
    again = await screen(stage, Last_Event_ID=lobby.last_id)
    assert [(await again.next()).name for _ in range(4)] == ["hello", "chat", "chat", "unchanged"]
    assert [event.data.get("text") for event in again.seen[1:3]] == ["one", "two"]
    assert again.last_id == "4"
    again.close()


async def test_after_a_restart_the_same_is_missed_by_nobody(tmp_path: Path) -> None:
    async with staged(tmp_path) as first:
        lobby = await screen(first)
        first.raise_alert("c1")
        await lobby.next("alert")
        port = first.port
    await lobby.ended()
    assert lobby.seen[-1].data == {"why": "closing"}
    async with staged(tmp_path, port=port) as second:
        second.note(fact_kinds.CHAT, alert="c1", by="Kim", text="still here")
        again = await screen(second, Last_Event_ID=lobby.last_id)
        assert (await again.next("chat")).data["text"] == "still here"
        fresh = await screen(second)
        assert [one["alert"] for one in (await fresh.next("state")).data["alerts"]] == ["c1"]
        again.close()
        fresh.close()


async def test_a_number_from_another_journal_brings_the_state(stage: Stage) -> None:
    stage.raise_alert("c1")
    await told(stage, 1)
    lobby = await screen(stage, Last_Event_ID="900")
    assert [one["alert"] for one in (await lobby.next("state")).data["alerts"]] == ["c1"]
    assert lobby.last_id == "1"
    lobby.close()


async def test_a_revoked_screen_hears_nothing_more(stage: Stage) -> None:
    lobby, french = await screen(stage), await screen(stage, FRENCH)
    await lobby.next("state")
    stage.plans.revoke("acme", "11")
    assert (await lobby.next("end")).data == {"why": "revoked"}
    await lobby.ended()
    assert (await screen(stage)).status == 401
    stage.raise_alert()
    assert (await french.next("alert")).data["alert"] == "c1"
    french.close()


async def test_a_screen_with_another_filter_is_shown_what_it_is_to_see_then(stage: Stage) -> None:
    lobby = await screen(stage)
    stage.raise_alert("c1")
    await lobby.next("alert")
    stage.plans.publish(replace(ACME, screens=(replace(ACME.screens[0], buildings=("8",)),)))
    assert (await lobby.next("end")).data == {"why": "changed"}
    again = await screen(stage, Last_Event_ID=lobby.last_id)
    assert (await again.next("state")).data["alerts"] == []
    again.close()


async def test_streams_beyond_a_few_take_the_place_of_the_oldest(stage: Stage) -> None:
    streams = [await screen(stage) for _ in range(5)]
    assert (await streams[0].next("end")).data == {"why": "replaced"}
    stage.raise_alert()
    for one in streams[1:]:
        assert (await one.next("alert")).data["alert"] == "c1"
        one.close()


async def test_a_silent_stream_shows_that_it_lives(stage: Stage) -> None:
    lobby = await screen(stage)
    line = b""
    async with asyncio.timeout(30):
        while line != b": beat\n":
            line = await lobby.reader.readline()
    lobby.close()


async def test_hundreds_of_screens_are_told_at_once_and_all_come_back(tmp_path: Path) -> None:
    async with staged(tmp_path, many_screens(HUNDREDS)) as stage:
        many = await asyncio.gather(*(screen(stage, f"token {one}") for one in range(HUNDREDS)))
        await asyncio.gather(*(one.next("state") for one in many))
        stage.raise_alert()
        found = await asyncio.gather(*(one.next("alert") for one in many))
        assert {event.data["alert"] for event in found} == {"c1"}
        for one in many:
            one.close()
        stage.note(fact_kinds.CHAT, alert="c1", by="Kim", text="hold on")
        await told(stage, 2)
        again = await asyncio.gather(*(screen(stage, f"token {one}", Last_Event_ID="1") for one in range(HUNDREDS)))
        assert {(await one.next("chat")).data["text"] for one in again} == {"hold on"}
        for one in again:
            one.close()
        async with asyncio.timeout(30):
            while stage.screens.hub.connected:
                await asyncio.sleep(0.01)


def many_screens(number: int) -> AlertPlan:
    """An organization with that many."""
    screens = tuple(Screen(str(one), f"Screen {one}", digest(f"token {one}")) for one in range(number))
    return replace(ACME, screens=screens)


async def test_a_reader_that_is_too_slow_is_let_go_of_and_the_others_are_not_kept_waiting(stage: Stage) -> None:
    hub = stage.screens.hub
    viewer = stage.screens.plans.by_token(LOBBY)
    assert viewer is not None
    slow: Connection = hub.connect(viewer, "", None)
    quick = await screen(stage)
    await quick.next("state")
    stage.raise_alert()
    await quick.next("alert")
    for number in range(700):
        stage.journal.append("c1", "acme", fact_kinds.CHAT, {"alert": "c1", "by": "Kim", "text": f"{number} " * 200})
    for _ in range(700):
        await quick.next("chat")
    assert slow.ended == "too_slow"
    assert await slow.take() == b""
    quick.close()
    back = hub.connect(viewer, "", 1)
    assert b"event: chat" in await back.take()


@pytest.mark.parametrize("given", ["-1", "x", "1e3", "9" * 30, "٣".encode().decode("latin-1")])
async def test_a_number_that_is_none_is_told(stage: Stage, given: str) -> None:
    assert (await screen(stage, Last_Event_ID=given)).status == 400


@pytest.mark.parametrize("token", ["", "wrong", LOBBY + "x", "x" * 500, "\u00ff"])
async def test_without_a_screens_token_nothing_is_told(stage: Stage, token: str) -> None:
    stage.raise_alert()
    stream = await screen(stage, token)
    assert stream.status == 401
    assert b"c1" not in await stream.reader.read()
