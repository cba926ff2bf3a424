"""What is remembered of those who are turned away, so that a telephony engineer finds out why no call comes through.

Scanners knock at every SIP port all day and a flood forges sources by the thousand, while a peer that was set up
wrongly knocks a few times and is who it is about. So the first knock of a source is noted at once and its next ones
ever more rarely, each fact telling how many it stands for; all sources together are held to a budget, apart for calls
and for everything else. What is over it leaves no trace: the journal grows by some megabytes a day at the very most.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callpoint.node import faults
from callpoint.node.admission import Admission
from callpoint.node.recorder import Recorder
from callpoint.sip.errors import SipError
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from callpoint.sip.uri import Uri
from callpoint.snapshot import fact_kinds

FIRST_PAUSE: Final = 2.0  # seconds; somebody tries, looks, changes a setting and tries again
LONGEST_PAUSE: Final = 300.0
REMEMBERED: Final = 1_000
"""Sources whose pauses are known; of a flood only the latest are, and the budget holds the rest."""
BURST: Final = 30
FACTS_PER_SECOND: Final = 0.1
"""9,000 facts a day of some 400 bytes, for calls and for the rest each: in a year of floods 2.5 GB."""
LONGEST_TEXT: Final = 120
# Digits people dial for help are told as they are; longer users may be somebody's number or name.
_SHORT: Final = 5
_SHOWN: Final = 2


@dataclass
class _Knocks:
    noted_at: float
    pause: float
    count: int = 0


class StrangerLog:
    """`note` takes what the gate has turned away. `now` is monotonic seconds."""

    def __init__(self, recorder: Recorder, admission: Admission, now: Callable[[], float]) -> None:
        self._recorder = recorder
        self._admission = admission
        self._now = now
        self._known: OrderedDict[tuple[str, ...], _Knocks] = OrderedDict()
        self._calls = _Budget(now)
        self._others = _Budget(now)

    def note(self, request: Request, source: Hop) -> None:
        """A fact about it, unless its like was noted a moment ago or too much is going on. Raises nothing."""
        try:
            self._note(request, source)
        except Exception as error:  # noqa: BLE001 - what a stranger sends must not stop the node
            faults.tell(self._recorder, "noting a stranger", error)

    def _note(self, request: Request, source: Hop) -> None:
        username, why = self._admission.why_stranger(request)
        if not why:
            return
        key = (source.host, source.transport, request.method, username, why)
        count = self._due(key, self._calls if request.method == "INVITE" else self._others)
        if count:
            self._recorder.fact(
                fact_kinds.STRANGER,
                source=source.host,
                transport=source.transport,
                method=request.method[:LONGEST_TEXT],
                uri=masked(request.uri)[:LONGEST_TEXT],
                user_agent=(request.get("User-Agent") or "")[:LONGEST_TEXT],
                digest_username=username[:LONGEST_TEXT],
                certificate_names=[name[:LONGEST_TEXT] for name in self._admission.certificate_names(source)[:3]],
                why=why,
                count=count,
            )

    def _due(self, key: tuple[str, ...], budget: "_Budget") -> int:
        """How many knocks a fact written now stands for; 0 when none is to be written."""
        now = self._now()
        knocks = self._known.get(key)
        if knocks is None:
            if not budget.spend():
                return 0
            self._known[key] = _Knocks(now, FIRST_PAUSE)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
            return 1
        self._known.move_to_end(key)
        knocks.count += 1
        if now - knocks.noted_at < knocks.pause or not budget.spend():
            return 0
        count, knocks.count = knocks.count, 0
        knocks.noted_at, knocks.pause = now, min(knocks.pause * 2, LONGEST_PAUSE)
        return count


def masked(uri: str) -> str:
    """A Request-URI without whom exactly it meant: `sip:911@host` stays, `sip:18025550142@host` is `sip:18…@host`."""
    try:
        parsed = Uri.parse(uri)
    except SipError:
        return "(unreadable)"
    if parsed.scheme not in ("sip", "sips"):
        opaque = parsed.opaque
        return f"{parsed.scheme}:{opaque if parsed.scheme == 'urn' else _hidden(opaque)}"
    user = f"{_hidden(parsed.user_text)}@" if parsed.user is not None else ""
    return f"{parsed.scheme}:{user}{parsed.host_port}"


def _hidden(user: str) -> str:
    return user if len(user) <= _SHORT and user.isdigit() else f"{user[:_SHOWN]}…"


class _Budget:
    """So many at once, and a few a minute after that."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._tokens = float(BURST)
        self._filled_at = now()

    def spend(self) -> bool:
        now = self._now()
        self._tokens = min(float(BURST), self._tokens + (now - self._filled_at) * FACTS_PER_SECOND)
        self._filled_at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
