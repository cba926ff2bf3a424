"""Webhooks against a real server: what arrives, signed, and what each answer means."""

import json

import pytest

from callpoint.channels.http.poster import Poster
from callpoint.channels.notice import DeliveryError, Receipt
from callpoint.channels.webhook.sender import WebhookSender
from callpoint.channels.webhook.signature import is_signed
from tests.channels.http.loopback import LOOPBACK
from tests.channels.notices import HOSTILE, NOTICE, notice, recipient
from tests.transport.http_server import Behaviour, ByteServer, answer

NOW = 1_767_225_600.9


async def sent(behaviour: Behaviour, what: object = NOTICE, secret: str = "key") -> tuple[Receipt, bytes]:
    sender = WebhookSender(Poster(LOOPBACK), lambda: NOW)
    try:
        with ByteServer(behaviour) as server:
            receipt = await sender.send(what, recipient("webhook", server.url, secret=secret))  # type: ignore[arg-type]
            return receipt, server.requests[0]
    finally:
        await sender.close()


def fields(request: bytes) -> dict[str, str]:
    lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


async def test_the_alert_arrives_as_signed_json() -> None:
    receipt, request = await sent(answer(b"", "204 No Content"))
    body = request.partition(b"\r\n\r\n")[2]
    document, headers = json.loads(body), fields(request)
    assert receipt.delivered
    assert document == {
        "form": 1,
        "key": NOTICE.key,
        "alert": "call-1",
        "type": "emergency",
        "organization": "demo",
        "test": False,
        "at": NOTICE.at,
        "language": "en",
        "subject": NOTICE.subject,
        "text": NOTICE.text,
        "links": dict(NOTICE.links),
        "details": {"call": {"call_id": "call-1"}, "state": ""},
    }
    assert headers["idempotency-key"] == "call-1/7/0/3"
    assert headers["callpoint-event"] == "emergency"
    assert headers["content-type"] == "application/json"
    assert is_signed("key", body, headers["callpoint-signature"], NOW)


async def test_every_attempt_bears_the_same_key() -> None:
    keys = {fields((await sent(answer(b"")))[1])["idempotency-key"] for _ in range(2)}
    assert keys == {"call-1/7/0/3"}


async def test_without_a_secret_nothing_is_signed() -> None:
    _, request = await sent(answer(b""), secret="")
    assert "callpoint-signature" not in fields(request)


async def test_hostile_values_stay_values() -> None:
    what = notice(key=f"k/{HOSTILE}", type=HOSTILE, subject=HOSTILE, text=HOSTILE + "\ud800")
    _, request = await sent(answer(b""), what)
    head, _, body = request.partition(b"\r\n\r\n")
    assert json.loads(body)["subject"] == HOSTILE
    assert b"\nbcc" not in head.lower()
    assert "bcc" not in fields(request)


@pytest.mark.parametrize(("status", "permanent"), [("500 Oh", False), ("429 Slow", False), ("404 No", True)])
async def test_refusals_tell_whether_they_may_pass(status: str, permanent: bool) -> None:
    with pytest.raises(DeliveryError, match="the webhook answered") as caught:
        await sent(answer(b"", status))
    assert caught.value.permanent is permanent
