"""What the program says, in both languages; and colours people can tell apart."""

import string
from dataclasses import asdict

import pytest

from callpoint.desktop.onsite import colours
from callpoint.desktop.onsite.words import LANGUAGES, Words, number_as_read, time_of, timer, words_for


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things_with_the_same_fields() -> None:
    english, french = LANGUAGES["en"], LANGUAGES["fr"]
    assert english.keys() == french.keys()
    assert {key: fields(text) for key, text in english.items()} == {key: fields(text) for key, text in french.items()}
    same = {key for key in english if english[key] == french[key]}
    assert same <= {"channel_teams", "channel_slack", "channel_webhook"}, "not translated"


def test_what_a_newer_server_names_stands_for_itself() -> None:
    words = Words("fr")
    assert words.type("emergency") == "APPEL D’URGENCE"
    assert words.type("volcano") == "ALERTE"
    assert words.named("state", "answered") == "En ligne avec le 911"
    assert words.named("state", "parked") == "parked"


def test_the_language_is_what_was_set_else_one_of_ours() -> None:
    assert words_for("fr-CA").language == "fr"
    assert words_for("de").language in LANGUAGES


@pytest.mark.parametrize(
    ("number", "read"),
    [("+18025550123", "+1 802 555 0123"), ("+4930123456", "+4930123456"), ("911", "911"), ("", "")],
)
def test_numbers_are_written_as_people_read_them(number: str, read: str) -> None:
    assert number_as_read(number) == read


def test_times() -> None:
    assert [timer(seconds) for seconds in (0, 61, 3729)] == ["0:00", "1:01", "1:02:09"]
    assert time_of("nonsense") == ""
    assert len(time_of("2026-01-05T12:00:00Z")) == 8


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["EMERGENCY", "TEST", "NOTE", "HIGH_EMERGENCY", "HIGH_TEST"])
def test_every_text_stands_out_from_its_ground(name: str) -> None:
    these = asdict(getattr(colours, name))
    pairs = [("text", "ground"), ("text", "panel"), ("faint", "ground"), ("faint", "panel")]
    pairs += [("banner_text", "banner"), ("button_text", "button")]
    assert {pair: contrast(these[pair[0]], these[pair[1]]) >= 7.0 for pair in pairs} == dict.fromkeys(pairs, True)
    assert contrast(colours.LOST_TEXT, colours.LOST_GROUND) >= 7.0


@pytest.mark.parametrize("high", [False, True])
def test_a_test_is_light_where_an_emergency_is_dark(high: bool) -> None:
    emergency, test = colours.colours_of(True, False, high), colours.colours_of(False, True, high)
    assert luminance(emergency.ground) < 0.05
    assert luminance(test.ground) > 0.8
