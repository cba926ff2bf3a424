"""Options that several commands share, and the configuration they lead to."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from callpoint.ops.config import Config
from callpoint.ops.config_source import load
from callpoint.ops.data_dir import make_data_dir

DataOption = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="Data directory (default ./callpoint-data).")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="callpoint.toml to read.")]
OffsetOption = Annotated[
    int | None, typer.Option("--port-offset", metavar="N", help="Added to every port, for a second installation.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
ReadyOption = Annotated[
    Path | None, typer.Option("--ready-file", metavar="F", help="Gets one JSON object when everything answers.")
]


def read_configuration(data: Path | None, config: Path | None = None, port_offset: int | None = None) -> Config:
    """The configuration for a command that only looks: nothing is made, the data directory may be absent.

    Raises ConfigError for a wrong setting.
    """
    loaded = load(config, os.environ, data, port_offset)
    return loaded.in_directory(loaded.data.absolute())


def configure(data: Path | None, config: Path | None = None, port_offset: int | None = None) -> Config:
    """The configuration for this command; its data directory exists afterwards and is absolute.

    Raises OperatorError (ConfigError for a wrong setting).
    """
    loaded = load(config, os.environ, data, port_offset)
    return loaded.in_directory(make_data_dir(loaded.data))


def print_json(document: Any) -> None:
    """One document on standard output, keys as given, non-ASCII as it is."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
