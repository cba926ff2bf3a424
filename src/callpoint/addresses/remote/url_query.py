"""The query part of a URL. (urllib would do, but brings the means to open URLs into a part that opens nothing.)"""

from collections.abc import Mapping
from typing import Final

_PLAIN: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def url_query(values: Mapping[str, str]) -> str:
    """ "a=b&c=d%20e" of the values that are not empty, in UTF-8; lone surrogates become "?"."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in values.items() if value)


def _quoted(text: str) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))
