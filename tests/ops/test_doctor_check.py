"""No check can hang, end or hide another one; the report and the page show what is found."""

import io
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from tests.ops.doctor_cases import ids, one, subject

from callpoint.ops.doctor.check import Check, Subject, run_checks, within
from callpoint.ops.doctor.docs import render
from callpoint.ops.doctor.finding import WORST_FIRST, Finding, FindingKind, counted, listed
from callpoint.ops.doctor.report import as_json, grouped, healthy, plain, show, summary
from callpoint.ops.doctor.themes import THEMES, all_checks, all_kinds

ROOT = Path(__file__).resolve().parents[2]
GOOD = FindingKind("system.good", "ok", "Good.")
BAD = FindingKind("system.bad", "error", "Bad.", "Mend it.")


def well(_: Subject) -> Iterator[Finding]:
    yield GOOD.found("All is well.")


def broken(_: Subject) -> Iterator[Finding]:
    yield BAD.found("Something is bad.")
    raise RuntimeError("and then it broke")


def test_a_broken_check_keeps_what_it_found_and_ends_nobody(tmp_path: Path) -> None:
    found = run_checks(subject(tmp_path), [Check("one", broken), Check("two", well)])
    assert ids(found) == ["system.bad", "doctor.check-failed", "system.good"]
    assert "check of one broke off: RuntimeError: and then it broke" in one(found, "doctor.check-failed").sentence


def test_a_hanging_check_is_given_up_and_what_it_found_counts(tmp_path: Path) -> None:
    release = threading.Event()

    def hanging(_: Subject) -> Iterator[Finding]:
        yield BAD.found("Found before it hung.")
        release.wait(30)
        yield GOOD.found("Never seen.")

    began = time.monotonic()
    found = run_checks(subject(tmp_path), [Check("slow", hanging, limit=0.2), Check("quick", well)])
    assert time.monotonic() - began < 10
    release.set()
    assert ids(found) == ["system.bad", "doctor.check-slow", "system.good"]
    assert "slow was given up after 0.2 s" in one(found, "doctor.check-slow").sentence


def test_checks_run_side_by_side(tmp_path: Path) -> None:
    meeting = threading.Barrier(3, timeout=10)

    def waiting(_: Subject) -> Iterator[Finding]:
        meeting.wait()  # passes only when all three are there at once
        yield GOOD.found("met")

    found = run_checks(subject(tmp_path), [Check(str(number), waiting) for number in range(3)])
    assert ids(found) == ["system.good"] * 3


def test_work_within_a_time_gives_its_result_its_error_or_a_timeout() -> None:
    assert within(5, lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)
    release = threading.Event()
    with pytest.raises(TimeoutError, match="within"):
        within(0.05, lambda: release.wait(30))
    release.set()


def test_numbers_and_lists_are_said_as_people_say_them() -> None:
    assert counted(1, "person", "people") == "1 person"
    assert counted(1200, "person", "people") == "1,200 people"
    assert counted(0, "error") == "0 errors"
    assert listed(["a", "b"]) == "a, b"
    assert listed([str(number) for number in range(8)], 2) == "0, 1 and 6 more"


# --- report

FINDINGS = [
    Finding("configuration.fine", "ok", "Readable."),
    Finding("system.clock", "notice", "The clock is loose.", "Run chrony."),
    Finding("journal.fine", "ok", "The journal is fine."),
    Finding("journal.growth", "warning", "It grows.", "Make room."),
    Finding("tls.expired", "error", "Expired.", "Renew."),
]


def test_the_worst_theme_stands_first_and_the_worst_finding_in_it() -> None:
    groups = grouped(FINDINGS)
    assert [title for title, _ in groups] == ["TLS", "Journal", "System", "Configuration"]
    assert ids(groups[1][1]) == ["journal.growth", "journal.fine"]


def test_one_line_each_with_the_remedy_below_and_a_summary_at_the_end() -> None:
    output = io.StringIO()
    long = Finding("data.full", "error", "x" * 300, "y" * 300)
    show([*FINDINGS, long], Console(file=output, width=80, color_system=None))
    lines = [line.rstrip() for line in output.getvalue().splitlines()]
    assert lines[0] == "Data directory"
    assert lines[1] == f"  error    {'x' * 300}  [data.full]"
    assert lines[2] == f"           → {'y' * 300}"
    assert lines[3:6] == ["TLS", "  error    Expired.  [tls.expired]", "           → Renew."]
    assert lines[-1] == "2 errors, 1 warning, 1 notice; 2 in order."


def test_findings_alike_stand_together_with_one_remedy_and_very_many_are_counted() -> None:
    silent = [Finding("target.silent", "warning", f"T{number} is silent.", "Ask.") for number in range(12)]
    refusing = Finding("target.unavailable", "warning", "T99 refuses.", "Ask them.")
    output = io.StringIO()
    show([silent[0], refusing, *silent[1:]], Console(file=output, width=200, color_system=None))
    lines = output.getvalue().splitlines()
    assert lines[1:11] == [f"  warning  T{number} is silent.  [target.silent]" for number in range(10)]
    assert lines[11].strip() == "and 2 more of these (--json has all)"
    assert lines[12].strip() == "→ Ask."
    assert lines[13:15] == ["  warning  T99 refuses.  [target.unavailable]", "           → Ask them."]
    assert lines[-1] == "13 warnings; 0 in order."


def test_colours_are_for_terminals_and_names_cannot_steer_one() -> None:
    output = io.StringIO()
    show([Finding("target.silent", "warning", "evil\x1b[2J\nname [bold]", "ask")], Console(file=output, width=200))
    assert "\x1b" not in output.getvalue()
    assert "evil [2J name [bold]" in output.getvalue()
    coloured = io.StringIO()
    show(FINDINGS, Console(file=coloured, force_terminal=True, color_system="standard"))
    assert "\x1b[1;31m" in coloured.getvalue()
    assert plain("a\tb\x07c") == "a b c"


def test_healthy_is_without_errors() -> None:
    assert not healthy(FINDINGS)
    assert healthy(FINDINGS[:-1])
    assert summary([FINDINGS[0]]) == "Everything is in order."
    document = json.loads(json.dumps(as_json(FINDINGS)))
    assert document["healthy"] is False
    assert document["findings"][-1] == {
        "id": "tls.expired",
        "severity": "error",
        "sentence": "Expired.",
        "remedy": "Renew.",
    }


# --- catalogue


def test_every_kind_is_named_once_explained_and_has_a_remedy() -> None:
    kinds = list(all_kinds())
    assert len({kind.id for kind in kinds}) == len(kinds) > 60
    for kind in kinds:
        assert kind.severity in WORST_FIRST
        assert kind.meaning.endswith("."), kind.id
        assert bool(kind.remedy) == (kind.severity != "ok"), kind.id
        assert not set("|\n") & set(kind.meaning + kind.remedy), f"{kind.id} would break the table"


def test_no_kind_of_a_module_is_left_out_of_the_page() -> None:
    declared = {value.id for theme in THEMES for value in vars(theme.module).values() if isinstance(value, FindingKind)}
    assert declared == {kind.id for kind in all_kinds()}


def test_every_check_is_there_once() -> None:
    names = [check.name for check in all_checks()]
    assert len(set(names)) == len(names) == 15


def test_the_page_is_current() -> None:
    assert (ROOT / "docs" / "doctor.md").read_text("utf-8") == render()
