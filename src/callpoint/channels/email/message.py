"""A notice as an e-mail: plain text, the same in simple HTML, and headers nobody's name can break out of."""

import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parseaddr
from typing import Final

from callpoint.channels.cleaning import one_line
from callpoint.channels.email.mime_text import display_name, header_value, quoted_printable
from callpoint.channels.notice import DeliveryError, Notice
from callpoint.routing.alert_records import Recipient

# RFC 5321 §4.5.3.1: 64 for the part before the @, 255 for the domain.
LONGEST_LOCAL_PART: Final = 64
LONGEST_DOMAIN: Final = 255
LONGEST_NAME: Final = 100
LONGEST_SUBJECT: Final = 200
_NOT_IN_ADDRESSES: Final = frozenset(' \t\r\n<>()[]\\,;:"')
_DIGEST_LETTERS: Final = 32
_BOUNDARY_LETTERS: Final = 24
_URGENT: Final = frozenset({"emergency", "relay_center", "psap_callback"})


@dataclass(frozen=True)
class Mail:
    """An e-mail, complete. `sender` and `recipient` are bare addresses, `author` and `reader` with their names."""

    sender: str
    author: str
    recipient: str
    reader: str
    subject: str
    message_id: str
    headers: Mapping[str, str]
    text: str
    html: str

    @property
    def content(self) -> bytes:
        """As it is sent: lines end in CR LF, all of it is ASCII but an address that cannot be."""
        boundary = f"=_{digest(self.message_id)[:_BOUNDARY_LETTERS]}"
        fields = {
            "From": self.author,
            "To": self.reader,
            "Subject": header_value(self.subject),
            "Message-ID": self.message_id,
            **self.headers,
            "MIME-Version": "1.0",
            "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
        parts = [_part(boundary, "plain", self.text), _part(boundary, "html", self.html)]
        return head + b"\r\n" + b"".join(parts) + f"--{boundary}--\r\n".encode()


def message(notice: Notice, recipient: Recipient, sender: str, now: datetime | None = None) -> Mail:
    """The same notice always bears the same Message-ID. Raises DeliveryError for an address that is none."""
    name, from_address = parseaddr(sender)
    author, reader = checked_address(from_address), checked_address(recipient.address)
    return Mail(
        sender=author,
        author=_mailbox(name, author),
        recipient=reader,
        reader=_mailbox(recipient.name, reader),
        subject=one_line(notice.subject, LONGEST_SUBJECT),
        message_id=message_id(notice.key, author),
        headers={"Date": format_datetime(now or datetime.now(UTC)), **extra_headers(notice)},
        text=notice.text + "\n",
        html=html_part(notice),
    )


def message_id(key: str, from_address: str) -> str:
    """Of the notice's key, so that a mailbox which gets it twice can tell (RFC 5322 §3.6.4)."""
    return f"<{digest(key)}@{ascii_domain(from_address.rpartition('@')[2]) or 'localhost'}>"


def digest(key: str) -> str:
    """A short name of a notice's key, of letters and digits."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:_DIGEST_LETTERS]


def extra_headers(notice: Notice) -> dict[str, str]:
    """That a machine wrote it (RFC 3834 §5), so that no absence notice answers; and how urgent it is."""
    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "fr" if notice.language.lower().startswith("fr") else "en",
    }
    if notice.type in _URGENT and not notice.test:
        headers |= {"Importance": "high", "X-Priority": "1"}
    return headers


def html_part(notice: Notice) -> str:
    """The text in HTML: everything escaped, our own links as links, nothing loaded from anywhere."""
    text = html.escape(notice.text)
    for url in sorted(set(notice.links.values()), key=len, reverse=True):
        if url.startswith(("https://", "http://")):
            shown = html.escape(url)
            text = text.replace(shown, f'<a href="{shown}">{shown}</a>')
    paragraphs = "".join(
        f"<p>{part}</p>\n" for part in text.replace("\n\n", "\x00").replace("\n", "<br>\n").split("\x00")
    )
    subject = html.escape(one_line(notice.subject, LONGEST_SUBJECT))
    language = "fr" if notice.language.lower().startswith("fr") else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{subject}</title></head>\n'
        f'<body style="font-family: sans-serif; line-height: 1.5">\n<h1 style="font-size: 1.3em">{subject}</h1>\n'
        f"{paragraphs}</body></html>\n"
    )


def _part(boundary: str, kind: str, text: str) -> bytes:
    head = f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
    return head.encode() + b"\r\n\r\n" + quoted_printable(text) + b"\r\n"


def _mailbox(name: str, address: str) -> str:
    plain = one_line(name, LONGEST_NAME)
    return f"{display_name(plain)} <{address}>" if plain else address


def checked_address(address: str) -> str:
    """`address` with its domain in ASCII. Raises DeliveryError (permanent) for what is no address."""
    local, at, domain = address.strip().rpartition("@")
    plain = ascii_domain(domain)
    good = (
        bool(at and local and plain)
        and len(local.encode("utf-8", "replace")) <= LONGEST_LOCAL_PART
        and not _NOT_IN_ADDRESSES & set(local + plain)
        and "@" not in local
        and (local + plain).isprintable()
    )
    if not good:
        raise DeliveryError(f"“{one_line(address, LONGEST_NAME)}” is no e-mail address", permanent=True)
    return f"{local}@{plain}"


def ascii_domain(domain: str) -> str:
    """The domain as name servers know it; "" for what can be none."""
    try:
        plain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return plain if len(plain) <= LONGEST_DOMAIN else ""
