"""E-mail by a provider: the real anymail in its own process, a server on loopback in the provider's place."""

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from callpoint.channels.email.provider_sender import ProviderSender
from callpoint.channels.notice import DeliveryError, Receipt
from callpoint.channels.settings import MailProvider, MailSettings
from callpoint.ops.mail_server import mail_server
from tests.channels.notices import HOSTILE, NOTICE, notice, recipient
from tests.channels.waiting import eventually
from tests.transport.http_server import Behaviour, ByteServer, answer

GUARD = recipient("email", "guard@example.com", "Günther Guard")
TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "0a1b", "SubmittedAt": "", "To": "guard@example.com"}


INACTIVE = (
    "You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: guard@example.com. "
    "Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression."
)


def says(document: Mapping[str, Any], status: str = "200 OK", *headers: str) -> Behaviour:
    return answer(json.dumps(document).encode(), status, "Content-Type: application/json", *headers)


@asynccontextmanager
async def sending(url: str, seconds: float = 10.0) -> AsyncIterator[ProviderSender]:
    provider = mail_server(url)
    assert isinstance(provider, MailProvider)
    sender = ProviderSender(
        MailSettings("Callpoint <alerts@example.com>", Path("unused"), provider, 4, seconds), provider
    )
    try:
        yield sender
    finally:
        await sender.close()


def postmark(server: ByteServer) -> str:
    return f"anymail+postmark://Token-1@?api_url={server.url}"


async def posted(behaviour: Behaviour, what: Any = NOTICE) -> tuple[Receipt, dict[str, Any], bytes]:
    with ByteServer(behaviour) as server:
        async with sending(postmark(server)) as sender:
            receipt = await sender.send(what, GUARD)
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        return receipt, json.loads(body), head


async def trouble(behaviour: Behaviour, seconds: float = 10.0) -> DeliveryError:
    with ByteServer(behaviour) as server:
        async with sending(postmark(server), seconds) as sender:
            with pytest.raises(DeliveryError) as caught:
                await sender.send(NOTICE, GUARD)
    return caught.value


async def test_the_provider_gets_the_alert() -> None:
    receipt, document, head = await posted(says(TAKEN))
    assert receipt == Receipt("0a1b")
    assert head.startswith(b"POST /email HTTP/1.1")
    assert b"x-postmark-server-token: token-1" in head.lower()
    assert document["To"] == "guard@example.com"
    assert document["From"] == "Callpoint <alerts@example.com>"
    assert document["Subject"] == NOTICE.subject
    assert document["TextBody"] == NOTICE.text + "\n"
    assert '<a href="https://alerts.example.com/board/">' in document["HtmlBody"]
    headers = {header["Name"]: header["Value"] for header in document["Headers"]}
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Message-ID"].endswith("@example.com>")
    assert document["Metadata"]["callpoint_key"] in headers["Message-ID"]


async def test_hostile_values_stay_values() -> None:
    _, document, _ = await posted(says(TAKEN), notice(subject=HOSTILE, text=HOSTILE))
    assert "\n" not in document["Subject"]
    assert document["To"] == "guard@example.com"
    assert "Bcc" not in document
    assert "<script" not in document["HtmlBody"]


@pytest.mark.parametrize(
    ("behaviour", "permanent", "retry_after"),
    [
        (says({"ErrorCode": 10, "Message": "Bad token"}, "401 Unauthorized"), True, None),
        (says({"Message": "slow down"}, "429 Too Many Requests", "Retry-After: 30"), False, 30.0),
        (says({"Message": "oh"}, "503 Service Unavailable"), False, None),
        (says({"ErrorCode": 406, "Message": INACTIVE}, "422 Unprocessable"), True, None),
        (says({"ErrorCode": 300, "Message": "Invalid 'To' address"}, "422 Unprocessable"), True, None),
    ],
)
async def test_refusals_tell_whether_they_may_pass(
    behaviour: Behaviour, permanent: bool, retry_after: float | None
) -> None:
    error = await trouble(behaviour)
    assert (error.permanent, error.retry_after, error.uncertain) == (permanent, retry_after, False)


async def test_an_answer_that_is_lost_is_uncertain() -> None:
    error = await trouble(lambda connection, request: connection.recv(1) and None, seconds=0.5)
    assert (error.permanent, error.uncertain) == (False, True)


async def test_nobody_there_may_be_there_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with sending(f"anymail+postmark://T@?api_url=http://127.0.0.1:{port}/") as sender:
        with pytest.raises(DeliveryError, match="cannot be reached") as caught:
            await sender.send(NOTICE, GUARD)
    assert not caught.value.permanent


async def test_a_process_that_dies_is_told_and_started_again() -> None:
    served = 0

    def behave(connection: socket.socket, request: bytes) -> None:
        nonlocal served
        served += 1
        if served == 1:
            connection.recv(1)  # until the process is gone
        else:
            says(TAKEN)(connection, request)

    with ByteServer(behave) as server:
        async with sending(postmark(server)) as sender:
            under_way = asyncio.create_task(sender.send(NOTICE, GUARD))
            await eventually(lambda: server.requests)
            process = sender._process
            assert process is not None
            os.kill(process.pid, signal.SIGKILL)
            with pytest.raises(DeliveryError, match="ended in the middle") as caught:
                await under_way
            assert caught.value.uncertain
            assert await sender.send(NOTICE, GUARD) == Receipt("0a1b")


async def test_several_are_under_way_at_once() -> None:
    all_there = threading.Barrier(4, timeout=20)

    def behave(connection: socket.socket, request: bytes) -> None:
        all_there.wait()  # none is answered before all have asked
        says(TAKEN)(connection, request)

    with ByteServer(behave) as server:
        async with sending(postmark(server)) as sender:
            receipts = await asyncio.gather(*(sender.send(notice(key=str(one)), GUARD) for one in range(4)))
    assert receipts == [Receipt("0a1b")] * 4


@pytest.mark.parametrize(
    ("url", "words"),
    [("anymail+ses://KEY:SECRET@us-east-1", "boto3"), ("anymail+unisender-go://KEY", "UNISENDER_GO_API_URL")],
)
async def test_a_provider_that_cannot_be_set_up_says_why(url: str, words: str) -> None:
    async with sending(url) as sender:
        with pytest.raises(DeliveryError, match=r"mail\.url cannot be used") as caught:
            await sender.send(NOTICE, GUARD)
    assert words in str(caught.value)
    assert caught.value.permanent


async def test_other_providers_take_it_in_their_own_form() -> None:
    accepted = says({"id": "<x@mg.example.com>", "message": "Queued. Thank you."})
    with ByteServer(accepted) as server:
        async with sending(f"anymail+mailgun://Key-1@mg.example.com?api_url={server.url}") as sender:
            receipt = await sender.send(NOTICE, GUARD)
    assert receipt.reference == "<x@mg.example.com>"
    assert server.requests[0].startswith(b"POST /mg.example.com/messages HTTP/1.1")
