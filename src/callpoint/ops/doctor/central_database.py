"""The central database: does it answer, has it this version's tables, and does the snapshot follow it?"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Final, TypedDict

from callpoint.ops.doctor.check import Check, Subject
from callpoint.ops.doctor.finding import Finding, FindingKind, counted, listed
from callpoint.ops.doctor.reference_data import SAMPLE, sample_sets

ASK_SECONDS: Final = 25.0
BEHIND_SECONDS: Final = 10.0  # a change counts within a second; an import of thousands takes a little longer

MISSING = FindingKind(
    "database.missing",
    "error",
    "The central database file does not exist. Calls go on by the last snapshot, but nothing can be changed.",
    "Start `callpoint up`, which makes a new one, or put back a saved callpoint.db before the first start.",
)
NO_KEY = FindingKind(
    "database.no-key",
    "warning",
    "The data directory has no secret.key, with which sessions are signed; the database was not asked.",
    "Put the file back, or start `callpoint up`, which makes a new one; everybody then has to sign in again.",
)
UNREACHABLE = FindingKind(
    "database.unreachable",
    "error",
    "The central database does not answer. Calls go on by the last snapshot; pages and imports do not work.",
    "Check database_url and that the database server runs; for SQLite the disk and the rights of callpoint.db.",
)
OLD_TABLES = FindingKind(
    "database.old-tables",
    "error",
    "The tables are those of an older version of Callpoint, so worker and web cannot work with them.",
    "Run `callpoint prepare` (`up` and `demo` do it themselves at their start).",
)
NEWER = FindingKind(
    "database.newer",
    "error",
    "The tables were made by a newer version of Callpoint than this one.",
    "Use that version again, or put back the database saved before it.",
)
OTHER_SOURCE = FindingKind(
    "database.not-followed",
    "warning",
    "The snapshot was not made from this database, or that is not known. The worker makes it anew at its next start.",
    "Check that database_url and --data belong together, then restart the worker.",
)
BEHIND = FindingKind(
    "database.snapshot-behind",
    "error",
    "Changes have been waiting to be published for too long: calls are still decided by what was true before.",
    "See that the worker runs, and read what it says of its task `publish`.",
)
ECRF_SILENT = FindingKind(
    "ecrf.not-answering",
    "warning",
    "An outside ECRF that an organization routes by cannot be asked, or gives no answer that can be used. What it said "
    "before stays in use; addresses it never answered for go by our own boundaries and fixed routes.",
    "Read what it says; check the organization's ecrf_url, and that this host may reach it.",
)
NOBODY_IN_CHARGE = FindingKind(
    "database.no-administrator",
    "warning",
    "Nobody can sign in as provider administrator: no organization can be made, no relay center and no PSAP set.",
    "Run `callpoint administrator EMAIL` with this installation's --data; it prints a link to sign in by.",
)
FINE = FindingKind("database.fine", "ok", "The central database answers, and the snapshot is as new as it.")


class EcrfTrouble(TypedDict):
    """An organization's outside ECRF in trouble: of how many addresses, in its last words."""

    organization: str
    host: str
    addresses: int
    trouble: str


class Report(TypedDict, total=False):
    """`trouble` alone when the database does not answer; from `organizations` on only with all migrations applied."""

    trouble: str
    unapplied: list[str]
    unknown: list[str]  # applied, but by a newer version of Callpoint
    organizations: int
    real_organizations: int  # that are no sample
    administrators: int  # of the whole installation
    ecrf_troubles: list[EcrfTrouble]
    followed: bool  # whether the snapshot was made from this very database
    behind_seconds: float


def look(subject: Subject) -> Iterator[Finding]:
    """Asks in a process of its own, unless there is nothing to ask: looking must not make a database."""
    if not subject.data.is_dir():
        return
    file = subject.data / "callpoint.db"
    if not subject.config.database_url and not file.is_file():
        yield MISSING.found(f"There is no central database {file}.")
    elif not (subject.data / "secret.key").is_file():
        yield NO_KEY.found(f"There is no {subject.data / 'secret.key'}.")
    else:
        report = _asked(subject)
        yield from judged(report)
        if report.get("real_organizations") and (sets := sample_sets(subject)):
            yield SAMPLE.found(f"Sample data is loaded beside real organizations: {listed(sets)}.")


def _asked(subject: Subject) -> Report:
    # On standard input, as the URL may hold a password and a command line can be seen by everybody.
    question = json.dumps({"data": str(subject.data.absolute()), "database_url": subject.config.database_url})
    command = (sys.executable, "-m", "callpoint.ops.doctor.central_process")
    try:
        done = subprocess.run(command, input=question, capture_output=True, text=True, timeout=ASK_SECONDS, check=False)
        report: Report = json.loads(done.stdout) if done.returncode == 0 else {"trouble": _last_line(done.stderr)}
    except subprocess.TimeoutExpired:
        return {"trouble": f"no answer within {ASK_SECONDS:g} s"}
    except ValueError as error:
        return {"trouble": f"what came back cannot be read: {error}"}
    return report


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "asking it ended without a word"


def judged(report: Report) -> Iterator[Finding]:
    """What such a report means."""
    if "trouble" in report:
        yield UNREACHABLE.found(f"The central database does not answer: {report['trouble'].rstrip('.')}.")
        return
    yield from _ecrfs(report)
    only_sample = report.get("organizations", 0) > 0 and not report.get("real_organizations")
    if report.get("administrators") == 0 and not only_sample:
        yield NOBODY_IN_CHARGE.found("There is no provider administrator.")
    wrong = [*_tables(report), *_following(report)]
    yield from wrong
    if not wrong:
        organizations = counted(report.get("organizations", 0), "organization")
        yield FINE.found(f"The central database answers ({organizations}), and the snapshot is as new as it.")


def _tables(report: Report) -> Iterator[Finding]:
    if unapplied := report.get("unapplied"):
        yield OLD_TABLES.found(f"{counted(len(unapplied), 'change')} of tables not made yet: {listed(unapplied, 3)}.")
    if unknown := report.get("unknown"):
        yield NEWER.found(f"The tables were changed by a newer version: {listed(unknown, 3)}.")


def _ecrfs(report: Report) -> Iterator[Finding]:
    for one in report.get("ecrf_troubles", []):
        count = counted(one["addresses"], "address", "addresses")
        yield ECRF_SILENT.found(f"{one['organization']}: {one['host']}, about {count}: {one['trouble']}.")


def _following(report: Report) -> Iterator[Finding]:
    if report.get("followed") is False:
        yield OTHER_SOURCE.found("The snapshot was not made from this database.")
    if (behind := report.get("behind_seconds", 0.0)) > BEHIND_SECONDS:
        yield BEHIND.found(f"A change has been waiting for {behind:,.0f} s to reach the snapshot.")


CHECKS = (Check("the central database", look, limit=ASK_SECONDS + 3),)
