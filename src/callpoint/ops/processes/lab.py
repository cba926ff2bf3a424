"""`callpoint lab`: the simulated PSAP, relay center and phones."""

from callpoint.lab.main import LabConfig, run
from callpoint.ops.config import Config
from callpoint.ops.options import ConfigOption, DataOption, OffsetOption, configure
from callpoint.ops.processes.start import begin, plainly
from callpoint.sip.hop import Hop


def lab(data: DataOption = None, config: ConfigOption = None, port_offset: OffsetOption = None) -> None:
    """Run the simulated PSAP and relay center alone."""
    begin("lab")
    settings = lab_config(configure(data, config, port_offset))
    with plainly("lab"):
        run(settings)


def lab_config(config: Config) -> LabConfig:
    """The lab's part of the configuration; call-backs go to the node's first UDP (else TCP) address."""
    node = None
    if config.sip.udp:
        node = Hop("udp", config.sip.udp[0].host, config.sip.udp[0].port)
    elif config.sip.tcp:
        node = Hop("tcp", config.sip.tcp[0].host, config.sip.tcp[0].port)
    lab = config.lab
    return LabConfig(
        lab.host, lab.http_port, lab.psap_port, lab.relay_port, node, config.sip.host_name, phone_port=lab.phone_port
    )
