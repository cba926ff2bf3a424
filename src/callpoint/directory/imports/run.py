"""What people do with an import: bring a file, confirm its columns, accept what the comparison found, cancel, undo.

All within the organization's scope. The comparing and writing itself is the worker's (`imports.work`).
"""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from django.db import transaction

from callpoint.directory.imports import states
from callpoint.directory.imports.apply import DEACTIVATE, KEEP, MISSING, REMOVE
from callpoint.directory.imports.fields import FIELDS, missing_columns
from callpoint.directory.imports.files import forget, upload_path
from callpoint.directory.imports.progress import Progress, progress
from callpoint.directory.imports.shape import headers_of, told
from callpoint.directory.imports.states import ImportRefused, State, move
from callpoint.directory.imports.table import TableError
from callpoint.directory.models import Account, ImportRun, Organization

__all__ = [
    "DEACTIVATE",
    "KEEP",
    "MISSING",
    "REMOVE",
    "ImportRefused",
    "Progress",
    "accept",
    "can_undo",
    "cancel",
    "confirm_mapping",
    "progress",
    "start",
    "under_way",
    "undo",
]

_LONGEST_NAME: Final = 255


def start(
    organization: Organization, kind: str, file_name: str, by: str, origin: str, account: Account | None
) -> ImportRun:
    """A new import of a file of that name; its contents follow by `files.store_upload`. Raises `ImportRefused`."""
    if kind not in ImportRun.Kind.values:
        raise ImportRefused(f"{kind!r} cannot be imported; choose {' or '.join(ImportRun.Kind.values)}")
    name = PurePath(file_name.replace("\\", "/")).name[-_LONGEST_NAME:] or "file.csv"
    return ImportRun.objects.create(
        organization=organization, kind=kind, file_name=name, by=by, origin=origin[:64], account=account
    )


def under_way(organization: Organization, kind: str) -> ImportRun | None:
    """The one import of that kind that is under way in the organization."""
    return ImportRun.objects.filter(organization=organization, kind=kind, state__in=states.UNDER_WAY).first()


def confirm_mapping(run: ImportRun, mapping: Mapping[str, str], accept_suggestions: bool = False) -> None:
    """Have the file compared with these columns (field name → header). Again after the comparison, if need be.

    With `accept_suggestions` an address that is not accepted as it stands is taken as the one that was suggested for
    it, if it is only one. Raises `ImportRefused`, also when another import of the kind is under way.
    """
    chosen = _checked(run, mapping)
    options = {"accept_suggestions": accept_suggestions}
    with transaction.atomic():
        # Two who begin at once wait for each other here; others of the organization do not (NO KEY UPDATE).
        Organization.objects.select_for_update(no_key=True).get(pk=run.organization_id)
        other = under_way(run.organization, run.kind)
        if other is not None and other.pk != run.pk:
            raise ImportRefused(_whose(other))
        move(run, State.COMPARING, mapping=chosen, options=options, counts=_rows(run), trouble="")


def _rows(run: ImportRun) -> dict[str, int]:
    """Of the counts, what holds whatever the comparison finds."""
    return {"rows": run.counts["rows"]} if "rows" in run.counts else {}


def _whose(other: ImportRun) -> str:
    waits = other.state == State.COMPARED
    what = "waits to be accepted or cancelled" if waits else "is under way; wait until it is done"
    return f"an import of {other.kind} by {other.by} ({other.file_name}) {what}"


def _checked(run: ImportRun, mapping: Mapping[str, str]) -> dict[str, str]:
    chosen = {name: header for name, header in mapping.items() if header}
    try:
        table = headers_of(upload_path(run))
    except (TableError, FileNotFoundError) as error:
        why = told(error) if isinstance(error, TableError) else "the file is no longer there; send it again"
        raise ImportRefused(why) from error
    known = {field.name for field in FIELDS[run.kind]}
    for name, header in chosen.items():
        if name not in known:
            raise ImportRefused(f"there is no field {name!r}")
        if header not in table.own_headers:
            raise ImportRefused(f"the file has no column {header!r}; choose one of its own")
    twice = {header for header in chosen.values() if list(chosen.values()).count(header) > 1}
    if twice:
        raise ImportRefused(f"the column {min(twice)!r} is chosen for two fields; choose one of them")
    if missing := missing_columns(run.kind, set(chosen)):
        raise ImportRefused(missing)
    return chosen


def accept(run: ImportRun, skip_wrong: bool = False, missing: str = KEEP, by: str = "") -> None:
    """Have what the comparison found written. Wrong rows are left out with `skip_wrong`, else there must be none.

    `missing` says what becomes of who is not in the file: one of `MISSING`. The history names `by`, or whoever brought
    the file. Raises `ImportRefused`.
    """
    if missing not in MISSING[run.kind]:
        raise ImportRefused(f"what is not in the file cannot be {missing!r}")
    if run.state == State.COMPARED and run.counts.get("wrong") and not skip_wrong:
        raise ImportRefused(
            f"{run.counts['wrong']:,} rows are wrong: correct them and send the file again, or leave them out"
        )
    options: dict[str, Any] = run.options | {"skip_wrong": skip_wrong, "missing": missing, "by": by or run.by}
    move(run, State.APPLYING, options=options, trouble="")


def cancel(run: ImportRun) -> None:
    """Give the import up before anything was written; its files are taken away. Raises `ImportRefused`."""
    move(run, State.CANCELLED)
    forget(run)


def can_undo(run: ImportRun) -> str:
    """Why the import cannot be undone; "" when it can."""
    if run.state != State.APPLIED:
        return f"only an import that was applied can be undone; this one is {run.state}"
    later = ImportRun.objects.filter(
        organization=run.organization, kind=run.kind, state__in=(State.APPLIED, State.UNDOING), pk__gt=run.pk
    )
    newer = [one for one in later if one.applied_at and run.applied_at and one.applied_at > run.applied_at]
    if newer:
        return f"only the last import can be undone, which is {newer[-1].file_name}"
    other = under_way(run.organization, run.kind)
    return _whose(other) if other is not None else ""


def undo(run: ImportRun, by: str = "") -> None:
    """Have what the import wrote taken back, as far as nobody changed it since; what is kept is told (`undo.kept`).

    The history names `by`, or whoever brought the file. Raises `ImportRefused`.
    """
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=run.organization_id)
        if why := can_undo(run):
            raise ImportRefused(why)
        move(run, State.UNDOING, trouble="", options=run.options | {"undone_by": by or run.by})
