"""`callpoint validate`: is there such an address, where is it, and who answers there."""

import json
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from callpoint.addresses.remote.second_opinion import second_opinion
from callpoint.addresses.verdict import Verdict
from callpoint.directory.address_desk import AddressDesk
from callpoint.ops.config import Config
from callpoint.ops.errors import OperatorError
from callpoint.ops.options import ConfigOption, DataOption, JsonOption, print_json, read_configuration
from callpoint.ops.validate_bulk import judged
from callpoint.ops.validate_view import show_verdict
from callpoint.transport.http_exchange import exchange

AddressArgument = Annotated[str | None, typer.Argument(metavar="ADDRESS", help="The address, in any usual spelling.")]
FileOption = Annotated[
    Path | None,
    typer.Option("--file", metavar="F", help='One address a line; with --json one JSON object a line out. "-": stdin.'),
]
AcceptOption = Annotated[int | None, typer.Option("--accept", metavar="N", min=1, help="Take suggestion number N.")]

STDIN: Final = Path("-")


def validate(
    address: AddressArgument = None,
    file: FileOption = None,
    accept: AcceptOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Judge one address or a file of them by the loaded data: verdict, standard form, position, PSAP, suggestions."""
    if (address is None) == (file is None):
        raise OperatorError("Give an address or --file F, one of the two.", "See callpoint validate --help.", 2)
    if file is not None and accept:
        raise OperatorError("--accept is for a single address.", "Validate that one by itself.", 2)
    settings = read_configuration(data, config)
    if file is not None:
        _validate_file(file, settings.data, as_json)
    else:
        _validate_one(address or "", settings, accept or 0, as_json)


def _validate_one(address: str, settings: Config, accept: int, as_json: bool) -> None:
    desk = AddressDesk.open(settings.data, second_opinion(settings.addresses, exchange))
    _tell_problems(desk)
    # Bytes of the terminal that are no UTF-8 cannot be written out again.
    document = desk.document(_verdict(desk, address.encode(errors="replace").decode(), accept))
    desk.close()
    if as_json:
        print_json(document)
    else:
        show_verdict(document, Console())


def _verdict(desk: AddressDesk, address: str, accept: int) -> Verdict:
    verdict = desk.verdict(address)
    if not accept:
        return verdict
    if accept > len(verdict.suggestions):
        known = f"There are {len(verdict.suggestions)}" if verdict.suggestions else "There is none"
        raise OperatorError(f"There is no suggestion {accept} for this address.", f"{known}.", exit_code=2)
    return desk.verdict(address, verdict.suggestions[accept - 1])


def _validate_file(file: Path, directory: Path, as_json: bool) -> None:
    with _opened(file) as (source, total), _progress(total) as advance:
        console = Console()
        for answer in judged(_lines(source), directory):
            if as_json:
                typer.echo(answer)
            else:
                show_verdict(json.loads(answer), console)
            advance()


@contextmanager
def _opened(file: Path) -> Iterator[tuple[BinaryIO, int | None]]:
    """The file and its number of lines, which is not known of standard input."""
    if file == STDIN:
        yield sys.stdin.buffer, None
        return
    try:
        with file.open("rb") as counted:
            total = sum(1 for _ in counted)
        source = file.open("rb")
    except OSError as error:
        raise OperatorError(
            f"{file} cannot be read: {error.strerror}.", "Look at its name and its owner.", 2
        ) from error
    with source:
        yield source, total


def _lines(source: Iterable[bytes]) -> Iterator[str]:
    """The lines in words; only "\n" ends one. A file may have been put together from others, so each is read alone."""
    mark = BOM_UTF8
    for line in source:
        yield _read(line.removeprefix(mark).rstrip(b"\r\n"))
        mark = b""


def _read(line: bytes) -> str:
    """UTF-8; and what is none is what Windows writes in North America, where every accent of French has its byte."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[], None]]:
    """A bar on standard error, so that standard output stays clean; none where nobody looks, or both would mix."""
    console = Console(stderr=True)
    shown = console.is_terminal and not sys.stdout.isatty()
    columns = (TextColumn("Judging"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not shown) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


def _tell_problems(desk: AddressDesk) -> None:
    for problem in desk.problems():
        typer.secho(f"callpoint: {problem}", err=True, fg=typer.colors.YELLOW)
