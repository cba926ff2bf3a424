"""`callpoint web`: pages and HTTP interfaces."""

import os

import typer

from callpoint.addresses.remote.settings import RemoteSettings
from callpoint.ops.config import lost_settings
from callpoint.ops.data_dir import pass_key
from callpoint.ops.django_start import with_django
from callpoint.ops.options import ConfigOption, DataOption, OffsetOption, configure
from callpoint.ops.processes.start import begin


def web(data: DataOption = None, config: ConfigOption = None, port_offset: OffsetOption = None) -> None:
    """Run the web server alone."""
    begin("web")
    settings = configure(data, config, port_offset)
    pass_key(settings.data)
    os.environ |= lost_settings(settings).to_environment() | RemoteSettings.of(settings.addresses).to_environment()
    raise typer.Exit(with_django(settings, "callpoint.web.process:main", settings))
