"""Says a finished English sentence in the language of the page.

Rules, verdicts, imports and decisions make sentences with values in them, and some were written down long ago. Each is
matched against the templates it may have been made from (`sentences/`); its values are put into the translation. What
nobody made a template of is shown as it is: a sentence in another language is better than none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from django.utils.translation import get_language, gettext

from callpoint.web.wording.sentences import addresses, directory, imports, routing

SOURCE_LANGUAGE: Final = "en"
DEEPEST: Final = 3
"""Values may be sentences themselves ("The address is refused: …"); deeper ones are shown as they are."""
WHOLE_SENTENCES: Final = frozenset({"why", "what", "error", "cause", "reason", "told", "more", "complaint"})
ROW: Final = re.compile(r"row [\d,]+: ")
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
    known = sentence in _fixed() or depth == 0
    whole = gettext(sentence) if known else sentence
    if whole != sentence or depth >= DEEPEST:
        return whole
    return _by_template(sentence, language, depth) or _by_pieces(sentence, language, depth) or sentence


def _by_template(sentence: str, language: str, depth: int) -> str:
    """Through the most telling template it may have been made from; "" when none fits."""
    for template in _templates():
        found = template.pattern.fullmatch(sentence)
        if found is not None:
            values = {name: _said(value, language, depth + 1) for name, value in found.groupdict().items()}
            return gettext(template.msgid) % values
    return ""


def _by_pieces(sentence: str, language: str, depth: int) -> str:
    """Sentences joined to one, or one that lost its full stop on the way; "" when nothing of it is known."""
    if ROW.match(sentence):
        where, _, what = sentence.partition(": ")
        return gettext("row %(number)s: %(what)s") % {
            "number": where.removeprefix("row "),
            "what": _said(what, language, depth + 1),
        }
    pieces = sentence.split("; ")
    if len(pieces) > 1:
        told = list(_one_by_one(pieces, language, depth + 1))
        return "; ".join(told) if told != pieces else ""
    if sentence.endswith("."):
        return ""
    stopped = f"{sentence}."
    whole = gettext(stopped) if stopped in _fixed() else _by_template(stopped, language, depth)
    return whole.removesuffix(".") if whole != stopped else ""


def _one_by_one(pieces: list[str], language: str, depth: int) -> Iterator[str]:
    """Joined sentences, of which some hold a semicolon themselves: each as long as any template fits."""
    while pieces:
        for count in range(len(pieces), 0, -1):
            together = "; ".join(pieces[:count])
            told = (
                _said(together, language, DEEPEST) if together in _fixed() else _by_template(together, language, depth)
            )
            if told or count == 1:
                yield told or together
                pieces = pieces[count:]
                break


@cache
def _fixed() -> frozenset[str]:
    """Sentences without values. Only these, never the whole catalogue: a person may be called May, a place Home."""
    return frozenset(text for text in _texts() if not _PLACEHOLDER.search(text))


@cache
def _texts() -> frozenset[str]:
    return frozenset((*addresses.SENTENCES, *directory.SENTENCES, *imports.SENTENCES, *routing.SENTENCES))


@cache
def _templates() -> tuple[_Template, ...]:
    """Those with placeholders, the most telling first: a sentence may fit several."""
    found = [_template(text) for text in _texts() if _PLACEHOLDER.search(text)]
    return tuple(sorted(found, key=lambda one: (-one.literal, one.msgid)))


def _value(name: str) -> str:
    """What may stand for it: a value within one sentence, or whole sentences where the name says so."""
    return ".*?" if name in WHOLE_SENTENCES else "(?:(?!; ).)*?"


def _template(msgid: str) -> _Template:
    pieces = _PLACEHOLDER.split(msgid)
    pattern = "".join(
        re.escape(piece.replace("%%", "%")) if index % 2 == 0 else f"(?P<{piece}>{_value(piece)})"
        for index, piece in enumerate(pieces)
    )
    return _Template(msgid, re.compile(pattern, re.DOTALL), sum(map(len, pieces[::2])))
