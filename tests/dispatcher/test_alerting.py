"""Alerting as the process runs it: on a real snapshot and real journals, behind its HTTP side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
from tests.dispatcher.cast import SenderOfTest, plan, subscription, until

from callpoint.dispatcher.alerting import Alerting, AlertingConfig
from callpoint.dispatcher.app import dispatcher_app
from callpoint.dispatcher.journal_watch import JournalWatch
from callpoint.ops.config import Config
from callpoint.ops.data_dir import make_data_dir, pass_key
from callpoint.ops.processes.dispatcher import dispatcher_config
from callpoint.routing.alert_records import AlertStep
from callpoint.snapshot.changes import Put
from callpoint.snapshot.facts import facts_after
from callpoint.snapshot.journal import Journal
from callpoint.snapshot.writer import SnapshotWriter


class Running:
    """Alerting, its e-mail channel, and somebody who asks over HTTP."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mail = SenderOfTest()
        self.node_journal = folder / "node" / "journal.db"
        with SnapshotWriter(folder / "node" / "snapshot.db") as snapshot:
            snapshot.apply([Put(plan(subscription("emergency", AlertStep(("1",), 0))))])
        config = AlertingConfig(
            folder=folder / "dispatcher",
            node_journal=self.node_journal,
            snapshot=folder / "node" / "snapshot.db",
            prompts=folder / "prompts",
            pictures=folder / "pictures",
            link_key="link key",
            pass_key="pass key",
            public_url="http://streams.example",
            portal_url="http://portal.example",
            make_senders=lambda on_report, is_shown: {"email": self.mail},
        )
        self.alerting = Alerting(config)
        app = dispatcher_app(JournalWatch(self.node_journal), "token", alerting=self.alerting)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://streams.example")


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Running]:
    made = Running(folder)
    await made.alerting.start()
    task = asyncio.create_task(made.alerting.run())
    try:
        yield made
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await made.alerting.close()
        await made.client.aclose()


def call(journal: Path, call_id: str) -> None:
    with Journal(journal) as node:
        node.append(call_id, "acme", "received", {"service": "emergency", "dialled": "911", "trunk": "main"})
        node.append(call_id, "acme", "decided", {"direct": True})


async def test_a_call_in_the_nodes_journal_is_told(tmp_path: Path) -> None:
    async with running(tmp_path) as made:
        call(made.node_journal, "c1")
        await until(lambda: made.mail.keys == ["c1/10/0/1"])
        link = made.mail.sent[0][0].links["acknowledge"]
        assert link.startswith("http://streams.example/acknowledge/")
        assert (await made.client.post(link)).status_code == 200
        kinds = [fact.kind for fact in facts_after(tmp_path / "dispatcher" / "journal.db", 0)]
        assert [kind for kind in kinds if kind != "notice"] == ["alert", "acknowledged"]
        assert (await made.client.get("/onsite/")).status_code == 200
        assert (await made.client.get("/facts")).status_code == 401
    assert made.mail.closed


async def test_health_says_what_waits_and_what_is_wrong(tmp_path: Path) -> None:
    async with running(tmp_path) as made:
        well = await made.client.get("/healthz")
        assert (well.status_code, well.json()["notices"]) == (200, {"waiting": 0, "sending": 0})
        made.node_journal.write_bytes(b"no database" * 1000)
        await until(lambda: bool(made.alerting.engine.trouble))
        unwell = await made.client.get("/healthz")
        assert unwell.status_code == 503
        assert unwell.json()["status"] == "trouble"


async def test_a_fault_of_the_screens_keeps_no_alert_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("callpoint.dispatcher.alerting.AGAIN_SECONDS", 0.01)
    faults = 0

    async def broken() -> None:
        nonlocal faults
        faults += 1
        raise ZeroDivisionError

    made = Running(tmp_path)
    monkeypatch.setattr(made.alerting.screens, "run", broken)
    await made.alerting.start()
    task = asyncio.create_task(made.alerting.run())
    await until(lambda: faults > 1)
    call(made.node_journal, "c1")
    await until(lambda: bool(made.mail.sent))
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])
    await made.alerting.close()
    await made.client.aclose()
    assert "a fault of screens" in caplog.text


def test_the_process_is_told_all_it_needs(tmp_path: Path) -> None:
    config = Config(data=make_data_dir(tmp_path / "data"))
    found = dispatcher_config(config)
    assert found.alerting is not None
    assert found.alerting.pass_key == pass_key(config.data), "the pages sign passes with the same key"
    assert found.alerting.link_key == dispatcher_config(config).alerting.link_key  # type: ignore[union-attr]
    assert found.alerting.link_key not in (found.token, found.alerting.pass_key)
    assert found.alerting.public_url == config.streams_url
    assert found.alerting.folder == config.dispatcher_dir
    senders = found.alerting.make_senders(lambda report: None, lambda notice, recipient: False)
    assert set(senders) == {"onsite", "email", "sms", "voice", "webhook", "teams", "slack"}
