"""The dispatcher as a real process, on a data directory whose snapshot and journals the test writes."""

import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
from tests.peers.process import ForeignProcess, free_port

from callpoint.routing.alert_records import AlertPlan
from callpoint.snapshot.changes import Put
from callpoint.snapshot.facts import Fact, facts_after
from callpoint.snapshot.writer import SnapshotWriter

START_SECONDS = 30.0


class DispatcherProcess(ForeignProcess):
    """`callpoint dispatcher`; e-mail goes to the SMTP server on loopback at `mail_port`."""

    def __init__(self, folder: Path, plans: Sequence[AlertPlan], mail_port: int) -> None:
        self.data = folder / "data"
        self.node_journal = self.data / "node" / "journal.db"
        self.journal = self.data / "dispatcher" / "journal.db"
        self.port = free_port()
        with SnapshotWriter(self.data / "node" / "snapshot.db") as snapshot:
            snapshot.apply([Put(plan) for plan in plans])
        config = folder / "callpoint.toml"
        config.write_text(
            f'[mail]\nurl = "smtp+plain://127.0.0.1:{mail_port}"\n[web]\nstreams_port = {self.port}\n', encoding="utf-8"
        )
        words: list[str | Path] = [
            sys.executable,
            "-m",
            "callpoint",
            "dispatcher",
            "--data",
            self.data,
            "--config",
            config,
        ]
        super().__init__(words, folder)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ready(self) -> None:
        """Waits until it answers."""
        self.wait_for(self._answers, START_SECONDS, "the dispatcher answers")

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.kill()
        self.process.wait()

    def facts(self, kind: str = "", state: str = "") -> list[Fact]:
        """Of its journal; of that kind, and with that state."""
        found = facts_after(self.journal, 0, 1_000_000)
        return [fact for fact in found if kind in ("", fact.kind) and state in ("", fact.data.get("state"))]

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=1.0, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False
