"""`callpoint doctor`."""

import os
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

from callpoint.ops.config_source import load
from callpoint.ops.doctor.check import Subject, run_checks
from callpoint.ops.doctor.configuration import unreadable
from callpoint.ops.doctor.finding import Finding
from callpoint.ops.doctor.report import as_json, healthy, show
from callpoint.ops.doctor.themes import all_checks
from callpoint.ops.errors import ConfigError
from callpoint.ops.options import ConfigOption, DataOption, JsonOption, OffsetOption, print_json

HEALTHY, UNHEALTHY, NO_CONFIGURATION = 0, 1, 2


def doctor(
    data: DataOption = None,
    config: ConfigOption = None,
    port_offset: OffsetOption = None,
    as_document: JsonOption = False,
) -> None:
    """What is wrong with this installation, and the remedy. Changes nothing; ends with 1 when there is an error."""
    findings, code = examined(data, config, port_offset)
    if as_document:
        print_json(as_json(findings))
    else:
        show(findings, Console())
    raise typer.Exit(code)


def examined(data: Path | None, config: Path | None, port_offset: int | None) -> tuple[list[Finding], int]:
    """All findings and the exit code. Unlike the other commands it makes no data directory."""
    try:
        loaded = load(config, os.environ, data, port_offset)
    except (ConfigError, OSError) as error:
        return [unreadable(error)], NO_CONFIGURATION
    findings = run_checks(Subject(loaded, datetime.now(UTC)), all_checks())
    return findings, HEALTHY if healthy(findings) else UNHEALTHY
