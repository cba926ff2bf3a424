"""Listening to calls from the board: the browser's offer to the media process, a guard's phone to the node.

`POST /board/api/listen {call_id, mode, offer}` → `{session, answer}` (SDP, as in WHEP), `mode {session, mode}`,
`leave {session}`, `phone {call_id, phone, mode}` → `{id}`. Who may is asked of the alert plan at every request, and
every second of those who listen. A call of another organization is no other than one that never was.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from callpoint.dispatcher.journal_watch import JournalWatch
from callpoint.dispatcher.listening_record import Journal, ListeningRecord, Session
from callpoint.dispatcher.open_alert import URGENT, OpenAlert
from callpoint.dispatcher.recording_requests import RecordingRequests
from callpoint.dispatcher.screens.endpoints import guarded
from callpoint.dispatcher.screens.entrance import Entrance
from callpoint.dispatcher.screens.plans import Plans, PlanSource
from callpoint.dispatcher.screens.requests import LONGEST_ALERT_ID, RefusedError, json_body, text_of
from callpoint.dispatcher.screens.viewer import Viewer
from callpoint.media.seat import MODES, SeatMode, allowed
from callpoint.routing.alert_records import Monitoring, MonitorPhone
from callpoint.transport.control import ControlClient, ControlError, Handler, LinkLostError, Params, Peer

PREFIX: Final = "/board/api"
MAX_OFFER_BYTES: Final = 64 * 1024
LISTEN_SECONDS: Final = 30.0
"""The first guard's seat waits for re-INVITEs to both parties."""
LOOK_SECONDS: Final = 1.0
LONGEST_SESSION: Final = 64
NO_SUCH_CALL: Final = "there is no such call, or it is over"
SESSION_OVER: Final = "this session is over"


class Calls(Journal, Protocol):
    """What is needed of the engine."""

    def alert(self, organization: str, alert: str) -> OpenAlert | None: ...

    def open_alerts(self, organization: str) -> Sequence[OpenAlert]: ...


@dataclass(frozen=True)
class ListeningConfig:
    """The control sockets of media process and node, and the node's journal."""

    media: Path
    node: Path
    node_journal: Path


class Listening:
    """Make it within the event loop; `run` beside the server that serves `routes`."""

    def __init__(
        self, config: ListeningConfig, calls: Calls, entrance: Entrance, plans: Plans, source: PlanSource
    ) -> None:
        """`source` is what `plans` are read from."""
        self._calls = calls
        self._entrance = entrance
        self._plans = plans
        self._source = source
        self.record = ListeningRecord(calls)
        methods: dict[str, Handler] = {"session": self._session, "recording": self._recording}
        self._media = ControlClient(
            config.media, methods, on_connected=self._media_linked, on_lost=self.record.media_lost
        )
        self._node = ControlClient(config.node)
        self._requests = RecordingRequests(self._media, plans.plan, self._not_recorded)
        self._watch = JournalWatch(config.node_journal)
        self._linking: set[asyncio.Task[None]] = set()

    def routes(self) -> list[BaseRoute]:
        served = {"listen": self._listen, "mode": self._mode, "leave": self._leave, "phone": self._phone}
        return [Route(f"{PREFIX}/{name}", guarded(serve), methods=["POST"]) for name, serve in served.items()]

    async def run(self) -> None:
        """Until cancelled."""
        await self._watch.look()
        newest = self._watch.newest
        self._requests.begin(self._under_way())
        work = (self._media.run(), self._node.run(), self.record.run(), self._watch.run(), self._follow(newest))
        try:
            async with asyncio.TaskGroup() as tasks:
                for one in (*work, self._look()):
                    tasks.create_task(one)
        finally:
            await self._requests.close()

    # --- requests

    async def _listen(self, request: Request) -> Response:
        viewer = self._entrance.watcher(request)
        document = await json_body(request, MAX_OFFER_BYTES)
        call_id, mode = text_of(document, "call_id", LONGEST_ALERT_ID), _mode_of(document)
        offer = document.get("offer")
        if not isinstance(offer, str):
            raise RefusedError(400, "offer must be a session description")
        self._may(viewer, call_id, mode, "browser")
        asked = {"call_id": call_id, "organization": viewer.organization, "who": viewer.name, "account": viewer.id}
        try:
            answer = await self._media.ask("listen", LISTEN_SECONDS, **asked, mode=mode, offer=offer)
        except (ControlError, TimeoutError) as error:
            self._failed(viewer, call_id, "browser", error)
        session = str(answer.get("session"))
        self.record.sessions.setdefault(session, Session(session, **asked, how="browser", mode=mode))
        return _no_store({"session": session, "answer": answer.get("answer")})

    async def _mode(self, request: Request) -> Response:
        viewer = self._entrance.watcher(request)
        document = await json_body(request)
        session, mode = self._own(viewer, document), _mode_of(document)
        self._may(viewer, session.call_id, mode, "browser")
        try:
            await self._media.ask("mode", session=session.session, mode=mode)
        except (ControlError, TimeoutError) as error:
            raise _refused(error) from error
        return _no_store({"mode": mode})

    async def _leave(self, request: Request) -> Response:
        viewer = self._entrance.watcher(request)
        document = await json_body(request)
        with suppress(RefusedError):
            session = self._own(viewer, document)
            with suppress(ControlError, TimeoutError):  # gone with the media process, or as soon as the browser is
                await self._media.ask("leave", session=session.session)
        return _no_store({})

    async def _phone(self, request: Request) -> Response:
        viewer = self._entrance.watcher(request)
        document = await json_body(request)
        call_id, mode = text_of(document, "call_id", LONGEST_ALERT_ID), _mode_of(document)
        rules = self._may(viewer, call_id, mode, "phone")
        phone = _phone_of(rules, text_of(document, "phone", LONGEST_ALERT_ID))
        plan = self._plans.plan(viewer.organization)
        asked: dict[str, Any] = {"call_id": call_id, "organization": viewer.organization, "number": phone.number}
        language = plan.language if plan is not None else "en"
        try:
            answer = await self._node.ask(
                "dial_guard", **asked, mode=mode, who=f"{phone.name} ({viewer.name})", language=language
            )
        except (ControlError, TimeoutError) as error:
            self._failed(viewer, call_id, "phone", error)
        return _no_store({"id": answer.get("id")})

    # --- who may

    def _may(self, viewer: Viewer, call_id: str, mode: SeatMode, how: str) -> Monitoring:
        """The rules the viewer acts under. Raises RefusedError; a refusal about a call of his own is noted."""
        alert = self._calls.alert(viewer.organization, call_id)
        if alert is None or alert.call_state == "ended" or alert.test or alert.type not in URGENT:
            raise RefusedError(404, NO_SUCH_CALL)
        plan = self._plans.plan(viewer.organization)
        rules = plan.monitoring if plan is not None else Monitoring()
        refusal = allowed(rules, mode) if viewer.may_monitor else "Your role does not let you listen to calls."
        if refusal:
            self.record.note(viewer.organization, call_id, "refused", viewer.name, how=how, why=refusal)
            raise RefusedError(403, refusal)
        return rules

    def _own(self, viewer: Viewer, document: dict[str, Any]) -> Session:
        session = self.record.sessions.get(text_of(document, "session", LONGEST_SESSION))
        if session is None or (session.organization, session.account) != (viewer.organization, viewer.id):
            raise RefusedError(404, SESSION_OVER)
        return session

    def _failed(self, viewer: Viewer, call_id: str, how: str, error: Exception) -> NoReturn:
        refused = _refused(error)
        self.record.note(viewer.organization, call_id, "failed", viewer.name, how=how, why=str(refused))
        raise refused from error

    async def _look(self) -> None:
        """Ends the sessions of those who may listen no more."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for session in list(self.record.sessions.values()):
                if session.account and not self._still_may(session):
                    with suppress(ControlError, TimeoutError):
                        await self._media.ask("leave", session=session.session)

    def _still_may(self, session: Session) -> bool:
        plan = self._plans.plan(session.organization)
        watchers = plan.watchers if plan is not None else ()
        return any(one.account == session.account and one.may_monitor for one in watchers)

    # --- media tells

    async def _session(self, _: Peer, params: Params) -> None:
        self.record.session_told(params)

    async def _recording(self, _: Peer, params: Params) -> None:
        self.record.recording_told(params)

    def _media_linked(self, peer: Peer) -> None:
        task = asyncio.create_task(self._greet(peer))
        self._linking.add(task)
        task.add_done_callback(self._linking.discard)

    async def _greet(self, peer: Peer) -> None:
        with suppress(ControlError, TimeoutError):  # lost again: the next link greets anew
            self.record.linked(await peer.ask("sessions"))
            self._requests.linked()

    # --- recording

    def _under_way(self) -> Iterable[tuple[str, str]]:
        for plan in self._source.alert_plans():
            for alert in self._calls.open_alerts(plan.organization):
                if alert.type in URGENT and not alert.test and alert.call_state != "ended":
                    yield alert.call.call_id, plan.organization

    async def _follow(self, seq: int) -> None:
        async for fact in self._watch.facts(seq, LISTEN_SECONDS):
            if fact is not None:
                self._requests.take(fact)

    def _not_recorded(self, organization: str, call_id: str, why: str) -> None:
        self.record.note(organization, call_id, "recording", why=f"failed: {why}")


def _mode_of(document: dict[str, Any]) -> SeatMode:
    given = text_of(document, "mode", LONGEST_SESSION, "listen")
    for mode in MODES:
        if mode == given:
            return mode
    raise RefusedError(400, f"mode must be one of {', '.join(MODES)}")


def _phone_of(rules: Monitoring, phone_id: str) -> MonitorPhone:
    for phone in rules.phones:
        if phone.id == phone_id:
            return phone
    raise RefusedError(404, "there is no such phone")


def _refused(error: Exception) -> RefusedError:
    if isinstance(error, LinkLostError):
        return RefusedError(503, "Listening is not possible now; the call goes on.", {"Retry-After": "2"})
    if isinstance(error, TimeoutError):
        return RefusedError(504, "The call's audio did not come in time; the call goes on.")
    return RefusedError(409, str(error))


def _no_store(document: dict[str, Any]) -> JSONResponse:
    return JSONResponse(document, headers={"Cache-Control": "no-store"})
