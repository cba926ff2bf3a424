"""Notices as text messages by SMPP 3.4."""

import asyncio
import hashlib
from collections import OrderedDict
from typing import Final

import smpp34

from callpoint.channels.cleaning import one_line
from callpoint.channels.notice import DeliveryError, Notice, OnReport, Receipt, Report
from callpoint.channels.reporting import Reports
from callpoint.channels.settings import SmppCenter, SmsSettings
from callpoint.channels.sms.addresses import checked_number, typed
from callpoint.channels.sms.parts import Encoded, encode, with_headers
from callpoint.channels.sms.receipts import receipt_of
from callpoint.channels.sms.smpp_link import SmppLink
from callpoint.channels.sms.statuses import refusal
from callpoint.routing.alert_records import Recipient

REMEMBERED: Final = 10_000
MESSAGE_PAYLOAD_TAG: Final = 0x0424
_USER_DATA_HEADER: Final = 0x40
_PRIORITY: Final = 1
# Where a message goes in parts, the last one's receipt stands for all of them.
_WITH_RECEIPT: Final = 1
_WITHOUT: Final = 0
_SHORT_MESSAGE_OCTETS: Final = 254
_URGENT: Final = frozenset({"emergency", "relay_center", "psap_callback"})


class SmppSender:
    """Belongs to one event loop. At most `center.window` messages wait for the center's answer."""

    def __init__(self, settings: SmsSettings, center: SmppCenter, on_report: OnReport) -> None:
        self._settings = settings
        self._center = center
        self._link = SmppLink(center, self._heard)
        self._window = asyncio.Semaphore(center.window)
        self._reports = Reports(on_report)
        self._references: OrderedDict[str, str] = OrderedDict()

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        number = checked_number(recipient.address)
        encoded = encode(notice.text, self._settings.segments)
        if self._center.long == "payload" and len(encoded.whole) > _SHORT_MESSAGE_OCTETS:
            payload = [smpp34.Tlv(MESSAGE_PAYLOAD_TAG, encoded.whole)]
            reference = await self._submit(notice, number, b"", encoded, 0, _WITH_RECEIPT, payload)
        elif self._center.long == "payload":
            reference = await self._submit(notice, number, encoded.whole, encoded, 0, _WITH_RECEIPT, [])
        else:
            reference = await self._submit_parts(notice, number, encoded)
        return Receipt(reference=reference)

    async def close(self) -> None:
        await self._link.close()

    async def _submit_parts(self, notice: Notice, number: str, encoded: Encoded) -> str:
        """The same reference for every attempt, so that a phone that got a part twice shows the message once."""
        mark = int.from_bytes(hashlib.sha256(notice.key.encode("utf-8", "replace")).digest()[:2], "big")
        parts = with_headers(encoded, mark)
        esm_class = _USER_DATA_HEADER if len(parts) > 1 else 0
        for part in parts[:-1]:
            await self._submit(notice, number, part, encoded, esm_class, _WITHOUT, [])
        return await self._submit(notice, number, parts[-1], encoded, esm_class, _WITH_RECEIPT, [])

    async def _submit(
        self,
        notice: Notice,
        number: str,
        content: bytes,
        encoded: Encoded,
        esm_class: int,
        registered: int,
        tlvs: list[smpp34.Tlv],
    ) -> str:
        """The center's name for the message. Raises DeliveryError."""
        session = await self._link.session()
        source, source_ton, source_npi = typed(self._settings.sender)
        destination, ton, npi = typed(number)
        try:
            async with self._window:
                answer = await session.submit_sm(
                    destination,
                    content,
                    source_addr=source,
                    source_addr_ton=source_ton,
                    source_addr_npi=source_npi,
                    dest_addr_ton=ton,
                    dest_addr_npi=npi,
                    esm_class=esm_class,
                    priority_flag=_PRIORITY if notice.type in _URGENT and not notice.test else 0,
                    registered_delivery=registered,
                    data_coding=encoded.data_coding,
                    tlvs=tlvs,
                )
        except smpp34.SmppError as error:
            self._link.forget(session)
            raise DeliveryError(
                f"the short message center broke off: {one_line(str(error), 200)}", uncertain=True
            ) from error
        if not answer.is_success:
            raise refusal(answer.command_status)
        return self._remembered(answer.message_id or "")

    def _remembered(self, message_id: str) -> str:
        """Under every way a receipt may write it: some centers answer in hexadecimal and report in decimal."""
        for name in {message_id, message_id.lower(), _decimal(message_id)} - {""}:
            self._references[name] = message_id
        while len(self._references) > REMEMBERED:
            self._references.popitem(last=False)
        return message_id

    def _heard(self, event: smpp34.DeliverSmEvent) -> None:
        receipt = receipt_of(event)
        if receipt is not None:
            reference = self._references.get(receipt.message_id, receipt.message_id)
            self._reports.tell(Report(reference, receipt.state, receipt.why))


def _decimal(message_id: str) -> str:
    try:
        return str(int(message_id, 16))
    except ValueError:
        return ""
