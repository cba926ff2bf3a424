"""Where e-mail is handed over, read from one URL, for the configuration, Django and the dispatcher."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from callpoint.channels.settings import MailProvider, SmtpServer

Security = Literal["starttls", "tls", "none"]
# RFC 3207 for `starttls`.
_SCHEMES: Final[Mapping[str, tuple[Security, int]]] = {
    "smtp": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp+plain": ("none", 25),
}
_PROVIDER: Final = "anymail+"


@dataclass(frozen=True)
class _Provider:
    """A provider as anymail knows it: what its settings begin with, what its keys are called, and what a host is."""

    prefix: str
    keys: tuple[str, ...]
    host: str = ""


PROVIDERS: Final[Mapping[str, _Provider]] = {
    "brevo": _Provider("BREVO", ("API_KEY",)),
    "mailersend": _Provider("MAILERSEND", ("API_TOKEN",)),
    "mailgun": _Provider("MAILGUN", ("API_KEY",), "SENDER_DOMAIN"),
    "mailjet": _Provider("MAILJET", ("API_KEY", "SECRET_KEY")),
    "mailtrap": _Provider("MAILTRAP", ("API_TOKEN",)),
    "mandrill": _Provider("MANDRILL", ("API_KEY",)),
    "postal": _Provider("POSTAL", ("API_KEY",)),
    "postmark": _Provider("POSTMARK", ("SERVER_TOKEN",)),
    "resend": _Provider("RESEND", ("API_KEY",)),
    "sendgrid": _Provider("SENDGRID", ("API_KEY",)),
    "sparkpost": _Provider("SPARKPOST", ("API_KEY",)),
    "unisender-go": _Provider("UNISENDER_GO", ("API_KEY",)),
}
"""The name in `anymail+NAME://…` to the provider; "ses" besides, whose settings have another form."""


def mail_server(url: str) -> SmtpServer | MailProvider | None:
    """The server of `smtp://user:password@host:587`, the provider of `anymail+postmark://TOKEN`; None for "".

    Options of a provider follow as in `?api_url=https://…`. Raises ValueError for what is no such URL.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme.startswith(_PROVIDER):
        return _provider(parts.scheme.removeprefix(_PROVIDER), parts.netloc, dict(parse_qsl(parts.query)))
    if parts.scheme not in _SCHEMES or not parts.hostname:
        names = ", ".join(f"{name}://" for name in (*_SCHEMES, "anymail+postmark"))
        raise ValueError(f"a mail server's URL begins with {names} and a host")
    security, port = _SCHEMES[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpServer(parts.hostname, parts.port or port, user, password, security)


def _provider(name: str, place: str, options: Mapping[str, str]) -> MailProvider:
    # Taken apart by hand: tokens tell capital letters from small ones, which a host name does not.
    before, at, after = place.rpartition("@")
    given = tuple(unquote(key) for key in (before if at else place).split(":"))
    host = unquote(after) if at else ""
    if name == "ses":
        return MailProvider("anymail.backends.amazon_ses.EmailBackend", _amazon(given, host))
    if name not in PROVIDERS:
        raise ValueError(f"{name!r} is no provider; there are {', '.join(sorted((*PROVIDERS, 'ses')))}")
    known = PROVIDERS[name]
    if len(given) != len(known.keys) or not all(given):
        raise ValueError(f"{name} needs {' and '.join(known.keys)}, as in anymail+{name}://{':'.join(known.keys)}")
    settings = dict(zip(known.keys, given, strict=True))
    if host and not known.host:
        raise ValueError(f"{name} has no use for what stands behind the @")
    if host:
        settings[known.host] = host
    settings |= {option.upper(): value for option, value in options.items()}
    full = {f"{known.prefix}_{option}": value for option, value in settings.items()}
    return MailProvider(f"anymail.backends.{name.replace('-', '_')}.EmailBackend", full)


def _amazon(given: tuple[str, ...], region: str) -> dict[str, Any]:
    if len(given) != 2 or not all(given) or not region:
        raise ValueError("ses needs a key, its secret and a region, as in anymail+ses://KEY:SECRET@us-east-1")
    keys = {"aws_access_key_id": given[0], "aws_secret_access_key": given[1], "region_name": region}
    return {"AMAZON_SES_CLIENT_PARAMS": keys}
