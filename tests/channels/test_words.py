"""Words: complete for every type, channel and language, made of the record the PSAP was sent, and harmless."""

import unicodedata
from dataclasses import replace
from typing import Any

import pytest

from callpoint.channels.builtin import CALLS, FACTS
from callpoint.channels.phrases import Phrases, short_language
from callpoint.channels.phrases_en import ENGLISH
from callpoint.channels.phrases_fr import FRENCH
from callpoint.channels.sample_call import SAMPLE_AROUND, SAMPLE_CALL, sample_call
from callpoint.channels.sms.parts import encode
from callpoint.channels.variables import NAMES, readable_number
from callpoint.channels.words import MESSAGE_TYPES, Words, preview, render
from callpoint.i3.civic import Civic
from callpoint.i3.pidf_lo import Location, PidfLo, read_pidf_lo, write_pidf_lo
from callpoint.routing.alert_call import AlertCall, alert_call
from callpoint.routing.alert_records import ALERT_TYPES, CHANNELS, Channel, TemplateRecord
from tests.channels.notices import HOSTILE

LANGUAGES = ("en", "fr-CA")


def words(call: AlertCall = SAMPLE_CALL, alert_type: str = "emergency", channel: str = "email", **more: Any) -> Words:
    language = more.pop("language", "en")
    more.setdefault("organization", "Acme")
    more.setdefault("time_zone", "America/New_York")
    return render(call, alert_type, channel, language, **more)


def template(body: str, subject: str = "", **changes: Any) -> TemplateRecord:
    made = TemplateRecord("9", "Ours", "emergency", "email", "en", body, subject)
    return replace(made, **changes)


@pytest.mark.parametrize("phrases", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_each_language_has_words_for_everything(phrases: Phrases) -> None:
    for forms in (phrases.titles, phrases.subjects, phrases.leads, phrases.shorts):
        assert set(forms) == set(MESSAGE_TYPES)
    assert set(FACTS) == set(MESSAGE_TYPES)
    assert set(ENGLISH.labels) == set(phrases.labels)
    assert set(ENGLISH.advice) == set(phrases.advice)
    assert set(ENGLISH.states) == set(phrases.states)
    assert set(phrases.labels) >= {name for names in FACTS.values() for name in names}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("alert_type", MESSAGE_TYPES)
def test_the_built_in_words_are_whole(alert_type: str, channel: Channel, language: str) -> None:
    made = preview("", "", alert_type, channel, language)
    assert made.subject
    assert made.text
    assert (made.trouble, made.template) == ("", "")
    for text in (made.subject, made.text):
        assert not {"{", "}"} & set(text)
        assert ": ." not in text
        assert "  " not in text
    if channel == "sms":
        assert len(encode(made.text, 4).parts) <= 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("alert_type", MESSAGE_TYPES)
def test_they_are_whole_when_nothing_is_known(alert_type: str, channel: Channel, language: str) -> None:
    made = render(AlertCall(), alert_type, channel, language)
    assert made.subject.strip(" :,") == made.subject != ""
    assert made.text
    assert "None" not in made.text
    if alert_type in ("emergency", "relay_center", "test_call"):
        unknown = {"en": "An unknown caller", "fr": "Un appelant inconnu"}[short_language(language)]
        assert unknown in made.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["email", "onsite", "webhook", "teams", "slack", "sms"])
def test_what_the_law_wants_is_in_every_alert_of_a_call(channel: str, language: str) -> None:
    """That 911 was called, a callback number, and the location that went to the PSAP (47 CFR 9.3)."""
    text = words(channel=channel, language=language).text
    assert "911" in text
    assert "+1 802-555-0143" in text
    assert SAMPLE_CALL.location in text
    assert "Ana Ruiz" in text


def test_the_voice_says_all_of_it_in_words() -> None:
    text = words(channel="voice").text
    assert "nine one one" in text
    assert "eight zero two, five five five, zero one four three" in text
    assert "one fifteen State Street, floor two, room two ten, Montpelier" in text
    assert not any(sign.isdigit() for sign in text)
    assert all(sentence.endswith(".") for sentence in text.splitlines())


def test_the_text_comes_from_the_same_record_as_the_pidf_lo() -> None:
    """What the PSAP was sent is read back from its own bytes, and every element of it stands in the notice."""
    civic = Civic.from_fields(SAMPLE_CALL.civic)
    body = write_pidf_lo(PidfLo("pres:1@example.com", (Location(civic=civic, method="Manual", subject="person"),)))
    sent = read_pidf_lo(body).locations[0].civic
    assert sent is not None
    decided = {
        "location": {"civic": sent.to_fields(), "formatted": sent.formatted(), "verdict": "valid"},
        "direct": True,
    }
    call = alert_call("c", "acme", SAMPLE_CALL.at, {"service": "emergency"}, decided)
    assert call.location_digest == SAMPLE_CALL.location_digest
    text = words(call).text
    assert f"Location: {sent.formatted()}" in text
    assert all(value in text for name, value in sent.to_fields().items() if name != "country")


def test_a_location_nobody_confirmed_is_never_told_as_one() -> None:
    call = sample_call("relay_center")
    text = words(call, "relay_center").text
    assert "Location: not known" in text
    assert f"Perhaps: {call.location_unsure} (not confirmed: ask the caller)" in text
    short = words(call, "relay_center", "sms").text
    assert f"{call.location_unsure} (not confirmed: ask the caller)" in short


def test_the_relay_center_is_told_with_its_cost() -> None:
    call = sample_call("relay_center")
    for channel in ("email", "sms", "onsite"):
        assert "Cost: 100.00 USD" in words(call, "relay_center", channel).text
    assert "Goes to: the relay center" in words(call, "relay_center").text
    assert "Cost" not in words().text


@pytest.mark.parametrize(("language", "mark"), [("en", "TEST: "), ("fr", "ESSAI : ")])
def test_a_test_is_marked_in_every_channel(language: str, mark: str) -> None:
    call = replace(SAMPLE_CALL, service="test")
    assert words(call, language=language).subject.startswith(mark)
    for channel in CHANNELS:
        made = words(call, channel=channel, language=language)
        said = {"en": "only a test", "fr": "seulement un essai"}[language]
        assert mark in made.text or said in made.text
        assert not words(channel=channel, language=language).text.startswith(mark)
    by_template = words(call, language=language, templates=[template("{{ person }}", "Alert", language=language)])
    assert by_template.subject == f"{mark}Alert"
    assert by_template.text.startswith(mark)


def test_times_are_the_organization_s() -> None:
    assert "Time: Monday, March 9, 2026, 3:05:31 p.m. EDT" in words().text
    assert "Heure : lundi 9 mars 2026, 13 h 05 min 31 s HAR" in words(language="fr", time_zone="America/Denver").text


def test_links_are_for_those_they_are_meant_for() -> None:
    links = SAMPLE_AROUND.links
    alert, welcome = words(links=links).text, words(alert_type="welcome", links=links).text
    assert links["acknowledge"] in alert
    assert links["board"] in alert
    assert links["my_location"] not in alert
    assert links["my_location"] in welcome
    assert links["acknowledge"] not in welcome
    assert words(channel="sms", links=links).text.endswith(links["acknowledge"])


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x.example/\nBcc: y", "https://x.example/ y", "x" * 5000]
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert words(links={"acknowledge": url}).text == words().text


# --- templates


def test_a_template_takes_the_place_of_the_built_in_words() -> None:
    made = words(
        templates=[template("Go to {{ place }}: {{ person }}, {{callback_number}}", "{{ title }} {{ floor }}")]
    )
    assert made == Words("911 call 2", "Go to State House, floor 2, room 210: Ana Ruiz, +1 802-555-0143", template="9")


def test_without_a_subject_of_its_own_it_keeps_the_built_in_one() -> None:
    assert words(templates=[template("x")]).subject == words().subject


def test_every_variable_has_a_value_for_the_sample() -> None:
    for alert_type in ALERT_TYPES:
        body = "\n".join(f"{name}={{{{ {name} }}}}" for name in sorted(NAMES))
        made = preview(body, "", alert_type, "email", "en")
        assert made.trouble == ""
        assert made.template == "preview"
        assert len([line for line in made.text.splitlines() if "=" in line]) == len(NAMES)


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, True),
        ({"type": "relay_center"}, False),
        ({"channel": "sms"}, False),
        ({"language": "fr"}, False),
        ({"language": "en-CA"}, True),
    ],
)
def test_a_template_is_for_its_type_channel_and_language(changes: dict[str, Any], fits: bool) -> None:
    assert (words(templates=[template("ours", **changes)]).text == "ours") is fits


def test_the_subscription_s_own_go_before_the_plan_s() -> None:
    plan = [template("first", id="1"), template("second", id="2"), template("third", id="3")]
    assert words(templates=plan).text == "first"
    assert words(templates=plan, subscription_templates=("3", "2")).text == "third"
    assert words(templates=plan, subscription_templates=("77",)).text == "first"


@pytest.mark.parametrize(
    ("body", "why"),
    [("{{ nobody }}", "no variable called “nobody”"), ("{{ person", "belongs to no variable"), ("", "is empty")],
)
def test_a_broken_template_gives_way_to_the_built_in_words_and_says_so(body: str, why: str) -> None:
    made = words(templates=[template(body)])
    assert (made.subject, made.text) == (words().subject, words().text)
    assert made.template == "9"
    assert "Template “Ours” cannot be used" in made.trouble
    assert why in made.trouble


def test_a_template_without_any_text_for_a_call_gives_way_too() -> None:
    made = words(replace(SAMPLE_CALL, room=""), templates=[template("{{ room }}")])
    assert made.text == words(replace(SAMPLE_CALL, room="")).text
    assert "no text at all" in made.trouble


def test_a_broken_subject_breaks_it_as_well() -> None:
    assert "no variable" in words(templates=[template("x", "{{ nobody }}")]).trouble


# --- hostile and huge


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("value", [HOSTILE, "x" * 100_000, "{{ callback_number }} {0} {person} %s ${x}", "\n" * 999])
def test_hostile_and_huge_values_stay_small_pieces_of_one_line(channel: str, value: str) -> None:
    names = ("person", "device_user_id", "building", "note", "room", "psap", "about", "location", "callback_number")
    call = replace(SAMPLE_CALL, **dict.fromkeys(names, value), civic={"RD": value, "HNO": value})
    for one in (words(call, channel=channel, organization=value), words(call, "trunk_down", channel)):
        assert len(one.subject) <= 200
        assert len(one.subject.splitlines()) == 1
        assert len(one.text) <= {"sms": 1_200, "voice": 2_500}.get(channel, 20_000)
        assert not [sign for sign in one.text if unicodedata.category(sign) in ("Cc", "Cf", "Cs") and sign != "\n"]
        assert "\nBcc" not in one.text


def test_a_value_is_not_read_as_a_template() -> None:
    call = replace(SAMPLE_CALL, person="{{ callback_number }}")
    assert words(call, templates=[template("{{ person }}!")]).text == "{{ callback_number }}!"
    assert "{{ callback_number }} (E1001) is calling 911." in words(call).text


def test_a_hostile_template_is_cleaned_too() -> None:
    made = words(templates=[template("a\x00b\u202ec\r\nd", "s\u202e")])
    assert (made.subject, made.text) == ("s", "abc\nd")


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+18025550143", "+1 802-555-0143"), ("+442071838750", "+442071838750"), ("4711", "4711"), ("", "")],
)
def test_numbers_are_written_so_that_they_can_be_read(number: str, shown: str) -> None:
    assert readable_number(number) == shown


def test_calls_are_those_types_that_have_one() -> None:
    assert set(ALERT_TYPES) - CALLS == {
        "undefined_network",
        "person_without_location",
        "trunk_down",
        "nobody_reachable",
    }


def test_a_type_nobody_knows_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        words(alert_type="picnic")


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_a_call_back_tells_nobody_addresses_for_machines(channel: str) -> None:
    """Least of all aloud: the ID of the call it answers is 24 signs long."""
    back = replace(
        SAMPLE_CALL, about="b26314aace0d0c7f6bb00291", caller_number="udp 192.0.2.1:5060", psap="Vermont Dispatch"
    )
    told = words(back, "psap_callback", channel).text
    assert "Vermont Dispatch" in told
    assert "b26314aace0d0c7f6bb00291" not in told
    assert "192.0.2.1" not in told
