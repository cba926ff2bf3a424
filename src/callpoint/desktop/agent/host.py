"""Which server a program belongs to, as people write it."""

from typing import Final
from urllib.parse import urlsplit

SCHEMES: Final = ("https", "http")


class HostError(ValueError):
    """Not the address of a server; the text says what is wrong with it."""


def base_url(written: str) -> str:
    """`https://host[:port]` from a host, an address, or the address of the page (".../onsite/"). Raises HostError.

    Without a scheme it is https: a token is not sent in the clear unless somebody wrote so.
    """
    given = written.strip()
    address = given if "://" in given else f"https://{given}"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise HostError(f"{given!r} is not the address of a server: {error}") from error
    if parts.scheme not in SCHEMES or not parts.hostname or parts.username or any(c.isspace() for c in address):
        raise HostError(f"{given!r} is not the address of a server, as in https://callpoint.example.com")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = parts.path.rstrip("/").removesuffix("/onsite")
    return f"{parts.scheme}://{name}{f':{port}' if port else ''}{path}"
