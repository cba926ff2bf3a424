"""A text as short messages: which alphabet, how many parts, and what a phone needs to put them together again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callpoint.channels.sms.alphabet import CODES, fits, plain_signs, without_accents

GSM_7: Final = 0
UCS_2: Final = 8
"""Values of data_coding (SMPP 3.4 §5.2.19)."""

# 140 octets a message (3GPP TS 23.040 §9.2.3.24.1). A header of a long one takes 7 of them, 8 septets.
_SINGLE: Final = {GSM_7: 160, UCS_2: 140}
_PART: Final = {GSM_7: 152, UCS_2: 132}
_HEADER: Final = bytes((0x06, 0x08, 0x04))  # concatenated short messages with a 16 bit reference
MOST_PARTS: Final = 255
_CUT: Final = {GSM_7: "...", UCS_2: "…"}


@dataclass(frozen=True)
class Encoded:
    """`units` are the characters' octets in the order of the text; a unit is never cut in two."""

    data_coding: int
    units: tuple[bytes, ...]

    @property
    def whole(self) -> bytes:
        return b"".join(self.units)

    @property
    def parts(self) -> tuple[bytes, ...]:
        """What goes into each message, without headers."""
        if len(self.whole) <= _SINGLE[self.data_coding]:
            return (self.whole,)
        return _packed(self.units, _PART[self.data_coding])


def encode(text: str, segments: int) -> Encoded:
    """The text in the best alphabet it fits `segments` messages in: all its letters if possible, then without rare
    accents, and at last cut short."""
    text = plain_signs(text)
    whole = _gsm_7(text) if fits(text) else _ucs_2(text)
    if len(whole.parts) <= segments:
        return whole
    shorter = without_accents(text)
    form: Callable[[str], Encoded] = _gsm_7 if fits(shorter) else _ucs_2
    candidate = form(shorter)
    return candidate if len(candidate.parts) <= segments else _cut(shorter, segments, form)


def fitted(text: str, segments: int) -> str:
    """The text as `encode` would send it, for providers that do the encoding themselves."""
    encoded = encode(text, segments)
    if encoded.data_coding == UCS_2:
        return encoded.whole.decode("utf-16-be")
    signs = {octets: sign for sign, octets in CODES.items()}
    return "".join(signs[unit] for unit in encoded.units)


def with_headers(encoded: Encoded, reference: int) -> list[bytes]:
    """The parts of a long message, each with the header that says which it is; a single one without."""
    parts = encoded.parts
    if len(parts) == 1:
        return [parts[0]]
    mark = (reference & 0xFFFF).to_bytes(2, "big")
    return [_HEADER + mark + bytes((len(parts), number)) + part for number, part in enumerate(parts, 1)]


def _gsm_7(text: str) -> Encoded:
    return Encoded(GSM_7, tuple(CODES[sign] for sign in text))


def _ucs_2(text: str) -> Encoded:
    return Encoded(UCS_2, tuple(sign.encode("utf-16-be", "replace") for sign in text))


def _packed(units: tuple[bytes, ...], room: int) -> tuple[bytes, ...]:
    parts, current = [], b""
    for unit in units:
        if len(current) + len(unit) > room:
            parts.append(current)
            current = b""
        current += unit
    return (*parts, current)


def _cut(text: str, segments: int, form: Callable[[str], Encoded]) -> Encoded:
    mark = _CUT[form("").data_coding]
    low, high = 0, len(text)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(form(text[:middle] + mark).parts) <= segments else (low, middle - 1)
    return form(text[:low].rstrip() + mark)
