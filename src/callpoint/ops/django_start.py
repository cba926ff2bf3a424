"""The one place where Django is started, for the commands and processes that need it.

Models can only be imported after `django.setup()`, so what works with them is named and imported here, afterwards.
"""

import importlib
import os
from typing import Any

from callpoint.directory.boot import start_django
from callpoint.ops.config import Address, Config, Sip


def with_django(config: Config, target: str, *arguments: Any, **named: Any) -> Any:
    """Starts Django for this installation and calls `target` (`module:function`) with the arguments given."""
    os.environ |= environment_for(config)
    start_django(config.data, config.database_url)
    module, _, function = target.partition(":")
    return getattr(importlib.import_module(module), function)(*arguments, **named)


def environment_for(config: Config) -> dict[str, str]:
    """What `django_settings` reads besides the data directory and the database.

    Children read the environment again as settings, so every name of ours is one; what is none is named otherwise.
    """
    return {
        "CALLPOINT_HOSTS": ",".join(config.hosts),
        "CALLPOINT_SECURE_COOKIES": "1" if config.secure_cookies else "0",
        "CALLPOINT_WEB_PUBLIC_URL": config.web_url,
        "CALLPOINT_WEB_STREAMS_PUBLIC_URL": config.streams_url,
        "CALLPOINT_WEBHOOKS_ALLOWED_NETWORKS": ",".join(config.webhooks.allowed_networks),
        "CALLPOINT_WEBHOOKS_PLAIN_HTTP": "1" if config.webhooks.plain_http else "0",
        "CALLPOINT_WEB_PROXIES": ",".join(config.web.proxies),
        "CALLPOINT_SIP_HOST_NAME": config.sip.host_name,
        "SIP_ADDRESSES_OF_CALLPOINT": ",".join(_sip_addresses(config.sip)),
        "CALLPOINT_WEB_MAP_TILES": config.web.map_tiles,
        "CALLPOINT_WEB_MAP_CREDIT": config.web.map_credit,
        "CALLPOINT_MAIL_URL": config.mail.url,
        "CALLPOINT_MAIL_SENDER": config.mail.sender,
    }


def _sip_addresses(sip: Sip) -> list[str]:
    """Where trunks send calls to, each as `udp sip.example.com:5060`."""
    listened = (("udp", sip.udp), ("tcp", sip.tcp), ("tls", sip.tls))
    return [
        f"{transport} {Address(sip.advertised_host or address.host, address.port)}"
        for transport, addresses in listened
        for address in addresses
    ]
