"""What 933 says, in its order, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.speech import phrases_en, phrases_fr
from callpoint.speech.read_back import (
    COMPASS,
    ReadBackFacts,
    all_segments,
    carrier_phrases,
    compose,
    compose_repeat,
    reply,
    say_position,
)

MONTPELIER = {
    "country": "US", "A1": "VT", "A3": "Montpelier", "PC": "05633",
    "HNO": "115", "RD": "State", "STS": "St", "FLR": "2",
}  # fmt: skip
REGISTERED = ReadBackFacts("psap", MONTPELIER, callback_number="+18025550143", psap_name="Montpelier Dispatch")


def test_the_whole_text_of_a_registered_caller() -> None:
    assert compose(REGISTERED) == (
        "This is a test call to nine three three. It does not reach emergency services.",
        "The location registered for you is:",
        "one fifteen State Street.",
        "floor two.",
        "Montpelier, Vermont, zero five six three three.",
        "Your callback number is:",
        "eight zero two, five five five, zero one four three.",
        "A real call to nine one one would go directly to Montpelier Dispatch.",
        "To hear this again digit by digit, press one. If everything is correct, press two. "
        "If something is wrong, press three.",
    )


def test_the_repeat_is_digit_by_digit_and_ends_with_the_menu() -> None:
    assert compose_repeat(REGISTERED) == (
        "Here it is again, digit by digit.",
        "The location registered for you is:",
        "one one five, State Street.",
        "floor two.",
        "Montpelier, Vermont, zero five six three three.",
        "Your callback number is:",
        "eight, zero, two, five, five, five, zero, one, four, three.",
        phrases_en.PHRASES["menu"],
    )


def test_an_unregistered_caller_hears_why_the_relay_center_answers() -> None:
    facts = ReadBackFacts("relay_center", reason="no location is registered.")
    said = compose(facts)
    assert "No location is registered for you." in said
    assert phrases_en.PHRASES["no_callback"] in said
    assert (
        "A real call to nine one one would first be answered by the national relay center, "
        "because no location is registered." in said
    )


def test_codes_in_a_reason_are_said_digit_by_digit() -> None:
    said = compose(ReadBackFacts("relay_center", MONTPELIER, reason="the PSAP answered 503"))
    assert said[-2].endswith("because the PSAP answered five zero three.")
    assert compose(ReadBackFacts("psap", MONTPELIER, psap_name="Ottawa 911"))[-2].endswith("to Ottawa nine one one.")


def test_without_a_reason_or_a_psap_name_the_sentence_is_still_whole() -> None:
    assert phrases_en.PHRASES["to_relay_center"] in compose(ReadBackFacts("relay_center", MONTPELIER))
    assert phrases_en.PHRASES["to_psap_unnamed"] in compose(ReadBackFacts("psap", MONTPELIER))


def test_a_position_without_an_address_is_said_by_coordinates() -> None:
    said = compose(ReadBackFacts("psap", point=(44.2603, -72.58)))
    assert "Your position is known by coordinates only:" in said
    assert (
        "latitude forty-four point two six zero three north, longitude seventy-two point five eight zero zero west."
        in said
    )


def test_south_and_east() -> None:
    assert say_position((-0.5, 151.2)) == (
        "latitude zero point five zero zero zero south, longitude one hundred fifty-one point two zero zero zero east."
    )


def test_french_has_the_same_structure() -> None:
    english, french = compose(REGISTERED), compose(REGISTERED, "fr-CA")
    assert len(french) == len(english)
    assert french[0] == phrases_fr.PHRASES["test_call"]
    assert "huit zéro deux, cinq cinq cinq, zéro un quatre trois." in french
    assert french[-2] == "Un vrai appel au neuf un un irait directement à Montpelier Dispatch."


def test_both_languages_have_the_same_phrases_with_the_same_places_to_fill() -> None:
    assert list(phrases_en.PHRASES) == list(phrases_fr.PHRASES)
    for key, english in phrases_en.PHRASES.items():
        assert english.count("{") == phrases_fr.PHRASES[key].count("{"), key


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_phrase_holds_a_digit_an_engine_might_group(language: str) -> None:
    assert not any(sign.isdigit() for text in carrier_phrases(language) for sign in text)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_fixed_segment_is_a_carrier_phrase(language: str) -> None:
    carriers = carrier_phrases(language)
    assert not COMPASS & set(carriers)
    for facts in (REGISTERED, ReadBackFacts("relay_center"), ReadBackFacts("psap", point=(1.0, 2.0))):
        first = compose(facts, language)[0]
        assert first in carriers
        assert compose(facts, language)[-1] in carriers
    for which in ("confirmed", "reported", "not_understood", "goodbye", "total_failure", "unknown_caller", "test_sos"):
        assert set(reply(which, language)) <= set(carriers)


def test_replies() -> None:
    assert reply("confirmed")[-1] == "Goodbye."
    assert reply("total_failure") == (
        "Your call to nine one one could not be connected. Hang up and dial nine one one from another phone.",
    )
    assert reply("no_callback", "fr")[0].startswith("Aucun numéro de rappel")


def test_all_segments_are_what_a_call_can_need_each_once() -> None:
    segments = all_segments(REGISTERED)
    assert len(segments) == len(set(segments))
    assert set(segments) == {*compose(REGISTERED), *compose_repeat(REGISTERED)}


facts = st.builds(
    ReadBackFacts,
    destination=st.sampled_from(["psap", "relay_center"]),
    civic_fields=st.dictionaries(
        st.sampled_from(["HNO", "RD", "STS", "A1", "A3", "PC", "FLR", "LOC"]), st.text(max_size=20)
    ),
    point=st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    callback_number=st.sampled_from(["", "+18025550143", "anonymous", "+442079460000"]),
    psap_name=st.text(max_size=20),
    reason=st.text(max_size=20),
)


@given(facts, st.sampled_from(["en", "fr", "fr-CA", "es", ""]))
def test_whatever_is_known_of_a_caller_the_read_back_is_whole(known: ReadBackFacts, language: str) -> None:
    for segments in (compose(known, language), compose_repeat(known, language)):
        assert all(segment.strip() for segment in segments)
        assert len(segments) >= 4
        assert not any(sign.isascii() and sign.isdigit() for segment in segments for sign in segment)


@given(facts)
def test_location_or_its_absence_is_always_told(known: ReadBackFacts) -> None:
    said = compose(known)
    told = {phrases_en.PHRASES[key] for key in ("location_is", "position_is", "no_location")}
    assert len(told & set(said)) == 1


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_position_is_said_to_four_decimals(latitude: float, longitude: float) -> None:
    said = say_position((latitude, longitude))
    for part in said.removesuffix(".").split(", "):
        decimals = part.split(" point ")[1].split()
        assert len(decimals) == 4 + 1
        assert decimals[-1] in COMPASS


def test_a_reason_without_end_and_a_psap_with_markup_do_no_harm() -> None:
    said = compose(ReadBackFacts("psap", MONTPELIER, psap_name="[Barre](/x/) <PSAP>"))
    assert said[-2] == "A real call to nine one one would go directly to Barre or x or PSAP."
