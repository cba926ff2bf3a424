"""Findings for people: grouped by theme, problems first, a remedy below each, and a summary at the end."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from callpoint.ops.doctor.finding import WORST_FIRST, Finding, Severity, counted
from callpoint.ops.doctor.themes import THEMES

STYLES: Final[dict[Severity, str]] = {"error": "bold red", "warning": "yellow", "notice": "cyan", "ok": "green"}
SHOWN_ALIKE: Final = 10  # a screen full of one trouble hides the others
WIDTH: Final = max(len(severity) for severity in STYLES)


def healthy(findings: Iterable[Finding]) -> bool:
    """Whether there is no error."""
    return all(finding.severity != "error" for finding in findings)


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """The document of `--json`."""
    return {"healthy": healthy(findings), "findings": [finding.as_json() for finding in findings]}


def show(findings: Sequence[Finding], console: Console) -> None:
    """The whole report; of very many findings alike some are shown, and the number of the others."""
    for title, group in grouped(findings):
        console.print(Text(title, "bold"))
        for (_, remedy), run in groupby(group, lambda finding: (finding.id, finding.remedy)):
            _show_alike(list(run), remedy, console)
    console.print(Text(summary(findings), STYLES[_worst(findings)]), soft_wrap=True)


def _show_alike(alike: list[Finding], remedy: str, console: Console) -> None:
    for finding in alike[:SHOWN_ALIKE]:
        mark = Text(f"  {finding.severity:<{WIDTH}}  ", STYLES[finding.severity])
        console.print(Text.assemble(mark, plain(finding.sentence), (f"  [{finding.id}]", "dim")), soft_wrap=True)
    if len(alike) > SHOWN_ALIKE:
        console.print(Text(f"  {'':<{WIDTH}}  and {len(alike) - SHOWN_ALIKE:,} more of these (--json has all)", "dim"))
    if remedy:
        console.print(Text(f"  {'':<{WIDTH}}  → {plain(remedy)}", "dim"), soft_wrap=True)


def grouped(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """Title and findings of each theme that has any; the theme with the worst finding first, and so within it;
    findings of one kind stand together."""
    groups = []
    for theme in THEMES:
        group = [finding for finding in findings if finding.id.partition(".")[0] == theme.name]
        if group:
            first = {kind: place for place, kind in reversed(list(enumerate(finding.id for finding in group)))}
            groups.append((theme.title, sorted(group, key=lambda finding: (_badness(finding), first[finding.id]))))
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
