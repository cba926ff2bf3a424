"""Findings for people: grouped by theme, problems first, a remedy below each, and a summary at the end."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from callpoint.ops.doctor.finding import WORST_FIRST, Finding, Severity, counted
from callpoint.ops.doctor.themes import THEMES

STYLES: Final[dict[Severity, str]] = {"error": "bold red", "warning": "yellow", "notice": "cyan", "ok": "green"}
WIDTH: Final = max(len(severity) for severity in STYLES)


def healthy(findings: Iterable[Finding]) -> bool:
    """Whether there is no error."""
    return all(finding.severity != "error" for finding in findings)


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """The document of `--json`."""
    return {"healthy": healthy(findings), "findings": [finding.as_json() for finding in findings]}


def show(findings: Sequence[Finding], console: Console) -> None:
    """The whole report."""
    for title, group in grouped(findings):
        console.print(Text(title, "bold"))
        for finding in group:
            style = STYLES[finding.severity]
            mark = Text(f"  {finding.severity:<{WIDTH}}  ", style)
            console.print(Text.assemble(mark, plain(finding.sentence), (f"  [{finding.id}]", "dim")), soft_wrap=True)
            if finding.remedy:
                console.print(Text(f"  {'':<{WIDTH}}  → {plain(finding.remedy)}", "dim"), soft_wrap=True)
    console.print(Text(summary(findings), STYLES[_worst(findings)]), soft_wrap=True)


def grouped(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """Title and findings of each theme that has any; the theme with the worst finding first, and so within it."""
    groups = []
    for theme in THEMES:
        group = [finding for finding in findings if finding.id.partition(".")[0] == theme.name]
        if group:
            groups.append((theme.title, sorted(group, key=_badness)))
    return sorted(groups, key=lambda group: _badness(group[1][0]))


def summary(findings: Sequence[Finding]) -> str:
    """One line: how many of what."""
    counts = Counter(finding.severity for finding in findings)
    parts = [counted(counts[severity], severity) for severity in WORST_FIRST[:-1] if counts[severity]]
    if not parts:
        return "Everything is in order."
    return f"{', '.join(parts)}; {counts['ok']} in order."


def _badness(finding: Finding) -> int:
    return WORST_FIRST.index(finding.severity)


def _worst(findings: Sequence[Finding]) -> Severity:
    return WORST_FIRST[min(map(_badness, findings), default=len(WORST_FIRST) - 1)]


def plain(text: str) -> str:
    """One line without what could steer the terminal: names and URIs come from other people."""
    return "".join(c if c.isprintable() else " " for c in text)
