"""A file brought in at once, without anybody looking at a preview: what `callpoint import` does.

The same comparison and the same writing as an import of the portal's pages, with a plan that is thrown away.
"""

import tempfile
from pathlib import Path
from typing import BinaryIO, Final

from callpoint.directory.imports.apply import apply_plan
from callpoint.directory.imports.compare import Question, compare
from callpoint.directory.imports.files import PLAN, STAGE
from callpoint.directory.imports.plan import Plan
from callpoint.directory.imports.result import Result, RowError
from callpoint.directory.imports.staleness import StaleError
from callpoint.directory.imports.table import TableError
from callpoint.directory.models import ImportRun, Organization
from callpoint.directory.models.base import Signature
from callpoint.directory.models.chain import chain_of
from callpoint.directory.staging import written_at_once
from callpoint.directory.tenancy import inside
from callpoint.directory.verdicts import Judge

# Somebody else may change the directory between comparing and writing; hardly three times in a row.
_TRIES: Final = 3
_ORIGIN: Final = "command line"


def import_users(
    organization: Organization, stream: BinaryIO, dry_run: bool, actor: str, skip_wrong: bool = False
) -> Result:
    """Bring people of a CSV file into the organization; who is not in the file stays as they are.

    A column that is absent leaves its values alone; an empty cell empties the value. With wrong rows nothing is
    written unless `skip_wrong`. Never raises for what is in the file: `Result.errors` tells it.
    """
    signed = Signature(actor, "imported from a users file", _ORIGIN)
    return _import(Question(organization, ImportRun.Kind.USERS), stream, dry_run, skip_wrong, signed)


def import_locations(
    organization: Organization,
    stream: BinaryIO,
    dry_run: bool,
    actor: str,
    skip_wrong: bool = False,
    judge: Judge | None = None,
) -> Result:
    """Bring buildings and locations of a CSV file into the organization; what is not in the file stays as it is.

    With wrong rows nothing is written unless `skip_wrong`. Never raises for what is in the file: `Result.errors`
    tells it. An address the judge does not accept is wrong, also where a single correction is at hand: it is told, and
    whoever brings the file takes it or not. Without a judge addresses come in unchecked.
    """
    signed = Signature(actor, "imported from a locations file", _ORIGIN)
    question = Question(organization, ImportRun.Kind.LOCATIONS, judge=judge)
    return _import(question, stream, dry_run, skip_wrong, signed)


def _import(question: Question, stream: BinaryIO, dry_run: bool, skip_wrong: bool, signed: Signature) -> Result:
    with tempfile.TemporaryDirectory(prefix="callpoint-import-") as folder:
        path = Path(folder) / PLAN
        for last in (False,) * (_TRIES - 1) + (True,):
            try:
                compare(question, stream, path)
                return _carried_out(question, path, dry_run, skip_wrong, signed)
            except TableError as error:
                result = Result(dry_run=dry_run)
                result.add_errors([RowError(error.row, "", str(error))])
                return result
            except StaleError:
                if last:
                    raise
    raise RuntimeError("no try was the last one")


def _carried_out(question: Question, path: Path, dry_run: bool, skip_wrong: bool, signed: Signature) -> Result:
    with Plan.at(path) as plan:
        result = _result(plan, dry_run)
        if dry_run or (result.wrong and not skip_wrong):
            return result
        if result.new or result.changed:
            chain, scratch = chain_of(question.organization.pk), path.with_name(STAGE)
            with inside(question.organization):
                written_at_once(
                    chain,
                    scratch,
                    lambda: apply_plan(question.organization, question.kind, plan, signed),
                    lambda _: None,
                )
        result.written = True
        return result


def _result(plan: Plan, dry_run: bool) -> Result:
    counts = plan.counts()
    return Result(
        new=counts["new"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        wrong=counts["wrong"],
        not_dispatchable=counts["not_dispatchable"],
        errors=list(plan.problems()),
        warnings=list(plan.problems(warning=True)),
        ignored_columns=plan.meta("ignored"),
        dry_run=dry_run,
    )
