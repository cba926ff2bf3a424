"""Listening from the board: who may, which call, what is asked of media process and node, and what the record says.

The routes stand in a real server with real passes; media process and node are stand-ins at real control sockets.
"""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from tests.dispatcher.cast import until
from tests.dispatcher.screens.stage import ACME, CALL, OTHER, PASS_KEY, PlansInMemory

from callpoint.dispatcher.listening import Listening, ListeningConfig
from callpoint.dispatcher.listening_record import MEDIA_GONE, STILL_THERE
from callpoint.dispatcher.open_alert import OpenAlert
from callpoint.dispatcher.own_journal import NotWrittenError
from callpoint.dispatcher.screens.entrance import Entrance, board_cookie
from callpoint.dispatcher.screens.plans import Plans
from callpoint.dispatcher.screens.wrong_tokens import WrongTokens
from callpoint.routing import board_pass
from callpoint.routing.alert_records import Monitoring, Watcher
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.journal import Journal
from callpoint.transport.control import ControlError, ControlServer, Handler, Params, Peer

OFFER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n"
GUARD, ONLOOKER, EVE = "1", "2", "9"  # accounts of the plans on the stage
NOW = 1_790_000_000.0


class Asked:
    """A process at a control socket that answers what it is told to, and notes what it was asked."""

    def __init__(self, path: Path, names: tuple[str, ...]) -> None:
        self.asked: list[tuple[str, Params]] = []
        self.answers: dict[str, Params] = {}
        self.refusals: dict[str, str] = {}
        self._server = ControlServer(path, {name: self._method(name) for name in names})

    async def start(self) -> None:
        await self._server.start()

    async def close(self) -> None:
        await self._server.close()

    @property
    def linked(self) -> bool:
        return bool(self._server.peers)

    def tell(self, what: str, **particulars: Any) -> None:
        for peer in self._server.peers:
            peer.tell(what, **particulars)

    def of(self, name: str) -> list[Params]:
        return [params for asked, params in self.asked if asked == name]

    def _method(self, name: str) -> Handler:
        async def serve(_: Peer, params: Params) -> Params:
            self.asked.append((name, params))
            if name in self.refusals:
                raise ControlError(self.refusals[name])
            return self.answers.get(name, {})

        return serve


@dataclass
class Engine:
    """The alerts there are and the facts that were written."""

    alerts: dict[tuple[str, str], OpenAlert] = field(default_factory=dict)
    facts: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    full_disk: bool = False

    def alert(self, organization: str, alert: str) -> OpenAlert | None:
        return self.alerts.get((organization, alert))

    def open_alerts(self, organization: str) -> list[OpenAlert]:
        return [one for (whose, _), one in self.alerts.items() if whose == organization]

    async def monitor_fact(self, organization: str, call_id: str, data: Mapping[str, Any]) -> None:
        self.facts.append((organization, call_id, dict(data)))
        if self.full_disk:
            raise NotWrittenError("the disk is full")

    def steps(self) -> list[tuple[str, str, str]]:
        return [(data["step"], data["by"], data["why"]) for _, _, data in self.facts]


@dataclass
class Answer:
    status: int
    document: dict[str, Any]


@dataclass
class Board:
    """A running one."""

    port: int
    plans: PlansInMemory
    read: Plans
    engine: Engine
    media: Asked
    node: Asked
    journal: Journal

    async def post(self, name: str, account: str = GUARD, organization: str = "acme", **document: Any) -> Answer:
        return await asyncio.to_thread(self._post, name, account, organization, document)

    def publish(self, plan: Any) -> None:
        self.plans.publish(plan)
        self.read.refresh()

    async def listens(self, session: str = "s1", account: str = GUARD, mode: str = "listen") -> None:
        """A guard who got his seat and took it up."""
        self.media.answers["listen"] = {"session": session, "answer": "v=0 answer"}
        assert (await self.post("listen", account, call_id="c1", mode=mode, offer=OFFER)).status == 200
        self.media.tell("session", **told(session, "joined", account=account, mode=mode))
        await until(lambda: any(data.get("session") == session for _, _, data in self.engine.facts))

    def _post(self, name: str, account: str, organization: str, document: dict[str, Any]) -> Answer:
        headers = {"Content-Type": "application/json"}
        if account:
            text = board_pass.make(PASS_KEY, board_pass.Holder(organization, account), NOW, kind="stay")
            headers["Cookie"] = f"{board_cookie(organization)}={text}"
        url = f"http://127.0.0.1:{self.port}/board/api/{name}"
        request = urllib.request.Request(url, json.dumps(document).encode(), headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return Answer(response.status, json.load(response))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, json.load(error))


def told(session: str, state: str, **more: str) -> dict[str, str]:
    usual = {"call_id": "c1", "organization": "acme", "who": "Grace Hopper", "account": GUARD, "how": "browser"}
    return {"session": session, "mode": "listen", "why": "", "state": state, **usual, **more}


def open_alert(**more: Any) -> OpenAlert:
    return replace(OpenAlert("c1", "acme", "emergency", CALL, NOW, call_state="answered"), **more)


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    media = Asked(tmp_path / "media.sock", ("listen", "mode", "leave", "record", "sessions"))
    node = Asked(tmp_path / "node.sock", ("dial_guard",))
    plans, engine = PlansInMemory(ACME, OTHER), Engine({("acme", "c1"): open_alert()})
    read = Plans(plans, PASS_KEY)
    entrance = Entrance(read, WrongTokens(lambda: 0.0), lambda: NOW)
    await media.start()
    await node.start()
    config = ListeningConfig(tmp_path / "media.sock", tmp_path / "node.sock", tmp_path / "node.db")
    with Journal(tmp_path / "node.db") as journal:
        part = Listening(config, engine, entrance, read, plans)
        server = uvicorn.Server(
            uvicorn.Config(Starlette(routes=part.routes()), port=0, log_config=None, lifespan="off")
        )
        serving = asyncio.create_task(server.serve())
        running = asyncio.create_task(part.run())
        await until(lambda: server.started and media.linked and node.linked and bool(media.of("sessions")))
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Board(port, plans, read, engine, media, node, journal)
        running.cancel()
        server.should_exit = True
        await asyncio.gather(running, serving, return_exceptions=True)
    await media.close()
    await node.close()


async def test_a_watcher_listens_changes_the_mode_and_leaves_and_the_record_says_so(board: Board) -> None:
    board.media.answers["listen"] = {"session": "s1", "answer": "v=0 answer"}
    answer = await board.post("listen", call_id="c1", mode="listen", offer=OFFER)
    assert (answer.status, answer.document) == (200, {"session": "s1", "answer": "v=0 answer"})
    assert board.media.of("listen") == [
        {
            "call_id": "c1",
            "organization": "acme",
            "who": "Grace Hopper",
            "account": GUARD,
            "mode": "listen",
            "offer": OFFER,
        }
    ]
    board.media.tell("session", **told("s1", "joined"))
    assert (await board.post("mode", session="s1", mode="join")).status == 200
    board.media.tell("session", **told("s1", "mode", mode="join"))
    await until(lambda: len(board.engine.facts) == 2)
    assert (await board.post("leave", session="s1")).status == 200
    assert board.media.of("leave") == [{"session": "s1"}]
    board.media.tell("session", **told("s1", "left", why="The call has ended."))
    await until(lambda: len(board.engine.facts) == 3)
    who = "Grace Hopper"
    assert board.engine.steps() == [("listening", who, ""), ("joined", who, ""), ("left", who, "The call has ended.")]
    assert {(whose, call_id, data["how"]) for whose, call_id, data in board.engine.facts} == {("acme", "c1", "browser")}
    assert (await board.post("mode", session="s1", mode="listen")).status == 404


@pytest.mark.parametrize("name", ["listen", "mode", "leave", "phone"])
async def test_without_a_pass_nothing_is_served(board: Board, name: str) -> None:
    answer = await board.post(name, account="", call_id="c1", mode="listen", offer=OFFER, session="s1", phone="5")
    assert answer.status == 401
    assert board.media.asked == [("sessions", {})]
    assert board.node.asked == []


@pytest.mark.parametrize("name", ["listen", "phone"])
async def test_a_watcher_without_the_right_is_refused_and_it_is_noted(board: Board, name: str) -> None:
    answer = await board.post(name, account=ONLOOKER, call_id="c1", mode="listen", offer=OFFER, phone="5")
    assert (answer.status, answer.document["error"]) == (403, "Your role does not let you listen to calls.")
    await until(lambda: bool(board.engine.facts))
    assert board.engine.steps() == [("refused", "Just Looking", answer.document["error"])]
    assert board.media.of(name) == board.node.asked == []


@pytest.mark.parametrize("name", ["listen", "phone"])
async def test_another_organizations_call_is_no_other_than_none(board: Board, name: str) -> None:
    """Also for one who may listen to calls of his own organization; and nothing is noted with the call."""
    board.publish(replace(OTHER, watchers=(Watcher(EVE, "Eve", may_monitor=True),), monitoring=ACME.monitoring))
    of_others = await board.post(name, EVE, "other", call_id="c1", mode="listen", offer=OFFER, phone="5")
    of_nobody = await board.post(name, EVE, "other", call_id="nowhere", mode="listen", offer=OFFER, phone="5")
    assert of_others == of_nobody
    assert of_others.status == 404
    assert board.media.of(name) == board.node.asked == board.engine.facts == []


@pytest.mark.parametrize(
    "alert",
    [open_alert(call_state="ended"), open_alert(test=True), open_alert(type="test_call"), open_alert(type="misdial")],
)
async def test_only_emergencies_that_go_on_are_listened_to(board: Board, alert: OpenAlert) -> None:
    board.engine.alerts["acme", "c1"] = alert
    answer = await board.post("listen", call_id="c1", mode="listen", offer=OFFER)
    assert answer.status == 404
    assert board.media.of("listen") == []


@pytest.mark.parametrize(
    ("mode", "wanted", "words"),
    [("off", "listen", "turned off"), ("off", "join", "turned off"), ("listen", "join", "not join them")],
)
async def test_what_the_organization_does_not_allow_is_refused_and_noted(
    board: Board, mode: Any, wanted: str, words: str
) -> None:
    board.publish(replace(ACME, monitoring=replace(ACME.monitoring, mode=mode)))
    for name in ("listen", "phone"):
        answer = await board.post(name, call_id="c1", mode=wanted, offer=OFFER, phone="5")
        assert answer.status == 403
        assert words in answer.document["error"]
    await until(lambda: len(board.engine.facts) == 2)
    assert [(data["step"], data["how"]) for _, _, data in board.engine.facts] == [
        ("refused", "browser"),
        ("refused", "phone"),
    ]
    assert board.media.of("listen") == board.node.asked == []


async def test_whoever_listens_only_may_not_become_one_who_joins(board: Board) -> None:
    await board.listens()
    board.publish(replace(ACME, monitoring=replace(ACME.monitoring, mode="listen")))
    assert (await board.post("mode", session="s1", mode="join")).status == 403
    assert board.media.of("mode") == []


@pytest.mark.parametrize("account", [ONLOOKER, EVE])
async def test_a_session_is_the_business_of_its_own_watcher(board: Board, account: str) -> None:
    await board.listens()
    whose = "other" if account == EVE else "acme"
    assert (await board.post("mode", account, whose, session="s1", mode="listen")).status == 404
    assert (await board.post("leave", account, whose, session="s1")).status == 200
    assert board.media.of("mode") == board.media.of("leave") == []


@pytest.mark.parametrize("revoked", [True, False])
async def test_whoever_may_listen_no_more_is_taken_off(board: Board, revoked: bool) -> None:
    await board.listens()
    watchers = () if revoked else (Watcher(GUARD, "Grace Hopper", "en", False),)
    board.publish(replace(ACME, watchers=watchers))
    await until(lambda: board.media.of("leave") != [])
    assert board.media.of("leave")[0] == {"session": "s1"}


async def test_a_guards_phone_is_called_by_the_number_nobody_sees(board: Board) -> None:
    board.node.answers["dial_guard"] = {"id": "d1"}
    answer = await board.post("phone", call_id="c1", mode="join", phone="5")
    assert (answer.status, answer.document) == (200, {"id": "d1"})
    assert board.node.of("dial_guard") == [
        {
            "call_id": "c1",
            "organization": "acme",
            "number": "+18025550111",
            "who": "Gate (Grace Hopper)",
            "mode": "join",
            "language": "en",
        }
    ]
    assert (await board.post("phone", call_id="c1", mode="join", phone="6")).status == 404


async def test_a_guards_phone_stands_in_the_record_like_a_browser(board: Board) -> None:
    board.media.tell("session", **told("p1", "joined", who="Gate", account="", how="phone"))
    board.media.tell("session", **told("p1", "left", who="Gate", account="", how="phone"))
    await until(lambda: len(board.engine.facts) == 2)
    assert [(data["step"], data["by"], data["how"]) for _, _, data in board.engine.facts] == [
        ("listening", "Gate", "phone"),
        ("left", "Gate", "phone"),
    ]


async def test_an_anchoring_that_failed_is_told_in_its_words_and_noted(board: Board) -> None:
    board.media.refusals["listen"] = "the PSAP's side did not take it: 488 Not Acceptable Here"
    answer = await board.post("listen", call_id="c1", mode="listen", offer=OFFER)
    assert (answer.status, answer.document["error"]) == (409, board.media.refusals["listen"])
    board.node.refusals["dial_guard"] = "no gateway is configured"
    answer = await board.post("phone", call_id="c1", mode="listen", phone="5")
    assert (answer.status, answer.document["error"]) == (409, "no gateway is configured")
    await until(lambda: len(board.engine.facts) == 2)
    assert [step for step, _, _ in board.engine.steps()] == ["failed", "failed"]


async def test_with_media_process_and_node_away_it_is_said_at_once(board: Board) -> None:
    await board.media.close()
    await board.node.close()
    for name in ("listen", "phone"):
        answer = await board.post(name, call_id="c1", mode="listen", offer=OFFER, phone="5")
        assert (answer.status, answer.document["error"]) == (503, "Listening is not possible now; the call goes on.")


async def test_when_the_media_process_dies_all_have_left_and_it_is_found_again(board: Board) -> None:
    await board.listens("s1")
    await board.listens("s2", mode="join")
    await board.media.close()
    await until(lambda: len(board.engine.facts) == 4)
    assert board.engine.steps()[2:] == [("left", "Grace Hopper", MEDIA_GONE)] * 2
    await board.media.start()
    await until(lambda: len(board.media.of("sessions")) == 2)
    assert (await board.post("mode", session="s1", mode="listen")).status == 404
    assert len(board.engine.facts) == 4


async def test_a_link_that_was_lost_alone_is_put_right_in_the_record(board: Board) -> None:
    await board.listens("s1", mode="join")
    await board.media.close()
    await until(lambda: len(board.engine.facts) == 2)
    board.media.answers["sessions"] = {"sessions": [told("s1", "joined", mode="join")], "missed": []}
    await board.media.start()
    await until(lambda: len(board.engine.facts) == 3)
    assert board.engine.steps()[2] == ("joined", "Grace Hopper", STILL_THERE)
    assert (await board.post("leave", session="s1")).status == 200
    assert board.media.of("leave") == [{"session": "s1"}]


async def test_what_happened_while_we_were_away_is_noted_once(board: Board) -> None:
    await board.media.close()
    recording = {"call_id": "c1", "organization": "acme", "recording": "acme/1.sealed", "state": "finished"}
    board.media.answers["sessions"] = {
        "sessions": [told("s8", "joined", mode="join")],
        "missed": [
            {"what": "session", **told("s7", "left", why="The browser has gone.")},
            {"what": "recording", **recording},
            {"what": "session", **told("s8", "joined", mode="join")},
            {"what": "something new"},
        ],
    }
    await board.media.start()
    await until(lambda: len(board.engine.facts) == 3)
    assert [step for step, _, _ in board.engine.steps()] == ["left", "recording", "joined"]
    # A session of before our own restart is still its watcher's.
    assert (await board.post("mode", session="s8", mode="listen")).status == 200


async def test_a_disk_that_is_full_holds_up_nobody_and_writes_nothing_twice(board: Board) -> None:
    board.engine.full_disk = True
    await board.listens()
    board.media.tell("session", **told("s1", "left"))
    await until(lambda: len(board.engine.facts) == 2)
    assert [step for step, _, _ in board.engine.steps()] == ["listening", "left"]


HOSTILE: list[tuple[str, dict[str, Any], int]] = [
    ("listen", {}, 400),
    ("listen", {"call_id": "c1", "mode": "listen"}, 400),
    ("listen", {"call_id": "c1", "mode": "listen", "offer": {"sdp": OFFER}}, 400),
    ("listen", {"call_id": "c1", "mode": "shout", "offer": OFFER}, 400),
    ("listen", {"call_id": ["c1"], "mode": "listen", "offer": OFFER}, 400),
    ("listen", {"call_id": "c1", "mode": None, "offer": OFFER}, 400),
    ("listen", {"call_id": "c1", "mode": "listen", "offer": "v=0" + "x" * 70_000}, 413),
    ("mode", {}, 404),
    ("mode", {"session": 7, "mode": "join"}, 400),
    ("mode", {"session": "s1' OR 1=1", "mode": "join"}, 404),
    ("phone", {"call_id": "c1", "mode": "listen"}, 404),
    ("phone", {"call_id": "c1", "mode": "listen", "phone": "+19005550100"}, 404),
]


@pytest.mark.parametrize(("name", "document", "status"), HOSTILE)
async def test_what_is_not_understood_is_refused(
    board: Board, name: str, document: dict[str, Any], status: int
) -> None:
    assert (await board.post(name, **document)).status == status
    assert board.media.of(name) == board.node.asked == []


# --- recording


RECORD = replace(ACME, monitoring=Monitoring("off", record=True))


def note(board: Board, what: str, call_id: str = "c2", organization: str = "acme", **data: Any) -> None:
    board.journal.append(call_id, organization, what, data)
    assert board.journal.flush(10)


async def test_a_call_is_asked_to_be_recorded_when_it_is_answered(board: Board) -> None:
    board.publish(RECORD)
    for kind in ("read_back", "announcement", "test"):
        note(board, fact_kinds.ANSWERED, f"not-{kind}", kind=kind)
    note(board, fact_kinds.ANSWERED, kind="psap")
    await until(lambda: board.media.of("record") == [{"call_id": "c2", "organization": "acme"}])
    board.media.tell("recording", call_id="c2", organization="acme", recording="acme/2.sealed", state="started", why="")
    await until(lambda: len(board.engine.facts) == 1)
    assert board.engine.facts == [
        (
            "acme",
            "c2",
            {"step": "recording", "by": "", "how": "", "why": "started", "recording": "acme/2.sealed"},
        )
    ]


async def test_where_nobody_wants_recordings_none_is_asked_for(board: Board) -> None:
    board.publish(RECORD)
    note(board, fact_kinds.ANSWERED, organization="other", kind="psap")
    note(board, fact_kinds.ANSWERED, organization="unknown", kind="psap")
    note(board, fact_kinds.ANSWERED, "c3", kind="relay_center")
    await until(lambda: [params["call_id"] for params in board.media.of("record")] == ["c3"])


async def test_a_media_process_that_comes_back_is_asked_for_what_goes_on(board: Board) -> None:
    """Calls of before our own start as well; those that are over are not."""
    board.publish(RECORD)
    note(board, fact_kinds.ANSWERED, "c2", kind="psap")
    note(board, fact_kinds.ANSWERED, "c3", kind="psap")
    note(board, fact_kinds.ENDED, "c2")
    await until(lambda: len(board.media.of("record")) == 2)
    await board.media.close()
    note(board, fact_kinds.ANSWERED, "c4", kind="psap")
    await until(lambda: len(board.engine.facts) == 1)
    assert "not there" in board.engine.steps()[0][2]
    board.media.asked.clear()
    await board.media.start()
    await until(lambda: {params["call_id"] for params in board.media.of("record")} == {"c1", "c3", "c4"})


async def test_why_there_is_no_recording_stands_with_the_call(board: Board) -> None:
    board.publish(RECORD)
    board.media.refusals["record"] = "30 calls are being listened to or recorded; no more at once."
    note(board, fact_kinds.ANSWERED, kind="psap")
    await until(lambda: bool(board.engine.facts))
    assert board.engine.steps() == [("recording", "", f"failed: {board.media.refusals['record']}")]
