"""What each kind of fact means for a call record. One function a kind, found by the kind's exact name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from callpoint.calls.clean import storable, texts
from callpoint.calls.fact import Fact
from callpoint.calls.models import CallRecord
from callpoint.snapshot import fact_kinds as kinds

_RECEIVED: Final = {
    "dialled": "dialled",
    "service": "service",
    "identity": "identity",
    "identity_source": "identity_source",
    "trunk": "trunk",
    "source": "source",
    "sip_call_id": "sip_call_id",
}
_DECIDED: Final = {
    "person": "person",
    "callback_number": "callback_number",
    "location_source": "location_source",
    "psap": "psap",
    "cost": "cost",
    "currency": "currency",
    "incident_id": "incident_id",
}
_ENDED: Final = {"ended_by": "by", "why_ended": "why"}


def _set(call: CallRecord, data: Mapping[str, Any], columns: Mapping[str, str]) -> None:
    for column, text in texts(data, CallRecord, columns).items():
        setattr(call, column, text)


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _received(call: CallRecord, fact: Fact) -> None:
    call.started_at = time_of(fact.at)
    _set(call, fact.data, _RECEIVED)


def _decided(call: CallRecord, fact: Fact) -> None:
    call.state = CallRecord.State.DECIDED
    _set(call, fact.data, _DECIDED)
    call.identity = call.identity or texts(fact.data, CallRecord, {"identity": "device_user_id"})["identity"]
    call.location = storable(fact.data.get("location"))
    call.targets = list(storable(fact.data.get("targets") or []))
    call.reasons = list(storable(fact.data.get("reasons") or []))
    call.notified = list(storable(fact.data.get("notified") or []))
    call.unregistered = bool(fact.data.get("unregistered"))


def _dialled(call: CallRecord, fact: Fact) -> None:
    if call.state != CallRecord.State.ANSWERED:
        call.state = CallRecord.State.DIALLING


def _answered(call: CallRecord, fact: Fact) -> None:
    call.state = CallRecord.State.ANSWERED
    call.answered_at = time_of(fact.at)
    _set(call, fact.data, {"answered_by": "by"})
    call.setup_ms = _number(fact.data.get("setup_ms"))


def _ended(call: CallRecord, fact: Fact) -> None:
    call.state = CallRecord.State.ENDED
    call.ended_at = time_of(fact.at)
    _set(call, fact.data, _ENDED)
    _status(call, fact)
    call.talked_seconds = _number(fact.data.get("talked_seconds"))


def _refused(call: CallRecord, fact: Fact) -> None:
    call.state = CallRecord.State.REFUSED
    call.ended_at = time_of(fact.at)
    _set(call, fact.data, {"dialled": "dialled", "source": "source", "trunk": "trunk", "why_ended": "reason"})
    _status(call, fact)


def _read_back(call: CallRecord, fact: Fact) -> None:
    step = fact.data.get("step")
    if step in CallRecord.ReadBack.values:
        call.read_back = str(step)


def _notice(call: CallRecord, fact: Fact) -> None:
    """Who was told, in the order of the first attempt; however often it was tried."""
    who = storable(f"{fact.data.get('recipient', '')} ({fact.data.get('channel', '')})")
    if who not in call.notified:
        call.notified = [*call.notified, who]


def _psap_callback(call: CallRecord, fact: Fact) -> None:
    """A PSAP calls back: kept as a call of its own, which says whose number it was for."""
    call.started_at = time_of(fact.at)
    call.service = kinds.PSAP_CALLBACK
    columns = {"dialled": "number", "identity": "device_user_id", "person": "person", "trunk": "trunk", "psap": "psap"}
    _set(call, fact.data, {**columns, "source": "source", "callback_number": "number"})
    call.location = storable(fact.data.get("location"))


def _status(call: CallRecord, fact: Fact) -> None:
    status = fact.data.get("status")
    call.status = status if isinstance(status, int) and 0 < status < 1000 else None


_RULES: Final[dict[str, Callable[[CallRecord, Fact], None]]] = {
    kinds.RECEIVED: _received,
    kinds.DECIDED: _decided,
    kinds.DIALLED: _dialled,
    kinds.ANSWERED: _answered,
    kinds.ENDED: _ended,
    kinds.REFUSED: _refused,
    kinds.READ_BACK: _read_back,
    kinds.NOTICE: _notice,
    kinds.PSAP_CALLBACK: _psap_callback,
}


def apply(call: CallRecord, fact: Fact) -> None:
    """Bring the record to what this fact says; a kind without a rule is only kept as a step."""
    rule = _RULES.get(fact.kind)
    if rule is not None:
        rule(call, fact)
