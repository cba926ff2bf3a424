"""`callpoint media`: guards listen to calls and join them; recordings. Imports no Django, and no call waits for it."""

import logging
from collections.abc import Sequence

from callpoint.media.process import MediaConfig, leg_place, run
from callpoint.ops.config import Config
from callpoint.ops.errors import ConfigError
from callpoint.ops.options import ConfigOption, DataOption, OffsetOption, configure
from callpoint.ops.processes.start import begin, plainly
from callpoint.routing.alert_records import AlertPlan
from callpoint.snapshot.store import Snapshot

logger = logging.getLogger(__name__)

WILDCARDS = ("", "0.0.0.0", "::")


def media(data: DataOption = None, config: ConfigOption = None, port_offset: OffsetOption = None) -> None:
    """Run the media process alone: guards who listen to calls, and recordings."""
    begin("media")
    settings = configure(data, config, port_offset)
    media_settings = media_config(settings)
    try:
        leg_place(media_settings)
    except ValueError as error:
        raise ConfigError("monitoring", f"{error}.", "Correct host and ports in section [monitoring].") from error
    snapshot = Snapshot(settings.node_dir / "snapshot.db", alarm=_log)
    with plainly("media process"):
        run(media_settings, snapshot.alert_plan, lambda: published_plans(snapshot))


def media_config(config: Config) -> MediaConfig:
    """The media process's part of the configuration."""
    monitoring, sip = config.monitoring, config.sip
    listening = [address.host for address in (*sip.udp, *sip.tcp, *sip.tls) if address.host not in WILDCARDS]
    return MediaConfig(
        data_dir=config.data,
        host=monitoring.host or sip.advertised_host or next(iter(listening), ""),
        ports=(monitoring.rtp_port_min, monitoring.rtp_port_max),
        max_calls=monitoring.max_calls,
    )


def published_plans(snapshot: Snapshot) -> Sequence[AlertPlan]:
    """Every organization's. Raises LookupError while no snapshot has been read: "none" would mean something else."""
    if not snapshot.version:
        raise LookupError(snapshot.trouble or "nothing was published yet")
    return snapshot.alert_plans()


def _log(name: str, text: str, cleared: bool) -> None:
    """Of the snapshot. The node, which reads the same file, has it stand in its journal as well."""
    logger.log(logging.INFO if cleared else logging.WARNING, "%s: %s", name, text)
