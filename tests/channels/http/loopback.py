"""Settings under which tests reach servers of their own."""

import ipaddress

from callpoint.channels.settings import HttpSettings

LOOPBACK = HttpSettings((ipaddress.ip_network("127.0.0.0/8"),), plain=True, seconds=5.0)
