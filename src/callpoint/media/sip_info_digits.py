"""Digits that come in the body of a SIP INFO (RFC 6086 §3 leaves the body to its type; these two are in common use)."""

from dataclasses import dataclass

from callpoint.media.telephone_event import DIGITS

RELAY_TYPE = "application/dtmf-relay"
PLAIN_TYPE = "application/dtmf"
# A digit's body has two short lines; more is not read.
MAX_BODY = 256


@dataclass(frozen=True)
class SipInfoDigits:
    """One key press; `duration` in milliseconds, None where the body names none."""

    digit: str
    duration: int | None = None

    @classmethod
    def parse(cls, content_type: str, body: bytes) -> "SipInfoDigits | None":
        """`Signal=1\\r\\nDuration=160` of application/dtmf-relay, or the bare key of application/dtmf.

        None when the type is another or the body holds no key. Some senders write 10 and 11 for * and #.
        """
        kind = content_type.partition(";")[0].strip().lower()
        if kind not in (RELAY_TYPE, PLAIN_TYPE) or len(body) > MAX_BODY:
            return None
        text = body.decode("ascii", "replace")
        fields = {
            name.strip().lower(): value.strip()
            for name, equals, value in (line.partition("=") for line in text.splitlines())
            if equals
        }
        digit = _digit(fields.get("signal", "" if fields else text.strip()))
        duration = fields.get("duration", "")
        return cls(digit, int(duration) if duration.isdecimal() and duration.isascii() else None) if digit else None

    def __str__(self) -> str:
        return f"Signal={self.digit}\r\nDuration={self.duration if self.duration is not None else 160}\r\n"


def _digit(signal: str) -> str:
    if len(signal) == 1:
        return signal.upper() if signal.upper() in DIGITS else ""
    return {"10": "*", "11": "#"}.get(signal, "")
