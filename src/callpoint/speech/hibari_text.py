"""Text for hibari: phonemes where its rules misread a word, spelled letters marked as letters."""

import re

from callpoint.speech.english_numbers import DIGITS, TEENS, TENS
from callpoint.speech.pronunciations import PRONUNCIATIONS

# hibari reads `[word](/phonemes/)` as markup, so none may come in from a name somebody typed.
_MARKUP = re.compile(r"[\[\]()/*_<>{}|\\]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NUMBER_WORDS = frozenset((*DIGITS, *TEENS, *filter(None, TENS)))
_LETTER_A = "ˈA"


def prepare(text: str) -> str:
    """`text` with hibari's inline phonemes; what it cannot mean as speech is taken out."""
    plain = _MARKUP.sub(" ", text)
    return _WORD.sub(lambda match: _spoken(match, plain), plain)


def _spoken(match: re.Match[str], text: str) -> str:
    word = match[0]
    if word == "A" and _is_letter(text[: match.start()], text[match.end() :]):
        return f"[A](/{_LETTER_A}/)"
    phonemes = PRONUNCIATIONS.get(word.lower())
    return f"[{word}](/{phonemes}/)" if phonemes else word


def _is_letter(before: str, after: str) -> bool:
    """Whether a capital A is the letter: the article is capital only at the start, before an ordinary word."""
    opens_sentence = not before.strip() or before.rstrip()[-1] in ".!?"
    following = _WORD.match(after.lstrip())
    article = opens_sentence and following is not None and following[0].islower()
    return not article or (following is not None and following[0] in _NUMBER_WORDS)
