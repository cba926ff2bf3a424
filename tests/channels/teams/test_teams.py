"""Teams: a card nobody's name can break out of, and errors that come dressed as success."""

import json

import pytest

from callpoint.channels.http.poster import Poster
from callpoint.channels.notice import DeliveryError, Receipt
from callpoint.channels.teams.card import CARD_TYPE, message
from callpoint.channels.teams.sender import TeamsSender
from tests.channels.http.loopback import LOOPBACK
from tests.channels.notices import HOSTILE, NOTICE, notice, recipient
from tests.transport.http_server import Behaviour, ByteServer, answer


async def sent(behaviour: Behaviour) -> tuple[Receipt, bytes]:
    sender = TeamsSender(Poster(LOOPBACK))
    try:
        with ByteServer(behaviour) as server:
            return await sender.send(NOTICE, recipient("teams", server.url)), server.requests[0]
    finally:
        await sender.close()


async def test_a_card_arrives() -> None:
    receipt, request = await sent(answer(b"", "202 Accepted"))
    document = json.loads(request.partition(b"\r\n\r\n")[2])
    assert receipt.delivered
    assert document["type"] == "message"
    [attachment] = document["attachments"]
    assert attachment["contentType"] == CARD_TYPE
    card = attachment["content"]
    shown = [run["text"] for block in card["body"] for run in block["inlines"]]
    assert shown[:2] == [NOTICE.subject, "Ana Ruiz (E1001) is calling 911."]
    assert {action["title"]: action["url"] for action in card["actions"]} == {
        "Acknowledge": "https://alerts.example.com/a?x=1&y=2",
        "Live board": "https://alerts.example.com/board/",
    }


def test_nothing_in_it_is_read_as_markup() -> None:
    card = message(notice(subject=HOSTILE, text=f"[link](https://evil.example)\n{HOSTILE} {{{{{{DATE(1)}}}}}}"))
    content = card["attachments"][0]["content"]
    assert {block["type"] for block in content["body"]} == {"RichTextBlock"}  # text blocks would read Markdown
    text = json.dumps({**content, "actions": [], "$schema": ""}, ensure_ascii=False)
    shown = [run["text"] for block in content["body"] for run in block["inlines"]]
    assert not any("{{" in one or "}}" in one for one in [*shown, content["fallbackText"]])
    assert "DATE(1)" in text


def test_a_long_text_still_fits_what_teams_takes() -> None:
    document = json.dumps(message(notice(subject="é" * 200, text="😀" * 100_000)), ensure_ascii=False)
    assert len(document.encode()) < 28_000


def test_words_of_buttons_are_in_the_notice_s_language() -> None:
    content = message(notice(language="fr-CA"))["attachments"][0]["content"]
    assert [action["title"] for action in content["actions"]] == ["Confirmer", "Tableau en direct"]


def test_a_link_that_is_none_makes_no_button() -> None:
    content = message(notice(links={"acknowledge": "javascript:alert(1)"}))["attachments"][0]["content"]
    assert "actions" not in content


@pytest.mark.parametrize(
    ("body", "permanent"),
    [
        (b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429", False),
        (b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 403", True),
        (b"delivery failed for some reason", False),
    ],
)
async def test_a_failure_that_says_200_is_a_failure(body: bytes, permanent: bool) -> None:
    with pytest.raises(DeliveryError) as caught:
        await sent(answer(body))
    assert caught.value.permanent is permanent


async def test_the_older_connectors_word_for_yes_is_yes() -> None:
    assert (await sent(answer(b"1")))[0].delivered
