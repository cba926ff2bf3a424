"""Address services elsewhere, all of one shape, none asked unless the operator says so.

They add evidence to what the data sets say, for pages and jobs. Nothing on a call's way asks them.
"""

from callpoint.addresses.remote.census import Census
from callpoint.addresses.remote.choice import KINDS, provider_of
from callpoint.addresses.remote.lost_validation import LostValidation
from callpoint.addresses.remote.nominatim import Nominatim
from callpoint.addresses.remote.provider import (
    DEFAULT_SECONDS,
    MAX_ANSWER_BYTES,
    Evidence,
    Exchange,
    HttpAnswer,
    HttpRequest,
    Provider,
    RemoteError,
    ask,
)

__all__ = [
    "DEFAULT_SECONDS",
    "KINDS",
    "MAX_ANSWER_BYTES",
    "Census",
    "Evidence",
    "Exchange",
    "HttpAnswer",
    "HttpRequest",
    "LostValidation",
    "Nominatim",
    "Provider",
    "RemoteError",
    "ask",
    "provider_of",
]
