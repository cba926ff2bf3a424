"""The command line. A command's module is loaded when it is used: `callpoint node` never loads Django.

Exit codes: 0 done, 1 it failed, 2 it was asked for wrongly (usage, configuration).
"""

import importlib
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from callpoint import __version__
from callpoint.ops.errors import OperatorError


@dataclass(frozen=True)
class CommandEntry:
    """Where a command lives (`module:name`, a function or a Typer app of subcommands) and its line in `--help`."""

    target: str
    help: str
    hidden: bool = False


COMMANDS = {
    "demo": CommandEntry(
        "callpoint.ops.up_command:demo", "Start everything, with simulated PSAP and a sample organization."
    ),
    "up": CommandEntry("callpoint.ops.up_command:up", "Start Callpoint for production."),
    "dial": CommandEntry("callpoint.ops.dial_command:dial", "Make a real SIP call to 911 or 933 from this terminal."),
    "explain": CommandEntry(
        "callpoint.ops.explain_command:explain", "What would happen if this person dialled 911 now."
    ),
    "validate": CommandEntry(
        "callpoint.ops.validate_command:validate", "Is there such an address, where is it, and who answers there."
    ),
    "import": CommandEntry("callpoint.ops.import_command:app", "Import users or locations from a CSV file."),
    "data": CommandEntry("callpoint.ops.data_command:app", "Load and list reference data: addresses, roads, PSAPs."),
    "audit": CommandEntry("callpoint.ops.audit_command:app", "Check and export the history of changes."),
    "recording": CommandEntry("callpoint.ops.recording_command:app", "List recorded calls and take one out."),
    "administrator": CommandEntry(
        "callpoint.ops.administrator_command:administrator", "Appoint the first administrator, or let one in again."
    ),
    "prepare": CommandEntry(
        "callpoint.ops.prepare_command:prepare", "Bring the central database up to date (up and demo do it themselves)."
    ),
    "lab": CommandEntry("callpoint.ops.processes.lab:lab", "Run the simulated PSAP and relay center alone."),
    "node": CommandEntry("callpoint.ops.processes.node:node", "Run the node alone: SIP, 911 and 933."),
    "dispatcher": CommandEntry("callpoint.ops.processes.dispatcher:dispatcher", "Run the dispatcher alone: streams."),
    "media": CommandEntry("callpoint.ops.processes.media:media", "Run the media process alone: guards who listen."),
    "worker": CommandEntry("callpoint.ops.processes.worker:worker", "Run the worker alone: publishing, call records."),
    "web": CommandEntry("callpoint.ops.processes.web:web", "Run the web server alone."),
    "doctor": CommandEntry(
        "callpoint.ops.doctor.command:doctor", "What is wrong with this installation, and the remedy."
    ),
    "bench": CommandEntry("callpoint.ops.bench.command:bench", "Figures of speed and size, beside a peer."),
}


class LazyGroup(TyperGroup):
    """A group whose commands are known by name and help line, and loaded only to be run or to explain themselves."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {
            name: TyperCommand(name, help=entry.help, hidden=entry.hidden) for name, entry in COMMANDS.items()
        }

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name in COMMANDS else None, rest

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except OperatorError as error:
            typer.secho(f"callpoint: {error.sentence}", err=True, fg=typer.colors.RED)
            typer.echo(f"  What to do: {error.remedy}", err=True)
            raise typer.Exit(error.exit_code) from error


def load_command(name: str) -> Any:
    """The command itself, imported."""
    entry = COMMANDS[name]
    module, _, attribute = entry.target.partition(":")
    loaded = getattr(importlib.import_module(module), attribute)
    if not isinstance(loaded, typer.Typer):
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name, help=loaded.__doc__)(loaded)
        loaded = single
    command = typer.main.get_command(loaded)
    command.name = name
    return command


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Callpoint: self-hosted Enhanced 911. A call is never lost, a location never better than it is said to be.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"callpoint {__version__}")
        raise typer.Exit


@app.callback()
def callpoint(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print the version."),
) -> None:
    """Holds the options of the program as a whole; its help stands on `app`."""


def main() -> None:
    """Entry point of the `callpoint` program."""
    app()
