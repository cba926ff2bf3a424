"""`callpoint prepare`: the central database brought up to date, before web and worker use it."""

from typing import Annotated

import typer

from callpoint.ops.data_dir import admin_password, screen_token
from callpoint.ops.django_start import with_django
from callpoint.ops.options import ConfigOption, DataOption, OffsetOption, configure
from callpoint.ops.processes.start import begin
from callpoint.ops.sample import ADMIN_EMAIL, phone_uri, psap_uri, relay_uri

SampleOption = Annotated[bool, typer.Option("--sample", help="Also make the sample organization and data sets.")]


def prepare(
    data: DataOption = None, config: ConfigOption = None, port_offset: OffsetOption = None, sample: SampleOption = False
) -> None:
    """Bring the central database up to date: tables of this version and, with --sample, the sample
    organization and data sets."""
    begin("prepare")
    settings = configure(data, config, port_offset)
    with_django(settings, "callpoint.directory.boot:migrate")
    if sample:
        calls_go_to = (psap_uri(settings), relay_uri(settings), phone_uri(settings))
        administrator = (ADMIN_EMAIL, admin_password(settings.data))
        arguments = (*calls_go_to, *administrator, settings.data / "datasets", screen_token(settings.data))
        with_django(settings, "callpoint.ops.sample_work:prepare_sample", *arguments)
