"""The program's words in the language of its user. The alert's own words come from the server in that language."""

import locale
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callpoint.desktop.agent.server_clock import moment
from callpoint.desktop.agent.settings import spoken
from callpoint.desktop.onsite import words_en, words_fr

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {"en": words_en.WORDS, "fr": words_fr.WORDS}


@dataclass(frozen=True)
class Words:
    """`words("lost", time="14:03")`; a key nobody has written raises KeyError."""

    language: str

    def __call__(self, key: str, **fields: object) -> str:
        return LANGUAGES[self.language][key].format(**fields)

    def named(self, family: str, name: str) -> str:
        """The word of a family ("state", "channel" ...); a name of a newer server stands for itself."""
        return LANGUAGES[self.language].get(f"{family}_{name}", name)

    def type(self, alert_type: str) -> str:
        """The heading of an alert."""
        known = LANGUAGES[self.language]
        return known.get(alert_type, known["other_type"])


def words_for(language: str) -> Words:
    """Of `language`, else of the computer's own, else English."""
    return Words(spoken(language) or spoken(locale.getlocale()[0] or "") or "en")


def time_of(at: str) -> str:
    """A moment (ISO 8601) on the clock of this computer's zone, "" if it is none."""
    read = moment(at)
    return read.astimezone().strftime("%H:%M:%S") if read is not None else ""


def number_as_read(number: str) -> str:
    """`+18025550123` as `+1 802 555 0123`; any other as it is."""
    digits = number.removeprefix("+1")
    if len(number) == 12 and len(digits) == 10 and digits.isdigit():
        return f"+1 {digits[:3]} {digits[3:6]} {digits[6:]}"
    return number


def timer(seconds: int) -> str:
    """`3:07`, `1:02:09`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
