"""JSON from a stranger: whatever it holds, reading it ends in a value of the type asked for or in RemoteError."""

import json
import math
from typing import Any, Final, NoReturn

from callpoint.addresses.remote.provider import RemoteError
from callpoint.addresses.verdict import LatLon

_HTTP_OK: Final = 200
# No name of a street or place is longer; what is, was not meant to be read.
_LONGEST_TEXT: Final = 200


def read_json(provider: str, status: int, body: bytes) -> Any:
    """The value in `body`, when the status is 200. Infinity and NaN, which Python would take, are refused."""
    if status != _HTTP_OK:
        raise RemoteError(f"{provider} answered with status {status}")
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise RemoteError(f"{provider} did not answer in JSON") from error


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; what is no object in it, or no list, is left out."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def member(value: object, *names: str) -> object:
    """`value[names[0]][names[1]]…`, None as soon as something on the way is missing or no object."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(value: object, *names: str) -> str:
    """A text on that path, "" for anything else and for what is too long to be one."""
    found = member(value, *names)
    return found.strip() if isinstance(found, str) and len(found) <= _LONGEST_TEXT else ""


def point(latitude: object, longitude: object) -> LatLon | None:
    """Latitude and longitude in degrees, given as numbers or texts; None when they are no place on earth."""
    values = []
    for value, limit in ((latitude, 90.0), (longitude, 180.0)):
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        try:
            degrees = float(value)
        except (ValueError, OverflowError):
            return None
        if not math.isfinite(degrees) or abs(degrees) > limit:
            return None
        values.append(degrees)
    return (values[0], values[1]) if values != [0.0, 0.0] else None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
