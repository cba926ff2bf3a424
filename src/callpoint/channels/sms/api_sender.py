"""Notices as text messages over HTTPS as Twilio has it: a form posted to the account's `Messages.json`."""

import json
from base64 import b64encode
from typing import Final
from urllib.parse import quote, urlencode

from callpoint.channels.http.line import Answer
from callpoint.channels.http.poster import Poster, expect_success, header_text
from callpoint.channels.notice import Notice, Receipt
from callpoint.channels.settings import SmsApi, SmsSettings
from callpoint.channels.sms.addresses import checked_number
from callpoint.channels.sms.parts import fitted
from callpoint.routing.alert_records import Recipient

VERSION: Final = "2010-04-01"
# A sender that begins so is a messaging service, which chooses the number itself.
_SERVICE: Final = "MG"


class ApiSender:
    """`poster` reaches the provider the operator has named, wherever that is."""

    def __init__(self, settings: SmsSettings, api: SmsApi, poster: Poster) -> None:
        self._settings = settings
        self._api = api
        self._poster = poster

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        sender = self._settings.sender
        form = {
            "To": checked_number(recipient.address),
            "MessagingServiceSid" if sender.startswith(_SERVICE) else "From": sender,
            "Body": fitted(notice.text, self._settings.segments),
        }
        secret = b64encode(f"{self._api.account}:{self._api.token}".encode()).decode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": f"Basic {secret}",
            "Idempotency-Key": header_text(notice.key),
        }
        url = f"{self._api.url.rstrip('/')}/{VERSION}/Accounts/{quote(self._api.account, safe='')}/Messages.json"
        answer = await self._poster.post(url, urlencode(form).encode(), headers)
        expect_success(_worded(answer), "the text message provider")
        return Receipt(reference=str(_document(answer).get("sid", "")))

    async def close(self) -> None:
        await self._poster.close()


def _worded(answer: Answer) -> Answer:
    """With the provider's own sentence for a body, where it gives one."""
    document = _document(answer)
    if "message" not in document:
        return answer
    code = document.get("code")
    words = f"{document['message']}{f' ({code})' if code else ''}"
    return Answer(answer.status, answer.headers, words.encode())


def _document(answer: Answer) -> dict[str, object]:
    try:
        document = json.loads(answer.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
