"""What the manual says of alerts is what the program does."""

import re

import pytest

from callpoint.channels.variables import VARIABLES
from callpoint.channels.webhook.signature import HEADER, TOLERANCE_SECONDS
from callpoint.web.portal.help import manual

_ROW = re.compile(r"^\| `\{\{ ([a-z_]+) \}\}` \| (.+) \|$", re.MULTILINE)


def text(language: str) -> str:
    return (manual.FOLDER / language / "alerts.md").read_text("utf-8")


def test_the_english_table_is_that_of_the_program() -> None:
    assert dict(_ROW.findall(text("en"))) == dict(VARIABLES)


def test_the_french_table_has_every_variable_in_the_same_order() -> None:
    rows = _ROW.findall(text("fr-ca"))
    assert [name for name, _sentence in rows] == list(VARIABLES)
    assert not {sentence for _name, sentence in rows} & set(VARIABLES.values()) - {"Latitude et longitude."}


@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_what_a_receiver_checks_is_what_is_sent(language: str) -> None:
    assert f"`{HEADER}`" in text(language)
    assert ("five minutes" in text(language) or "cinq minutes" in text(language)) is (TOLERANCE_SECONDS == 300)


@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_guards_and_administrators_find_it(language: str) -> None:
    topic = manual.topic("alerts", language)
    assert topic is not None
    assert topic.is_for(["security"])
    assert topic.is_for(["organization_administrator"])
    assert "{{ person }}" in topic.html
