"""The node calls a guard's phone, to listen to a call: somebody at the board asked for it.

The phone is seated only after a key was pressed: a voice mailbox that answers must not record an emergency call.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from callpoint.node.audio_leg import AudioLeg
from callpoint.node.call_out import EMERGENCY_NUMBERS, Tell, required_text
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
SILENCE_SECONDS = 5.0


@dataclass(frozen=True)
class GuardOrder:
    """Whom to call, and at which call to seat them."""

    number: str
    seat: Seat

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "GuardOrder":
        """As the control link brings it. Raises ControlError naming what is missing."""
        mode = params.get("mode") or "listen"
        if mode not in ("listen", "join"):
            raise ControlError("mode: listen or join is expected")
        number = required_text(params, "number")
        if number in EMERGENCY_NUMBERS:
            raise ControlError(f"{number} is no guard's number")
        organization, call_id = required_text(params, "organization"), required_text(params, "call_id")
        who, language = str(params.get("who") or number), str(params.get("language") or "en")
        return cls(number, Seat(call_id, organization, who, mode, language))


class GuardCalls:
    """All calls to guards. They wait for no turn: few are made, each by somebody who waits for it."""

    def __init__(self, line: VoiceLine, renderer: Renderer, recorder: Recorder, guards: GuardPhones) -> None:
        self._line = line
        self._renderer = renderer
        self._recorder = recorder
        self._guards = guards
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, order: GuardOrder, tell: Tell) -> str:
        """Calls; returns the call's id at once. Raises ControlError when it may not, or cannot, be made."""
        if self._guards.mode_of(order.seat.organization) == "off":
            raise ControlError("monitoring is switched off")
        leg = self._line.call(order.number)
        name = token()
        task = asyncio.get_running_loop().create_task(self._see_through(_Steps(name, tell), order, leg))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return name

    async def close(self) -> None:
        """Hangs everything up."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _see_through(self, steps: "_Steps", order: GuardOrder, leg: OutboundCall) -> None:
        leg.on_ringing = lambda status: steps.tell("ringing", status=status)
        why = ""
        try:
            if await self._line.dial(leg):
                steps.tell("answered", status=200)
                ended = asyncio.Event()
                leg.on_ended = lambda by: ended.set()
                leg.start(self._converse(steps, order, leg))
                await ended.wait()
            else:
                why = leg.why
                self._failed(order, why)
        finally:
            leg.hang_up()
            steps.tell("ended", status=leg.status, why=why or steps.why)

    async def _converse(self, steps: "_Steps", order: GuardOrder, leg: AudioLeg) -> None:
        if not await self._is_there(order, leg):
            steps.why = "nobody pressed 1"
            self._failed(order, steps.why)
            return
        steps.why = await self._guards.sit_down(leg, order.seat, lambda: steps.tell("listening"))
        if steps.why:
            await leg.say(self._renderer, (phrases(order.seat.language)["cannot_join"],))

    async def _is_there(self, order: GuardOrder, leg: AudioLeg) -> bool:
        keypad = Keypad(leg, self._renderer)
        words = (phrases(order.seat.language)["guard"],)
        for _ in range(READINGS):
            if await keypad.key_during(words, SILENCE_SECONDS) == "1":
                return True
        return False

    def _failed(self, order: GuardOrder, why: str) -> None:
        seat = order.seat
        self._recorder.of_call(seat.call_id, seat.organization).fact(
            fact_kinds.MONITOR, step="failed", by=seat.who, how="phone", why=why, recording=""
        )


@dataclass
class _Steps:
    """Tells whoever asked; `why` is what a call that was answered came to."""

    name: str
    to: Tell
    why: str = ""

    def tell(self, state: str, status: int = 0, why: str = "") -> None:
        with suppress(LinkLostError):
            self.to({"id": self.name, "state": state, "status": status, "why": why})
