"""The GSM 7 bit default alphabet (3GPP TS 23.038 §6.2.1): what fits 160 to a message."""

import unicodedata
from typing import Final

_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE: Final = 0x1B
_EXTENDED: Final = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
CODES: Final = {
    **{sign: bytes((code,)) for code, sign in enumerate(_BASIC) if code != _ESCAPE},
    **{sign: bytes((_ESCAPE, code)) for sign, code in _EXTENDED.items()},
}
"""Each character to its septets, one an octet: those of the extension take two."""

# Signs of typography that cost more than half of a message and say no more than these.
_PLAIN: Final = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...",
    "\u00a0": " ", "\u202f": " ", "œ": "oe", "Œ": "OE",
})  # fmt: skip


def plain_signs(text: str) -> str:
    """`text` with typographic signs in their plain form."""
    return text.translate(_PLAIN)


def without_accents(text: str) -> str:
    """`text` with each letter the alphabet lacks in its base form: "Hôtel François" is "Hotel Francois"."""
    return "".join(sign if sign in CODES else _base(sign) for sign in text)


def fits(text: str) -> bool:
    return all(sign in CODES for sign in text)


def _base(sign: str) -> str:
    base = "".join(part for part in unicodedata.normalize("NFD", sign) if not unicodedata.combining(part))
    return base if fits(base) else sign
