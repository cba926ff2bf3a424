"""Text messages over HTTPS as Twilio has it, against a real server."""

import json
from base64 import b64encode
from typing import Any
from urllib.parse import parse_qs

import pytest

from callpoint.channels.http.poster import Poster
from callpoint.channels.notice import DeliveryError, Receipt
from callpoint.channels.settings import SmsApi, SmsSettings
from callpoint.channels.sms.api_sender import ApiSender
from tests.channels.http.loopback import LOOPBACK
from tests.channels.notices import HOSTILE, NOTICE, notice, recipient
from tests.transport.http_server import Behaviour, ByteServer, answer

GUARD = recipient("sms", "+1 802-555-0100")
QUEUED = json.dumps({"sid": "SM1", "status": "queued", "error_code": None}).encode()


async def sent(behaviour: Behaviour, what: Any = NOTICE, sender: str = "+18025550199") -> tuple[Receipt, bytes]:
    with ByteServer(behaviour) as server:
        api = SmsApi(server.url, "AC1/x", "token")
        sms = ApiSender(SmsSettings(api, sender, 2), api, Poster(LOOPBACK))
        try:
            return await sms.send(what, GUARD), server.requests[0]
        finally:
            await sms.close()


async def test_a_form_is_posted_to_the_account() -> None:
    receipt, request = await sent(answer(QUEUED, "201 Created"))
    head, _, body = request.partition(b"\r\n\r\n")
    assert receipt == Receipt("SM1")
    assert head.startswith(b"POST /2010-04-01/Accounts/AC1%2Fx/Messages.json HTTP/1.1")
    assert b"Authorization: Basic " + b64encode(b"AC1/x:token") in head
    assert b"Idempotency-Key: call-1/7/0/3" in head
    assert parse_qs(body.decode()) == {"To": ["+18025550100"], "From": ["+18025550199"], "Body": [NOTICE.text]}


async def test_a_messaging_service_chooses_the_sender() -> None:
    _, request = await sent(answer(QUEUED, "201 Created"), sender="MG0123")
    form = parse_qs(request.partition(b"\r\n\r\n")[2].decode())
    assert form["MessagingServiceSid"] == ["MG0123"]
    assert "From" not in form


async def test_a_hostile_text_stays_the_body_and_within_its_segments() -> None:
    _, request = await sent(answer(QUEUED), notice(text=f"{HOSTILE}&To=%2B1900 " + "x" * 100_000))
    form = parse_qs(request.partition(b"\r\n\r\n")[2].decode())
    assert form["To"] == ["+18025550100"]
    assert len(form["Body"][0]) <= 304


@pytest.mark.parametrize(
    ("status", "document", "permanent"),
    [
        ("400 Bad Request", {"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400}, True),
        ("401 Unauthorized", {"code": 20003, "message": "Authenticate"}, True),
        ("429 Too Many Requests", {"code": 20429, "message": "Too Many Requests"}, False),
        ("503 Service Unavailable", {"message": "try later"}, False),
    ],
)
async def test_refusals_come_in_the_provider_s_words(status: str, document: dict[str, Any], permanent: bool) -> None:
    with pytest.raises(DeliveryError) as caught:
        await sent(answer(json.dumps(document).encode(), status))
    assert caught.value.permanent is permanent
    assert str(document["message"]) in str(caught.value)
    assert "token" not in str(caught.value)


async def test_an_answer_that_is_no_document_is_taken_by_its_status() -> None:
    assert (await sent(answer(b"[1]")))[0] == Receipt("")
    with pytest.raises(DeliveryError, match="502"):
        await sent(answer(b"<html>", "502 Bad Gateway"))
