"""`callpoint import users|locations`: a CSV file into the directory, by the rules of the portal's pages."""

from pathlib import Path
from typing import Annotated, Any

import typer

from callpoint.ops.django_start import with_django
from callpoint.ops.options import ConfigOption, DataOption, JsonOption, configure, print_json

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE.csv", exists=True, dir_okay=False, readable=True, help="The file.")
]
OrganizationOption = Annotated[str, typer.Option("--org", metavar="SLUG", help="The organization the rows belong to.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")]

MAX_ERRORS_SHOWN = 50  # a wrong delimiter makes every row wrong; the JSON has them all

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True, help="Import a CSV file.")


@app.command()
def users(
    file: FileArgument,
    org: OrganizationOption,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """People, by the usual column names of calling platforms (docs/import.md lists them).

    With a wrong row nothing is written; exit code 1.
    """
    _import("users", file, org, dry_run, as_json, data, config)


@app.command()
def locations(
    file: FileArgument,
    org: OrganizationOption,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Buildings and the locations in them (docs/import.md lists the columns). Each address gets its verdict.

    With a wrong row nothing is written; exit code 1.
    """
    _import("locations", file, org, dry_run, as_json, data, config)


def _import(
    kind: str, file: Path, org: str, dry_run: bool, as_json: bool, data: Path | None, config: Path | None
) -> None:
    settings = configure(data, config)
    datasets = settings.data / "datasets"
    work = "callpoint.ops.import_work:import_file"
    result = with_django(settings, work, kind, file, org, dry_run, datasets, settings.addresses)
    if as_json:
        print_json(result)
    else:
        _tell(result)
    if result["wrong"]:
        raise typer.Exit(1)


def _tell(result: dict[str, Any]) -> None:
    counts = ", ".join(f"{result[name]} {name}" for name in ("new", "changed", "unchanged", "wrong"))
    done = "Imported" if result["written"] else "Nothing written"
    typer.echo(f"{done}: {counts}{' (dry run)' if result['dry_run'] else ''}")
    if result["ignored_columns"]:
        typer.echo(f"Columns passed over: {', '.join(result['ignored_columns'])}")
    if result["not_dispatchable"]:
        count = f"{result['not_dispatchable']:,}"
        typer.echo(f"Not dispatchable: {count} of the rows, as no data set confirms their address to the door")
    _list(result["warnings"], "warning: ")
    _list(result["errors"])


def _list(told: list[dict[str, Any]], mark: str = "") -> None:
    for one in told[:MAX_ERRORS_SHOWN]:
        where = f"row {one['row']}" if one["row"] else "file"
        column = f", {one['column']}" if one["column"] else ""
        typer.echo(f"  {mark}{where}{column}: {one['message']}", err=True)
    if len(told) > MAX_ERRORS_SHOWN:
        typer.echo(f"  and {len(told) - MAX_ERRORS_SHOWN} more (--json has them all)", err=True)
