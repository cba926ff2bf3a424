"""`callpoint worker`: publishes changes into the snapshot, turns facts into call records."""

import typer

from callpoint.ops.django_start import with_django
from callpoint.ops.options import ConfigOption, DataOption, OffsetOption, configure
from callpoint.ops.processes.start import begin


def worker(data: DataOption = None, config: ConfigOption = None, port_offset: OffsetOption = None) -> None:
    """Run the worker alone: publishing, call records, prompts."""
    begin("worker")
    settings = configure(data, config, port_offset)
    raise typer.Exit(with_django(settings, "callpoint.worker.process:main", settings))
