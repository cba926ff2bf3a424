"""Who listened to which call, and what was recorded: from what the media process tells into the dispatcher's journal.

Facts are written one after the other. What happened while we were away the media process has kept (`sessions`); when
it is the one that died, all who listened have left.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from callpoint.dispatcher.own_journal import NotWrittenError

logger = logging.getLogger(__name__)

MOST_WAITING: Final = 10_000
MEDIA_GONE: Final = "the media process is gone"
STILL_THERE: Final = "the media process is found again"


class Journal(Protocol):
    """What is needed of the engine. May raise NotWrittenError: what was to be written stays queued there."""

    async def monitor_fact(self, organization: str, call_id: str, data: Mapping[str, Any]) -> None: ...


@dataclass(frozen=True)
class Session:
    """A guard at a call, as the media process tells it; `account` is "" for a phone."""

    session: str
    call_id: str
    organization: str
    who: str
    account: str
    how: str
    mode: str

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Session":
        return cls(**{name: str(told.get(name) or "") for name in cls.__dataclass_fields__})


class ListeningRecord:
    """`run` is its task. `sessions` are those who listen or have joined now."""

    def __init__(self, journal: Journal) -> None:
        self.sessions: dict[str, Session] = {}
        self._journal = journal
        self._left: set[str] = set()
        self._waiting: deque[tuple[str, str, dict[str, Any]]] = deque(maxlen=MOST_WAITING)
        self._something = asyncio.Event()

    def note(self, organization: str, call_id: str, step: str, by: str = "", **more: str) -> None:
        """A fact MONITOR, written soon; `more` may hold how, why, recording, session."""
        self._waiting.append((organization, call_id, {"step": step, "by": by, "how": "", "why": "", **more}))
        self._something.set()

    def session_told(self, told: Mapping[str, Any]) -> None:
        """`session {…, state: joined | mode | left | failed, why}`."""
        session, state, why = Session.read(told), str(told.get("state")), str(told.get("why") or "")
        if state in ("joined", "mode"):
            self.sessions[session.session] = session
            self._say(session, _step(session), why)
        elif state in ("left", "failed"):
            self.sessions.pop(session.session, None)
            self._say(session, state, why)

    def recording_told(self, told: Mapping[str, Any]) -> None:
        """`recording {call_id, organization, recording, state: started | finished | failed, why}`."""
        whose, call_id, name = (str(told.get(key) or "") for key in ("organization", "call_id", "recording"))
        why = ": ".join(filter(None, (str(told.get("state") or ""), str(told.get("why") or ""))))
        self.note(whose, call_id, "recording", recording=name, why=why)

    def linked(self, answer: Mapping[str, Any]) -> None:
        """What `sessions` answered: first what we have missed, then who is there now."""
        for told in answer.get("missed") or ():
            if told.get("what") == "session":
                self.session_told(told)
            elif told.get("what") == "recording":
                self.recording_told(told)
        there = [Session.read(told) for told in answer.get("sessions") or ()]
        self.sessions = {session.session: session for session in there}
        for session in there:
            if session.session in self._left:  # only the link was lost
                self._say(session, _step(session), STILL_THERE)
        self._left.clear()

    def media_lost(self) -> None:
        """The media process is gone, and with it every session and recording."""
        for session in self.sessions.values():
            self._say(session, "left", MEDIA_GONE)
        self._left |= self.sessions.keys()
        self.sessions = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            while self._waiting:
                try:
                    await self._journal.monitor_fact(*self._waiting.popleft())
                except NotWrittenError as error:
                    logger.error("who listens is not written down yet: %s", error)
            self._something.clear()
            await self._something.wait()

    def _say(self, session: Session, step: str, why: str) -> None:
        more = {"how": session.how, "why": why, "session": session.session}
        self.note(session.organization, session.call_id, step, session.who, **more)


def _step(session: Session) -> str:
    return "joined" if session.mode == "join" else "listening"
