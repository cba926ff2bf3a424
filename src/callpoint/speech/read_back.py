"""What a caller of 933 hears, as segments of speech.

Each segment is one entry of the prompt cache. The fixed ones (carrier phrases) are rendered ahead, so that the
first of them plays at once while an address that nobody rendered yet is still being made.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from callpoint.speech import phrases_en, phrases_fr
from callpoint.speech.address import address_lines
from callpoint.speech.names import say_words
from callpoint.speech.numbers import words_of
from callpoint.speech.phone import say_phone

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": phrases_en.PHRASES, "fr": phrases_fr.PHRASES}
# Four decimals are about ten metres, as much as anybody can write down while listening.
POSITION_DECIMALS = 4
# Words that only stand inside other phrases and are never said alone.
COMPASS = frozenset({"north", "south", "east", "west"})

Reply = Literal[
    "confirmed", "reported", "not_understood", "goodbye", "no_callback", "total_failure", "unknown_caller", "test_sos"
]


@dataclass(frozen=True)
class ReadBackFacts:
    """What 933 has to say about one caller.

    `civic_fields`: PIDF-LO names and values, empty when the location is not civic; `point`: (latitude, longitude)
    in WGS 84 degrees. Neither: no location is registered. `callback_number`: E.164 or "". `destination` is where
    a real call would go first; `psap_name` its name if known; `reason` completes "…, because" in lower case.
    """

    destination: Literal["psap", "relay_center"]
    civic_fields: Mapping[str, str] = field(default_factory=dict)
    point: tuple[float, float] | None = None
    callback_number: str = ""
    psap_name: str = ""
    reason: str = ""


def phrases(language: str) -> Mapping[str, str]:
    """The fixed texts for a language tag such as "fr-CA"; English where we have none."""
    return LANGUAGES.get(language.lower()[:2], phrases_en.PHRASES)


def carrier_phrases(language: str) -> tuple[str, ...]:
    """Every text that is the same for all callers of that language: what `render_carrier_phrases` renders ahead."""
    return tuple(text for key, text in phrases(language).items() if "{" not in text and key not in COMPASS)


def compose(facts: ReadBackFacts, language: str = "en") -> tuple[str, ...]:
    """The whole 933 text: that it is a test, location, callback number, what a real call would do, the menu."""
    said = phrases(language)
    return (
        said["test_call"],
        *_location(facts, language, digit_by_digit=False),
        *_callback(facts, language, digit_by_digit=False),
        _destination(facts, language),
        said["menu"],
    )


def compose_repeat(facts: ReadBackFacts, language: str = "en") -> tuple[str, ...]:
    """What "1" plays: location and callback number with every digit by itself, and the menu again."""
    said = phrases(language)
    return (
        said["repeat_intro"],
        *_location(facts, language, digit_by_digit=True),
        *_callback(facts, language, digit_by_digit=True),
        said["menu"],
    )


def reply(which: Reply, language: str = "en") -> tuple[str, ...]:
    """A short fixed answer; "confirmed" and "reported" end with the goodbye, the others stand alone."""
    said = phrases(language)
    if which in ("confirmed", "reported"):
        return said[which], said["goodbye"]
    return (said[which],)


def all_segments(facts: ReadBackFacts, language: str = "en") -> tuple[str, ...]:
    """Every segment a call of this person can need, each once: what the worker renders when a location changes."""
    return tuple(dict.fromkeys((*compose(facts, language), *compose_repeat(facts, language))))


def _location(facts: ReadBackFacts, language: str, digit_by_digit: bool) -> tuple[str, ...]:
    said = phrases(language)
    lines = address_lines(facts.civic_fields, language, digit_by_digit)
    if lines:
        return said["location_is"], *(f"{line}." for line in lines)
    if facts.point is not None:
        return said["position_is"], say_position(facts.point, language)
    return (said["no_location"],)


def say_position(point: tuple[float, float], language: str = "en") -> str:
    """Latitude and longitude with the digits after the point one by one."""
    said = phrases(language)
    latitude, longitude = point
    return said["position"].format(
        latitude=f"{_say_degrees(latitude, language)} {said['north' if latitude >= 0 else 'south']}",
        longitude=f"{_say_degrees(longitude, language)} {said['east' if longitude >= 0 else 'west']}",
    )


def _say_degrees(degrees: float, language: str) -> str:
    words = words_of(language)
    whole, decimals = f"{abs(degrees):.{POSITION_DECIMALS}f}".split(".")
    return f"{words.cardinal(int(whole))} {words.point} {words.one_by_one(decimals)}"


def _callback(facts: ReadBackFacts, language: str, digit_by_digit: bool) -> tuple[str, ...]:
    said = phrases(language)
    number = say_phone(facts.callback_number, language, digit_by_digit)
    return (said["callback_is"], f"{number}.") if number else (said["no_callback"],)


def _destination(facts: ReadBackFacts, language: str) -> str:
    said = phrases(language)
    if facts.destination == "psap":
        name = say_words(_codes_spelled(facts.psap_name, language), language)
        return said["to_psap"].format(psap=name) if name else said["to_psap_unnamed"]
    reason = _codes_spelled(facts.reason.strip().rstrip("."), language)
    return said["to_relay_center_because"].format(reason=reason) if reason else said["to_relay_center"]


def _codes_spelled(text: str, language: str) -> str:
    """Codes such as 911 or 503 are said digit by digit in a name or a reason, never "nine eleven"."""
    words = words_of(language)
    return re.sub(r"[0-9]+", lambda run: words.one_by_one(run[0]), text)
