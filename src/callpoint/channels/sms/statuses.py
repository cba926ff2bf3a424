"""What a short message center answers: which refusals may pass (SMPP 3.4 §5.1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callpoint.channels.notice import DeliveryError

THROTTLED: Final = 0x58
QUEUE_FULL: Final = 0x14
# A center that says "too fast" names no time; its window of counting is commonly one second.
THROTTLED_SECONDS: Final = 1.0
QUEUE_FULL_SECONDS: Final = 5.0


@dataclass(frozen=True)
class _Status:
    words: str
    permanent: bool = False
    retry_after: float | None = None


STATUSES: Final[Mapping[int, _Status]] = {
    0x01: _Status("message length is invalid", permanent=True),
    0x02: _Status("command length is invalid", permanent=True),
    0x03: _Status("command is unknown", permanent=True),
    0x04: _Status("not bound in the right way"),
    0x06: _Status("priority is invalid", permanent=True),
    0x07: _Status("registered delivery flag is invalid", permanent=True),
    0x08: _Status("system error"),
    0x0A: _Status("source address is invalid: look at sms.sender", permanent=True),
    0x0B: _Status("destination address is invalid", permanent=True),
    0x0D: _Status("bind failed"),
    0x0E: _Status("password is wrong: look at sms.url"),
    0x0F: _Status("system_id is unknown: look at sms.url"),
    QUEUE_FULL: _Status("message queue is full", retry_after=QUEUE_FULL_SECONDS),
    0x43: _Status("esm_class is invalid", permanent=True),
    0x45: _Status("submit failed"),
    0x48: _Status("source address type is invalid: look at sms.sender", permanent=True),
    0x50: _Status("destination address type is invalid", permanent=True),
    THROTTLED: _Status("too many messages at once", retry_after=THROTTLED_SECONDS),
    0x64: _Status("the receiving application is busy"),
    0x65: _Status("the receiving application refused it", permanent=True),
    0xFE: _Status("delivery failed"),
    0xFF: _Status("unknown error"),
}


def refusal(command_status: int) -> DeliveryError:
    """The error for a command_status that is not 0. One nobody knows may pass: better told twice than not at all."""
    status = STATUSES.get(command_status, _Status("refused"))
    why = f"the short message center: {status.words} (0x{command_status:08X})"
    return DeliveryError(why, permanent=status.permanent, retry_after=status.retry_after)
