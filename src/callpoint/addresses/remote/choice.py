"""Which provider a configuration means."""

from typing import Final

from callpoint.addresses.remote import census, nominatim
from callpoint.addresses.remote.census import Census
from callpoint.addresses.remote.lost_validation import LostValidation
from callpoint.addresses.remote.nominatim import Nominatim
from callpoint.addresses.remote.provider import Provider

KINDS: Final = ("lost", "nominatim", "census")


def provider_of(kind: str, url: str = "", email: str = "", user_agent: str = "") -> Provider | None:
    """The provider of that kind, None for ""; an empty `url` is the public server, where there is one.

    ValueError for a kind that is not one of KINDS, and for LoST without a URL.
    """
    agent = user_agent or "Callpoint"
    match kind:
        case "":
            return None
        case "nominatim":
            return Nominatim(url or nominatim.PUBLIC_URL, email, agent)
        case "census":
            return Census(url or census.PUBLIC_URL, user_agent=agent)
        case "lost" if url:
            return LostValidation(url, agent)
        case "lost":
            raise ValueError("a LoST server needs its URL")
    raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
