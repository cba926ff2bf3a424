"""Takes text as it came, gives text fit for reading: of bounded length, no controls, plain fractions and dashes."""

import re
from typing import Final

from callpoint.addresses.domains.numerals import FRACTIONS
from callpoint.addresses.verdict import Reason

# Several times the longest address anybody writes; more is a file pasted by mistake, and reading it takes time.
MAX_CHARS: Final = 500

_FRACTION: Final = re.compile(f" ?([{''.join(FRACTIONS)}])")
_LINE_ENDS: Final = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_INVISIBLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff]")
_DASHES: Final = re.compile(r"[‐‑‒–—−﹣-]")
_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2116: ord("#")}
_PAIR_OF_NUMBERS: Final = re.compile(r"^(\s*#?\s*\d{1,5}[A-Za-z]?)\s*-\s*(?=\d)")

CUT: Final = Reason("text_cut", f"The text is longer than {MAX_CHARS} characters; only its beginning was read.")
CONTROLS: Final = Reason("control_characters", "Control characters or other invisible signs were left out.")


def clean(text: str) -> tuple[str, tuple[Reason, ...]]:
    """`text` for reading, at most `MAX_CHARS` long, and notes on what was left out. Line ends become commas."""
    notes: list[Reason] = []
    if len(text) > MAX_CHARS:
        text = text.strip()  # a column of a spreadsheet, filled up with blanks
    if len(text) > MAX_CHARS:
        text = text[:MAX_CHARS]
        notes.append(CUT)
    if not (text.isascii() and text.isprintable()):
        text = _LINE_ENDS.sub(",", text.strip()).replace("\t", " ")
        text, dropped = _INVISIBLE.subn(" ", text)
        if dropped:
            notes.append(CONTROLS)
        text = _FRACTION.sub(lambda match: " " + FRACTIONS[match[1]], text)
        text = _DASHES.sub("-", text.translate(_WIDE))
    if "-" in text:
        text = _PAIR_OF_NUMBERS.sub(r"\1-", text)
    return text[:MAX_CHARS], tuple(notes)  # fractions have grown
