"""`callpoint bench WHAT`: figures of speed and size, with the machine they were seen on."""

from collections.abc import Callable
from typing import Annotated

import typer

from callpoint.ops.bench import calls, importing, lost, notices, validate
from callpoint.ops.bench.report import Report
from callpoint.ops.errors import OperatorError
from callpoint.ops.options import DataOption, JsonOption

# What can be measured so far; each takes `quick` and gives its report.
BENCHES: dict[str, Callable[[bool], Report]] = {
    "calls": calls.run,
    "validate": validate.run,
    "lost": lost.run,
    "import": importing.run,
    "notices": notices.run,
}


def bench(
    what: Annotated[str, typer.Argument(metavar="WHAT", help=f"One of: {', '.join(BENCHES)}.")] = "calls",
    as_json: JsonOption = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="A fiftieth of the work: is the bench itself in order?")
    ] = False,
    postgres: Annotated[
        str, typer.Option("--postgres", metavar="URL", help="For import: an empty PostgreSQL database to measure on.")
    ] = "",
    data: DataOption = None,
) -> None:
    """Measure this version on this machine. Takes minutes; touches no installation (--data is not used)."""
    run = BENCHES.get(what)
    if run is None:
        raise OperatorError(f"There is no bench {what!r}.", f"Choose one of: {', '.join(BENCHES)}.", exit_code=2)
    report = importing.run(quick, postgres) if run is importing.run else run(quick)
    if as_json:
        typer.echo(report.as_json())
    else:
        typer.echo("\n".join(report.as_lines()))
