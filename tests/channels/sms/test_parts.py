"""Texts as short messages: alphabets, parts, and what is done where a text is too long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callpoint.channels.phrases import Phrases
from callpoint.channels.phrases_en import ENGLISH
from callpoint.channels.phrases_fr import FRENCH
from callpoint.channels.sms.alphabet import CODES, fits, plain_signs, without_accents
from callpoint.channels.sms.parts import GSM_7, UCS_2, encode, fitted, with_headers


def test_the_alphabet_is_the_standard_s() -> None:
    assert len([code for code in CODES.values() if len(code) == 1]) == 127  # all but the escape
    assert len([code for code in CODES.values() if len(code) == 2]) == 10
    assert CODES["@"] == b"\x00"
    assert CODES["A"] == b"A"
    assert CODES["é"] == b"\x05"
    assert CODES["à"] == b"\x7f"
    assert CODES["€"] == b"\x1be"
    assert CODES["\n"] == b"\n"


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (160, 1), (161, 2), (304, 2), (305, 3), (456, 3), (608, 4)])
def test_so_many_parts_in_the_default_alphabet(length: int, parts: int) -> None:
    assert len(encode("x" * length, 4).parts) == parts


@pytest.mark.parametrize(("length", "parts"), [(70, 1), (71, 2), (132, 2), (133, 3), (198, 3)])
def test_so_many_parts_in_ucs_2(length: int, parts: int) -> None:
    encoded = encode("я" * length, 4)
    assert (encoded.data_coding, len(encoded.parts)) == (UCS_2, parts)


def test_no_character_is_cut_in_two() -> None:
    escaped = encode("x" * 151 + "€" + "y" * 100, 4)
    assert escaped.parts[0] == b"x" * 151
    assert escaped.parts[1].startswith(b"\x1be")
    wide = encode("я" * 65 + "😀" + "я" * 20, 4)
    assert [part.decode("utf-16-be") for part in wide.parts] == ["я" * 65, "😀" + "я" * 20]


def test_headers_count_the_parts() -> None:
    parts = with_headers(encode("x" * 305, 4), 0x1ABCD)
    assert [part[:7].hex() for part in parts] == ["060804abcd0301", "060804abcd0302", "060804abcd0303"]
    assert all(len(part) <= 7 + 152 for part in parts)
    assert with_headers(encode("x", 4), 7) == [b"x"]


def test_typographic_signs_do_not_halve_a_message() -> None:
    assert plain_signs("L’appelant « Ana » – 2\u00a0min…") == 'L\'appelant " Ana " - 2 min...'
    assert encode("L’appelant…", 4).data_coding == GSM_7


def test_accents_stay_while_there_is_room_and_go_before_words_do() -> None:
    name = "Hôtel François"
    assert encode(name, 4).whole.decode("utf-16-be") == name
    long = name + " x" * 150
    assert fitted(long, 4) == "Hotel François".replace("ç", "c") + " x" * 150
    assert without_accents("ÎÔœ é") == "IOœ é"


def test_what_is_too_long_all_the_same_is_cut_with_a_mark() -> None:
    assert fitted("x" * 1000, 2) == "x" * 301 + "..."
    cut = fitted("я" * 1000, 2)
    assert len(cut) == 132
    assert cut.endswith("…")


@settings(deadline=None)
@given(st.text(max_size=400), st.integers(1, 4))
def test_any_text_fits(text: str, segments: int) -> None:
    encoded = encode(text, segments)
    assert len(encoded.parts) <= segments
    assert b"".join(encoded.parts) == encoded.whole
    assert all(len(part) <= (160 if len(encoded.parts) == 1 else 152) for part in encoded.parts)
    if encoded.data_coding == UCS_2:
        assert all(len(part) <= 140 for part in encoded.parts)


@pytest.mark.parametrize("phrases", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_the_built_in_words_of_text_messages_need_no_ucs_2(phrases: Phrases) -> None:
    labels = [phrases.labels[name] for name in ("callback_number", "location", "directions", "cost", "time")]
    others = [phrases.test_mark, phrases.unknown_caller, phrases.no_callback, phrases.no_location, phrases.unsure]
    assert [text for text in (*phrases.shorts.values(), *labels, *others, phrases.relay_center) if not fits(text)] == []
