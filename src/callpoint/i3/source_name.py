"""Names of LoST servers: application unique strings (RFC 4848 §4)."""

import re
from collections.abc import Iterable
from typing import Final

_SOURCE: Final = re.compile(r"(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9]+")


def is_source(text: str) -> bool:
    """Whether `text` can name a server, as authority.example does; the schema of LoST wants a dot (RFC 5222 §15)."""
    return _SOURCE.fullmatch(text) is not None


def has_passed(source: str, path: Iterable[str]) -> bool:
    """Whether the server named `source` is in `path`: names are domain names, alike in either case (RFC 4848 §4)."""
    return source.lower() in (step.lower() for step in path)
