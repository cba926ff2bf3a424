"""A short message center of the tests: smpp34's own server, behind a line that can be cut."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import smpp34

Decision = Callable[["Center", smpp34.SubmitSmEvent], None]


def accept(center: "Center", event: smpp34.SubmitSmEvent) -> None:
    """Takes it, as message 1, 2, …"""
    center.names += 1
    event.accept(str(center.names))


def refuse(status: int) -> Decision:
    return lambda center, event: event.reject(status)


def hold(center: "Center", event: smpp34.SubmitSmEvent) -> None:
    """Keeps it without an answer."""
    center.held.append(event)


@dataclass
class Center:
    """`decisions` are for the next messages, then all are accepted; `port` is the line's, not the server's."""

    decisions: list[Decision] = field(default_factory=list)
    messages: list[smpp34.SubmitSmEvent] = field(default_factory=list)
    held: list[smpp34.SubmitSmEvent] = field(default_factory=list)
    sessions: list[smpp34.Esme] = field(default_factory=list)
    unbound: int = 0
    names: int = 0
    port: int = 0
    _lines: set[asyncio.StreamWriter] = field(default_factory=set)

    async def receipt(self, text: bytes, tlvs: list[smpp34.Tlv] | None = None, esm_class: int = 4) -> None:
        """Delivers a receipt to the latest session."""
        await self.sessions[-1].deliver_sm(
            "12345", text, source_addr="18025550100", esm_class=esm_class, tlvs=tlvs or []
        )

    def cut(self) -> None:
        """Cuts every line that is open now."""
        for writer in self._lines:
            writer.transport.abort()
        self._lines.clear()

    async def serve(self, server: smpp34.Server) -> None:
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                self.sessions.append(event)
            elif isinstance(event, smpp34.SubmitSmEvent):
                self.messages.append(event)
                (self.decisions.pop(0) if self.decisions else accept)(self, event)
            else:
                self.unbound += 1

    async def carry(self, server_port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", server_port)
        self._lines |= {writer, back}
        await asyncio.gather(_copy(reader, back), _copy(there, writer))
        self._lines -= {writer, back}


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
    target.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@asynccontextmanager
async def running(center: Center, port: int = 0) -> AsyncIterator[Center]:
    server_port = free_port()
    server = smpp34.Server("127.0.0.1", server_port)
    await server.start()
    serving = asyncio.create_task(center.serve(server))
    line = await asyncio.start_server(lambda r, w: center.carry(server_port, r, w), "127.0.0.1", port)
    center.port = line.sockets[0].getsockname()[1]
    try:
        yield center
    finally:
        line.close()
        center.cut()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await server.stop()
