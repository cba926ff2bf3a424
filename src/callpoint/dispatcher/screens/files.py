"""What pages are made of, from memory, and pictures of buildings from the disk; with the headers both need."""

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from callpoint.dispatcher.screens.requests import RefusedError

TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
PICTURE_TYPES: Final[Mapping[str, str]] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
}
# Nothing from elsewhere, nothing inline. Sound is decoded from what the page itself fetched.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self' "
    "blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), screen-wake-lock=(self), autoplay=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# A picture that is a program in disguise runs nowhere, even opened by itself.
_PICTURE_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
}
NOT_FOUND: Final = "there is nothing here"


class StaticFiles:
    """The folder `static/`, read once."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[bytes, str, str]] = {}
        for found in (files("callpoint.dispatcher.screens") / "static").iterdir():
            kind = TYPES.get(Path(found.name).suffix)
            if kind is not None:
                body = found.read_bytes()
                self._files[found.name] = (body, kind, f'"{hashlib.sha256(body).hexdigest()[:32]}"')

    def response(self, request: Request, name: str) -> Response:
        """The file of that name; 304 for a browser that has it. Raises RefusedError."""
        if name not in self._files:
            raise RefusedError(404, NOT_FOUND)
        body, kind, tag = self._files[name]
        headers = {**HEADERS, "Cache-Control": "no-cache", "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=kind, headers=headers)


def picture_response(folder: Path, name: str) -> Response:
    """A picture named in a plan. Blocks for a file read. Raises RefusedError for what is no picture there."""
    kind = PICTURE_TYPES.get(Path(name).suffix.lower())
    if kind is None or Path(name).name != name or name.startswith("."):
        raise RefusedError(404, NOT_FOUND)
    try:
        body = (folder / name).read_bytes()
    except OSError:
        raise RefusedError(404, NOT_FOUND) from None
    return Response(body, media_type=kind, headers=dict(_PICTURE_HEADERS))
