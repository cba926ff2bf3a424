"""Who administers the sample organization of `callpoint demo`, and where its calls go."""

from callpoint.ops.config import Config

ADMIN_EMAIL = "admin@demo.example"
SLUG = "demo"


def psap_uri(config: Config) -> str:
    """The simulated PSAP. TCP: an INVITE with a location is longer than one UDP packet should be (RFC 3261 §18.1.1)."""
    return f"sip:{config.psap_sip};transport=tcp"


def relay_uri(config: Config) -> str:
    """The simulated relay center."""
    return f"sip:{config.relay_sip};transport=tcp"


def phone_uri(config: Config) -> str:
    """The simulated phones, which a PSAP's calls back ring."""
    return f"sip:{config.phone_sip};transport=udp"
