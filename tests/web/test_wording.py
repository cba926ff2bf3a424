"""English sentences of other parts, said in French: found by their template, values put in, unknown ones left alone."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from callpoint.directory import rules
from callpoint.web.wording import saying
from callpoint.web.wording.sentences import addresses, directory, imports, routing

FRENCH = {
    "May": "mai",
    "No location is assigned.": "Aucun lieu attribué.",
    "row %(number)s: %(what)s": "ligne %(number)s : %(what)s",
    "%(value)s is no phone number; write it as +1 802 555 0142": "FR %(value)s",
    "The assigned location is %(place)s.": "Lieu : %(place)s.",
    "valid after correction": "valide après correction",
    "The current location is %(place)s (set by %(who)s, %(since)s).": "%(who)s a dit %(since)s : %(place)s",
}


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(saying, "gettext", lambda text: FRENCH.get(text, text))
    saying._said.cache_clear()
    with translation.override("fr-ca"):
        yield
    saying._said.cache_clear()


def test_values_go_from_one_language_into_the_other(french: None) -> None:
    with pytest.raises(rules.RuleError) as raised:
        rules.phone_number("call me")
    assert saying.said(str(raised.value)) == "FR 'call me'"


def test_several_values_change_places(french: None) -> None:
    sentence = "The current location is 115 State Street (set by ada@acme.example, 2026-11-20)."
    assert saying.said(sentence) == "ada@acme.example a dit 2026-11-20 : 115 State Street"


def test_a_value_that_is_a_known_text_is_said_too(french: None) -> None:
    assert saying.said("The assigned location is valid after correction.") == "Lieu : valide après correction."


def test_a_value_that_happens_to_be_a_word_of_the_pages_stays(french: None) -> None:
    assert saying.said("The assigned location is May.") == "Lieu : May."


def test_a_sentence_that_lost_its_full_stop_is_known(french: None) -> None:
    assert saying.said("No location is assigned") == "Aucun lieu attribué"


def test_joined_sentences_are_said_one_by_one(french: None) -> None:
    joined = "No location is assigned.; quite unknown; 'x' is no phone number; write it as +1 802 555 0142"
    assert saying.said(joined) == "Aucun lieu attribué.; quite unknown; FR 'x'"


def test_a_row_s_number_goes_before(french: None) -> None:
    assert saying.said("row 12: No location is assigned.") == "ligne 12 : Aucun lieu attribué."


def test_what_nobody_knows_stays_as_it_is(french: None) -> None:
    assert saying.said("Quite another sentence") == "Quite another sentence"
    assert saying.said("") == ""


def test_percent_signs_in_values_do_no_harm(french: None) -> None:
    assert saying.said("The assigned location is 100 %(x)s %d.") == "Lieu : 100 %(x)s %d."


def test_english_is_left_alone() -> None:
    with translation.override("en"):
        assert saying.said("The assigned location is here.") == "The assigned location is here."


def test_the_most_telling_template_wins() -> None:
    lengths = [template.literal for template in saying._templates()]
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize("part", [addresses, directory, imports, routing])
def test_every_template_knows_its_own_sentences(part: object) -> None:
    for text in part.SENTENCES:  # type: ignore[attr-defined]
        if "%(" not in text:
            continue
        names = saying._PLACEHOLDER.findall(text)
        assert len(names) == len(set(names)), f"{text!r} has one placeholder twice"
        made = text % {name: f"<{name}>" for name in names}
        assert any(template.pattern.fullmatch(made) for template in saying._templates())
