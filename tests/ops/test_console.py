"""Each fact becomes one line, whatever a caller put into it."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from callpoint.ops.console import SENTENCES, sentence, show_calls
from callpoint.snapshot.fact_kinds import ALL_KINDS
from callpoint.snapshot.facts import Fact
from callpoint.snapshot.journal import Journal

DECIDED = {
    "person": "Ada Martin",
    "callback_number": "+18025550101",
    "location": {"formatted": "115 State Street, Montpelier, VT 05633"},
    "targets": [{"name": "Montpelier dispatch"}, {"name": "Relay"}],
    "unregistered": False,
}


def said(kind: str, /, **data: Any) -> str:
    return sentence(Fact(1, "2026-11-01T10:20:30.456Z", "0123456789abcdef", "demo", kind, data)).plain


def test_every_kind_of_fact_has_a_sentence() -> None:
    assert set(SENTENCES) == set(ALL_KINDS)


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("received", {"dialled": "911", "identity": "E1001", "trunk": "SBC"}, "911 dialled as E1001 on trunk SBC"),
        ("received", {"dialled": "911"}, "911 dialled by nobody named on trunk ?"),
        (
            "decided",
            DECIDED,
            "Ada Martin · 115 State Street, Montpelier, VT 05633 · +18025550101 → Montpelier dispatch, then Relay",
        ),
        ("decided", {"unregistered": True, "location": None}, "UNREGISTERED, unknown caller · no location"),
        ("dialled", {"target": "PSAP", "attempt": 2}, "dialling PSAP (attempt 2)"),
        ("progress", {"target": "PSAP", "status": 180, "reason": "Ringing"}, "PSAP says 180 Ringing"),
        ("attempt_failed", {"target": "PSAP", "reason": "silent", "next": True}, "PSAP failed: silent; next target"),
        ("attempt_failed", {"target": "PSAP", "status": 503, "next": False}, "PSAP failed: 503; no other is tried"),
        ("answered", {"by": "PSAP", "setup_ms": 12.7}, "answered by PSAP after 13 ms"),
        ("ended", {"by": "caller", "talked_seconds": 61.2, "answered": True, "why": "BYE"}, "after 61 s: BYE"),
        ("ended", {"by": "caller", "answered": False, "why": "cancelled"}, "ended by caller: cancelled"),
        (
            "refused",
            {"method": "INVITE", "dialled": "411", "status": 404, "reason": "No"},
            "refused INVITE 411: 404 No",
        ),
        ("misdial", {"dialled": "9911", "treated_as": "911"}, "misdialled 9911: treated as 911"),
        ("misdial", {"dialled": "9911", "treated_as": ""}, "told to dial three digits"),
        ("psap_callback", {"psap": "P", "number": "+1", "person": "Ada"}, "P calls +1 back (Ada)"),
        ("call_out", {"number": "+1", "state": "ended", "why": "busy"}, "call to +1: ended: busy"),
        ("monitor", {"by": "Kim", "step": "listening"}, "listening: Kim listening"),
        ("alert", {"type": "emergency", "subscriptions": ["All"]}, "alert emergency: All"),
        ("alert", {"type": "emergency", "subscriptions": []}, "alert emergency: nobody is subscribed"),
        ("alert_updated", {"state": "answered"}, "alert answered"),
        (
            "notice",
            {"recipient": "Kim", "channel": "sms", "state": "failed", "trouble": "no"},
            "Kim by sms: failed: no",
        ),
        ("acknowledged", {"by": "Kim", "how": "screen"}, "acknowledged by Kim (screen)"),
        ("escalated", {"group": "Chiefs"}, "nobody acknowledged; Chiefs is told"),
        ("chat", {"by": "Kim", "text": "coming\x1b[2J"}, "Kim: coming�[2J"),
        ("screen", {"screen": "1", "state": "lost"}, "screen 1 lost"),
        ("requested", {"request": "message"}, "asked of the dispatcher: message"),
        ("transfer_refused", {"method": "REFER", "by": "caller"}, "transfer refused (REFER by caller)"),
        ("decided", {**DECIDED, "kind": "read_back", "targets": []}, "+18025550101 → read back"),
        ("read_back", {"step": "playing", "digit": ""}, "933: the location is being read"),
        ("read_back", {"step": "reported_wrong", "digit": "3"}, "933: pressed 3: the caller says it is WRONG"),
        ("read_back", {"step": "of_tomorrow"}, "933: of_tomorrow"),
        ("relayed", {"method": "INFO", "by": "psap", "status": 200}, "INFO by psap crossed: 200"),
        ("restored", {"state": "answered"}, "taken up again after a restart (answered)"),
        (
            "stranger",
            {
                "source": "192.0.2.66",
                "digest_username": "sbc",
                "method": "INVITE",
                "uri": "sip:911@h",
                "why": "wrong_password",
            },
            "turned away 192.0.2.66 as sbc: INVITE sip:911@h (wrong password)",
        ),
        ("alarm", {"alarm": "journal", "text": "disk full"}, "ALARM journal: disk full"),
        ("alarm", {"alarm": "journal", "text": "written", "cleared": True}, "cleared journal: written"),
        ("of_tomorrow", {"a": 1}, "of_tomorrow {'a': 1}"),
    ],
)
def test_what_happened_is_said_in_words(kind: str, data: dict[str, Any], words: str) -> None:
    line = said(kind, **data)
    assert line.startswith("10:20:30.456 01234567 ")
    assert words in line


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_fact_without_its_data_is_still_a_line(kind: str) -> None:
    assert said(kind)


def test_a_callers_control_characters_do_not_reach_the_terminal() -> None:
    line = said("received", dialled="911", identity="\x1b[2J[red]E1\n", trunk="t")
    assert "\x1b" not in line
    assert "\n" not in line
    assert "[red]E1" in line  # shown as it came, not taken for markup


async def test_the_console_shows_what_happens_from_now_on(tmp_path: Path) -> None:
    path, out = tmp_path / "journal.db", io.StringIO()
    with Journal(path) as journal:
        journal.append("old", "demo", "received", {"dialled": "911"})
        assert journal.flush(5)
        showing = asyncio.create_task(show_calls(path, Console(file=out, width=200)))
        await asyncio.sleep(0.1)
        journal.append("new", "demo", "answered", {"by": "PSAP"})
        assert journal.flush(5)
        for _ in range(100):
            if out.getvalue():
                break
            await asyncio.sleep(0.05)
    showing.cancel()
    assert "answered by PSAP" in out.getvalue()
    assert "dialled" not in out.getvalue()


async def test_a_broken_journal_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callpoint.ops.console.POLL_SECONDS", 0.01)
    path, out = tmp_path / "journal.db", io.StringIO()
    path.write_bytes(b"no database" * 500)
    showing = asyncio.create_task(show_calls(path, Console(file=out, width=200)))
    await asyncio.sleep(0.2)
    showing.cancel()
    assert out.getvalue().count("cannot be read") == 1
