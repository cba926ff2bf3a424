"""Notices as files, where no mail server is set up: nothing leaves, but everything can be looked at."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from callpoint.channels.email.message import digest, message
from callpoint.channels.notice import DeliveryError, Notice, Receipt
from callpoint.channels.settings import MailSettings
from callpoint.routing.alert_records import Recipient

# As Django's own files in that folder end.
SUFFIX: Final = ".log"


class FileSender:
    """One file a notice, the same for every attempt."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        mail = message(notice, recipient, self._settings.sender)
        path = self._settings.folder / f"{_stamp(notice.at)}-{digest(notice.key)}{SUFFIX}"
        try:
            await asyncio.to_thread(_write, path, mail.content)
        except OSError as error:
            raise DeliveryError(f"{path} cannot be written: {error.strerror or error}") from error
        return Receipt(reference=path.name)

    async def close(self) -> None:
        """Nothing is held."""


def _stamp(at: str) -> str:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = datetime.now(UTC)
    return moment.strftime("%Y%m%d-%H%M%S")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(".part")
    beside.write_bytes(content.replace(b"\r\n", b"\n"))
    beside.replace(path)
