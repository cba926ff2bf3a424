"""What the live console says of alerts: whom the dispatcher told, and what became of it."""

from collections.abc import Callable
from typing import Any

from callpoint.snapshot import fact_kinds as kinds

Data = dict[str, Any]


def _callback(data: Data) -> str:
    who = data.get("person") or data.get("device_user_id") or "nobody we know"
    return f"{data.get('psap') or data.get('source', '?')} calls {data.get('number', '?')} back ({who})"


def _call_out(data: Data) -> str:
    why = f": {data['why']}" if data.get("why") else ""
    return f"call to {data.get('number', '?')}: {data.get('state', '?')}{why}"


def _monitor(data: Data) -> str:
    why = f": {data['why']}" if data.get("why") else ""
    return f"listening: {data.get('by') or 'the node'} {data.get('step', '?')}{why}"


def _alert(data: Data) -> str:
    names = ", ".join(map(str, data.get("subscriptions") or ())) or "nobody is subscribed"
    return f"alert {data.get('type', '?')}: {names}"


def _updated(data: Data) -> str:
    return f"alert {data.get('state', '?')}"


def _notice(data: Data) -> str:
    trouble = f": {data['trouble']}" if data.get("trouble") else ""
    return f"{data.get('recipient', '?')} by {data.get('channel', '?')}: {data.get('state', '?')}{trouble}"


def _acknowledged(data: Data) -> str:
    return f"acknowledged by {data.get('by', '?')} ({data.get('how', '?')})"


def _escalated(data: Data) -> str:
    return f"nobody acknowledged; {data.get('group', '?')} is told"


def _chat(data: Data) -> str:
    return f"{data.get('by', '?')}: {data.get('text', '')}"


def _screen(data: Data) -> str:
    return f"screen {data.get('screen', '?')} {data.get('state', '?')}"


def _requested(data: Data) -> str:
    return f"asked of the dispatcher: {data.get('request', '?')}"


ALERT_SENTENCES: dict[str, tuple[str, Callable[[Data], str]]] = {
    kinds.PSAP_CALLBACK: ("bold cyan", _callback),
    kinds.CALL_OUT: ("magenta", _call_out),
    kinds.MONITOR: ("magenta", _monitor),
    kinds.ALERT: ("bold yellow", _alert),
    kinds.ALERT_UPDATED: ("dim", _updated),
    kinds.NOTICE: ("", _notice),
    kinds.ACKNOWLEDGED: ("bold green", _acknowledged),
    kinds.ESCALATED: ("bold yellow", _escalated),
    kinds.CHAT: ("", _chat),
    kinds.SCREEN: ("dim", _screen),
    kinds.REQUESTED: ("dim", _requested),
}
