"""The hub with facts handed in by hand and a clock that is set."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.dispatcher.screens.stage import ACME, CALL, LOBBY, OTHER, PASS_KEY, PlansInMemory, alert_data, fact

from callpoint.dispatcher.screens.connection import Connection
from callpoint.dispatcher.screens.hub import BEAT, Hub
from callpoint.dispatcher.screens.moments import moment_of, seconds_of
from callpoint.dispatcher.screens.plans import Plans
from callpoint.dispatcher.screens.viewer import Viewer
from callpoint.routing.alert_records import TemplateRecord
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.journal import Journal

NOON = seconds_of("2026-11-23T12:00:00Z")
WATCHER = Viewer.of_watcher(ACME, ACME.watchers[0])
SCREEN = Viewer.of_screen(ACME, ACME.screens[0])


class Hall:
    """A hub, its plans and its clock."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.source = PlansInMemory(ACME, OTHER)
        self.plans = Plans(self.source, PASS_KEY)
        self.hub = Hub(folder / "journal.db", self.plans, lambda: self.now)

    def alerts(self, viewer: Viewer = SCREEN) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.hub.state(viewer.audience())["alerts"]
        return found


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


async def names(connection: Connection) -> list[str]:
    """Names of the events that wait."""
    connection.push(BEAT)
    text = (await connection.take()).decode()
    return [line[7:] for line in text.split("\n") if line.startswith("event: ")]


async def test_notices_wait_a_moment_and_whatever_is_urgent_takes_them_along(hall: Hall) -> None:
    screen = hall.hub.connect(SCREEN, "", None)
    hall.hub.take([fact(1, fact_kinds.ALERT, alert_data())])
    assert await names(screen) == ["hello", "state", "alert"]
    hall.hub.take([fact(2, fact_kinds.NOTICE, {"alert": "c1", "key": "a"})])
    assert await names(screen) == []
    hall.hub.take([fact(3, fact_kinds.ACKNOWLEDGED, {"alert": "c1", "by": "Kim"})])
    assert await names(screen) == ["notice", "acknowledged"]
    hall.hub.take([fact(4, fact_kinds.NOTICE, {"alert": "c1", "key": "b"})])
    hall.now += 0.6
    hall.hub.take([])
    assert await names(screen) == ["notice"]
    assert hall.hub.position == 4


async def test_what_is_handed_over_is_told_once_and_a_gap_is_read_from_the_journal(hall: Hall, tmp_path: Path) -> None:
    screen = hall.hub.connect(SCREEN, "", None)
    first, second = fact(1, fact_kinds.ALERT, alert_data()), fact(2, fact_kinds.CHAT, {"alert": "c1", "text": "two"})
    with Journal(tmp_path / "journal.db") as journal:
        for one in (first, second, fact(3, fact_kinds.CHAT, {"alert": "c1", "text": "three"})):
            journal.append(one.call_id, one.organization, one.kind, one.data)
        assert journal.flush(10)
    hall.hub.ring([first])
    assert await names(screen) == ["hello", "state", "alert"]
    hall.hub.ring([fact(3, fact_kinds.CHAT, {"alert": "c1", "text": "three"})])
    assert await names(screen) == []
    await hall.hub.look()
    assert await names(screen) == ["chat", "chat"]
    hall.hub.ring([second])
    await hall.hub.look()
    assert await names(screen) == []


async def test_a_clock_set_back_holds_nothing(hall: Hall) -> None:
    screen = hall.hub.connect(SCREEN, "", None)
    hall.hub.take([fact(1, fact_kinds.ALERT, alert_data()), fact(2, fact_kinds.NOTICE, {"alert": "c1", "key": "a"})])
    await names(screen)
    hall.hub.take([fact(3, fact_kinds.NOTICE, {"alert": "c1", "key": "b"})])
    hall.now -= 3600
    hall.hub.take([])
    assert await names(screen) == ["notice"]


async def test_an_alert_the_disk_refuses_is_shown_and_not_doubled_when_it_is_written(hall: Hall) -> None:
    screen = hall.hub.connect(SCREEN, "", None)
    raised, seen_to = (
        fact(0, fact_kinds.ALERT, alert_data()),
        fact(0, fact_kinds.ACKNOWLEDGED, {"alert": "c1", "by": "K"}),
    )
    hall.hub.tell_unwritten([raised, seen_to])
    text = (await screen.take()).decode()
    assert "event: alert" in text
    assert "id: 1" not in text
    hall.hub.take([replace(raised, seq=1), replace(seen_to, seq=2)])
    assert [len(one["acknowledged"]) for one in hall.alerts()] == [1]


async def test_one_text_is_made_for_all_who_get_the_same(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    screens = [hall.hub.connect(replace(SCREEN, id=str(number)), "", None) for number in range(50)]
    made: list[str] = []
    teller = type(hall.hub._teller)
    event = teller.event
    monkeypatch.setattr(teller, "event", lambda self, *given: (made.append(given[0].kind), event(self, *given))[1])
    hall.hub.take([fact(1, fact_kinds.ALERT, alert_data())])
    assert made == ["alert"]
    assert all([(await names(one))[-1] == "alert" for one in screens])


async def test_two_acknowledgements_together_are_both_told(hall: Hall) -> None:
    hall.hub.take([fact(1, fact_kinds.ALERT, alert_data())])
    both = [fact(number, fact_kinds.ACKNOWLEDGED, {"alert": "c1", "by": by}) for number, by in ((2, "Kim"), (3, "Lee"))]
    hall.hub.take(both)
    assert [one["by"] for one in hall.alerts()[0]["acknowledged"]] == ["Kim", "Lee"]


@pytest.mark.parametrize(
    ("data", "quiet"),
    [
        ({"test": True, "type": "test_call", "subscriptions": ["Tests"]}, True),
        ({"test": True, "type": "test_call", "subscriptions": ["Tests", "Loud tests"]}, False),
        ({"test": True, "type": "test_call", "subscriptions": ["Loud tests"], "quiet": True}, True),
        ({"test": False, "quiet": True}, True),
        ({}, False),
    ],
)
async def test_a_test_is_quiet_where_everybody_wants_it_so(hall: Hall, data: dict[str, Any], quiet: bool) -> None:
    hall.hub.take([fact(1, fact_kinds.ALERT, alert_data(**data))])
    assert hall.alerts()[0]["quiet"] is quiet


async def test_what_is_over_leaves_the_screens_and_stays_on_the_board(hall: Hall) -> None:
    hall.hub.take(
        [
            fact(1, fact_kinds.ALERT, alert_data("c1")),
            fact(2, fact_kinds.ALERT, alert_data("c2", replace(CALL, call_id="c2"), test=True, type="test_call")),
            fact(3, fact_kinds.ALERT, alert_data("c3", replace(CALL, call_id="c3"))),
            fact(4, fact_kinds.ACKNOWLEDGED, {"alert": "c1", "by": "Kim"}),
            fact(5, fact_kinds.ALERT_UPDATED, {"alert": "c1", "state": "ended"}),
            fact(6, fact_kinds.ALERT_UPDATED, {"alert": "c3", "state": "closed"}),
        ]
    )
    assert [one["alert"] for one in hall.alerts()] == ["c1", "c2"]
    hall.now += 20 * 60
    assert [one["alert"] for one in hall.alerts()] == []
    board = hall.alerts(WATCHER)
    assert [one["alert"] for one in board] == ["c1", "c2", "c3"]
    assert [one["state"] for one in board[0]["steps"]] == ["ended"]
    hall.now += 25 * 3600
    for _ in range(30):
        hall.hub.tick()
    assert hall.alerts(WATCHER) == []


async def test_an_emergency_nobody_has_seen_to_stays_for_a_day(hall: Hall) -> None:
    hall.hub.take(
        [fact(1, fact_kinds.ALERT, alert_data()), fact(2, fact_kinds.ALERT_UPDATED, {"alert": "c1", "state": "ended"})]
    )
    hall.now += 23 * 3600
    assert len(hall.alerts()) == 1
    hall.now += 2 * 3600
    assert hall.alerts() == []


async def test_the_board_alone_is_told_addresses_troubles_and_who_listens(hall: Hall) -> None:
    screen, board = hall.hub.connect(SCREEN, "", None), hall.hub.connect(WATCHER, "", None)
    hall.hub.take([fact(1, fact_kinds.ALERT, alert_data())])
    await names(screen), await names(board)
    notice = {
        "alert": "c1",
        "key": "a",
        "recipient": "Desk",
        "address": "desk@acme",
        "trouble": "full",
        "state": "failed",
    }
    hall.hub.take(
        [
            fact(2, fact_kinds.NOTICE, notice),
            fact(3, fact_kinds.MONITOR, {"by": "Grace", "step": "listening", "how": "browser"}),
            fact(4, fact_kinds.ALERT_UPDATED, {"alert": "c1", "state": "dialling", "target": "Vermont 911"}),
        ]
    )
    told, shown = (await board.take()).decode(), (await screen.take()).decode()
    assert "desk@acme" in told
    assert '"by":"Grace"' in told
    assert '"target":"Vermont 911"' in told
    for secret in ("desk@acme", "full", "Grace"):
        assert secret not in shown
    assert [one["by"] for one in hall.alerts(WATCHER)[0]["listeners"]] == ["Grace"]
    hall.hub.take([fact(5, fact_kinds.MONITOR, {"by": "Grace", "step": "left"})])
    assert hall.alerts(WATCHER)[0]["listeners"] == []


async def test_an_organizations_own_words_are_shown_as_such(hall: Hall) -> None:
    own = TemplateRecord("t", "Ours", "emergency", "onsite", "en", "Run to {{ building }}", "{{ person }} needs you")
    broken = TemplateRecord("u", "Broken", "emergency", "onsite", "fr", "{{ nonsense }}")
    hall.source.publish(replace(ACME, templates=(own, broken)))
    hall.plans.refresh()
    hall.hub.take([fact(1, fact_kinds.ALERT, alert_data())])
    assert hall.alerts()[0]["words"] == {
        "title": "Ada Lovelace needs you",
        "lines": ["Run to State House"],
        "own": True,
    }
    french = hall.hub.state(SCREEN.audience("fr"))["alerts"][0]["words"]
    assert french["own"] is False
    assert "Ada Lovelace" in french["title"]


async def test_whatever_a_caller_is_named_an_event_stays_one_line(hall: Hall) -> None:
    screen = hall.hub.connect(SCREEN, "", None)
    await names(screen)
    name = "x\n\nevent: closed\ndata: {}\u2028\r<script>alert(1)</script>"
    hall.hub.take([fact(1, fact_kinds.ALERT, alert_data(call=replace(CALL, person=name)))])
    lines = (await screen.take()).decode().splitlines()
    assert [line.split(":")[0] for line in lines] == ["id", "event", "data", ""]
    assert json.loads(lines[2][6:])["call"]["person"] == name


async def test_a_screen_has_an_alert_only_while_it_is_connected(hall: Hall) -> None:
    hall.hub.take([fact(1, fact_kinds.ALERT, alert_data())])
    assert not hall.hub.is_shown("acme", "c1", "*")
    screen = hall.hub.connect(SCREEN, "", None)
    hall.hub.connect(WATCHER, "", None)
    assert hall.hub.is_shown("acme", "c1", "*")
    assert hall.hub.is_shown("acme", "c1", "11")
    assert not hall.hub.is_shown("acme", "c1", "12")
    assert not hall.hub.is_shown("other", "c1", "*")
    assert hall.hub.screens_connected("acme") == {"11"}
    hall.hub.disconnect(screen)
    hall.hub.disconnect(screen)
    assert not hall.hub.is_shown("acme", "c1", "*")


async def test_a_damaged_journal_is_told_and_looked_at_again(hall: Hall, tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"this is no database at all, and long enough to be looked at" * 20)
    await hall.hub.start()
    assert "not a database" in hall.hub.trouble
    (tmp_path / "journal.db").unlink()
    await hall.hub.look()
    assert hall.hub.trouble == ""


async def test_a_change_of_plans_reaches_open_streams(hall: Hall) -> None:
    screen, board = hall.hub.connect(SCREEN, "", None), hall.hub.connect(WATCHER, "", None)
    hall.hub.tick()
    assert (screen.ended, board.ended) == ("", "")
    hall.source.publish(replace(ACME, watchers=ACME.watchers[1:]))
    hall.hub.tick()
    assert (screen.ended, board.ended) == ("", "revoked")


def test_the_same_token_is_never_another_organizations(hall: Hall) -> None:
    found = hall.plans.by_token(LOBBY)
    assert found is not None
    assert (found.organization, found.id) == ("acme", "11")
    assert hall.plans.by_token("") is None
    assert hall.plans.by_token("x" * 201) is None


@pytest.mark.parametrize("at", ["2026-11-23T12:00:00.000Z", "2026-11-23T12:00:00", "2026-11-23T07:00:00-05:00"])
def test_moments_are_read_as_they_are_meant(at: str) -> None:
    assert seconds_of(at) == NOON
    assert moment_of(NOON) == "2026-11-23T12:00:00.000Z"
    assert seconds_of("soon") == 0.0
