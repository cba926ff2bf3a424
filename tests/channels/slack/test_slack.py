"""Slack: blocks of plain text, within its limits."""

import json

import pytest

from callpoint.channels.http.poster import Poster
from callpoint.channels.notice import DeliveryError, Receipt
from callpoint.channels.slack.blocks import escaped, message
from callpoint.channels.slack.sender import SlackSender
from tests.channels.http.loopback import LOOPBACK
from tests.channels.notices import HOSTILE, NOTICE, notice, recipient
from tests.transport.http_server import Behaviour, ByteServer, answer


async def sent(behaviour: Behaviour) -> tuple[Receipt, bytes]:
    sender = SlackSender(Poster(LOOPBACK))
    try:
        with ByteServer(behaviour) as server:
            return await sender.send(NOTICE, recipient("slack", server.url)), server.requests[0]
    finally:
        await sender.close()


async def test_blocks_arrive() -> None:
    receipt, request = await sent(answer(b"ok"))
    document = json.loads(request.partition(b"\r\n\r\n")[2])
    assert receipt.delivered
    header, section, actions = document["blocks"]
    assert header["text"]["text"] == NOTICE.subject
    assert section["text"] == {"type": "plain_text", "text": NOTICE.text, "emoji": False}
    assert [button["url"] for button in actions["elements"]] == list(NOTICE.links.values())


def test_nothing_in_it_is_read_as_markup() -> None:
    document = message(notice(subject=HOSTILE, text=HOSTILE))
    assert "<" not in document["text"]
    assert "&lt;!channel&gt;" in document["text"]
    texts = [block["text"] for block in document["blocks"] if "text" in block]
    assert {one["type"] for one in texts} == {"plain_text"}


def test_only_the_three_signs_are_escaped() -> None:
    assert escaped("<@U1> & *b*") == "&lt;@U1&gt; &amp; *b*"


def test_a_long_text_is_cut_into_sections_and_at_last_cut_short() -> None:
    line = "x" * 99
    document = message(notice(subject="s" * 500, text="\n".join([line] * 1000)))
    sections = [block["text"]["text"] for block in document["blocks"] if block["type"] == "section"]
    assert all(len(one) <= 3000 for one in sections)
    assert 5 <= len(sections) <= 6
    assert sections[0].split("\n")[0] == line
    assert sections[-1].endswith("…")
    assert len(document["blocks"][0]["text"]["text"]) == 150


def test_a_text_without_breaks_is_cut_all_the_same() -> None:
    document = message(notice(text="y" * 7000))
    sections = [block["text"]["text"] for block in document["blocks"] if block["type"] == "section"]
    assert "".join(sections) == "y" * 7000


@pytest.mark.parametrize(
    ("status", "permanent"),
    [("404 Not Found", True), ("410 Gone", True), ("403 Forbidden", True), ("500 Oh", False), ("429 Slow", False)],
)
async def test_refusals_tell_whether_they_may_pass(status: str, permanent: bool) -> None:
    with pytest.raises(DeliveryError, match=r"Slack answered .*no_service") as caught:
        await sent(answer(b"no_service", status, "Retry-After: 30"))
    assert caught.value.permanent is permanent
    assert caught.value.retry_after == (None if permanent else 30.0)
