"""`callpoint audit`: is the history of changes whole, and all of it for somebody who checks it himself."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from callpoint.ops.django_start import with_django
from callpoint.ops.options import ConfigOption, DataOption, JsonOption, configure, print_json

OrganizationOption = Annotated[
    str | None, typer.Option("--org", metavar="SLUG", help="Only this organization's (default: every chain).")
]
HeadOption = Annotated[
    Path | None,
    typer.Option("--head", metavar="FILE", help="Write where each chain ends; keep it where nobody else can write."),
]
AgainstOption = Annotated[
    Path | None,
    typer.Option(
        "--against",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        readable=True,
        help="What --head wrote earlier: shows whether history was cut or rewritten since.",
    ),
]
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE.jsonl", dir_okay=False, help="The file to write; it must not exist.")
]

FAILED: Final = 1

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="The history of changes: check that nothing was altered or taken out, and export it.",
)


@app.command()
def verify(
    org: OrganizationOption = None,
    head: HeadOption = None,
    against: AgainstOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Walk every chain and tell the first entry that does not fit, and what that means. Exit code 1 if there is one.

    A chain whose end was cut off together with the record of it holds in itself: only --against an earlier --head
    shows that.
    """
    settings = configure(data, config)
    report = with_django(settings, "callpoint.ops.audit_work:verify", org, against, not as_json)
    if head is not None and report["holds"]:
        with_django(settings, "callpoint.ops.audit_work:keep_head", report, head)
    if as_json:
        print_json(report)
    else:
        _show(report, head)
    if not report["holds"]:
        raise typer.Exit(FAILED)


@app.command()
def export(
    file: FileArgument,
    org: OrganizationOption = None,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """All entries of an organization (without --org: of the installation itself) as JSON Lines, with their digests.

    The first line says how to check them without Callpoint.
    """
    count = with_django(configure(data, config), "callpoint.ops.audit_work:export", org, file)
    typer.echo(f"{count} entries in {file}")


def _show(report: dict[str, Any], head: Path | None) -> None:
    for chain in report["chains"]:
        name = chain["organization"] or (
            "the installation itself" if chain["chain"] == 0 else f"chain {chain['chain']}"
        )
        typer.echo(f"{name}: {chain['entries']} entries, the last one's digest {chain['digest']}")
        if chain["broken"] is not None:
            typer.secho(f"  {chain['broken']['meaning']}", fg=typer.colors.RED)
    if report["holds"]:
        typer.echo("Every chain holds.")
    else:
        typer.echo("History does not hold; docs/audit.md says what to do.", err=True)
        if head is not None:
            typer.echo(f"{head} was not written: a broken chain has no end worth keeping.", err=True)
