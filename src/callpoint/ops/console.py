"""The live console of `callpoint demo`: calls as they happen, read from the journal like anybody else's."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from callpoint.ops.console_alerts import ALERT_SENTENCES
from callpoint.snapshot import fact_kinds as kinds
from callpoint.snapshot.facts import Fact, facts_after, last_seq

POLL_SECONDS = 0.25
SHOWN_CALL_ID = 8  # characters of a call's name: enough to tell the calls of one screen apart

READ_BACK_STEPS = {
    "playing": "the location is being read",
    "repeated": "once more, digit by digit",
    "confirmed": "the caller says it is right",
    "reported_wrong": "the caller says it is WRONG",
    "digit": "no key that means anything",
}


def _received(data: dict[str, Any]) -> str:
    who = f" as {data['identity']}" if data.get("identity") else " by nobody named"
    return f"{data.get('dialled', '?')} dialled{who} on trunk {data.get('trunk') or '?'}"


def _decided(data: dict[str, Any]) -> str:
    location = data.get("location") or {}
    where = location.get("formatted") or "no location"
    nobody = "read back" if data.get("kind") == "read_back" else "nobody"
    targets = ", then ".join(target["name"] for target in data.get("targets", ())) or nobody
    number = data.get("callback_number") or "no callback number"
    mark = "UNREGISTERED, " if data.get("unregistered") else ""
    return f"{mark}{data.get('person') or 'unknown caller'} · {where} · {number} → {targets}"


def _dialled(data: dict[str, Any]) -> str:
    return f"dialling {data.get('target', '?')} (attempt {data.get('attempt', '?')})"


def _progress(data: dict[str, Any]) -> str:
    return f"{data.get('target', '?')} says {data.get('status', '?')} {data.get('reason', '')}".rstrip()


def _attempt_failed(data: dict[str, Any]) -> str:
    onward = "next target" if data.get("next") else "no other is tried"
    return f"{data.get('target', '?')} failed: {data.get('reason') or data.get('status', '?')}; {onward}"


def _answered(data: dict[str, Any]) -> str:
    setup = data.get("setup_ms")
    return f"answered by {data.get('by', '?')}" + (f" after {setup:.0f} ms" if isinstance(setup, int | float) else "")


def _ended(data: dict[str, Any]) -> str:
    talked = data.get("talked_seconds")
    after = f" after {talked:.0f} s" if isinstance(talked, int | float) and data.get("answered") else ""
    return f"ended by {data.get('by', '?')}{after}: {data.get('why', '')}".rstrip(": ")


def _refused(data: dict[str, Any]) -> str:
    return f"refused {data.get('method', '')} {data.get('dialled', '')}: {data.get('status')} {data.get('reason', '')}"


def _misdial(data: dict[str, Any]) -> str:
    treated = f"treated as {data['treated_as']}" if data.get("treated_as") else "told to dial three digits"
    return f"misdialled {data.get('dialled', '?')}: {treated}"


def _transfer_refused(data: dict[str, Any]) -> str:
    return f"transfer refused ({data.get('method', '?')} by {data.get('by', '?')})"


def _read_back(data: dict[str, Any]) -> str:
    pressed = f"pressed {data['digit']}: " if data.get("digit") else ""
    step = str(data.get("step", "?"))
    return f"933: {pressed}{READ_BACK_STEPS.get(step, step)}"


def _relayed(data: dict[str, Any]) -> str:
    return f"{data.get('method', '?')} by {data.get('by', '?')} crossed: {data.get('status', '?')}"


def _restored(data: dict[str, Any]) -> str:
    return f"taken up again after a restart ({data.get('state', '?')})"


def _stranger(data: dict[str, Any]) -> str:
    user = f" as {data['digest_username']}" if data.get("digest_username") else ""
    why = str(data.get("why", "?")).replace("_", " ")
    return f"turned away {data.get('source', '?')}{user}: {data.get('method', '?')} {data.get('uri', '?')} ({why})"


def _alarm(data: dict[str, Any]) -> str:
    return f"{'cleared' if data.get('cleared') else 'ALARM'} {data.get('alarm', '?')}: {data.get('text', '')}"


SENTENCES: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    kinds.RECEIVED: ("bold cyan", _received),
    kinds.DECIDED: ("bold", _decided),
    kinds.DIALLED: ("", _dialled),
    kinds.PROGRESS: ("dim", _progress),
    kinds.ATTEMPT_FAILED: ("yellow", _attempt_failed),
    kinds.ANSWERED: ("bold green", _answered),
    kinds.ENDED: ("green", _ended),
    kinds.REFUSED: ("red", _refused),
    kinds.MISDIAL: ("yellow", _misdial),
    kinds.TRANSFER_REFUSED: ("red", _transfer_refused),
    kinds.READ_BACK: ("magenta", _read_back),
    kinds.RELAYED: ("dim", _relayed),
    kinds.RESTORED: ("yellow", _restored),
    kinds.STRANGER: ("dim", _stranger),
    kinds.ALARM: ("bold white on red", _alarm),
    **ALERT_SENTENCES,
}


def sentence(fact: Fact) -> Text:
    """One line for one fact: time (UTC), call, what happened. A kind unknown here shows its name and data."""
    style, say = SENTENCES.get(fact.kind, ("", lambda data: f"{fact.kind} {data}"))
    line = Text(f"{fact.at[11:23]:<12} ", style="dim")
    line.append(f"{fact.call_id[:SHOWN_CALL_ID]:<{SHOWN_CALL_ID}} ", style="blue")
    # Control characters of a hostile caller must not reach the terminal.
    line.append("".join(c if c.isprintable() else "\ufffd" for c in say(fact.data)), style=style)
    return line


async def show_calls(journal: Path, console: Console) -> None:
    """Prints facts written from now on, until cancelled. A missing journal is waited for, a broken one told once."""
    seq: int | None = None
    trouble = ""
    while True:
        try:
            seq = last_seq(journal) if seq is None else seq
            found, trouble = facts_after(journal, seq), ""
        except sqlite3.Error as error:
            if not trouble:
                console.print(Text(f"the journal cannot be read: {error}", style="red"))
            found, trouble = [], str(error)
        for fact in found:
            console.print(sentence(fact), soft_wrap=True)
            seq = fact.seq
        await asyncio.sleep(POLL_SECONDS)
