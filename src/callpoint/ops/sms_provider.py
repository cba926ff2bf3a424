"""Where text messages are handed over, read from one URL."""

from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from callpoint.channels.settings import SmppCenter, SmsApi

_SMPP: Final = {"smpp": (False, 2775), "smpps": (True, 3550)}
_API: Final = {"twilio": "https", "twilio+plain": "http"}
_LONG: Final[Mapping[str, Literal["udh", "payload"]]] = {"udh": "udh", "payload": "payload"}
_OPTIONS: Final = frozenset({"system_type", "long", "window"})
MOST_WINDOW: Final = 1000


def sms_provider(url: str) -> SmppCenter | SmsApi | None:
    """The center of `smpp://system_id:password@host:2775`, the provider of `twilio://account:token@host`; None for "".

    Options of a center: `?system_type=…&long=udh|payload&window=10`. Raises ValueError for what is no such URL.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {*_SMPP, *_API} or not parts.username or not parts.hostname:
        raise ValueError(f"it must begin with {', '.join(f'{name}://' for name in (*_SMPP, *_API))}, a user and a host")
    user, password = unquote(parts.username), unquote(parts.password or "")
    if parts.scheme in _API:
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        port = f":{parts.port}" if parts.port else ""
        return SmsApi(f"{_API[parts.scheme]}://{host}{port}", user, password)
    tls, port_number = _SMPP[parts.scheme]
    options = dict(parse_qsl(parts.query))
    if unknown := set(options) - _OPTIONS:
        raise ValueError(f"there is no option {sorted(unknown)[0]!r}; there are {', '.join(sorted(_OPTIONS))}")
    long, window = options.get("long", "udh"), options.get("window", "10")
    if long not in _LONG:
        raise ValueError("long must be udh or payload")
    if not window.isdecimal() or not 1 <= int(window) <= MOST_WINDOW:
        raise ValueError(f"window must be a number from 1 to {MOST_WINDOW}")
    return SmppCenter(
        parts.hostname,
        parts.port or port_number,
        user,
        password,
        tls=tls,
        system_type=options.get("system_type", ""),
        long=_LONG[long],
        window=int(window),
    )
