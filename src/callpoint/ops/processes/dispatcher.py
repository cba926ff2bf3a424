"""`callpoint dispatcher`: streams of live calls. Imports no Django."""

from callpoint.dispatcher.main import DispatcherConfig, run
from callpoint.ops.data_dir import operator_token
from callpoint.ops.options import ConfigOption, DataOption, OffsetOption, configure
from callpoint.ops.processes.start import begin, plainly


def dispatcher(data: DataOption = None, config: ConfigOption = None, port_offset: OffsetOption = None) -> None:
    """Run the dispatcher alone: streams of live calls and alarms."""
    begin("dispatcher")
    settings = configure(data, config, port_offset)
    journal = settings.node_dir / "journal.db"
    token = operator_token(settings.data)
    with plainly("dispatcher"):
        run(DispatcherConfig(journal, token, settings.web.streams_host, settings.web.streams_port))
