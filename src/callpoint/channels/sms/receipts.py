"""Delivery receipts: what a short message center says later of a message (SMPP 3.4 §5.2.28, §5.3.2.35, appendix B)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

_RECEIPT: Final = 0x04
_TYPE_BITS: Final = 0x3C
MESSAGE_ID_TAG: Final = 0x001E
MESSAGE_STATE_TAG: Final = 0x0427
_ID: Final = re.compile(r"\bid:\s*([^\s]+)", re.IGNORECASE)
_STATE: Final = re.compile(r"\bstat:\s*([A-Z]+)", re.IGNORECASE)
_ERROR: Final = re.compile(r"\berr:\s*([^\s]+)", re.IGNORECASE)
_NUMBERED: Final = {2: "delivered", 3: "failed", 4: "failed", 5: "failed", 8: "failed"}
_NAMED: Final = {
    "DELIVRD": "delivered", "EXPIRED": "failed", "DELETED": "failed", "UNDELIV": "failed", "REJECTD": "failed",
}  # fmt: skip
_WORDS: Final = {3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}


class Parameter(Protocol):
    @property
    def tag(self) -> int: ...
    @property
    def value(self) -> bytes: ...


class Delivered(Protocol):
    """The part of a deliver_sm that is read here."""

    @property
    def esm_class(self) -> int: ...
    @property
    def short_message(self) -> bytes: ...
    @property
    def tlvs(self) -> Iterable[Parameter]: ...


@dataclass(frozen=True)
class DeliveryReceipt:
    """`state` is delivered or failed, `why` the center's own words for a failure."""

    message_id: str
    state: str
    why: str = ""


def receipt_of(event: Delivered) -> DeliveryReceipt | None:
    """The receipt, by its parameters or else its text; None for what is none, or says that it is still under way."""
    if event.esm_class & _TYPE_BITS != _RECEIPT:
        return None
    text = event.short_message.decode("latin-1")
    values = {one.tag: one.value for one in event.tlvs}
    message_id = values.get(MESSAGE_ID_TAG, b"").rstrip(b"\0").decode("latin-1") or _found(_ID, text)
    number = int.from_bytes(values.get(MESSAGE_STATE_TAG, b""), "big")
    word = _found(_STATE, text).upper() or _WORDS.get(number, "")
    state = _NUMBERED.get(number) or _NAMED.get(word[:7], "")
    if not message_id or not state:
        return None
    error = _found(_ERROR, text)
    why = "" if state == "delivered" else " ".join(part for part in (word, f"(error {error})" if error else "") if part)
    return DeliveryReceipt(message_id, state, why)


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""
