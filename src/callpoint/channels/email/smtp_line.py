"""One line to a mail server: a message handed over command by command, so that each failure is known for what it is."""

import re
import smtplib
import socket
import ssl
from functools import lru_cache
from typing import Final

from callpoint.channels.cleaning import one_line
from callpoint.channels.notice import DeliveryError
from callpoint.channels.settings import SmtpServer

LONGEST_WORDS: Final = 200
# How greylisting servers say when to come again.
_WAIT: Final = re.compile(r"\b(\d{1,5})\s*(s|sec|secs|seconds?|m|min|mins|minutes?)\b", re.IGNORECASE)
_LEADING_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class StaleLineError(Exception):
    """The line was gone before anything of the message had been said: a new one may be tried at once."""


class SmtpLine:
    """Connected and, where there is a user, signed in. Blocks; of one thread at a time. Raises DeliveryError."""

    def __init__(self, server: SmtpServer, seconds: float, context: ssl.SSLContext | None = None) -> None:
        self.used = 0
        tls = context or ssl.create_default_context()
        try:
            self._smtp = _connected(server, seconds, tls)
        except smtplib.SMTPResponseException as error:
            raise _refused("the mail server", error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryError(
                f"the mail server does not do what mail.url asks for: {error}", permanent=True
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"the mail server cannot be reached: {_words(error)}") from error

    def send(self, sender: str, recipient: str, content: bytes) -> str:
        """What the server said when it took the message. Raises StaleLineError, DeliveryError."""
        try:
            self._command("MAIL FROM", *self._smtp.mail(sender, self._options(recipient)))
        except (OSError, smtplib.SMTPException) as error:
            if self.used:
                raise StaleLineError from error
            raise DeliveryError(f"the mail server broke off: {_words(error)}") from error
        try:
            self._command("RCPT TO", *self._smtp.rcpt(recipient))
            code, said = self._smtp.docmd("DATA")
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"the mail server broke off: {_words(error)}") from error
        if code != 354:
            raise _refused("DATA", code, said)
        return self._content(content)

    def reset(self) -> bool:
        """Makes it ready for another message after a refusal; False when it is of no more use."""
        try:
            return self._smtp.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def close(self) -> None:
        self._smtp.close()

    def _content(self, content: bytes) -> str:
        """RFC 5321 §4.2.5: only the answer after the final full stop says who is responsible for it from now on."""
        try:
            self._smtp.send(
                _LEADING_DOT.sub(b"..", content) + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n"
            )
            code, said = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            why = f"the mail server broke off before it said whether it took the message: {_words(error)}"
            raise DeliveryError(why, uncertain=True) from error
        self._command("the message", code, said)
        return _text(said)

    def _options(self, recipient: str) -> list[str]:
        """RFC 6531 §3.4. Raises DeliveryError where the server cannot write to such an address."""
        if recipient.isascii():
            return []
        if not self._smtp.has_extn("smtputf8"):
            raise DeliveryError("the mail server takes no addresses beyond ASCII", permanent=True)
        self._smtp.command_encoding = "utf-8"
        return ["SMTPUTF8", "BODY=8BITMIME"]

    def _command(self, what: str, code: int, said: bytes) -> None:
        if not 200 <= code < 300:
            raise _refused(what, code, said)


def _connected(server: SmtpServer, seconds: float, tls: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, _own_name(), timeout=seconds, context=tls)
    else:
        smtp = smtplib.SMTP(server.host, server.port, _own_name(), timeout=seconds)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=tls)
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


@lru_cache(maxsize=1)
def _own_name() -> str:
    """What we call ourselves at EHLO; asked once, as name servers can take their time."""
    return socket.getfqdn()


def _refused(what: str, code: int, said: bytes | str) -> DeliveryError:
    """RFC 5321 §4.2.1: 4xx may pass, 5xx does not; -1 is an answer that was none."""
    text = _text(said)
    why = f"refused at {what}: {code} {text}" if code > 0 else f"the mail server broke off at {what}"
    return DeliveryError(why, permanent=500 <= code < 600, retry_after=wait_named(text) if 400 <= code < 500 else None)


def wait_named(text: str) -> float | None:
    """Seconds a greylisting server names in its words, as in “try again in 300 seconds”; None when it names none."""
    found = _WAIT.search(text)
    if found is None:
        return None
    return float(found[1]) * (60.0 if found[2].lower().startswith("m") else 1.0)


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return one_line(text, LONGEST_WORDS)


def _words(error: Exception) -> str:
    return one_line(str(error) or type(error).__name__, LONGEST_WORDS)
