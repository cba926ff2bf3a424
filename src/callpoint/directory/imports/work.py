"""The worker's side of an import: the next piece of work there is, done or failed with a reason people understand.

What is written is written in the same transaction that moves the run on. So whoever is killed in the middle leaves
either all of it or nothing, and the next worker takes the run up where its state says.
"""

import errno
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from callpoint.datasets.errors import DatasetError
from callpoint.directory.imports import states
from callpoint.directory.imports.apply import KEEP, REMOVE, apply_plan
from callpoint.directory.imports.compare import Question, compare
from callpoint.directory.imports.files import STAGE, folder_of, forget, plan_path, remove_stages, upload_path
from callpoint.directory.imports.plan import Plan
from callpoint.directory.imports.progress import ProgressFile
from callpoint.directory.imports.shape import remember, told
from callpoint.directory.imports.staleness import StaleError
from callpoint.directory.imports.states import ImportRefused, State, move
from callpoint.directory.imports.table import TableError
from callpoint.directory.imports.undo import Kept, keep_told, undo_run
from callpoint.directory.models import ImportRun
from callpoint.directory.models.base import Signature
from callpoint.directory.models.chain import chain_of
from callpoint.directory.staging import written_at_once
from callpoint.directory.tenancy import everywhere, inside
from callpoint.directory.verdicts import Judge

# A worker that was killed this often over the same run will be killed again: it takes too much of something.
MOST_ATTEMPTS: Final = 3
KEPT_FOR: Final = timedelta(days=30)
"""How long the files of an import lie there after its last step: uploads hold personal data."""
_LONGEST_TROUBLE: Final = 500

OpenJudge = Callable[[], Judge]


class GaveUpError(RuntimeError):
    """A run was begun too often."""


def next_run() -> ImportRun | None:
    """The run that has waited longest for the worker."""
    with everywhere():
        waiting = ImportRun.objects.filter(state__in=states.WORK).select_related("organization")
        return waiting.order_by("state_at", "pk").first()


def work_on(run: ImportRun, open_judge: OpenJudge) -> None:
    """Do what the run's state asks for, and move it on; trouble that will not pass by itself fails it.

    Raises what may pass by itself (the database is away), to be tried again.
    """
    # Refused: somebody cancelled it meanwhile, so what was done for it is of no use.
    with inside(run.organization), suppress(ImportRefused):
        state = run.state
        try:
            _attempted(run, open_judge)
        except StaleError as error:
            run.state = state
            move(run, State.COMPARING, trouble=str(error)[:_LONGEST_TROUBLE], counts=run.counts)
        except Exception as error:
            run.state = state  # the database knows of no other
            why = _lasting(error)
            if not why:
                raise
            _fail(run, why)


def _attempted(run: ImportRun, open_judge: OpenJudge) -> None:
    progress = ProgressFile(folder_of(run), run.state)
    try:
        if progress.attempt > MOST_ATTEMPTS:
            raise GaveUpError(f"it was begun {MOST_ATTEMPTS} times and never came to its end; nothing was written")
        _STEPS[run.state](run, progress, open_judge)
    except (OperationalError, InterfaceError):
        progress.finish()  # the database was away, which is not this run's fault
        raise
    except (GaveUpError, StaleError, TableError, DatasetError, ImportRefused):
        progress.finish()
        raise
    progress.finish()


def _lasting(error: Exception) -> str:
    """What to tell of trouble that will be there again at the next try; "" when it may pass."""
    if isinstance(error, GaveUpError):
        return str(error)
    if isinstance(error, TableError):
        return told(error)
    if isinstance(error, DatasetError):
        return f"{error.sentence} {error.remedy}"
    if isinstance(error, FileNotFoundError):
        return "its file is no longer there; send it again"
    if _is_full(error):
        return "there is no room left on the server's disk; nothing was written. Make room and start again"
    return ""


def _compare(run: ImportRun, progress: ProgressFile, open_judge: OpenJudge) -> None:
    rows = run.counts.get("rows", 0)
    judge = open_judge() if run.kind == ImportRun.Kind.LOCATIONS else None
    suggestions = bool(run.options.get("accept_suggestions"))
    question = Question(run.organization, run.kind, run.mapping, judge, suggestions)
    with upload_path(run).open("rb") as stream:
        compare(question, stream, plan_path(run), lambda done: progress.tell(done, max(rows, done)))
    with Plan.open(run) as plan:
        counts = plan.counts() | {"rows": plan.meta("rows")}
    move(run, State.COMPARED, counts=counts)


def _apply(run: ImportRun, progress: ProgressFile, open_judge: OpenJudge) -> None:
    missing = run.options.get("missing", KEEP)
    signed = Signature(run.options.get("by", run.by), f"imported {run.file_name}"[:254], run.origin, run.pk)

    def finish(_: None) -> None:
        remember(run.organization, run.kind, upload_path(run), run.mapping)
        move(run, State.APPLIED, applied_at=timezone.now())

    with Plan.open(run) as plan:
        written_at_once(
            chain_of(run.organization_id),
            folder_of(run) / STAGE,
            lambda: apply_plan(run.organization, run.kind, plan, signed, missing, progress.tell),
            finish,
            ahead=missing != REMOVE,  # a building goes when its locations are gone
        )


def _undo(run: ImportRun, progress: ProgressFile, open_judge: OpenJudge) -> None:
    who = run.options.get("undone_by", run.by)
    signed = Signature(who, f"took the import of {run.file_name} back"[:254], run.origin, run.pk)

    def finish(undone: tuple[int, list[Kept]]) -> None:
        rows, kept = undone
        keep_told(run, kept)
        counts = run.counts | {"undone": rows, "kept": len(kept)}
        move(run, State.UNDONE, undone_at=timezone.now(), counts=counts)

    written_at_once(
        chain_of(run.organization_id),
        folder_of(run) / STAGE,
        lambda: undo_run(run, signed, progress.tell),
        finish,
        ahead=run.kind == ImportRun.Kind.USERS,  # a building goes when its locations are gone
    )


_STEPS: Final[dict[str, Callable[[ImportRun, ProgressFile, OpenJudge], None]]] = {
    State.COMPARING: _compare,
    State.APPLYING: _apply,
    State.UNDOING: _undo,
}


def _fail(run: ImportRun, why: str) -> None:
    """Nothing of its present work was written; an undo that failed leaves the import applied as it was."""
    move(run, State.APPLIED if run.state == State.UNDOING else State.FAILED, trouble=why[:_LONGEST_TROUBLE])


def _is_full(error: Exception) -> bool:
    """Whether the disk is full: as the system, SQLite and PostgreSQL (class 53, disk_full) say it."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    causes = [error, error.__cause__]
    return any("disk is full" in str(one) or getattr(one, "sqlstate", "") == "53100" for one in causes)


def forget_old(now: datetime) -> int:
    """Take the files of imports away whose last step is long ago, and cancel those nobody went on with; how many."""
    with everywhere():
        before = ImportRun.objects.filter(state_at__lt=now - KEPT_FOR)
        old = [run for run in before.exclude(state__in=states.WORK) if folder_of(run).exists()]
        at_work = set(ImportRun.objects.filter(state__in=states.WORK).values_list("pk", flat=True))
        before.filter(state__in=(State.UPLOADED, State.COMPARED)).update(state=State.CANCELLED, state_at=now)
    for run in old:
        forget(run)
    remove_stages(but=at_work)
    return len(old)
