"""Notices to Slack."""

import json

from callpoint.channels.http.poster import Poster, expect_success
from callpoint.channels.notice import Notice, Receipt
from callpoint.channels.slack.blocks import message
from callpoint.routing.alert_records import Recipient


class SlackSender:
    """In the channel is delivered: whether somebody reads it there, nobody tells."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        body = json.dumps(message(notice), ensure_ascii=False).encode("utf-8", "replace")
        answer = await self._poster.post(recipient.address, body, {"Content-Type": "application/json"})
        expect_success(answer, "Slack")
        return Receipt(delivered=True)

    async def close(self) -> None:
        await self._poster.close()
