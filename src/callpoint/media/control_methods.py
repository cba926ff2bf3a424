"""What the media process serves at `media/control.sock`, and what it tells.

Asked by the dispatcher: `listen`, `mode`, `leave`, `record`, `sessions`. Asked by the node: `seat_phone`,
`seat_remote`, `mode`, `leave`, `remote_changed`, `call_ended`, `released`, `rooms`. By anybody: `status`, `ping`.

Told to everybody: `session {session, call_id, organization, who, account, how, mode, state, why, at}` with state joined
| mode | left | failed; `recording {call_id, organization, recording, state, why, at}` with state started | finished |
failed; `digit {session, digit, at}`, a key on a guard's phone.
"""

from typing import Any, Final, cast

from callpoint.media.anchoring import remote_of
from callpoint.media.browser_line import BrowserLine
from callpoint.media.browser_offer import BrowserOffer, OfferError
from callpoint.media.guards import Guards, new_session
from callpoint.media.notifications import Notifications
from callpoint.media.seat import MODES, Seat, SeatMode
from callpoint.transport.control import ControlError, Handler, Params, Peer

LONGEST_TEXT: Final = 200


class ControlMethods:
    """`table` is for a `ControlServer`. Every method raises ControlError for what it does not take."""

    def __init__(self, guards: Guards, notifications: Notifications) -> None:
        self._guards = guards
        self._notifications = notifications

    @property
    def table(self) -> dict[str, Handler]:
        return {
            "listen": self.listen,
            "mode": self.mode,
            "leave": self.leave,
            "record": self.record,
            "sessions": self.sessions,
            "seat_phone": self.seat_phone,
            "seat_remote": self.seat_remote,
            "remote_changed": self.remote_changed,
            "call_ended": self.call_ended,
            "released": self.released,
            "rooms": self.rooms,
            "status": self.status,
            "ping": self.ping,
        }

    async def listen(self, _: Peer, params: Params) -> Params:
        """{call_id, organization, who, account, mode, offer} → {session, answer}: a browser sits down."""
        call_id, organization, who = (text_of(params, name) for name in ("call_id", "organization", "who"))
        mode = _mode(params)
        try:
            offer = BrowserOffer.read(params.get("offer"))
        except OfferError as error:
            raise ControlError(str(error)) from error
        if mode == "join" and not offer.sends:
            raise ControlError("The offer sends no sound; it takes some to join.")
        self._guards.check(organization, mode)
        session = new_session()
        line = BrowserLine(
            self._guards.anchoring.place,
            on_connected=lambda: self._guards.took_up(session),
            on_lost=lambda why: self._guards.lost(session, why),
        )
        account = params.get("account")
        seat = Seat(session, call_id, organization, who, "browser", mode, line, str(account or "")[:LONGEST_TEXT])
        await self._guards.sit(seat)
        line.hears_guard = lambda: seat.audible
        try:
            return {"session": session, "answer": await line.answer(offer)}
        except (OfferError, OSError) as error:
            await self._guards.leave(session, str(error), failed=True)
            raise ControlError(str(error)) from error

    async def seat_phone(self, _: Peer, params: Params) -> Params:
        """{call_id, organization, who, mode} → {session, host, port}: where the guard's phone sends its audio."""
        call_id, organization, who = (text_of(params, name) for name in ("call_id", "organization", "who"))
        seat, line = await self._guards.sit_by_phone(call_id, organization, who, _mode(params))
        return {"session": seat.session, "host": line.leg.local.host, "port": line.leg.local.port}

    async def seat_remote(self, _: Peer, params: Params) -> None:
        """{session, host, port, payload_type, event_type, ptime}: where it takes its own; again when it moves."""
        try:
            remote = remote_of(params)
        except ValueError as error:
            raise ControlError(str(error)) from error
        self._guards.phone_remote(text_of(params, "session"), remote)

    async def mode(self, _: Peer, params: Params) -> None:
        """{session, mode}"""
        self._guards.change_mode(text_of(params, "session"), _mode(params))

    async def leave(self, _: Peer, params: Params) -> None:
        """{session}; one that is over is no matter."""
        await self._guards.leave(text_of(params, "session"))

    async def record(self, _: Peer, params: Params) -> Params:
        """{call_id, organization} → {recording}"""
        return {"recording": await self._guards.record(text_of(params, "call_id"), text_of(params, "organization"))}

    async def sessions(self, peer: Peer, _: Params) -> Params:
        """{} → {sessions, missed}: the seats taken now. Whoever asks keeps the record from now on; `missed` is what
        was told while nobody did."""
        seats = [_told(seat) for seat in self._guards.seats.values()]
        return {"sessions": seats, "missed": self._notifications.keeps_record(peer)}

    async def remote_changed(self, _: Peer, params: Params) -> None:
        """{call_id, party: "caller" | "psap", host, port, payload_type, event_type, ptime}: it moved its audio."""
        try:
            remote = remote_of(params)
        except ValueError as error:
            raise ControlError(str(error)) from error
        self._guards.anchoring.remote_changed(text_of(params, "call_id"), text_of(params, "party"), remote)

    async def call_ended(self, _: Peer, params: Params) -> None:
        """{call_id}"""
        await self._guards.call_ended(text_of(params, "call_id"))

    async def released(self, _: Peer, params: Params) -> None:
        """{call_id, why}: the node has given the call's audio back by itself."""
        why = params.get("why")
        await self._guards.call_ended(text_of(params, "call_id"), why if isinstance(why, str) else "")

    async def rooms(self, _: Peer, __: Params) -> Params:
        """{} → {calls}: the call_ids of those whose audio is here."""
        return {"calls": sorted(self._guards.anchoring.rooms)}

    async def ping(self, _: Peer, __: Params) -> None:
        """{} → {}: a sign of life."""

    async def status(self, _: Peer, __: Params) -> Params:
        """{} → {calls, guards, recordings}: counts."""
        rooms = self._guards.anchoring.rooms.values()
        recordings = sum(room.recorder is not None for room in rooms)
        return {"calls": len(rooms), "guards": len(self._guards.seats), "recordings": recordings}


def text_of(params: Params, name: str) -> str:
    """A text that must be there. Raises ControlError."""
    value = params.get(name)
    if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT:
        raise ControlError(f"{name} must be a text.")
    return value


def _mode(params: Params) -> SeatMode:
    mode = params.get("mode", "listen")
    if mode not in MODES:
        raise ControlError(f"mode must be one of {', '.join(MODES)}.")
    return cast(SeatMode, mode)


def _told(seat: Seat) -> dict[str, Any]:
    names = ("session", "call_id", "organization", "who", "account", "how", "mode")
    return {name: getattr(seat, name) for name in names}
