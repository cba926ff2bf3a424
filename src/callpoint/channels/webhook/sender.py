"""Notices to webhooks."""

import json
import time
from collections.abc import Callable
from typing import Any, Final

from callpoint.channels.http.poster import Poster, expect_success, header_text
from callpoint.channels.notice import Notice, Receipt
from callpoint.channels.webhook.signature import HEADER, sign
from callpoint.routing.alert_records import Recipient

FORM: Final = 1
"""Number of the form of the document; only a change that breaks readers makes it grow."""


def document(notice: Notice) -> dict[str, Any]:
    """What is posted."""
    return {
        "form": FORM,
        "key": notice.key,
        "alert": notice.alert,
        "type": notice.type,
        "organization": notice.organization,
        "test": notice.test,
        "at": notice.at,
        "language": notice.language,
        "subject": notice.subject,
        "text": notice.text,
        "links": dict(notice.links),
        "details": dict(notice.document),
    }


class WebhookSender:
    """Taken by the other side's program is delivered: there is nobody beyond it we know of."""

    def __init__(self, poster: Poster, clock: Callable[[], float] = time.time) -> None:
        self._poster = poster
        self._clock = clock

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        body = json.dumps(document(notice), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": header_text(notice.key),
            "Callpoint-Event": header_text(notice.type),
        }
        if recipient.secret:
            headers[HEADER] = sign(recipient.secret, body, int(self._clock()))
        expect_success(await self._poster.post(recipient.address, body, headers), "the webhook")
        return Receipt(delivered=True)

    async def close(self) -> None:
        await self._poster.close()
