"""What the channels are told by whoever starts them (`ops.channel_settings` makes it of the configuration)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class SmtpServer:
    """Where e-mail is handed over, and how the line is protected."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: Literal["starttls", "tls", "none"] = "starttls"


@dataclass(frozen=True)
class MailProvider:
    """A provider of e-mail over HTTPS: the path of its anymail backend, and what anymail is to know of it."""

    backend: str
    options: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class MailSettings:
    """How e-mail leaves. Without a server it is written as files into `folder`.

    `connections` is how many messages are handed over at the same time; `seconds` what the server has for each step.
    """

    sender: str
    folder: Path
    server: SmtpServer | MailProvider | None = None
    connections: int = 8
    seconds: float = 10.0


@dataclass(frozen=True)
class SmppCenter:
    """A short message center spoken to by SMPP 3.4.

    `long` is how longer texts go: as parts a phone puts together ("udh"), or whole ("payload"). `window` is how many
    messages may wait for its answer.
    """

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    tls: bool = False
    system_type: str = ""
    long: Literal["udh", "payload"] = "udh"
    window: int = 10
    connect_seconds: float = 5.0


@dataclass(frozen=True)
class SmsApi:
    """A provider of text messages over HTTPS as Twilio has it; `url` is its root, without the path of the API."""

    url: str
    account: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class SmsSettings:
    """`sender` is the number or short code texts come from. `segments` is how many a text may have at most."""

    provider: SmppCenter | SmsApi | None = None
    sender: str = ""
    segments: int = 4


@dataclass(frozen=True)
class HttpSettings:
    """How other people's servers are asked (webhooks, Teams, Slack).

    `allowed_networks` may be reached although they are private or special; of others only public addresses are.
    `plain` lets http: through, where the line is no concern. `seconds` in all for one exchange.
    """

    allowed_networks: tuple[Network, ...] = ()
    plain: bool = False
    seconds: float = 10.0
    connections: int = 64


@dataclass(frozen=True)
class ChannelSettings:
    """All of them. `node_control` is the node's control socket where calls out are set up, None where they are not.

    How many notices may be under way at once, and for how long, is for whoever calls `send` to say.
    """

    mail: MailSettings
    sms: SmsSettings = SmsSettings()
    node_control: Path | None = None
    http: HttpSettings = HttpSettings()
