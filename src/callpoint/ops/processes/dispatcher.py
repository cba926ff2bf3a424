"""`callpoint dispatcher`: tells whoever must know, and streams what happens to screens. Imports no Django."""

from functools import partial

from callpoint.channels.senders import build_senders
from callpoint.dispatcher.alerting import AlertingConfig
from callpoint.dispatcher.listening import ListeningConfig
from callpoint.dispatcher.main import DispatcherConfig, run
from callpoint.media.control_place import control_socket
from callpoint.ops.channel_settings import channel_settings
from callpoint.ops.config import Config
from callpoint.ops.data_dir import operator_token, pass_key, secret
from callpoint.ops.options import ConfigOption, DataOption, OffsetOption, configure
from callpoint.ops.processes.start import begin, plainly

LINK_KEY_FILE = "link-key"


def dispatcher(data: DataOption = None, config: ConfigOption = None, port_offset: OffsetOption = None) -> None:
    """Run the dispatcher alone: alerts, screens, streams of live calls and alarms."""
    begin("dispatcher")
    settings = dispatcher_config(configure(data, config, port_offset))
    with plainly("dispatcher"):
        run(settings)


def dispatcher_config(config: Config) -> DispatcherConfig:
    """The dispatcher's part of the configuration; secrets are made where there are none yet."""
    passes = pass_key(config.data)  # makes the folder, too
    alerting = AlertingConfig(
        folder=config.dispatcher_dir,
        node_journal=config.node_dir / "journal.db",
        snapshot=config.node_dir / "snapshot.db",
        prompts=config.node_dir / "prompts",
        pictures=config.data / "floor-plans",
        link_key=secret(config.dispatcher_dir / LINK_KEY_FILE),
        pass_key=passes,
        public_url=config.streams_url,
        portal_url=config.web_url,
        listening=ListeningConfig(
            control_socket(config.data), config.node_dir / "control.sock", config.node_dir / "journal.db"
        ),
        make_senders=partial(build_senders, channel_settings(config)),
    )
    token = operator_token(config.data)
    journal = config.node_dir / "journal.db"
    return DispatcherConfig(journal, token, config.web.streams_host, config.web.streams_port, alerting=alerting)
