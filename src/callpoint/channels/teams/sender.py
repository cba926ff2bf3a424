"""Notices to Teams."""

import json
import re
from typing import Final

from callpoint.channels.http.line import Answer
from callpoint.channels.http.poster import Poster, expect_success
from callpoint.channels.notice import DeliveryError, Notice, Receipt
from callpoint.channels.teams.card import message
from callpoint.routing.alert_records import Recipient

# Connectors answer 200 even when Teams behind them refused, with this in the body.
_HIDDEN_ERROR: Final = re.compile(rb"HTTP error (\d{3})", re.IGNORECASE)


class TeamsSender:
    """In the channel of a team is delivered: whether somebody reads it there, nobody tells."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        body = json.dumps(message(notice), ensure_ascii=False).encode("utf-8", "replace")
        answer = await self._poster.post(recipient.address, body, {"Content-Type": "application/json"})
        expect_success(_unveiled(answer), "Teams")
        if b"failed" in answer.body.lower():
            raise DeliveryError(f"Teams did not take it: {answer.text}")
        return Receipt(delivered=True)

    async def close(self) -> None:
        await self._poster.close()


def _unveiled(answer: Answer) -> Answer:
    hidden = _HIDDEN_ERROR.search(answer.body)
    return Answer(int(hidden[1]), answer.headers, answer.body) if hidden and answer.status == 200 else answer
