"""The mail server's URL taken apart; read by the configuration and by Django's settings."""

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

Security = Literal["starttls", "tls", "none"]
_SCHEMES: Final[dict[str, tuple[Security, int]]] = {
    "smtp": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp+plain": ("none", 25),
}


@dataclass(frozen=True)
class MailServer:
    """Where e-mail is handed over, and how the line is protected (RFC 3207 for `starttls`)."""

    host: str
    port: int
    user: str
    password: str
    security: Security


def mail_server(url: str) -> MailServer | None:
    """The server of `smtp://user:password@host:587`; None for "". Raises `ValueError` for what is no such URL."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ValueError(f"a mail server's URL begins with {', '.join(f'{name}://' for name in _SCHEMES)} and a host")
    security, port = _SCHEMES[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, parts.port or port, user, password, security)
