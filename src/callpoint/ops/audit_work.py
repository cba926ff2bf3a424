"""The part of `callpoint audit` that works with models; imported after Django has started (`django_start`)."""

import json
from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from rich.console import Console
from rich.progress import Progress, TaskID

from callpoint.directory.boot import migrate
from callpoint.directory.chain_check import Break, Place, Walked, chains, differs, walk
from callpoint.directory.history_export import json_lines
from callpoint.directory.models import ChainHead, Organization
from callpoint.directory.tenancy import everywhere
from callpoint.ops.errors import OperatorError

STEP: Final = 20_000  # entries between two movements of the bar


def verify(slug: str | None, against: Path | None, show_progress: bool) -> dict[str, Any]:
    """Check the chains and hold them against an earlier head; plain values, as `--json` prints them.

    Raises OperatorError for an unknown organization or a head file that cannot be read.
    """
    migrate()
    names = _names()
    earlier = _read_head(against) if against is not None else {}
    wanted = sorted({*chains(), *earlier}) if slug is None else [_chain(slug, names)]
    at = timezone.now()
    found = [_with_earlier(walked, earlier) for walked in _walked(wanted, show_progress)]
    return {
        "holds": all(broken is None for _, broken in found),
        "at": at.isoformat(),
        "chains": [_to_json(walked, broken, names) for walked, broken in found],
    }


def keep_head(report: dict[str, Any], file: Path) -> None:
    """Write what `verify` gave, to be held against later. Raises OperatorError."""
    try:
        file.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise OperatorError(
            f"{file} cannot be written: {error.strerror}.", "Give another place with --head."
        ) from error


def export(slug: str | None, file: Path) -> int:
    """Write a whole chain as JSON Lines; how many entries. Raises OperatorError."""
    migrate()
    with everywhere():
        organization = None if slug is None else Organization.objects.get(pk=_chain(slug, _names()))
    try:
        with file.open("x", encoding="utf-8", newline="\n") as out:
            lines = sum(out.write(line) > 0 for line in json_lines(organization, timezone.now()))
    except OSError as error:
        raise OperatorError(
            f"{file} cannot be written: {error.strerror}.", "Give a file that is not there yet."
        ) from error
    return lines - 1  # the first one is no entry


def _names() -> dict[int, str]:
    with everywhere():
        return dict(Organization.objects.values_list("pk", "slug"))


def _chain(slug: str, names: dict[int, str]) -> int:
    for chain, name in names.items():
        if name == slug:
            return chain
    known = ", ".join(sorted(names.values())) or "none yet"
    raise OperatorError(f"There is no organization {slug!r}.", f"Known are: {known}.")


def _read_head(file: Path) -> dict[int, Place]:
    try:
        rows = json.loads(file.read_text("utf-8"))["chains"]
        return {int(row["chain"]): Place(int(row["entries"]), str(row["digest"])) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = "Give a file that `callpoint audit verify --head FILE` wrote."
        raise OperatorError(f"{file} holds no earlier head.", remedy, 2) from error


def _walked(wanted: list[int], show_progress: bool) -> list[Walked]:
    console = Console(stderr=True)
    heads = dict(ChainHead.objects.filter(pk__in=wanted).values_list("chain", "number"))
    with Progress(console=console, transient=True, disable=not (show_progress and console.is_terminal)) as bar:
        task = bar.add_task("Checking", total=sum(heads.values()) or 1)
        return [_walk(chain, bar, task) for chain in wanted]


def _walk(chain: int, bar: Progress, task: TaskID) -> Walked:
    walked = Walked(chain, Place(), done=False)
    while not walked.done:
        before = walked.place.number
        walked = walk(chain, walked.place, STEP)
        bar.advance(task, walked.place.number - before)
    return walked


def _with_earlier(walked: Walked, earlier: dict[int, Place]) -> tuple[Walked, Break | None]:
    return walked, differs(walked, earlier[walked.chain]) if walked.chain in earlier else walked.broken


def _to_json(walked: Walked, broken: Break | None, names: dict[int, str]) -> dict[str, Any]:
    told = broken and {"entry": broken.number, "code": broken.code, "meaning": broken.meaning}
    return {
        "chain": walked.chain,
        "organization": names.get(walked.chain),
        "entries": walked.place.number,
        "digest": walked.place.digest,
        "broken": told,
    }
