"""A guard dials in to listen: the organization's number, a PIN, the call, and then a seat in its room.

Taken only when the number is the `monitoring.dial_in` of the organization whose trunk the call comes by. A wrong PIN
may be entered twice more; whoever fails is hung up and written down. Every wrong PIN counts the moment it is typed, so
that neither hanging up after it nor many calls at once are more guesses; after many of them no PIN of that organization
opens anything by that trunk for a while, as six digits are soon tried. None of this is in the way of an emergency: 911
and 933 are decided before.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from callpoint.media.ports import PortRange
from callpoint.node.calls_now import CallNow, CallsNow
from callpoint.node.guard_phone import GuardPhones, Seat
from callpoint.node.keypad import Keypad
from callpoint.node.local_answer import LocalAnswer
from callpoint.node.other_calls import Arrived
from callpoint.node.phone_phrases import phrases
from callpoint.node.recorder import Recorder
from callpoint.node.services import Dialogs
from callpoint.routing import monitor_pin
from callpoint.routing.alert_records import AlertPlan, MonitorPhone
from callpoint.routing.identity import us_or_canadian
from callpoint.routing.trunk_match import organization_of
from callpoint.snapshot import fact_kinds
from callpoint.speech.renderer import Renderer
from callpoint.transport.endpoint import SipEndpoint

TRIES = 3
KEY_SECONDS = 10.0  # between two keys
LONGEST_SECONDS = 120.0  # until somebody sits
# So many wrong PINs within so long: some 600 a day, of a million.
FAILURES = 12
FAILURE_SECONDS = 1800.0
MOST_CHOICES = 9  # one key each
MOST_AT_ONCE = 20

Door = tuple[str, str]
"""A trunk and the organization whose number was dialled by it: guessing at one shuts no other's."""


class PlanDirectory(Protocol):
    """Where alert plans are found (`snapshot.store.Snapshot`)."""

    def alert_plan(self, organization: str) -> AlertPlan | None: ...


class DialIn:
    """Takes calls to the dial-in numbers (`services.OtherCalls`)."""

    def __init__(
        self,
        endpoint: SipEndpoint,
        dialogs: Dialogs,
        recorder: Recorder,
        plans: PlanDirectory,
        calls: CallsNow,
        guards: GuardPhones,
        renderer: Renderer,
        ports: PortRange,
    ) -> None:
        self._endpoint = endpoint
        self._dialogs = dialogs
        self._recorder = recorder
        self._plans = plans
        self._calls = calls
        self._guards = guards
        self._renderer = renderer
        self._ports = ports
        self._failures = Failures(endpoint.now)
        self._under_way: set[LocalAnswer] = set()

    def takes(self, arrived: Arrived) -> bool:
        if arrived.trunk is None:
            return False
        plan = self._plans.alert_plan(organization_of(arrived.trunk, arrived.request.get))
        if (
            plan is None
            or plan.monitoring.mode == "off"
            or not same_number(arrived.dialled.digits, plan.monitoring.dial_in)
        ):
            return False
        door = (arrived.trunk.name, plan.organization)
        if self._failures.too_many(door) or len(self._under_way) >= MOST_AT_ONCE:
            self._endpoint.respond(arrived.tx, arrived.tx.response(480, "Try Again Later"))
            self._fact(plan, "refused", arrived.trunk.name, "too many wrong PINs, or too many calls at once")
            return True
        answer = LocalAnswer(self._endpoint, self._dialogs, arrived.request, arrived.tx, arrived.source)
        self._under_way.add(answer)
        answer.on_ended = lambda by: self._under_way.discard(answer)
        self._endpoint.spawn(self._answer(answer, plan, arrived.trunk.name))
        return True

    async def _answer(self, answer: LocalAnswer, plan: AlertPlan, trunk: str) -> None:
        if await answer.answer(self._ports):
            answer.start(self._converse(answer, plan, trunk))
        else:
            answer.refuse()

    async def _converse(self, answer: LocalAnswer, plan: AlertPlan, trunk: str) -> None:
        keypad = Keypad(answer, self._renderer)
        said = phrases(plan.language)
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                phone = await self._guard(keypad, plan, (trunk, plan.organization))
                if phone is None:
                    self._fact(plan, "refused", trunk, f"no right PIN in {TRIES} tries")
                    await answer.say(self._renderer, (said["refused"],))
                    return
                call = await self._choice(keypad, plan)
                if call is None:
                    await answer.say(self._renderer, (said["no_call"],))
                    return
        except TimeoutError:
            return
        seat = Seat(call.call_id, plan.organization, phone.name or phone.number, "listen", plan.language)
        if await self._guards.sit_down(answer, seat, lambda: None):
            await answer.say(self._renderer, (said["cannot_join"],))

    async def _guard(self, keypad: Keypad, plan: AlertPlan, door: Door) -> MonitorPhone | None:
        said = phrases(plan.language)
        words: tuple[str, ...] = (said["pin"],)
        for _ in range(TRIES):
            pin = await keypad.number_during(words, KEY_SECONDS, monitor_pin.MAX_DIGITS)
            if self._failures.too_many(door):  # other calls have guessed meanwhile
                return None
            guess = self._failures.note(door) if pin else None  # before it is looked at: many may come at once
            phone = await asyncio.to_thread(owner_of, pin, plan.monitoring.phones)
            if phone is not None:
                self._failures.forget(door, guess)
                return phone
            words = (said["wrong_pin"], said["pin"])
        return None

    async def _choice(self, keypad: Keypad, plan: AlertPlan) -> CallNow | None:
        """The only call, or the one chosen by its key; None when there is none, or nobody chooses."""
        calls = self._calls.of(plan.organization)[:MOST_CHOICES]
        if len(calls) <= 1:
            return calls[0] if calls else None
        said = phrases(plan.language)
        words = [said["which_call"]]
        words += [
            said["choice"].format(who=call.who or said["somebody"], key=key) for key, call in enumerate(calls, start=1)
        ]
        for _ in range(TRIES):
            key = await keypad.key_during(words, KEY_SECONDS)
            if key is not None and key.isdigit() and 1 <= int(key) <= len(calls):
                return calls[int(key) - 1]
        return None

    def _fact(self, plan: AlertPlan, step: str, trunk: str, why: str) -> None:
        self._recorder.of_call("", plan.organization).fact(
            fact_kinds.MONITOR, step=step, by=f"trunk {trunk}", how="phone", why=why, recording=""
        )


class Failures:
    """Wrong PINs, by the door they were tried at. `now` is monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._at: dict[Door, deque[float]] = {}

    def note(self, door: Door) -> float:
        """One more; when it was, for `forget`."""
        at = self._now()
        self._at.setdefault(door, deque(maxlen=FAILURES)).append(at)
        return at

    def forget(self, door: Door, at: float | None) -> None:
        """That one was the right PIN."""
        noted = self._at.get(door, deque())
        if at is not None and at in noted:
            noted.remove(at)

    def too_many(self, door: Door) -> bool:
        """FAILURES of them within FAILURE_SECONDS."""
        at = self._at.get(door, deque())
        return len(at) == FAILURES and self._now() - at[0] < FAILURE_SECONDS


def owner_of(pin: str, phones: Sequence[MonitorPhone]) -> MonitorPhone | None:
    """Whose PIN that is; every digest is compared, so that the time taken tells nothing. Blocks: for a thread."""
    return next(iter([phone for phone in phones if monitor_pin.matches(pin, phone.pin_digest)]), None)


def same_number(dialled: str, configured: str) -> bool:
    """As written, or as the same number of the US or Canada."""
    if not configured or not dialled:
        return False
    return dialled == configured or us_or_canadian(dialled) == us_or_canadian(configured) != ""
