"""`callpoint data changes`: what became of addresses when data sets were exchanged."""

from typing import Annotated, Any

import typer

from callpoint.ops.django_start import with_django
from callpoint.ops.options import ConfigOption, DataOption, JsonOption, configure, print_json

LINES_SHOWN = 50  # a new set of boundaries may touch every address; the JSON has them all

OrganizationOption = Annotated[
    str | None, typer.Option("--org", metavar="SLUG", help="Only addresses of this organization.")
]
RunsOption = Annotated[int, typer.Option("--last", metavar="N", min=1, help="How many times to look back.")]


def changes(
    org: OrganizationOption = None,
    last: RunsOption = 1,
    as_json: JsonOption = False,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Which addresses got another PSAP or verdict when data sets were exchanged, and which are no longer confirmed.

    What was confirmed before stays as it was, with the version of the set that said so.
    """
    settings = configure(data, config)
    document = with_django(settings, "callpoint.ops.data_changes_work:document", org, last)
    if as_json:
        print_json(document)
    else:
        _tell(document)


def _tell(document: dict[str, Any]) -> None:
    if not document["runs"]:
        typer.echo("No data sets have been exchanged yet, or the worker has not got to it.")
    for run in document["runs"]:
        counts = f"{run['examined']:,} addresses examined, {run['changed']:,} changed"
        typer.echo(f"{run['started_at']}  {run['why']}: {counts}, {run['state']}")
        typer.echo(f"  by {', '.join(run['data_sets']) or 'no data set'}")
        for line in run["lines"][:LINES_SHOWN]:
            change = f"{line['before'] or 'nothing'} → {line['after'] or 'nothing'}"
            typer.echo(f"  {line['organization']}: {line['address']}  [{line['what']}] {change}")
        if len(run["lines"]) > LINES_SHOWN:
            typer.echo(f"  and {len(run['lines']) - LINES_SHOWN:,} more (--json has them all)")
