"""`callpoint bench notices`: from an INVITE to whoever must know.

A node and a dispatcher as processes, everybody who is told in another. First 50 calls a second with ten
recipients each; then the same while the dispatcher is killed; then 1,000 screens and a call now and then; last, the
set-up of calls with every recipient hanging, beside the same without a dispatcher at all.
"""

import asyncio
import hashlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from types import TracebackType
from typing import Any, Final, Self

from callpoint.ops.bench.node_under_load import NodeUnderLoad, stop
from callpoint.ops.bench.probe import Probe, milliseconds
from callpoint.ops.bench.report import Aim, Report
from callpoint.ops.bench.sipp import call, free_tcp_port
from callpoint.ops.bench.usage import usage
from callpoint.ops.config import Address
from callpoint.ops.errors import OperatorError
from callpoint.ops.probes import http_answers
from callpoint.routing.alert_records import EVERY_SCREEN, AlertPlan, AlertStep, Channel, Recipient, Screen, Subscription
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.changes import Put
from callpoint.snapshot.facts import facts_after, last_seq
from callpoint.snapshot.writer import SnapshotWriter

SCREENS: Final = 1000
SCREEN_CALLS: Final = 30
RATE: Final = 50
SECONDS: Final = 20
PROBE_SECONDS: Final = 10.0
RECIPIENTS: Final[tuple[Channel, ...]] = (
    *("email", "email", "email", "email"),
    *("sms", "sms", "sms"),
    *("webhook", "webhook", "webhook"),
)
START_SECONDS: Final = 20.0
DONE_SECONDS: Final = 120.0
QUIET_SECONDS: Final = 3.0
PUBLISHED_SECONDS: Final = 2.0

AIMS = (
    Aim("screens_p99_ms", "at most", 250.0, "INVITE to screen p99 at most 250 ms with 1,000 screens"),
    Aim("handed_over_p99_ms", "at most", 1000.0, "INVITE to handed over p99 at most 1 s at 50 calls/s, 10 recipients"),
    Aim("lost", "at most", 0, "no notice lost"),
    Aim("killed_lost", "at most", 0, "no notice lost over kill -9 of the dispatcher"),
    Aim("killed_doubled_mails", "at most", 0, "no other mail under another name after kill -9"),
    Aim("setup_slowdown_ms", "at most", 0.5, "set-up of calls unchanged (0.5 ms) with every recipient hanging"),
)


def run(quick: bool = False) -> Report:
    """All of it; `quick` runs a fraction, to see that the bench itself works."""
    report = Report("notices", AIMS)
    with tempfile.TemporaryDirectory(prefix="callpoint-bench-") as name, Stage(Path(name), quick) as stage:
        _handing_over(report, stage, 1 if quick else SECONDS)
        _killed(report, stage, 2 if quick else SECONDS)
        _screens(report, stage, 2 if quick else SCREEN_CALLS)
        _hanging(report, stage, 1.0 if quick else PROBE_SECONDS)
    return report


class Stage:
    """Node, dispatcher and sinks over one data directory."""

    def __init__(self, folder: Path, quick: bool) -> None:
        self.folder = folder
        self.tokens = [f"cps_bench-{number:05}" for number in range(20 if quick else SCREENS)]
        self._stack = ExitStack()
        self.node = NodeUnderLoad(folder)
        self._dispatcher: subprocess.Popen[bytes] | None = None
        self._port = 0

    def __enter__(self) -> Self:
        try:
            self.sinks = self._stack.enter_context(Sinks())
            self._stack.enter_context(self.node)
            self._port = free_tcp_port()
            self._configure()
            self.start_dispatcher()
            self._stack.callback(self.stop_dispatcher)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def journal(self) -> Path:
        return self.folder / "dispatcher" / "journal.db"

    def start_dispatcher(self) -> None:
        command = [sys.executable, "-m", "callpoint", "dispatcher", "--data", str(self.folder)]
        self._dispatcher = subprocess.Popen([*command, "--config", str(self.folder / "dispatcher.toml")])
        end = time.monotonic() + START_SECONDS
        while not http_answers(Address("127.0.0.1", self._port)):
            if time.monotonic() > end:
                raise OperatorError("The dispatcher did not start.", "Read its words above.")
            time.sleep(0.05)

    def kill_dispatcher(self) -> None:
        if self._dispatcher is not None:
            self._dispatcher.kill()
            self._dispatcher.wait()

    def stop_dispatcher(self) -> None:
        if self._dispatcher is not None:
            stop(self._dispatcher)
            self._dispatcher = None

    def dispatcher_cpu(self) -> float:
        return usage(self._dispatcher.pid).cpu_seconds if self._dispatcher is not None else 0.0

    def dispatcher_mib(self) -> float:
        return usage(self._dispatcher.pid).rss_mib if self._dispatcher is not None else 0.0

    def _configure(self) -> None:
        ports = self.sinks.ports
        (self.folder / "dispatcher.toml").write_text(
            f'[web]\nstreams_port = {self._port}\n[mail]\nurl = "smtp+plain://127.0.0.1:{ports["mail"]}"\n'
            f'[sms]\nurl = "smpp://bench:bench@127.0.0.1:{ports["texts"]}"\nsender = "+18025550100"\n'
            '[webhooks]\nallowed_networks = ["127.0.0.0/8"]\nplain_http = true\n'
        )
        self.publish([])

    def publish(self, tokens: list[str]) -> None:
        """Who is told from now on: the ten, and the screens with these tokens."""
        with SnapshotWriter(self.folder / "node" / "snapshot.db") as writer:
            writer.apply([Put(plan(tokens, self.sinks.ports["web"]))])


class Sinks:
    """The process of `notice_sinks`; `ports` by name."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "callpoint.ops.bench.notice_sinks"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ports: dict[str, int] = self._answer()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def ask(self, line: str) -> dict[str, Any]:
        """One line to it, and what it answers."""
        if self._process.stdin is None:
            raise OperatorError("The sinks cannot be asked.", "Run the bench again.")
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        if self._process.stdout is None or not (line := self._process.stdout.readline()):
            raise OperatorError("The sinks ended.", "Read their words above.")
        answer: dict[str, Any] = json.loads(line)
        return answer


def plan(tokens: list[str], web_port: int) -> AlertPlan:
    """Ten recipients, and every screen where there are some, are told of every 911 call of the bench's organization."""
    told = [
        Recipient(str(number), channel, _address(channel, number, web_port), f"Recipient {number}")
        for number, channel in enumerate(RECIPIENTS)
    ]
    if tokens:
        told.append(Recipient("screens", "onsite", EVERY_SCREEN, "Every screen"))
    steps = (AlertStep(tuple(one.id for one in told), group="everybody"),)
    screens = tuple(
        Screen(str(number), f"Screen {number}", hashlib.sha256(token.encode()).hexdigest())
        for number, token in enumerate(tokens)
    )
    return AlertPlan(
        "bench",
        "Bench",
        subscriptions=(Subscription("1", "All", "emergency", steps),),
        recipients=tuple(told),
        screens=screens,
    )


def _address(channel: Channel, number: int, web_port: int) -> str:
    if channel == "email":
        return f"r{number}@bench.example"
    return f"+1802555{1000 + number}" if channel == "sms" else f"http://127.0.0.1:{web_port}/{number}"


def _screens(report: Report, stage: Stage, calls: int) -> None:
    stage.publish(stage.tokens)
    time.sleep(PUBLISHED_SECONDS)
    began = time.monotonic()
    stage.sinks.ask(f"screens {stage.url} {','.join(stage.tokens)}")
    report.figures["screens"] = len(stage.tokens)
    report.figures["screens_connect_seconds"] = round(time.monotonic() - began, 2)
    call(stage.node.port, 1, calls)
    _settle(stage)
    seen: list[float] = stage.sinks.ask("counts")["screens"]
    report.figures["screens_told_percent"] = round(100 * len(seen) / (calls * len(stage.tokens)), 3)
    _percentiles(report, "screens", seen)
    report.figures["dispatcher_mib_with_screens"] = round(stage.dispatcher_mib(), 1)


def _handing_over(report: Report, stage: Stage, seconds: int) -> None:
    before, cpu, seq = stage.sinks.ask("counts"), stage.dispatcher_cpu(), last_seq(stage.journal)
    calls = RATE * seconds
    load = call(stage.node.port, RATE, calls)
    _settle(stage)
    report.figures["calls_failed"] = load.failed
    lost, _ = balance(before, stage.sinks.ask("counts"), calls)
    report.figures["lost"] = lost
    report.figures["dispatcher_cpu_ms_per_call"] = round((stage.dispatcher_cpu() - cpu) * 1000 / calls, 2)
    _percentiles(report, "handed_over", handed_over(stage, seq))


def _killed(report: Report, stage: Stage, seconds: int) -> None:
    """Twice in the middle of the load."""
    before = stage.sinks.ask("counts")
    calls = RATE * seconds
    beside = threading.Thread(target=call, args=(stage.node.port, RATE, calls))
    beside.start()
    for _ in range(2):
        time.sleep(seconds / 3)
        stage.kill_dispatcher()
        stage.start_dispatcher()
    beside.join()
    _settle(stage)
    after = stage.sinks.ask("counts")
    lost, doubled = balance(before, after, calls)
    report.figures["killed_lost"] = lost
    mails = after["mails"]["distinct"] - before["mails"]["distinct"]
    report.figures["killed_doubled_mails"] = max(0, mails - 4 * calls)
    report.figures["killed_repeated"] = doubled


def _hanging(report: Report, stage: Stage, seconds: float) -> None:
    stage.sinks.ask("hang")
    call(stage.node.port, RATE, RATE)  # now every line of every channel waits
    hanging = _probe(stage, seconds)
    stage.stop_dispatcher()
    alone = _probe(stage, seconds)
    report.figures["setup_all_hanging_p50_ms"] = round(hanging, 3)
    report.figures["setup_no_dispatcher_p50_ms"] = round(alone, 3)
    report.figures["setup_slowdown_ms"] = round(hanging - alone, 3)


def _probe(stage: Stage, seconds: float) -> float:
    probe = Probe(stage.node.port)
    beside = threading.Thread(target=lambda: asyncio.run(probe.run(seconds)))
    beside.start()
    call(stage.node.port, RATE, int(RATE * seconds))
    beside.join()
    return milliseconds(probe.setups)[0]


def handed_over(stage: Stage, seq: int) -> list[float]:
    """Seconds from the INVITE of its call until each notice after fact `seq` was taken by the other side."""
    arrived = {
        fact.call_id: datetime.fromisoformat(fact.at).timestamp()
        for fact in _facts(stage.folder / "node" / "journal.db", 0)
        if fact.kind == fact_kinds.RECEIVED
    }
    sent: dict[str, float] = {}
    for fact in _facts(stage.journal, seq):
        if fact.kind == fact_kinds.NOTICE and fact.data["state"] == "sent" and fact.call_id in arrived:
            sent.setdefault(fact.data["key"], datetime.fromisoformat(fact.at).timestamp() - arrived[fact.call_id])
    return list(sent.values())


def _facts(path: Path, seq: int) -> Any:
    while found := facts_after(path, seq):
        yield from found
        seq = found[-1].seq


def balance(before: dict[str, Any], after: dict[str, Any], calls: int) -> tuple[int, int]:
    """How many notices of so many calls never came, and how many came more than once."""
    wanted = {"mails": 4 * calls, "texts": 3 * calls, "posts": 3 * calls}
    lost = doubled = 0
    for name, most in wanted.items():
        distinct = after[name]["distinct"] - before[name]["distinct"]
        # Text messages have no name of their own: of two calls they may be the same to the letter.
        came = after[name]["all"] - before[name]["all"] if name == "texts" else distinct
        lost += max(0, most - came)
        doubled += max(0, after[name]["all"] - before[name]["all"] - most)
    return lost, doubled


def _settle(stage: Stage) -> None:
    """Waits until every notice has come to an end, and stays so."""
    end = quiet_since = time.monotonic()
    end += DONE_SECONDS
    while time.monotonic() < end and time.monotonic() - quiet_since < QUIET_SECONDS:
        if _open_notices(stage.journal):
            quiet_since = time.monotonic()
        time.sleep(0.1)


def _open_notices(journal: Path) -> int:
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM delivery WHERE open = 1").fetchone()[0])


def _percentiles(report: Report, name: str, seconds: list[float]) -> None:
    if len(seconds) < 2:
        return
    cuts = quantiles(seconds, n=100)
    report.figures[f"{name}_p50_ms"] = round(cuts[49] * 1000, 1)
    report.figures[f"{name}_p99_ms"] = round(cuts[98] * 1000, 1)
