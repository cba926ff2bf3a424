"""An import from the upload to the end, with the worker's part done here."""

from pathlib import Path

from callpoint.directory.imports import run as imports
from callpoint.directory.imports.files import store_upload, upload_path
from callpoint.directory.imports.plan import Plan
from callpoint.directory.imports.shape import shape_of
from callpoint.directory.imports.work import next_run, work_on
from callpoint.directory.models import ImportRun, Organization, Person
from callpoint.directory.tenancy import everywhere, inside
from callpoint.directory.verdicts import Judge

USERS = ImportRun.Kind.USERS
LOCATIONS = ImportRun.Kind.LOCATIONS
WHO = "admin@acme.example"
HEADER = "Device User ID,First Name,Last Name,Email,Callback Number\n"
TWO = "A1,Ann,Adams,ann@acme.example,802-555-0111\nA2,Ben,Brown,ben@acme.example,(613) 555-0112\n"
PLACES = "Building Name,Street Address,City,State,Zip,Country,Location,Floor,Room\n"


def no_judge() -> Judge:
    raise AssertionError("no address is to be judged here")


def uploaded(organization: Organization, kind: str, text: str | bytes, by: str = WHO) -> ImportRun:
    """A run with its file, its columns not yet confirmed."""
    with inside(organization):
        run = imports.start(organization, kind, "file.csv", by, "192.0.2.1", None)
        store_upload(run, [text.encode() if isinstance(text, str) else text])
    return run


def confirmed(run: ImportRun, accept_suggestions: bool = False) -> ImportRun:
    """Its columns confirmed as they are proposed."""
    with inside(run.organization):
        shape = shape_of(upload_path(run), run.kind, run.organization)
        imports.confirm_mapping(run, shape.mapping, accept_suggestions)
    return run


def worked(run: ImportRun, judge: Judge | None = None) -> ImportRun:
    """The run after one step of the worker."""
    found = next_run()
    assert found is not None
    assert found.pk == run.pk
    work_on(found, (lambda: judge) if judge is not None else no_judge)
    return again(run)


def again(run: ImportRun) -> ImportRun:
    """The run as the database has it now."""
    with everywhere():
        return ImportRun.objects.select_related("organization").get(pk=run.pk)


def compared(organization: Organization, kind: str, text: str | bytes, judge: Judge | None = None) -> ImportRun:
    """A run that waits to be accepted."""
    return worked(confirmed(uploaded(organization, kind, text)), judge)


def applied(
    organization: Organization, kind: str, text: str | bytes, judge: Judge | None = None, missing: str = imports.KEEP
) -> ImportRun:
    """A run that was written, its wrong rows left out."""
    run = compared(organization, kind, text, judge)
    with inside(organization):
        imports.accept(run, skip_wrong=True, missing=missing)
    return worked(run)


def undone(run: ImportRun) -> ImportRun:
    with inside(run.organization):
        imports.undo(run)
    return worked(run)


def numbers(run: ImportRun) -> dict[str, int]:
    """How many rows of each kind, those of which there are any."""
    with Plan.open(run) as plan:
        counts = plan.counts()
    return {kind: counts[kind] for kind in ("new", "changed", "unchanged", "wrong", "missing") if counts[kind]}


def person(organization: Organization, device_user_id: str) -> Person:
    with inside(organization):
        return Person.objects.get(device_user_id=device_user_id)


def files(run: ImportRun) -> set[str]:
    """What lies in the run's folder."""
    folder: Path = upload_path(run).parent
    return {path.name for path in folder.iterdir()} if folder.exists() else set()
