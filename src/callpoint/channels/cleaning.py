"""Values made harmless: whatever somebody typed or a call brought stays text of one line and of bearable length.

What a channel takes for markup is escaped by the channel itself; here goes what is text nowhere.
"""

import unicodedata
from typing import Final

ELLIPSIS: Final = "…"

# Characters of no width that turn the direction of text around, or hide in it: with them a name could show another
# text than it holds (Unicode Technical Report 36 §2.10). Joiners of Indic and Arabic script are among them.
_INVISIBLE: Final = frozenset(
    {0x00AD, 0x061C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)}
)
# Line and paragraph separators, and the characters str.splitlines takes for line ends.
_BREAKS: Final = {ord(sign): "\n" for sign in "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"}
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
# Categories: control, surrogate, private use and unassigned.
_NO_TEXT: Final = {"Cc": "", "Cs": _REPLACEMENT, "Co": _REPLACEMENT, "Cn": _REPLACEMENT}


def one_line(text: str, longest: int) -> str:
    """`text` on one line of at most `longest` characters, an ellipsis where something was left off."""
    # Cut before looking at each character: a name of 100 kB costs no more than one of a line.
    enough = 4 * longest + 64
    line = " ".join(_printable(text[:enough]).split())
    return shortened(line if len(text) <= enough else f"{line} {ELLIPSIS}".lstrip(), longest)


def lines(text: str, longest: int) -> str:
    """`text` with its line breaks, at most `longest` characters; none of its lines ends in blanks."""
    kept = _printable(text[: longest + 1].replace("\r\n", "\n").translate(_BREAKS))
    return shortened("\n".join(line.rstrip() for line in kept.split("\n")).strip("\n"), longest)


def shortened(text: str, longest: int) -> str:
    """At most `longest` characters, the last of them an ellipsis when something was left off."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + ELLIPSIS


def _printable(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(sign: str) -> str:
    if sign in "\n\t" or ord(sign) in _BREAKS:
        return sign
    if ord(sign) in _INVISIBLE:
        return ""
    return _NO_TEXT.get(unicodedata.category(sign), sign)
