"""A bound session with a short message center, kept: bound again whenever it is lost."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

import smpp34

from callpoint.channels.cleaning import one_line
from callpoint.channels.notice import DeliveryError
from callpoint.channels.settings import SmppCenter

logger = logging.getLogger(__name__)

RECONNECT_SECONDS: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
UNBIND_SECONDS: Final = 2.0
MARGIN_SECONDS: Final = 1.0
# The library waits in silence when a center refuses the bind, so this is all that is known then.
_SILENT: Final = "bind timed out"
_HINT: Final = " (so does a wrong system_id or password in sms.url)"


class SmppLink:
    """Belongs to one event loop. `on_message` gets what the center delivers, receipts among it.

    The library answers and asks `enquire_link` by itself, and ends a session whose other side is silent.
    """

    def __init__(self, center: SmppCenter, on_message: Callable[[smpp34.DeliverSmEvent], None]) -> None:
        self._center = center
        self._on_message = on_message
        self._session: smpp34.Smsc | None = None
        self._changed = asyncio.Event()
        self._failures = 0
        self._trouble = ""
        self._keeping: asyncio.Task[None] | None = None

    async def session(self) -> smpp34.Smsc:
        """The session, waiting for it a little. Raises DeliveryError while there is none."""
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._center.connect_seconds + MARGIN_SECONDS):
                while not self._settled():
                    self._changed.clear()
                    await self._changed.wait()
        if self._session is None:
            raise DeliveryError(f"the short message center cannot be reached: {self._trouble or 'no answer yet'}")
        return self._session

    def _settled(self) -> bool:
        """There is a session, or it is known that there is none."""
        return self._session is not None or bool(self._failures)

    def forget(self, session: smpp34.Smsc) -> None:
        """`session` failed: it is not given out again, and a new one is bound."""
        if self._session is session:
            self._session = None
            self._changed.set()

    async def close(self) -> None:
        """Unbinds (SMPP 3.4 §4.2) and lets go."""
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(TimeoutError, smpp34.SmppError):
                async with asyncio.timeout(UNBIND_SECONDS):
                    await session.unbind()
        if self._keeping is not None:
            self._keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeping

    async def _keep(self) -> None:
        while True:
            try:
                client = self._client()
                async with asyncio.timeout(self._center.connect_seconds + MARGIN_SECONDS):
                    session = await client.connect()
            except (smpp34.SmppError, OSError, TimeoutError) as error:
                words = str(error) or type(error).__name__
                self._trouble = one_line(words + _HINT if _SILENT in words else words, 200)
                if not self._failures:
                    logger.warning("the short message center cannot be reached: %s", self._trouble)
                pause = RECONNECT_SECONDS[min(self._failures, len(RECONNECT_SECONDS) - 1)]
                self._failures += 1
                self._changed.set()
                await asyncio.sleep(pause)
                continue
            self._session, self._failures, self._trouble = session, 0, ""
            self._changed.set()
            try:
                await self._listen(session)
            finally:
                self.forget(session)
                with contextlib.suppress(smpp34.SmppError):
                    await client.stop()

    async def _listen(self, session: smpp34.Smsc) -> None:
        """Until the session has ended, by the center or because it failed when used."""
        following = asyncio.ensure_future(session.next())
        try:
            while self._session is session:
                changed = asyncio.ensure_future(self._changed.wait())
                self._changed.clear()
                try:
                    await asyncio.wait((following, changed), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    changed.cancel()
                if not following.done():
                    continue
                event = following.result()
                if not isinstance(event, smpp34.DeliverSmEvent):
                    return
                self._on_message(event)
                following = asyncio.ensure_future(session.next())
        except smpp34.SmppError as error:
            logger.warning("the link to the short message center broke: %s", error)
        finally:
            following.cancel()

    def _client(self) -> smpp34.Client:
        center = self._center
        return smpp34.Client(
            center.host,
            center.port,
            center.system_id,
            center.password,
            bind_type="TRX",
            system_type=center.system_type,
            tls=center.tls,
            window_size=center.window,
            connect_timeout_ms=int(center.connect_seconds * 1000),
        )
