"""`callpoint data`: reference data from files, which addresses are checked against and PSAPs found by."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from callpoint.addresses import reference
from callpoint.datasets import building
from callpoint.datasets.boundary_build import load_boundaries
from callpoint.datasets.catalogue import Catalogue
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.kinds import Kind, check_name, name_from
from callpoint.datasets.loading import LoadRequest
from callpoint.datasets.loading import Progress as Tell
from callpoint.datasets.meta import DatasetMeta
from callpoint.ops.config import Config
from callpoint.ops.data_changes import changes
from callpoint.ops.data_report import catalogue_json, failure_json, show_catalogue, show_loaded, show_report
from callpoint.ops.errors import OperatorError
from callpoint.ops.options import ConfigOption, DataOption, JsonOption, configure, print_json, read_configuration

KindArgument = Annotated[Kind, typer.Argument(help="What it holds.")]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="Which column is which field; may be given several times."),
]
CompleteOption = Annotated[
    bool | None,
    typer.Option(
        "--complete/--partial",
        help="Whether it claims to hold every address of the places it covers (default: what its publisher claims).",
    ),
]
SampleOption = Annotated[
    bool,
    typer.Option("--sample", help="For trying out: confirms nothing for real organizations, and every answer says so."),
]
NameOption = Annotated[
    str | None,
    typer.Option("--name", metavar="N", help="What to call it (default: after the file). Replaces its like."),
]
AttributionOption = Annotated[
    str, typer.Option("--attribution", metavar="TEXT", help="Licence or credit to be shown with it.")
]

FAILED: Final = 1
USAGE: Final = 2

DIRECTORY: Final = "datasets"

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Reference data: load, list and remove address points, roads and PSAP boundaries (each takes --data DIR).",
)


@app.command()
def load(
    kind: KindArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, help="A GeoPackage or a CSV file.")],
    name: NameOption = None,
    columns: MapOption = None,
    complete: CompleteOption = None,
    sample: SampleOption = False,
    attribution: AttributionOption = "",
    as_json: JsonOption = False,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Load a file as a data set; one of the same name is replaced in one step, under way or not.

    A row that cannot be used is reported with its line and does not stop the rest. With a broken file nothing is
    changed; exit code 1.
    """
    with _asked_for_wrongly():
        name = check_name(name_from(file) if name is None else name)
    chosen = _column_map(columns or [])
    directory = datasets_directory(configure(data, config))
    try:
        with _progress(file.name, shown=not as_json) as tell:
            meta = _load(LoadRequest(kind, file, name, directory, chosen, complete, sample, attribution, tell))
    except DatasetError as error:
        if as_json:
            print_json(failure_json(error))
            raise typer.Exit(FAILED) from error
        if error.report is not None:
            show_report(error.report, Console(stderr=True))
        raise OperatorError(error.sentence, error.remedy) from error
    if as_json:
        print_json({"loaded": True} | meta.to_json())
    else:
        show_loaded(meta, Console())


@app.command(name="list")
def list_(as_json: JsonOption = False, data: DataOption = None, config: ConfigOption = None) -> None:
    """The data sets there are, with version, counts, gaps and overlaps."""
    catalogue = Catalogue(datasets_directory(read_configuration(data, config)))
    files = catalogue.all_files()
    if as_json:
        print_json(catalogue_json(files, catalogue.problems()))
    else:
        show_catalogue(files, catalogue.problems(), Console())


@app.command()
def remove(
    kind: KindArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `data list` shows it.")],
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Take a data set away. Addresses it confirmed keep their verdict until they are checked again."""
    with _asked_for_wrongly():
        check_name(name)
    try:
        building.remove(datasets_directory(read_configuration(data, config)), kind, name)
    except DatasetError as error:
        raise OperatorError(error.sentence, error.remedy) from error
    typer.echo(f"Removed: {kind}/{name}")


app.command()(changes)


def datasets_directory(settings: Config) -> Path:
    """Where the data sets of an installation lie."""
    return settings.data / DIRECTORY


def _load(request: LoadRequest) -> DatasetMeta:
    return load_boundaries(request) if request.kind == "psaps" else reference.load(request)


def _column_map(words: Sequence[str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for word in words:
        field, equals, column = (part.strip() for part in word.partition("="))
        if not (field and equals and column):
            raise OperatorError(
                f"--map {word} is not of the form FIELD=COLUMN.", "Example: --map Add_Number=HOUSE", USAGE
            )
        if field in chosen:
            raise OperatorError(f"--map names {field} twice.", "One field comes from one column.", USAGE)
        chosen[field] = column
    return chosen


@contextmanager
def _asked_for_wrongly() -> Iterator[None]:
    try:
        yield
    except DatasetError as error:
        raise OperatorError(error.sentence, error.remedy, USAGE) from error


@contextmanager
def _progress(title: str, *, shown: bool) -> Iterator[Tell]:
    """A bar on standard error, where that is a terminal. When all is read, what follows has no measure."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not (shown and console.is_terminal)) as bar:
        task = bar.add_task(f"Reading {title}", total=None)

        def tell(done: int, total: int) -> None:
            read = done >= total
            bar.update(
                task,
                description="Building and checking" if read else f"Reading {title}",
                completed=done,
                total=None if read else total,
            )

        yield tell
