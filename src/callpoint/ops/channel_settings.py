"""From the configuration to what the channels are told."""

import ipaddress

from callpoint.channels.settings import ChannelSettings, HttpSettings, MailSettings, SmsSettings
from callpoint.ops.config import Config
from callpoint.ops.mail_server import mail_server
from callpoint.ops.sms_provider import sms_provider


def channel_settings(config: Config) -> ChannelSettings:
    """Of a checked configuration (`config.check`), so nothing of it can fail."""
    networks = tuple(ipaddress.ip_network(text, strict=False) for text in config.webhooks.allowed_networks)
    return ChannelSettings(
        mail=MailSettings(config.mail.sender, config.data / "mail", mail_server(config.mail.url)),
        sms=SmsSettings(sms_provider(config.sms.url), config.sms.sender),
        node_control=config.node_dir / "control.sock" if config.voice.gateway else None,
        http=HttpSettings(networks, config.webhooks.plain_http),
    )
