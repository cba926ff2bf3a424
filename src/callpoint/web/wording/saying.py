"""Says a finished English sentence in the language of the page.

Rules, verdicts, imports and decisions make sentences with values in them, and some were written down long ago. Each is
matched against the templates it may have been made from (`sentences/`); its values are put into the translation. What
nobody made a template of is shown as it is: a sentence in another language is better than none.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from django.utils.translation import get_language, gettext

from callpoint.web.wording.sentences import addresses, directory, imports, routing

SOURCE_LANGUAGE: Final = "en"
DEEPEST: Final = 3
"""Values may be sentences themselves ("The address is refused: …"); deeper ones are shown as they are."""
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class _Template:
    """A text with placeholders, and how sentences made from it are known."""

    msgid: str
    pattern: re.Pattern[str]
    literal: int


def said(sentence: str) -> str:
    """The sentence in the active language; unchanged where it is English or no template fits."""
    language = get_language() or SOURCE_LANGUAGE
    if not sentence or language.startswith(SOURCE_LANGUAGE):
        return sentence
    return _said(sentence, language, 0)


@lru_cache(maxsize=8192)
def _said(sentence: str, language: str, depth: int) -> str:
    whole = gettext(sentence)
    if whole != sentence or depth >= DEEPEST:
        return whole
    for template in _templates():
        found = template.pattern.fullmatch(sentence)
        if found is not None:
            values = {name: _said(value, language, depth + 1) for name, value in found.groupdict().items()}
            return gettext(template.msgid) % values
    return sentence


@cache
def _templates() -> tuple[_Template, ...]:
    """Those with placeholders, the most telling first: a sentence may fit several."""
    texts = {*addresses.SENTENCES, *directory.SENTENCES, *imports.SENTENCES, *routing.SENTENCES}
    found = [_template(text) for text in texts if _PLACEHOLDER.search(text)]
    return tuple(sorted(found, key=lambda one: (-one.literal, one.msgid)))


def _template(msgid: str) -> _Template:
    pieces = _PLACEHOLDER.split(msgid)
    pattern = "".join(
        re.escape(piece.replace("%%", "%")) if index % 2 == 0 else f"(?P<{piece}>.*?)"
        for index, piece in enumerate(pieces)
    )
    return _Template(msgid, re.compile(pattern, re.DOTALL), sum(map(len, pieces[::2])))
