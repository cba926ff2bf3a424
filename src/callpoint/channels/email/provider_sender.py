"""Notices by a provider of e-mail, spoken to by a process of its own (`anymail_process`), restarted when it dies."""

import asyncio
import contextlib
import json
import logging
import sys
from typing import Any, Final

from callpoint.channels.cleaning import one_line
from callpoint.channels.email.message import extra_headers, message
from callpoint.channels.notice import DeliveryError, Notice, Receipt
from callpoint.channels.settings import MailProvider, MailSettings
from callpoint.routing.alert_records import Recipient

logger = logging.getLogger(__name__)

PROCESS: Final = "callpoint.channels.email.anymail_process"
START_SECONDS: Final = 20.0
CLOSE_SECONDS: Final = 2.0
MAX_LINE_BYTES: Final = 1_000_000

Reply = dict[str, Any]


class ProviderSender:
    """Belongs to one event loop. The process is started by the first message."""

    def __init__(self, settings: MailSettings, provider: MailProvider) -> None:
        self._settings = settings
        self._provider = provider
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._number = 0

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        order = self._order(notice, recipient)
        process = await self._started()
        self._number += 1
        number = self._number
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            _write(process, {"id": number, **order})
            reply = await answer
        finally:
            self._waiting.pop(number, None)
        if "reference" in reply:
            return Receipt(reference=reply["reference"])
        raise DeliveryError(
            str(reply["why"]),
            permanent=bool(reply.get("permanent")),
            retry_after=reply.get("retry_after"),
            uncertain=bool(reply.get("uncertain")),
        )

    async def close(self) -> None:
        """Its input ends, so it does; when it hangs on to something, it is killed."""
        process, self._process = self._process, None
        if process is not None:
            await _end(process, CLOSE_SECONDS)
        if self._reading is not None:
            await self._reading

    def _order(self, notice: Notice, recipient: Recipient) -> dict[str, Any]:
        mail = message(notice, recipient, self._settings.sender)
        return {
            "from": self._settings.sender,
            "to": mail.recipient,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "headers": {**extra_headers(notice), "Message-ID": mail.message_id},
            "key": mail.message_id.strip("<>"),
        }

    async def _started(self) -> asyncio.subprocess.Process:
        """The living process. Raises DeliveryError when it will not live."""
        async with self._starting:
            if self._process is not None and self._process.returncode is None:
                return self._process
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", PROCESS,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=MAX_LINE_BYTES,
            )  # fmt: skip
            try:
                await self._greet(process)
            except BaseException:
                await _end(process)
                raise
            self._process = process
            self._reading = asyncio.create_task(self._read(process))
            return process

    async def _greet(self, process: asyncio.subprocess.Process) -> None:
        settings = self._settings
        order = {"backend": self._provider.backend, "options": dict(self._provider.options)}
        _write(process, {**order, "seconds": settings.seconds, "connections": settings.connections})
        try:
            async with asyncio.timeout(START_SECONDS):
                line = await _lines(process).readline()
        except TimeoutError:
            raise DeliveryError("the process that speaks to the mail provider does not start") from None
        if not line:
            raise DeliveryError("the process that speaks to the mail provider ended as it began")
        greeting = json.loads(line)
        if not greeting["ready"]:
            raise DeliveryError(f"mail.url cannot be used: {one_line(greeting['why'], 300)}", permanent=True)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        while line := await _lines(process).readline():
            reply = json.loads(line)
            answer = self._waiting.get(reply["id"])
            if answer is not None and not answer.done():
                answer.set_result(reply)
        code = await process.wait()
        if self._process is process:
            logger.warning("the process that speaks to the mail provider ended with %d", code)
            self._process = None
        for answer in self._waiting.values():
            if not answer.done():
                why = "the process that speaks to the mail provider ended in the middle"
                answer.set_result({"why": why, "uncertain": True})


async def _end(process: asyncio.subprocess.Process, patience: float = 0.0) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(patience):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _write(process: asyncio.subprocess.Process, order: dict[str, Any]) -> None:
    if process.stdin is None or process.stdin.is_closing():
        raise DeliveryError("the process that speaks to the mail provider is gone")
    process.stdin.write(json.dumps(order).encode() + b"\n")


def _lines(process: asyncio.subprocess.Process) -> asyncio.StreamReader:
    if process.stdout is None:
        raise DeliveryError("the process that speaks to the mail provider has no output")
    return process.stdout
