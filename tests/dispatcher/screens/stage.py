"""A stage for screens: plans as a snapshot has them, a journal as the dispatcher writes it, a server before both."""

import asyncio
import contextlib
import hashlib
import json
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from callpoint.dispatcher.screens.actions import How, Sign
from callpoint.dispatcher.screens.app import Screens, ScreensConfig
from callpoint.dispatcher.screens.spoken_alerts import SpokenAlerts
from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import (
    AlertPlan,
    AlertStep,
    BuildingPlan,
    Monitoring,
    MonitorPhone,
    Recipient,
    Screen,
    Subscription,
    Watcher,
)
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import Fact
from callpoint.snapshot.journal import Journal

PASS_KEY = "a key for passes"
LOBBY, ANNEX, FRENCH, FOREIGN = "token-of-the-lobby", "token-of-the-annex", "jeton-du-hall", "token-of-others"

CALL = AlertCall(
    call_id="c1",
    organization="acme",
    service="emergency",
    dialled="911",
    at="2026-11-23T12:00:00.000Z",
    person="Ada Lovelace",
    device_user_id="E1001",
    callback_number="+18025550143",
    caller_number="+18025550100",
    trunk="main",
    location="115 State Street, Montpelier, VT 05633",
    civic={"country": "US", "A1": "VT", "A3": "Montpelier", "HNO": "115", "RD": "State", "STS": "Street", "FLR": "2"},
    verdict="valid",
    building="State House",
    building_id="7",
    floor="2",
    room="201",
    note="N BLDG FL 2 RM 201",
    point=(44.2624, -72.5805),
    psap="Vermont 911",
    direct=True,
    reasons=("assigned location",),
)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


ACME = AlertPlan(
    organization="acme",
    name="Acme Incorporated",
    language="en",
    subscriptions=(
        Subscription("1", "Everything", "emergency", (AlertStep(("1",)),)),
        Subscription("2", "Tests", "test_call", (AlertStep(("1",)),), quiet_tests=True),
        Subscription("3", "Loud tests", "test_call", (AlertStep(("1",)),), quiet_tests=False),
    ),
    recipients=(Recipient("1", "onsite", "*", "Every screen"), Recipient("2", "onsite", "12", "The annex")),
    screens=(
        Screen("11", "Lobby", digest(LOBBY)),
        Screen("12", "Annex", digest(ANNEX), ("8",)),
        Screen("13", "Hall d’entrée", digest(FRENCH), (), "fr"),
    ),
    watchers=(Watcher("1", "Grace Hopper", "en", True), Watcher("2", "Just Looking", "fr", False)),
    monitoring=Monitoring("join", True, dial_in="+18025550199", phones=(MonitorPhone("5", "Gate", "+18025550111"),)),
    buildings=(BuildingPlan("7", "State House", "Main entrance, lift on the left", "plan.png", (44.26, -72.58)),),
)
OTHER = AlertPlan(
    organization="other",
    name="Other",
    screens=(Screen("21", "Elsewhere", digest(FOREIGN)),),
    watchers=(Watcher("9", "Eve"),),
)


class PlansInMemory:
    """Plans as `Snapshot` has them: the same objects until one is published anew."""

    def __init__(self, *plans: AlertPlan) -> None:
        self.plans = {plan.organization: plan for plan in plans}

    def publish(self, plan: AlertPlan) -> None:
        self.plans[plan.organization] = plan

    def revoke(self, organization: str, screen: str) -> None:
        plan = self.plans[organization]
        self.publish(replace(plan, screens=tuple(one for one in plan.screens if one.id != screen)))

    def alert_plan(self, organization: str) -> AlertPlan | None:
        return self.plans.get(organization)

    def alert_plans(self) -> tuple[AlertPlan, ...]:
        return tuple(self.plans.values())


class JournalActions:
    """What the engine would write, written by itself."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    async def acknowledge(self, organization: str, alert: str, by: str, how: How, recipient_id: str = "") -> bool:
        data = {"alert": alert, "by": by, "how": how, "recipient_id": recipient_id}
        self.journal.append(alert.partition("/")[0], organization, fact_kinds.ACKNOWLEDGED, data)
        return True

    async def chat(self, organization: str, alert: str, by: str, text: str) -> bool:
        data = {"alert": alert, "by": by, "text": text}
        self.journal.append(alert.partition("/")[0], organization, fact_kinds.CHAT, data)
        return True

    async def screen_sign(self, organization: str, screen: str, state: Sign, program: str, origin: str) -> None:
        data = {"screen": screen, "state": state, "program": program, "origin": origin}
        self.journal.append("", organization, fact_kinds.SCREEN, data)


class SilentSpeaker:
    """A voice that says each text as one byte a letter."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def prompt(self, text: str) -> bytes:
        self.said.append(text)
        return bytes(len(text))

    def in_memory(self, text: str) -> bytes | None:
        return bytes(len(text)) if text in self.said else None

    def close(self) -> None:
        """Nothing is held."""


def alert_data(alert: str = "c1", call: AlertCall = CALL, **more: Any) -> dict[str, Any]:
    """The data of a fact ALERT, of an emergency unless told otherwise."""
    data = {"alert": alert, "type": "emergency", "call": call.to_json(), "test": False, "subscriptions": ["Everything"]}
    return {**data, **more}


def fact(
    seq: int, kind: str, data: Mapping[str, Any], organization: str = "acme", call_id: str = "c1", at: str = ""
) -> Fact:
    return Fact(seq, at or f"2026-11-23T12:00:{seq % 60:02}.000Z", call_id, organization, kind, dict(data))


@dataclass
class Stage:
    """A running one."""

    port: int
    journal: Journal
    plans: PlansInMemory
    screens: Screens
    speaker: SilentSpeaker
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def note(self, kind: str, organization: str = "acme", call_id: str = "c1", **data: Any) -> None:
        self.journal.append(call_id, organization, kind, data)
        assert self.journal.flush(10)

    def raise_alert(self, alert: str = "c1", call: AlertCall = CALL, **more: Any) -> None:
        self.note(fact_kinds.ALERT, call.organization, alert.partition("/")[0], **alert_data(alert, call, **more))


@asynccontextmanager
async def staged(folder: Path, *plans: AlertPlan, public_url: str = "", port: int = 0) -> AsyncIterator[Stage]:
    """A server on a free port (or on `port`, to come back where one was) over a journal in `folder`."""
    source = PlansInMemory(*(plans or (ACME, OTHER)))
    speaker = SilentSpeaker()
    (folder / "floor-plans").mkdir(exist_ok=True)
    config = ScreensConfig(
        journal=folder / "journal.db",
        pass_key=PASS_KEY,
        prompts=folder / "prompts",
        pictures=folder / "floor-plans",
        public_url=public_url,
        portal_url="https://portal.example/",
        poll_seconds=0.02,
    )
    with Journal(config.journal) as journal:
        speech = SpokenAlerts(config.prompts, speaker)
        screens = Screens(config, source, JournalActions(journal), now=time.time, speech=speech)
        await screens.start()
        listening = socket.create_server(("127.0.0.1", port))
        server = uvicorn.Server(
            uvicorn.Config(
                Starlette(routes=screens.routes()),
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        tasks = [asyncio.create_task(screens.run()), asyncio.create_task(server.serve([listening]))]
        try:
            yield Stage(listening.getsockname()[1], journal, source, screens, speaker, folder)
        finally:
            await screens.close()
            server.should_exit = True
            tasks[0].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Event:
    name: str
    data: dict[str, Any]
    id: str = ""


@dataclass
class Listener:
    """A client of a stream, over a real socket."""

    status: int
    head: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    last_id: str = ""
    seen: list[Event] = field(default_factory=list)

    async def next(self, *names: str) -> Event:
        """The next event, of one of those names if there are any; beats are passed over."""
        while True:
            event = await asyncio.wait_for(self._event(), 30)
            self.seen.append(event)
            if not names or event.name in names:
                return event

    async def ended(self) -> None:
        """Waits until the server has closed the stream, with whatever it had still to say."""
        while not self.reader.at_eof():
            with contextlib.suppress(EOFError):
                await self.next()

    def close(self) -> None:
        self.writer.close()

    async def _event(self) -> Event:
        name, data, number = "", "", ""
        while True:
            raw = await self.reader.readline()
            if not raw:
                raise EOFError
            line = raw.decode().rstrip("\r\n")
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                data = line[6:]
            elif line.startswith("id: "):
                number = self.last_id = line[4:]
            elif not line and name:
                return Event(name, json.loads(data), number)


async def listen(port: int, path: str = "/onsite/api/stream", **headers: str) -> Listener:
    """GET with those headers; chunk sizes of the transfer coding stand between events, as lines of their own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [
        f"GET {path} HTTP/1.0",
        "Host: x",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).decode()
    return Listener(int(head.split()[1]), head, reader, writer)


async def screen(stage: Stage, token: str = LOBBY, path: str = "/onsite/api/stream", **headers: str) -> Listener:
    """A screen's stream by its token."""
    return await listen(stage.port, path, Authorization=f"Bearer {token}", **headers)
