"""Onsite: what the stream says is what is told."""

import pytest

from callpoint.channels.notice import DeliveryError, Notice
from callpoint.channels.onsite.sender import OnsiteSender
from callpoint.routing.alert_records import EVERY_SCREEN, Recipient
from tests.channels.notices import NOTICE, recipient


async def test_a_screen_that_has_it_is_a_delivery() -> None:
    asked: list[tuple[Notice, Recipient]] = []

    def is_shown(notice: Notice, who: Recipient) -> bool:
        asked.append((notice, who))
        return True

    who = recipient("onsite", "7")
    receipt = await OnsiteSender(is_shown).send(NOTICE, who)
    assert receipt.delivered
    assert asked == [(NOTICE, who)]


@pytest.mark.parametrize(
    ("address", "words"),
    [("7", "the screen is not connected now"), (EVERY_SCREEN, "no screen is connected now")],
)
async def test_a_screen_that_is_away_may_come_back(address: str, words: str) -> None:
    sender = OnsiteSender(lambda notice, who: False)
    with pytest.raises(DeliveryError, match=words) as caught:
        await sender.send(NOTICE, recipient("onsite", address))
    assert not caught.value.permanent
    await sender.close()
