"""A whole installation with sample and lab, as `callpoint demo` starts it, whose processes can be killed one by one."""

import asyncio
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Self

from tests.lab.stage import HOST, Http, until
from tests.peers.process import ForeignProcess, free_port

from callpoint.ops.config import Address
from callpoint.ops.probes import http_answers, sip_answers
from callpoint.sip.hop import Hop
from callpoint.snapshot.facts import Fact, facts_after

START_SECONDS = 90.0
STOP_SECONDS = 15.0


class Installation(ForeignProcess):
    """`callpoint demo` on ports of its own. `lab` is the lab's HTTP side."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.journal = self.data / "node" / "journal.db"
        self.database = self.data / "callpoint.db"
        self._ready_file = folder / "ready.json"
        self.port = free_port()
        self._http = {"web": free_port(), "dispatcher": free_port()}
        lab = free_port()
        config = folder / "callpoint.toml"
        config.write_text(
            f"[web]\nport = {self._http['web']}\nstreams_port = {self._http['dispatcher']}\n"
            f'[sip]\nudp = ["{HOST}:{self.port}"]\ntcp = ["{HOST}:{self.port}"]\ntls = []\n'
            f"[lab]\nhttp_port = {lab}\npsap_port = {free_port()}\nrelay_port = {free_port()}\n"
            f"phone_port = {free_port()}\n",
            encoding="utf-8",
        )
        self.lab = Http(f"http://{HOST}:{lab}")
        words = ["--data", self.data, "--config", config, "--ready-file", self._ready_file]
        super().__init__([sys.executable, "-m", "callpoint", "demo", *words], folder)

    def start(self) -> Self:
        self._ready_file.unlink(missing_ok=True)
        super().start()
        self.wait_for(self._ready_file.exists, START_SECONDS, "the installation is ready")
        return self

    def stop(self) -> None:
        """Ends it as an operator would; children that outlive that are killed by their number."""
        children = self.children()
        if self.running():
            self.process.terminate()
            with suppress(Exception):
                self.wait(STOP_SECONDS)
        for pid in children.values():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        super().stop()

    @property
    def hop(self) -> Hop:
        """Where its node takes calls."""
        return Hop("udp", HOST, self.port)

    def children(self) -> dict[str, int]:
        """Name of each process it keeps → its number."""
        found = {}
        for process in Path("/proc").iterdir():
            with suppress(OSError, ValueError, IndexError):
                status = (process / "stat").read_text().rpartition(")")[2].split()
                if int(status[1]) == self.process.pid and status[0] != "Z":
                    found[_name((process / "cmdline").read_bytes())] = int(process.name)
        return found

    async def kill(self, name: str) -> float:
        """kill -9 of that process; the moment (monotonic seconds)."""
        pid = self.children()[name]
        os.kill(pid, signal.SIGKILL)
        killed_at = time.monotonic()
        await until(lambda: self.children().get(name) != pid)
        return killed_at

    def serves(self, name: str) -> bool:
        """Whether that process runs and, where it has an HTTP side, answers there."""
        port = self._http.get(name)
        return name in self.children() and (port is None or http_answers(Address(HOST, port)))

    def strays(self) -> list[int]:
        """Processes of this installation whose parent has died, and that nobody keeps any more."""
        parents = {}
        for process in Path("/proc").iterdir():
            with suppress(OSError, ValueError, IndexError):
                if os.readlink(process / "cwd") == str(self.folder):
                    parents[int(process.name)] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        return [pid for pid, parent in parents.items() if parent not in parents and pid != self.process.pid]

    async def node_back(self, limit: float = 30.0) -> float:
        """Waits until the node answers OPTIONS again; the moment (monotonic seconds)."""
        end = time.monotonic() + limit
        while not await asyncio.to_thread(sip_answers, Address(HOST, self.port), "udp", 0.05):
            assert time.monotonic() < end, f"the node is not back\n{self.report()}"
            await asyncio.sleep(0.01)
        return time.monotonic()

    def facts(self, kind: str = "", call_id: str = "") -> list[Fact]:
        """Of the node's journal; of that kind and that call, where given."""
        facts = facts_after(self.journal, 0, 100_000)
        return [fact for fact in facts if kind in ("", fact.kind) and call_id in ("", fact.call_id)]

    def call_ids(self, sip_call_id: str) -> list[str]:
        """The identifiers under which the call with that Call-ID stands in the journal."""
        return [fact.call_id for fact in self.facts("received") if fact.data["sip_call_id"] == sip_call_id]

    async def psap_calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.lab.get("/psap/calls")
        return found

    async def psap_call(self, call_id: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """That call as the PSAP's screen shows it, once `condition` holds."""
        end = time.monotonic() + 10
        while True:
            call = next(call for call in await self.psap_calls() if call["call_id"] == call_id)
            if condition(call):
                return call
            assert time.monotonic() < end, f"the PSAP never saw it: {call}"
            await asyncio.sleep(0.02)

    def recorded(self, call_id: str) -> tuple[str, str] | None:
        """State and person of the call's record in the central database; None while there is none."""
        try:
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=0.2)) as db:
                row = db.execute(
                    "SELECT state, identity FROM calls_callrecord WHERE call_id = ?", (call_id,)
                ).fetchone()
        except sqlite3.OperationalError:
            return None  # locked, away, or just being made: not recorded as far as anybody can see
        return (row[0], row[1]) if row else None

    def report(self) -> str:
        told = "\n".join(f"  {fact.kind:15} {fact.data}" for fact in self.facts()[-25:])
        return f"{super().report()}\n--- its journal:\n{told}"


def _name(command_line: bytes) -> str:
    words = command_line.replace(b"\0", b" ").decode().split()
    if words[0].startswith("granian"):
        return "web"
    return words[words.index("callpoint") + 1]
