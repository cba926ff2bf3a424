"""A caller at a terminal: dials, speaks a tone, presses keys, listens, hangs up, and tells what happened."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callpoint.lab.agent_call import AgentCall, CallState, OutgoingCall
from callpoint.lab.sound import Sound
from callpoint.lab.user_agent import Dial, UserAgent
from callpoint.media.ports import PortRange
from callpoint.media.wav import write_wav
from callpoint.sip.hop import Hop
from callpoint.speech import mu_law
from callpoint.transport.tls import TlsFiles

CALLER_TONE = 1000
KEY_SECONDS = 1.0  # between the answer and the first key, and between keys: a menu has to have begun
SETUP_SECONDS = 32.0  # RFC 3261 §17.1.1.2: after 64*T1 nobody will answer any more
ENDING_SECONDS = 2.0  # a BYE is answered at once, or not


@dataclass(frozen=True)
class Order:
    """What to do: `seconds` of talk after the answer (the far end may hang up earlier), `digits` pressed meanwhile."""

    number: str
    hop: Hop
    host: str = "127.0.0.1"
    from_user: str = "anonymous"
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 5.0
    digits: str = ""
    record: Path | None = None
    login: tuple[str, str] | None = None
    tls: TlsFiles | None = None
    rtp_ports: tuple[int, int] = (32_000, 32_999)


@dataclass
class Outcome:
    """What became of it; `to_json` is the document of `callpoint dial --json`."""

    answered: bool
    status: int
    reason: str
    call_id: str
    setup_ms: float
    talked_seconds: float
    ended_by: str
    heard_seconds: float
    level: float
    tones: dict[int, float]
    wav: str | None
    ladder: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return dict(vars(self))


async def dial(order: Order, on_rung: Callable[[str], None]) -> Outcome:
    """Makes the call and waits for its end. Raises OSError when a port or the WAV file cannot be had."""
    agent = UserAgent(new_session=lambda call: sound.answer(call.remote_sdp), tls=order.tls)
    await agent.listen("udp", order.host)
    if order.hop.transport != "udp":
        await agent.listen("tcp", order.host)
    sound = await Sound.open(order.host, PortRange(*order.rtp_ports), secrets.randbits(31))
    sound.play_steadily(CALLER_TONE)
    try:
        call = agent.call(_dial_of(order, sound), on_rung)
        call.on_session = lambda c: _connect(sound, c)
        talked = await _conversation(call, sound, order)
        await _wait_for_the_last_answer(call)
        return _outcome(call, sound, order, talked)
    finally:
        sound.close()
        await agent.close()
        await asyncio.sleep(0)  # sockets are given back in the loop's next turn


def _dial_of(order: Order, sound: Sound) -> Dial:
    host = f"[{order.hop.host}]" if ":" in order.hop.host else order.hop.host
    scheme = "sips" if order.hop.transport == "tls" else "sip"
    uri = order.number if ":" in order.number else f"{scheme}:{order.number}@{host}:{order.hop.port}"
    from_host = f"[{order.host}]" if ":" in order.host else order.host
    from_uri = f"{scheme}:{order.from_user}@{from_host}"
    return Dial(uri, from_uri, order.hop, sound.offer(), order.headers, order.login)


def _connect(sound: Sound, call: AgentCall) -> None:
    sound.connect(call.remote_sdp)


async def _conversation(call: OutgoingCall, sound: Sound, order: Order) -> float:
    """Waits for the answer, then talks; gives the seconds talked (0.0 without an answer)."""
    changed = asyncio.Event()
    call.listeners.append(lambda _: changed.set())
    loop = asyncio.get_running_loop()
    with suppress(TimeoutError):
        async with asyncio.timeout(max(SETUP_SECONDS, order.seconds)):
            while call.state not in (CallState.ANSWERED, CallState.REJECTED):
                await changed.wait()
                changed.clear()
    if call.state is not CallState.ANSWERED:
        call.cancel()
        return 0.0
    answered_at = loop.time()
    pressing = asyncio.create_task(_press(call, sound, order.digits))
    with suppress(TimeoutError):
        async with asyncio.timeout(order.seconds):
            while not call.is_over:
                await changed.wait()
                changed.clear()
    pressing.cancel()
    await asyncio.gather(pressing, return_exceptions=True)
    call.hang_up()
    return round(loop.time() - answered_at, 2)


async def _press(call: OutgoingCall, sound: Sound, digits: str) -> None:
    """RFC 4733 events; by INFO where the far end takes no events."""
    for digit in digits:
        await asyncio.sleep(KEY_SECONDS)
        try:
            sound.send_digits(digit)
        except ValueError:
            call.request("INFO", "application/dtmf-relay", f"Signal={digit}\r\nDuration=160\r\n".encode())


async def _wait_for_the_last_answer(call: OutgoingCall) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(ENDING_SECONDS):
            while call.waits_for_answers:
                await asyncio.sleep(0.01)


def _outcome(call: OutgoingCall, sound: Sound, order: Order, talked: float) -> Outcome:
    heard = sound.heard()
    if order.record is not None:
        write_wav(order.record, mu_law.decode(sound.recording()))
    return Outcome(
        answered=call.dialog is not None,
        status=call.status,
        reason=call.reason,
        call_id=call.invite.call_id,
        setup_ms=call.setup_ms,
        talked_seconds=talked,
        ended_by=call.ended_by,
        heard_seconds=heard.seconds,
        level=heard.level,
        tones=heard.tones,
        wav=str(order.record) if order.record is not None else None,
        ladder=call.ladder.to_json(),
    )
