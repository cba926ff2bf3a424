"""With web dead and the database away a 911 call is told all the same; with the mail server hanging it passes."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.channels.email.mail_server import Sink, running
from tests.drills.installation import Installation
from tests.drills.test_processes_die import CATCH_UP_SECONDS, call_passes
from tests.lab.stage import until

from callpoint.snapshot.facts import Fact, facts_after

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

SUBJECT = re.compile("911")


class AlertingInstallation(Installation):
    """Its sample organization tells the front desk by e-mail, handed over to that port, and every screen."""

    def __init__(self, folder: Path, mail_port: int) -> None:
        super().__init__(folder)
        with (folder / "callpoint.toml").open("a", encoding="utf-8") as config:
            config.write(f'[mail]\nurl = "smtp+plain://127.0.0.1:{mail_port}"\n')

    @property
    def streams(self) -> str:
        return f"http://127.0.0.1:{self._http['dispatcher']}"

    @property
    def screen_token(self) -> str:
        return f"cps_{(self.data / 'sample-screen-token').read_text('ascii').strip()}"

    def told(self, kind: str, **data: Any) -> list[Fact]:
        """Of the dispatcher's journal."""
        facts = facts_after(self.data / "dispatcher" / "journal.db", 0, 100_000)
        return [fact for fact in facts if fact.kind == kind and data.items() <= fact.data.items()]


class ScreenStream:
    """What an Onsite screen is told, as it comes."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    async def read(self, response: httpx.Response) -> None:
        name = ""
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                self.events.append((name, json.loads(line.removeprefix("data: "))))

    def of(self, name: str, alert: str) -> list[dict[str, Any]]:
        return [data for kind, data in self.events if kind == name and data.get("alert") == alert]


@asynccontextmanager
async def screen(system: AlertingInstallation) -> AsyncIterator[ScreenStream]:
    """The sample's screen, connected."""
    headers = {"Authorization": f"Bearer {system.screen_token}"}
    async with (
        httpx.AsyncClient(base_url=system.streams, headers=headers, timeout=None, trust_env=False) as client,
        client.stream("GET", "/onsite/api/stream") as response,
    ):
        assert response.status_code == 200
        stream = ScreenStream()
        reading = asyncio.create_task(stream.read(response))
        try:
            yield stream
        finally:
            reading.cancel()


async def test_with_web_dead_and_the_database_away_everybody_is_told(tmp_path: Path) -> None:
    with running(Sink()) as sink, AlertingInstallation(tmp_path, sink.port) as system:
        async with screen(system) as stream:
            away = tmp_path / "away"
            away.mkdir()
            for suffix in ("", "-wal", "-shm"):
                part = system.database.with_name(system.database.name + suffix)
                if part.exists():
                    part.rename(away / part.name)
            await system.kill("web")
            call_id = await call_passes(system)
            await until(lambda: bool(stream.of("alert", call_id)), CATCH_UP_SECONDS)
            await until(lambda: bool(calls_in(sink)), CATCH_UP_SECONDS)
            [alert] = stream.of("alert", call_id)
            assert alert["type"] == "emergency"
            [text] = calls_in(sink)
            assert "115 State Street" in text
            shown = await system.psap_call(call_id, lambda call: True)
            assert alert["call"]["civic"] == shown["civic"]
            [raised] = system.told("alert", alert=call_id)
            assert raised.data["call"]["location"] in text
            link = next(word for word in text.split() if "/acknowledge/" in word)
            async with httpx.AsyncClient(trust_env=False) as client:
                assert (await client.post(link, data={"by": "Kim"})).status_code == 200
            await until(lambda: bool(stream.of("acknowledged", call_id)), CATCH_UP_SECONDS)
            assert stream.of("acknowledged", call_id)[0]["by"] == "Kim"
            for part in away.iterdir():
                part.rename(system.database.parent / part.name)
        await until(lambda: system.recorded(call_id) == ("ended", "E1001"), CATCH_UP_SECONDS)


async def test_with_the_mail_server_hanging_calls_pass_and_screens_are_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as black_hole:  # takes connections, and never says a word
        port = black_hole.getsockname()[1]
        with AlertingInstallation(tmp_path, port) as system:
            async with screen(system) as stream:
                calls = [await call_passes(system) for _ in range(5)]
                for call_id in calls:
                    await until(lambda call_id=call_id: bool(stream.of("alert", call_id)), CATCH_UP_SECONDS)  # type: ignore[misc]
                await until(lambda: bool(system.told("notice", channel="email", state="retrying")), 60)
                assert not system.told("notice", channel="email", state="sent")
                late = await call_passes(system)
                await until(lambda: bool(stream.of("alert", late)), CATCH_UP_SECONDS)


def calls_in(sink: Sink) -> list[str]:
    """The texts of those messages that tell of a call; the weekly test of the recipient may be among the others."""
    found = [message for message in sink.messages if SUBJECT.search(str(message["Subject"]))]
    bodies = [message.get_body(("plain",)) for message in found]
    return [str(body.get_content()) for body in bodies if body is not None]
