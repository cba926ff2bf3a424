"""Notices by SMTP, over a few lines in threads of their own: a server that hangs holds up nobody but mail."""

import asyncio
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from callpoint.channels.email.message import Mail, message
from callpoint.channels.email.smtp_line import SmtpLine, StaleLineError
from callpoint.channels.notice import DeliveryError, Notice, Receipt
from callpoint.channels.settings import MailSettings, SmtpServer
from callpoint.routing.alert_records import Recipient

# Many servers hang up after a hundred messages or so, and after some idle time.
MESSAGES_A_LINE: Final = 50
IDLE_SECONDS: Final = 30.0


class SmtpSender:
    """Lines are used again. `context` replaces the system's authorities, for servers with certificates of their own."""

    def __init__(self, settings: MailSettings, server: SmtpServer, context: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._server = server
        self._context = context
        self._threads = ThreadPoolExecutor(settings.connections, thread_name_prefix="smtp")
        self._idle: list[tuple[float, SmtpLine]] = []
        self._lock = threading.Lock()
        self._closed = False

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        mail = message(notice, recipient, self._settings.sender)
        await asyncio.get_running_loop().run_in_executor(self._threads, self._hand_over, mail)
        return Receipt(reference=mail.message_id)

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._closed = True
            lines, self._idle = self._idle, []
        for _, line in lines:
            line.close()

    def _hand_over(self, mail: Mail) -> None:
        line = self._kept()
        if line is not None:
            try:
                self._say(line, mail)
            except StaleLineError:
                line.close()
            else:
                return
        self._say(SmtpLine(self._server, self._settings.seconds, self._context), mail)

    def _say(self, line: SmtpLine, mail: Mail) -> None:
        try:
            line.send(mail.sender, mail.recipient, mail.content)
        except DeliveryError as error:
            # After a refusal the line is as good as before; after a lost answer it is not.
            answered = error.permanent or error.retry_after is not None
            self._put_back(line, usable=answered and line.reset())
            raise
        self._put_back(line, usable=True)

    def _kept(self) -> SmtpLine | None:
        with self._lock:
            while self._idle:
                since, line = self._idle.pop()
                if time.monotonic() - since < IDLE_SECONDS:
                    return line
                line.close()
        return None

    def _put_back(self, line: SmtpLine, *, usable: bool) -> None:
        line.used += 1
        if usable and line.used < MESSAGES_A_LINE:
            with self._lock:
                if not self._closed:
                    self._idle.append((time.monotonic(), line))
                    return
        line.close()
