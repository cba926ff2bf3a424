"""`callpoint node`: SIP, 911 and 933. Imports no Django: a call never waits for the central database."""

from callpoint.node.config import Listen, NodeConfig, Transport
from callpoint.node.main import run
from callpoint.ops.config import Addresses, Config
from callpoint.ops.options import ConfigOption, DataOption, OffsetOption, configure
from callpoint.ops.processes.start import begin, plainly


def node(data: DataOption = None, config: ConfigOption = None, port_offset: OffsetOption = None) -> None:
    """Run the node alone: SIP, 911 and 933."""
    begin("node")
    settings = node_config(configure(data, config, port_offset))
    with plainly("node"):
        run(settings)


def node_config(config: Config) -> NodeConfig:
    """The node's part of the configuration."""
    certificate, key = config.tls_files
    sip = config.sip
    by_transport: dict[Transport, Addresses] = {"udp": sip.udp, "tcp": sip.tcp, "tls": sip.tls}
    listen = tuple(Listen(name, a.host, a.port) for name, addresses in by_transport.items() for a in addresses)
    return NodeConfig(
        data_dir=config.data,
        listen=listen,
        host_name=sip.host_name,
        advertised_host=sip.advertised_host,
        tls_certificate=certificate if sip.tls else None,
        tls_key=key if sip.tls else None,
        tls_authorities=sip.tls_ca,
        reroute_seconds=sip.reroute_seconds,
        fallback_relay=sip.fallback_relay,
        rtp_ports=(config.read_back.rtp_port_min, config.read_back.rtp_port_max),
        max_read_back_calls=config.read_back.max_calls,
        stranger_rate=sip.stranger_rate,
        voice_gateway=config.voice.gateway,
        voice_username=config.voice.username,
        voice_password=config.voice.password,
        voice_caller=config.voice.caller,
        max_call_outs=config.voice.max_calls,
        ring_seconds=config.voice.ring_seconds,
        options_seconds=sip.options_seconds,
    )
