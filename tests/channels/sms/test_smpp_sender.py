"""Text messages by SMPP against a real center: alphabets, parts, receipts, throttling, lost links."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import smpp34

from callpoint.channels.notice import DeliveryError, Report
from callpoint.channels.settings import SmppCenter, SmsSettings
from callpoint.channels.sms.smpp_sender import MESSAGE_PAYLOAD_TAG, SmppSender
from tests.channels.notices import HOSTILE, NOTICE, notice, recipient
from tests.channels.sms.center import Center, accept, free_port, hold, refuse, running
from tests.channels.waiting import eventually

GUARD = recipient("sms", "+18025550100")
THROTTLED = 0x58


@asynccontextmanager
async def sending(
    center: Center, reports: list[Report] | None = None, sender: str = "12345", segments: int = 4, **options: Any
) -> AsyncIterator[SmppSender]:
    there = SmppCenter("127.0.0.1", center.port, "callpoint", "secret", **options)
    heard: list[Report] = [] if reports is None else reports
    smpp = SmppSender(SmsSettings(there, sender, segments), there, heard.append)
    try:
        yield smpp
    finally:
        await smpp.close()


async def test_a_short_text_is_one_message_in_the_default_alphabet() -> None:
    async with running(Center()) as center, sending(center) as sender:
        receipt = await sender.send(notice(text="911 CALL: Ana @ 2nd floor é_$"), GUARD)
    [message] = center.messages
    assert receipt.reference == "1"
    assert not receipt.delivered
    assert (message.data_coding, message.esm_class, message.registered_delivery) == (0, 0, 1)
    assert message.short_message == b"911 CALL: Ana \x00 2nd floor \x05\x11\x02"
    assert (message.destination_addr, message.dest_addr_ton, message.dest_addr_npi) == ("18025550100", 1, 1)
    assert (message.source_addr, message.source_addr_ton) == ("12345", 3)


async def test_french_that_needs_it_goes_in_ucs_2() -> None:
    async with running(Center()) as center, sending(center) as sender:
        await sender.send(notice(text="APPEL 911 : François Bête"), GUARD)
    [message] = center.messages
    assert message.data_coding == 8
    assert message.short_message.decode("utf-16-be") == "APPEL 911 : François Bête"


async def test_a_long_text_goes_in_parts_a_phone_puts_together() -> None:
    text = "".join(f"{number:04d}" for number in range(100))
    async with running(Center()) as center, sending(center) as sender:
        receipt = await sender.send(notice(text=text), GUARD)
        await sender.send(notice(text=text), GUARD)
    first, again = center.messages[:3], center.messages[3:]
    heads = [message.short_message[:7] for message in first]
    assert [head[:3] for head in heads] == [b"\x06\x08\x04"] * 3
    assert [(head[5], head[6]) for head in heads] == [(3, 1), (3, 2), (3, 3)]
    assert len({head[3:5] for head in heads}) == 1
    assert [message.short_message for message in again] == [message.short_message for message in first]
    assert b"".join(message.short_message[7:] for message in first).decode() == text
    assert {message.esm_class for message in first} == {0x40}
    assert [message.registered_delivery for message in first] == [0, 0, 1]
    assert receipt.reference == "3"


async def test_a_center_that_wants_it_gets_a_long_text_whole() -> None:
    text = "x" * 400
    async with running(Center()) as center, sending(center, long="payload") as sender:
        await sender.send(notice(text=text), GUARD)
        await sender.send(notice(text="short"), GUARD)
    long, short = center.messages
    assert long.short_message == b""
    assert [tlv.value for tlv in long.tlvs if tlv.tag == MESSAGE_PAYLOAD_TAG] == [text.encode()]
    assert short.short_message == b"short"


async def test_a_huge_text_is_cut_to_the_segments_that_are_paid_for() -> None:
    async with running(Center()) as center, sending(center, segments=2) as sender:
        await sender.send(notice(text=HOSTILE * 1000), GUARD)
    assert len(center.messages) == 2
    assert center.messages[-1].short_message.endswith(b"...") or center.messages[-1].data_coding == 8


@pytest.mark.parametrize(
    ("text", "state", "why"),
    [
        (b"id:1 sub:001 dlvrd:001 submit date:2603091905 stat:DELIVRD err:000 text:911", "delivered", ""),
        (b"id:1 sub:001 dlvrd:000 stat:UNDELIV err:011", "failed", "UNDELIV (error 011)"),
        (b"id:1 stat:EXPIRED", "failed", "EXPIRED"),
    ],
)  # fmt: skip
async def test_a_receipt_becomes_a_report(text: bytes, state: str, why: str) -> None:
    reports: list[Report] = []
    async with running(Center()) as center, sending(center, reports) as sender:
        receipt = await sender.send(NOTICE, GUARD)
        await center.receipt(text)
        await eventually(lambda: reports)
    assert reports == [Report(receipt.reference, state, why)]


async def test_a_receipt_by_its_parameters_becomes_a_report() -> None:
    reports: list[Report] = []
    async with running(Center()) as center, sending(center, reports) as sender:
        receipt = await sender.send(NOTICE, GUARD)
        tlvs = [smpp34.Tlv(smpp34.TLV_RECEIPTED_MESSAGE_ID, b"1\0"), smpp34.Tlv(smpp34.TLV_MESSAGE_STATE, b"\x02")]  # type: ignore[attr-defined]
        await center.receipt(b"", tlvs)
        await eventually(lambda: reports)
    assert reports == [Report(receipt.reference, "delivered")]


async def test_a_center_that_answers_in_hexadecimal_and_reports_in_decimal_is_understood() -> None:
    reports: list[Report] = []
    center = Center(decisions=[lambda _, event: event.accept("1A2B")])
    async with running(center), sending(center, reports) as sender:
        receipt = await sender.send(NOTICE, GUARD)
        await center.receipt(b"id:6699 stat:DELIVRD")
        await eventually(lambda: reports)
    assert (receipt.reference, reports) == ("1A2B", [Report("1A2B", "delivered")])


async def test_what_is_no_receipt_is_passed_over() -> None:
    reports: list[Report] = []
    async with running(Center()) as center, sending(center, reports) as sender:
        await sender.send(NOTICE, GUARD)
        await center.receipt(b"STOP", esm_class=0)
        await center.receipt(b"id:1 stat:ACCEPTD")
        await center.receipt(b"id:1 stat:DELIVRD")
        await eventually(lambda: reports)
    assert reports == [Report("1", "delivered")]


@pytest.mark.parametrize(
    ("status", "permanent", "retry_after"),
    [
        (THROTTLED, False, 1.0), (0x14, False, 5.0), (0x08, False, None), (0x0B, True, None), (0x0A, True, None),
    ],
)  # fmt: skip
async def test_refusals_tell_whether_they_may_pass(status: int, permanent: bool, retry_after: float | None) -> None:
    center = Center(decisions=[refuse(status)])
    async with running(center), sending(center) as sender:
        with pytest.raises(DeliveryError, match=f"0x{status:08X}") as caught:
            await sender.send(NOTICE, GUARD)
        assert (caught.value.permanent, caught.value.retry_after) == (permanent, retry_after)
        assert (await sender.send(NOTICE, GUARD)).reference  # the link is as good as before


async def test_a_part_that_is_refused_refuses_the_whole() -> None:
    center = Center(decisions=[accept, refuse(THROTTLED)])
    async with running(center), sending(center) as sender:
        with pytest.raises(DeliveryError) as caught:
            await sender.send(notice(text="x" * 400), GUARD)
    assert caught.value.retry_after == 1.0
    assert len(center.messages) == 2


async def test_a_link_lost_before_the_answer_is_uncertain_and_bound_again() -> None:
    center = Center(decisions=[hold])
    async with running(center), sending(center) as sender:
        under_way = asyncio.create_task(sender.send(NOTICE, GUARD))
        await eventually(lambda: center.held)
        center.cut()
        with pytest.raises(DeliveryError) as caught:
            await under_way
        assert (caught.value.permanent, caught.value.uncertain) == (False, True)
        assert (await sent_at_last(sender)) == "1"
    assert len(center.sessions) == 2


async def test_a_link_lost_while_nothing_is_sent_is_bound_again_for_receipts() -> None:
    reports: list[Report] = []
    async with running(Center()) as center, sending(center, reports) as sender:
        await sender.send(NOTICE, GUARD)
        center.cut()
        await eventually(lambda: len(center.sessions) == 2)
        await center.receipt(b"id:1 stat:DELIVRD")
        await eventually(lambda: reports)
    assert reports == [Report("1", "delivered")]


async def test_a_center_that_is_away_may_come_back() -> None:
    center = Center(port=free_port())
    async with sending(center, connect_seconds=1.0) as sender:
        with pytest.raises(DeliveryError, match="cannot be reached") as caught:
            await sender.send(NOTICE, GUARD)
        assert (caught.value.permanent, caught.value.uncertain) == (False, False)
        async with running(center, center.port):
            assert await sent_at_last(sender) == "1"


async def sent_at_last(sender: SmppSender) -> str:
    async with asyncio.timeout(30):
        while True:
            try:
                return (await sender.send(NOTICE, GUARD)).reference
            except DeliveryError:
                await asyncio.sleep(0.05)


async def test_no_more_wait_for_an_answer_than_the_window_allows() -> None:
    center = Center(decisions=[hold] * 20)
    async with running(center), sending(center, window=3) as sender:
        tasks = [asyncio.create_task(sender.send(notice(key=str(number)), GUARD)) for number in range(8)]
        await eventually(lambda: len(center.held) == 3)
        for number in range(8):
            await eventually(lambda number=number: len(center.held) > number)
            assert len(center.held) - number <= 3
            accept(center, center.held[number])
        receipts = await asyncio.gather(*tasks)
    assert len({receipt.reference for receipt in receipts}) == 8


async def test_a_message_given_up_makes_room_for_the_next() -> None:
    center = Center(decisions=[hold])
    async with running(center), sending(center, window=1) as sender:
        stuck = asyncio.create_task(sender.send(NOTICE, GUARD))
        await eventually(lambda: center.held)
        stuck.cancel()
        await asyncio.gather(stuck, return_exceptions=True)
        assert (await sender.send(notice(key="2"), GUARD)).reference


async def test_at_the_end_the_session_is_unbound() -> None:
    async with running(Center()) as center:
        async with sending(center) as sender:
            await sender.send(NOTICE, GUARD)
        await eventually(lambda: center.unbound)


@pytest.mark.parametrize("number", ["", "911", "guard", "+0123456789", "+1802555010012345678", "+1 802 555 0100; x"])
async def test_what_is_no_number_never_reaches_the_center(number: str) -> None:
    async with running(Center()) as center, sending(center) as sender:
        with pytest.raises(DeliveryError, match="is no telephone number") as caught:
            await sender.send(NOTICE, recipient("sms", number))
    assert caught.value.permanent
    assert center.sessions == []


async def test_a_center_that_knows_us_not_is_told_of() -> None:
    async def deny(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(16)
        await reader.readexactly(int.from_bytes(head[:4], "big") - 16)
        # bind_transceiver_resp, ESME_RINVPASWD, the request's sequence number, and a system_id of nothing
        writer.write((17).to_bytes(4, "big") + bytes.fromhex("800000090000000e") + head[12:16] + b"\0")
        await writer.drain()

    server = await asyncio.start_server(deny, "127.0.0.1", 0)
    async with sending(Center(port=server.sockets[0].getsockname()[1]), connect_seconds=0.5) as sender:
        with pytest.raises(DeliveryError, match="cannot be reached") as caught:
            await sender.send(NOTICE, GUARD)
    server.close()
    assert not caught.value.permanent
    assert "wrong system_id or password in sms.url" in str(caught.value)
