"""Whether targets and trunks are there, asked before anybody needs them: OPTIONS now and then (RFC 3261 §11).

Any answer proves life, be it a refusal. One that has answered once, or that a call met dead, and then misses two
questions in a row is an alarm, told once and cleared by the next answer. One that never answered since this process
began is only left to `doctor`, which warns of it: many border elements answer OPTIONS to nobody. Emergency calls know
nothing of this: a target that is down is dialled like any other, for it may be back.
"""

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from callpoint.node.recorder import Recorder
from callpoint.routing.records import Psap, Target, Trunk
from callpoint.sip.errors import SipError
from callpoint.sip.events import ClientTransaction
from callpoint.sip.max_forwards import DEFAULT_HOPS
from callpoint.sip.message import Request, Response
from callpoint.sip.uri import Uri
from callpoint.snapshot import fact_kinds
from callpoint.transport.endpoint import SipEndpoint, token

MISSES = 2
JITTER = 0.2  # of the interval, each way: nodes and targets must not fall into one rhythm
MOST_DIALLED = 10_000  # attempts whose outcome is waited for
LOOK_SECONDS = 1.0  # how often it is looked who is to be asked; some questions leave each time, never a flood


class AskedDirectory(Protocol):
    """Whom to ask (`snapshot.store.Snapshot`)."""

    def psaps(self) -> Sequence[Psap]: ...

    def targets(self) -> tuple[Target, ...]: ...

    def trunks(self) -> Sequence[Trunk]: ...


@dataclass(frozen=True)
class Asked:
    """One to be asked. `alarm` is what its silence is called; `organization` is that of a trunk, "" else."""

    uri: str
    name: str
    alarm: str = "target_down"
    organization: str = ""


@dataclass
class Pulse:
    """What is known of one: `due` and `heard_at` are monotonic and Unix seconds; `suspected` by a call that failed."""

    asked: Asked
    due: float
    misses: int = 0
    waiting: bool = False
    ever_answered: bool = False
    suspected: bool = False
    down_since: datetime | None = None
    silent_since: datetime | None = None


class Liveness:
    """Asks by `watch` until cancelled. `interval` is seconds between two questions to one; `now` gives UTC."""

    def __init__(
        self,
        endpoint: SipEndpoint,
        directory: AskedDirectory,
        recorder: Recorder,
        interval: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._directory = directory
        self._recorder = recorder
        self._interval = interval
        self._now = now
        self._clock = clock
        self._pulses: dict[Asked, Pulse] = {}
        self._by_uri: dict[str, Pulse] = {}
        self._dialled: OrderedDict[tuple[str, int], str] = OrderedDict()

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            await self.ask_those_due()
            await asyncio.sleep(min(LOOK_SECONDS, self._interval / 2))

    async def ask_those_due(self) -> None:
        """One look: whoever is due gets one question."""
        self._follow_directory()
        for pulse in list(self._pulses.values()):
            if pulse.due <= self._clock() and not pulse.waiting:
                await self._ask(pulse)

    def note(self, call_id: str, organization: str, kind: str, data: Mapping[str, Any]) -> None:
        """A listener of `recorder.Recorder`: a target that a call met silent or unreachable is asked at once.

        From then on its silence is an alarm, though it may never have answered a question.
        """
        if kind == fact_kinds.DIALLED:
            self._dialled[call_id, data.get("attempt", 0)] = str(data.get("uri"))
            if len(self._dialled) > MOST_DIALLED:
                self._dialled.popitem(last=False)
        elif kind == fact_kinds.ATTEMPT_FAILED:
            uri = self._dialled.pop((call_id, data.get("attempt", 0)), "")
            if not data.get("status"):
                self._suspect(uri)

    def _suspect(self, uri: str) -> None:
        pulse = self._by_uri.get(uri)
        if pulse is not None:
            pulse.suspected = True
            pulse.due = self._clock()

    def standing(self) -> list[Asked]:
        """Those that are down now."""
        return [pulse.asked for pulse in self._pulses.values() if pulse.down_since is not None]

    # --- what becomes of a question

    def answered(self, pulse: Pulse) -> None:
        """Any response (RFC 3261 §11.2 wants the same as to an INVITE, and even 503 comes from somebody)."""
        self._asked_again_after(pulse, self._interval)
        pulse.misses, pulse.ever_answered, pulse.suspected, pulse.silent_since = 0, True, False, None
        if pulse.down_since is not None:
            pulse.down_since = None
            self._tell(pulse, f"{pulse.asked.name} answers again ({pulse.asked.uri}).", cleared=True)

    def missed(self, pulse: Pulse) -> None:
        """No answer at all. The next question comes sooner, so that two misses take no two intervals."""
        pulse.misses += 1
        pulse.silent_since = pulse.silent_since or self._now()
        self._asked_again_after(pulse, self._interval / 4 if pulse.misses < MISSES else self._interval)
        if pulse.misses < MISSES or pulse.down_since is not None or not (pulse.ever_answered or pulse.suspected):
            return
        pulse.down_since = pulse.silent_since
        since = pulse.down_since.strftime("%Y-%m-%d %H:%M:%S UTC")
        self._tell(
            pulse,
            f"{pulse.asked.name} does not answer at {pulse.asked.uri} since {since}. "
            "Ask who runs it, and look at the way there.",
        )

    # --- ours

    def _follow_directory(self) -> None:
        wanted = dict.fromkeys(self._wanted())
        for gone in [asked for asked in self._pulses if asked not in wanted]:
            pulse = self._pulses.pop(gone)
            if pulse.down_since is not None:
                self._tell(pulse, f"{gone.name} is no longer called at {gone.uri}.", cleared=True)
        for asked in wanted:
            if asked not in self._pulses:
                first = self._clock() + random.uniform(0, self._interval)  # noqa: S311 - spreads questions
                self._pulses[asked] = Pulse(asked, first)
        self._by_uri = {pulse.asked.uri: pulse for pulse in self._pulses.values()}

    def _wanted(self) -> Iterator[Asked]:
        named: set[str] = set()
        for psap in self._directory.psaps():
            for target in psap.targets:
                if target.uri not in named:
                    named.add(target.uri)
                    yield Asked(target.uri, f"{psap.name}, {target.name}")
        for target in self._directory.targets():
            if target.uri not in named:
                named.add(target.uri)
                yield Asked(target.uri, target.name)
        for trunk in self._directory.trunks():
            if trunk.callback_uri:
                yield Asked(trunk.callback_uri, f"trunk {trunk.name}", "trunk_down", trunk.organization)

    async def _ask(self, pulse: Pulse) -> None:
        try:
            uri = Uri.parse(pulse.asked.uri)
            hops = await self._endpoint.resolver.hops(uri)
        except SipError:
            self._asked_again_after(pulse, self._interval)  # doctor and the call tell of a URI nobody can read
            return
        if not hops:
            self.missed(pulse)
            return
        pulse.waiting = True
        request = options(str(uri), self._endpoint.sent_by(hops[0]))
        request.set("Contact", self._endpoint.contact("callpoint", hops[0]))
        self._endpoint.request(request, hops[0]).owner = _Question(self, pulse)

    def _asked_again_after(self, pulse: Pulse, seconds: float) -> None:
        pulse.waiting = False
        spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads questions, guards nothing
        pulse.due = self._clock() + seconds * spread

    def _tell(self, pulse: Pulse, text: str, cleared: bool = False) -> None:
        asked = pulse.asked
        self._recorder.of_call("", asked.organization).fact(
            fact_kinds.ALARM, alarm=asked.alarm, text=text, cleared=cleared, about=asked.uri
        )


class _Question:
    """Waits for the answer to one OPTIONS (`services.RequestOwner`)."""

    def __init__(self, liveness: Liveness, pulse: Pulse) -> None:
        self._liveness = liveness
        self._pulse = pulse

    def on_response(self, tx: ClientTransaction, response: Response) -> None:
        if self._pulse.waiting:
            self._liveness.answered(self._pulse)

    def on_timed_out(self, tx: ClientTransaction) -> None:
        if self._pulse.waiting:
            self._liveness.missed(self._pulse)

    on_transport_failed = on_timed_out

    def on_fault(self, why: str) -> None:
        """It has answered, whatever it said."""
        self._liveness.answered(self._pulse)


def options(uri: str, host: str) -> Request:
    """The question (RFC 3261 §11.1), outside of any dialog."""
    request = Request("OPTIONS", uri)
    request.extend([("Max-Forwards", str(DEFAULT_HOPS)), ("From", f"<sip:callpoint@{host}>;tag={token()}")])
    request.extend([("To", f"<{uri}>"), ("Call-ID", token()), ("CSeq", "1 OPTIONS")])
    request.add("Accept", "application/sdp")
    return request
