"""Free text of an address (names of streets, places, buildings, rooms) made ready to be said.

Takes what somebody typed; gives words without abbreviations, digits or signs an engine would read wrongly.
"""

import re

from callpoint.speech.directionals import ENGLISH_DIRECTIONALS
from callpoint.speech.name_words import NAME_WORDS, NUMBERED_WORDS, SIGNS, SIGNS_IN_FRENCH
from callpoint.speech.numbers import VULGAR, say_number, say_ordinal
from callpoint.speech.street_suffixes import STREET_SUFFIXES

# Nobody listens to more of one field than this; it also bounds what one import can make us render.
MAX_FIELD = 120
# Shorter words in capitals are taken for abbreviations and left to be spelled: "NW", "HQ", "II".
SHORTEST_SHOUTED_WORD = 3
# Words that mean one thing at the end of a name and another before it: "Dr King", "King Dr".
_SUFFIX_AT_THE_END = frozenset({"st", "dr", "ave", "blvd", "rd", "hwy", "ln", "ct", "pkwy", "sq"})
_UNSPEAKABLE = re.compile(r"[^\w\s'’.,&+@#%=°/½¼¾⅓⅔⅛–-]|_")
_VOWEL = re.compile(r"[AEIOUYÀÂÉÈÊËÎÏÔÛÙ]")
_SAINT = re.compile(r"(?i)^(st|ste)\.?-(?=\w)")


def clean(text: str) -> str:
    """`text` on one line, at most MAX_FIELD signs, without anything an engine could take for markup."""
    return " ".join(_UNSPEAKABLE.sub(" ", text).split())[:MAX_FIELD]


def bare(word: str) -> str:
    """The form in which words stand in the tables: lower case, no full stops or commas."""
    return word.lower().replace(".", "").strip(",")


def quieten(text: str) -> str:
    """Names written in capitals throughout in ordinary case, so that they are read and not spelled."""
    if not text.isupper():
        return text
    return " ".join(_quiet_word(word) for word in text.split())


def _quiet_word(word: str) -> str:
    letters = [sign for sign in word if sign.isalpha()]
    if len(letters) < SHORTEST_SHOUTED_WORD or not _VOWEL.search(word) or any(sign.isdigit() for sign in word):
        return word
    return "-".join(piece.capitalize() for piece in word.split("-"))


def say_words(text: str, language: str = "en", digit_by_digit: bool = False) -> str:
    """A name or a note in words: "St Mary's Hosp, 3rd Flr" is "Saint Mary's Hospital, third floor"."""
    tokens = quieten(clean(_spaced_signs(text, language))).split()
    said = []
    for position, token in enumerate(tokens):
        at_end = position == len(tokens) - 1 or token.endswith(",")
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        if following[:1].isdigit() and bare(token) in NUMBERED_WORDS:
            word = NUMBERED_WORDS[bare(token)]
        else:
            word = _say_token(token.strip(",."), language, digit_by_digit, at_end and position > 0)
        said.append(word + ("," if token.endswith(",") and position < len(tokens) - 1 else ""))
    return " ".join(word for word in said if word.strip(","))


def _spaced_signs(text: str, language: str) -> str:
    signs = SIGNS_IN_FRENCH if language.lower().startswith("fr") else SIGNS
    for sign, words in signs.items():
        text = text.replace(sign, f" {words} ")
    return text


def _say_token(token: str, language: str, digit_by_digit: bool, at_end: bool) -> str:
    if any(sign.isdigit() or sign in VULGAR for sign in token):
        return say_ordinal(token, language) or say_number(token, language, digit_by_digit)
    key = bare(token)
    if at_end and key in _SUFFIX_AT_THE_END:
        return STREET_SUFFIXES[key]
    if len(token) == 2 and token.isupper() and key in ENGLISH_DIRECTIONALS:
        return ENGLISH_DIRECTIONALS[key]
    if key in NAME_WORDS:
        return NAME_WORDS[key]
    if len(key) == 1 and key.isalpha():
        return key.upper()
    saint = _SAINT.match(token)
    if saint:
        return f"{NAME_WORDS[bare(saint[1])]}-{token[saint.end() :]}"
    return token.replace("/", " or ").replace(".", " ").strip()
