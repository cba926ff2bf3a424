"""Voice alerts: the node calls somebody, reads an alert to them, and takes 1 = acknowledged, 2 = join the call.

Theory of operation. The dispatcher asks over the control link and is told each step; the same steps stand as CALL_OUT
facts in the journal, so that a dispatcher that was away finds them there. Only so many calls are under way at once;
the others wait their turn. A call-out has nothing in common with a 911 call but the sockets: no limit here holds an
emergency call up, and emergency trunks are never used for it.

Asking again by the same `key` dials again only when nobody has heard the alert: while a call of that key is under way,
or after one that was heard, its state is told once more and nothing is dialled.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from callpoint.node.audio_leg import AudioLeg
from callpoint.node.guard_phone import GuardPhones, Seat
from callpoint.node.keypad import Keypad
from callpoint.node.outbound_call import OutboundCall
from callpoint.node.phone_phrases import phrases
from callpoint.node.recorder import Recorder
from callpoint.node.voice_line import VoiceLine
from callpoint.snapshot import fact_kinds
from callpoint.speech.renderer import Renderer
from callpoint.transport.control import ControlError, LinkLostError
from callpoint.transport.endpoint import token

READINGS = 3
MOST_READINGS = 10  # with those that a key has asked for
SILENCE_SECONDS = 5.0  # after each reading: time to find the key
LONGEST_SECONDS = 300.0
REMEMBERED = 1_000  # call-outs that were heard: so many keys are known again
MOST_SENTENCES = 40
MOST_LETTERS = 2_000
EMERGENCY_NUMBERS = frozenset({"911", "933", "112", "999"})  # nobody is told of an emergency by making another

Tell = Callable[[Mapping[str, Any]], None]
"""Takes the parameters of one notification to whoever asked. Raises LinkLostError when they are gone."""


@dataclass(frozen=True)
class CallOutOrder:
    """One voice alert: whom to call, and what to read to them."""

    key: str
    number: str
    organization: str
    alert: str = ""
    language: str = "en"
    sentences: tuple[str, ...] = ()
    join_call: str = ""
    may_join: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "CallOutOrder":
        """As the control link brings it. Raises ControlError naming what is missing."""
        text = params.get("text")
        text = text if isinstance(text, Mapping) else {}
        sentences = text.get("sentences")
        if not isinstance(sentences, list) or not sentences or not all(isinstance(one, str) for one in sentences):
            raise ControlError("text.sentences: a list of sentences is expected")
        order = cls(
            key=required_text(params, "key"),
            number=required_text(params, "number"),
            organization=required_text(params, "organization"),
            alert=str(params.get("alert") or ""),
            language=str(text.get("language") or "en"),
            sentences=tuple(sentence[:MOST_LETTERS] for sentence in sentences[:MOST_SENTENCES]),
            join_call=str(params.get("join_call") or ""),
            may_join=bool(params.get("may_join")),
        )
        if order.number in EMERGENCY_NUMBERS:
            raise ControlError(f"{order.number} is not called to tell of an emergency")
        return order

    @property
    def call_id(self) -> str:
        """The emergency call it is about, "" when it is about none."""
        about = self.alert.partition("/")[0]
        return self.join_call or ("" if about == "alarm" else about)


@dataclass
class CallOut:
    """One under way. `told` are the steps so far; `heard`: somebody has listened to the alert, or taken it."""

    id: str
    order: CallOutOrder
    listeners: list[Tell]
    told: list[dict[str, Any]] = field(default_factory=list)
    heard: bool = False


class CallOuts:
    """All voice alerts of the node."""

    def __init__(
        self, line: VoiceLine, renderer: Renderer, recorder: Recorder, most_calls: int, guards: GuardPhones
    ) -> None:
        self._line = line
        self._renderer = renderer
        self._recorder = recorder
        self._turns = asyncio.Semaphore(most_calls)
        self._guards = guards
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: dict[str, CallOut] = {}
        self._heard: OrderedDict[str, CallOut] = OrderedDict()

    def begin(self, order: CallOutOrder, tell: Tell) -> str:
        """Takes the order on, and returns its id at once. Raises ControlError when the number cannot be dialled."""
        known = self._under_way.get(order.key) or self._heard.get(order.key)
        if known is not None:
            if order.key in self._under_way:
                known.listeners.append(tell)
            asyncio.get_running_loop().call_soon(self._tell_again, known, tell)
            return known.id
        call_out = CallOut(token(), order, [tell])
        leg = self._line.call(order.number)
        self._under_way[order.key] = call_out
        task = asyncio.get_running_loop().create_task(self._see_through(call_out, leg))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return call_out.id

    async def close(self) -> None:
        """Hangs everything up."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- one of them

    async def _see_through(self, call_out: CallOut, leg: OutboundCall) -> None:
        if self._turns.locked():
            self._step(call_out, "queued", why="other calls are under way")
        try:
            async with self._turns:
                await self._call(call_out, leg)
        finally:
            leg.hang_up()
            self._under_way.pop(call_out.order.key, None)
            self._step(call_out, "ended", status=leg.status, why=leg.why)
            if call_out.heard:
                self._heard[call_out.order.key] = call_out
                while len(self._heard) > REMEMBERED:
                    self._heard.popitem(last=False)
            call_out.listeners.clear()

    async def _call(self, call_out: CallOut, leg: OutboundCall) -> None:
        segments = self._segments(call_out.order)
        ahead = [asyncio.ensure_future(self._renderer.prompt(segment)) for segment in segments]
        leg.on_ringing = lambda status: self._step(call_out, "ringing", status=status)
        try:
            if not await self._line.dial(leg):
                return
            self._step(call_out, "answered", status=200)
            ended = asyncio.Event()
            leg.on_ended = lambda by: ended.set()
            leg.start(self._converse(call_out, leg, segments))
            await ended.wait()
        finally:
            for sound in ahead:
                sound.cancel()

    async def _converse(self, call_out: CallOut, leg: AudioLeg, segments: Sequence[str]) -> None:
        keypad = Keypad(leg, self._renderer)
        said = phrases(call_out.order.language)
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                key = await self._read(call_out, keypad, segments)
                if key == "1":
                    call_out.heard = True
                    self._step(call_out, "acknowledged", digit=key)
                    await leg.say(self._renderer, (said["thanks"],))
                    return
        except TimeoutError:
            return  # somebody who only presses keys
        if key == "2":
            call_out.heard = True
            await self._join(call_out, leg)

    async def _read(self, call_out: CallOut, keypad: Keypad, segments: Sequence[str]) -> str | None:
        """Reads the alert until it is acknowledged or joined (the key), or was read often enough (None)."""
        keys = ("1", "2") if self._may_join(call_out.order) else ("1",)
        readings = 0
        for _ in range(MOST_READINGS):
            key = await keypad.key_during(segments, SILENCE_SECONDS)
            if key in keys:
                return key
            if key is not None:
                self._fact(call_out, "digit", digit=key)
                continue  # any other key: once more from the beginning
            readings += 1
            if readings == 1:
                call_out.heard = True
                self._step(call_out, "spoken")
            if readings == READINGS:
                break
        return None

    async def _join(self, call_out: CallOut, leg: AudioLeg) -> None:
        order = call_out.order
        self._fact(call_out, "digit", digit="2")
        seat = Seat(order.join_call, order.organization, order.number, "join", order.language)
        why = await self._guards.sit_down(leg, seat, lambda: self._step(call_out, "joined"))
        if why:  # whoever wanted to join has certainly taken note
            self._step(call_out, "acknowledged", digit="2", why=why)
            await leg.say(self._renderer, (phrases(order.language)["cannot_join"],))

    def _may_join(self, order: CallOutOrder) -> bool:
        return order.may_join and bool(order.join_call) and self._guards.mode_of(order.organization) == "join"

    def _segments(self, order: CallOutOrder) -> tuple[str, ...]:
        said = phrases(order.language)
        menu = (said["acknowledge"], said["join"]) if self._may_join(order) else (said["acknowledge"],)
        return (*order.sentences, *menu)

    # --- telling

    def _step(self, call_out: CallOut, state: str, digit: str = "", status: int = 0, why: str = "") -> None:
        params = {
            "id": call_out.id,
            "key": call_out.order.key,
            "state": state,
            "digit": digit,
            "status": status,
            "why": why,
        }
        call_out.told.append(params)
        for tell in call_out.listeners:
            _tell(tell, params)
        if state not in ("queued", "joined"):  # what is asked of the media process is told by its own facts
            self._fact(call_out, "digit" if digit else state, digit, status, why)

    def _tell_again(self, call_out: CallOut, tell: Tell) -> None:
        for params in call_out.told:
            _tell(tell, params)

    def _fact(self, call_out: CallOut, state: str, digit: str = "", status: int = 0, why: str = "") -> None:
        order = call_out.order
        self._recorder.of_call(order.call_id, order.organization).fact(
            fact_kinds.CALL_OUT,
            key=order.key,
            alert=order.alert,
            number=order.number,
            state=state,
            digit=digit,
            status=status,
            why=why,
        )


def masked(number: str) -> str:
    """A number as logs may show it: its last four digits are enough to find it again."""
    return re.sub(r"[0-9](?=[0-9]{4})", "*", number)


def _tell(tell: Tell, params: Mapping[str, Any]) -> None:
    try:
        tell(params)
    except LinkLostError:
        return  # the facts in the journal tell it to whoever comes


def required_text(params: Mapping[str, Any], name: str) -> str:
    """The text of that parameter. Raises ControlError when it is missing or empty."""
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise ControlError(f"{name}: a text is expected")
    return value
