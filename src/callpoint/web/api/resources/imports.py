"""Files brought in: uploaded, compared, looked through, applied, and undone if need be."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import File, Form, Query
from ninja.files import UploadedFile
from pydantic import BaseModel, ConfigDict, Field

from callpoint.directory.imports import run as importing
from callpoint.directory.imports.files import UploadError, store_upload, upload_path
from callpoint.directory.imports.plan import Plan, PlanRow
from callpoint.directory.imports.progress import progress
from callpoint.directory.imports.result import RowError
from callpoint.directory.imports.shape import shape_of
from callpoint.directory.imports.states import MOVES, ImportRefused, State
from callpoint.directory.imports.undo import kept
from callpoint.directory.models import ImportRun
from callpoint.directory.scopes import Scope
from callpoint.web.api import bodies
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.conditional import expect
from callpoint.web.api.documents import Input, Line, Listed, Output
from callpoint.web.api.door import Endpoint
from callpoint.web.api.finding import below, find
from callpoint.web.api.paging import Paging, page
from callpoint.web.api.problems import FieldError, Kind, Problem
from callpoint.web.client_address import client_address

endpoint = Endpoint(
    "Imports", "Files of people or locations: upload → confirm the columns → look at the preview → accept → undo."
)
PATH = "/organizations/{slug:slug}/imports"
ONE = "/organizations/{slug:slug}/imports/{int:run_id}"


class Columns(Input):
    """Which column of the file means what; the upload's answer proposes it."""

    mapping: Annotated[dict[Line, Line], Field(max_length=100, examples=[{"device_user_id": "Employee ID"}])]
    accept_suggestions: bool = Field(
        False, description="Take an address that is not accepted as the one suggestion there is for it."
    )


class Acceptance(Input):
    """What to write."""

    skip_wrong: bool = Field(False, description="Leave wrong rows out; otherwise there must be none.")
    missing: Literal["keep", "deactivate", "remove"] = Field(
        "keep", description="What becomes of those not in the file: people can be deactivated, locations removed."
    )


class HowFar(Output):
    """How far the worker has come."""

    phase: str
    done: int
    of: int


class ImportDocument(Output):
    """One file on its way in."""

    id: int
    kind: ImportRun.Kind
    state: str = Field(json_schema_extra={"enum": [*ImportRun.State.values]})
    file_name: str
    bytes: int
    sha256: str
    mapping: dict[str, str]
    counts: dict[str, Any] = Field(description="Rows by what the comparison found.")
    trouble: str
    by: str
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None


class FileShape(Output):
    """The file at first sight, and the columns as they are proposed."""

    encoding: str
    delimiter: str
    headers: list[str]
    mapping: dict[str, str]
    remembered: bool
    ignored: list[str]
    problems: list[str] = Field(description="With any of these the file cannot be imported.")
    notes: list[str]
    missing: str
    rows: int


class ImportProgress(Output):
    """State and progress, for asking often."""

    state: str = Field(json_schema_extra={"enum": [*ImportRun.State.values]})
    progress: HowFar | None


class FieldDifference(Output):
    """A field before and after."""

    field: str
    before: str
    after: str


class RowProblem(Output):
    """What is wrong with, or to be known of, a row."""

    column: str
    message: str
    given: str
    suggestions: list[str]


class PreviewRow(Output):
    """A row of the comparison; `number` is its line in the file, 0 for one that is not in it."""

    kind: Literal["new", "changed", "unchanged", "wrong", "missing"]
    number: int
    key: str
    name: str
    changes: list[FieldDifference]
    problems: list[RowProblem]
    warnings: list[RowProblem]


class Preview(Output):
    """Rows of one kind, in the order of the file."""

    items: list[PreviewRow]
    count: int = Field(description="How many there are in all.")
    offset: int


class KeptRow(Output):
    """Something an undo did not take back, and why."""

    what: str
    why: str


class KeptRows(Output):
    """All an undo did not take back."""

    items: list[KeptRow]


class PreviewAsked(BaseModel):
    """Which rows."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["new", "changed", "unchanged", "wrong", "missing"] = "changed"
    search: Annotated[str, Field(max_length=128)] = ""
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 100


def import_document(run: ImportRun) -> ImportDocument:
    """The document of a row."""
    values = {name: getattr(run, name) for name in ImportDocument.model_fields if name != "id"}
    return ImportDocument(id=run.pk, **values)


@endpoint.get(PATH, Scope.IMPORTS_READ, Listed[ImportDocument], summary="List imports")
def list_imports(request: ApiRequest, slug: str, asked: Query[Paging]) -> HttpResponse:
    """The newest first."""
    return page(request, _rows(request), asked, import_document, newest_first=True)


@endpoint.post(PATH, Scope.IMPORTS_WRITE, ImportDocument, summary="Upload a file", body=bodies.FORM)
def upload_import(
    request: ApiRequest, slug: str, kind: Form[Literal["users", "locations"]], file: File[UploadedFile]
) -> HttpResponse:
    """CSV, up to 50 MB and 200,000 rows. Nothing is compared before its columns are confirmed."""
    caller, where = request.caller, client_address(request)
    run = importing.start(request.organization, kind, file.name or "", caller.name, where, caller.token.account)
    try:
        store_upload(run, file.chunks(), file.size)
    except UploadError as error:
        run.delete()
        raise Problem(Kind.REFUSED, str(error), [FieldError("file", str(error))]) from error
    return one(import_document(run), 201, below(request.organization, "imports", run.pk))


@endpoint.get(ONE, Scope.IMPORTS_READ, ImportDocument, summary="Read an import")
def read_import(request: ApiRequest, slug: str, run_id: int) -> HttpResponse:
    """Its state and what came of it."""
    return one(import_document(find(_rows(request), run_id)))


@endpoint.get(ONE + "/shape", Scope.IMPORTS_READ, FileShape, summary="Look at an uploaded file")
def read_shape(request: ApiRequest, slug: str, run_id: int) -> HttpResponse:
    """Encoding, columns, and what they most likely mean: what to confirm."""
    run = find(_rows(request), run_id)
    if not upload_path(run).exists():
        raise Problem(Kind.UNDER_WAY, f"The file of this import is no longer there: it is {run.state}.")
    shape = shape_of(upload_path(run), run.kind, request.organization)
    return one(FileShape(**{name: _plain(getattr(shape, name)) for name in FileShape.model_fields}), tagged=False)


@endpoint.put(ONE + "/columns", Scope.IMPORTS_WRITE, ImportDocument, summary="Confirm the columns")
def put_columns(request: ApiRequest, slug: str, run_id: int, columns: Columns) -> HttpResponse:
    """The comparison begins; ask for `progress` until the state is `compared`."""
    run = _expected(request, run_id)
    try:
        importing.confirm_mapping(run, columns.mapping, columns.accept_suggestions)
    except ImportRefused as error:
        if _must_wait(run):
            raise Problem(Kind.UNDER_WAY, str(error)) from error
        raise Problem(Kind.REFUSED, str(error), [FieldError("mapping", str(error))]) from error
    return one(import_document(run))


@endpoint.get(ONE + "/progress", Scope.IMPORTS_READ, ImportProgress, summary="See how far an import is")
def read_progress(request: ApiRequest, slug: str, run_id: int) -> HttpResponse:
    """Cheap enough to be asked every second."""
    run = find(_rows(request), run_id)
    now = progress(run)
    far = HowFar(phase=now.phase, done=now.done, of=now.of) if now is not None else None
    return one(ImportProgress(state=run.state, progress=far), tagged=False)


@endpoint.get(ONE + "/rows", Scope.IMPORTS_READ, Preview, summary="Look through the preview")
def list_rows(request: ApiRequest, slug: str, run_id: int, asked: Query[PreviewAsked]) -> HttpResponse:
    """What would be written, row by row: new, changed (before and after), unchanged, wrong, missing from the file."""
    with _plan(find(_rows(request), run_id)) as plan:
        rows = plan.rows(asked.kind, asked.offset, asked.limit, asked.search)
        count = plan.count(asked.kind, asked.search)
    return one(Preview(items=[_row(row) for row in rows], count=count, offset=asked.offset), tagged=False)


@endpoint.get(ONE + "/rejected", Scope.IMPORTS_READ, str, summary="Download the wrong rows", produces="text/csv")
def read_rejected(request: ApiRequest, slug: str, run_id: int) -> HttpResponse:
    """As CSV, with the reasons in columns of their own; it can be corrected and uploaded again as it is."""
    written = io.StringIO()
    with _plan(find(_rows(request), run_id)) as plan:
        csv.writer(written).writerows(plan.rejected())
    headers = {"Content-Disposition": 'attachment; filename="rejected.csv"'}
    return HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@endpoint.post(ONE + "/accept", Scope.IMPORTS_WRITE, ImportDocument, 200, summary="Apply an import")
def accept_import(request: ApiRequest, slug: str, run_id: int, acceptance: Acceptance) -> HttpResponse:
    """The worker writes all of it in one step, or nothing; ask for `progress` until the state is `applied`."""
    run = _expected(request, run_id)
    known = importing.MISSING[run.kind]
    if acceptance.missing not in known:
        told = f"is nothing for a file of {run.kind}; choose {' or '.join(known)}"
        raise Problem(Kind.REFUSED, "Nothing was written.", [FieldError("missing", told)])
    with _in_its_state():
        importing.accept(run, acceptance.skip_wrong, acceptance.missing, request.caller.name)
    return one(import_document(run))


@endpoint.post(ONE + "/undo", Scope.IMPORTS_WRITE, ImportDocument, 200, summary="Undo an import")
def undo_import(request: ApiRequest, slug: str, run_id: int) -> HttpResponse:
    """Only the last one, and only what nobody has changed since: `kept` tells what that is once the state is
    `undone`."""
    run = _expected(request, run_id)
    with _in_its_state():
        importing.undo(run, request.caller.name)
    return one(import_document(run))


@endpoint.get(ONE + "/kept", Scope.IMPORTS_READ, KeptRows, summary="See what an undo left as it was")
def read_kept(request: ApiRequest, slug: str, run_id: int) -> HttpResponse:
    """What somebody has changed since the import stays so; empty when all was taken back, or nothing yet."""
    items = [KeptRow(what=row.what, why=row.why) for row in kept(find(_rows(request), run_id))]
    return one(KeptRows(items=items), tagged=False)


@endpoint.post(ONE + "/cancel", Scope.IMPORTS_WRITE, ImportDocument, 200, summary="Give an import up")
def cancel_import(request: ApiRequest, slug: str, run_id: int) -> HttpResponse:
    """Before anything was written."""
    run = _expected(request, run_id)
    with _in_its_state():
        importing.cancel(run)
    return one(import_document(run))


@contextmanager
def _in_its_state() -> Iterator[None]:
    """What the import's state does not allow is a conflict, not a fault of the request."""
    try:
        yield
    except ImportRefused as error:
        raise Problem(Kind.UNDER_WAY, str(error)) from error


def _must_wait(run: ImportRun) -> bool:
    """Whether its state, or another import of the kind, keeps it from being compared now, whatever the columns."""
    now = ImportRun.objects.get(pk=run.pk)
    other = importing.under_way(run.organization, run.kind)
    return State.COMPARING not in MOVES[now.state] or (other is not None and other.pk != run.pk)


def _expected(request: ApiRequest, run_id: int) -> ImportRun:
    run = find(_rows(request), run_id)
    expect(request, import_document(run))
    return run


def _plan(run: ImportRun) -> Plan:
    try:
        return Plan.open(run)
    except FileNotFoundError as error:
        raise Problem(Kind.UNDER_WAY, f"There is no comparison to look at: the import is {run.state}.") from error


def _row(row: PlanRow) -> PreviewRow:
    return PreviewRow(
        kind=row.kind,
        number=row.number,
        key=row.key,
        name=row.name,
        changes=[FieldDifference(field=one.field, before=one.before, after=one.after) for one in row.changes],
        problems=[_problem(one) for one in row.problems],
        warnings=[_problem(one) for one in row.warnings],
    )


def _problem(error: RowError) -> RowProblem:
    return RowProblem(
        column=error.column, message=error.message, given=error.given, suggestions=list(error.suggestions)
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value


def _rows(request: ApiRequest) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(organization=request.organization)
