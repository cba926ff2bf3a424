"""The control link on real sockets: questions both ways, refusals, faults, and links that are lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from callpoint.transport.control import ControlClient, ControlError, ControlServer, LinkLostError, Peer


async def double(_: Peer, params: dict[str, Any]) -> dict[str, Any]:
    return {"number": params["number"] * 2}


async def refuse(_: Peer, params: dict[str, Any]) -> None:
    raise ControlError("not today")


async def back(peer: Peer, params: dict[str, Any]) -> dict[str, Any]:
    return await peer.ask("double", number=params["number"] + 1)


async def never(_: Peer, params: dict[str, Any]) -> None:
    await asyncio.sleep(60)


METHODS = {"double": double, "refuse": refuse, "back": back, "never": never}


@contextlib.asynccontextmanager
async def linked(path: Path, **options: Any) -> AsyncIterator[tuple[ControlServer, ControlClient]]:
    server = ControlServer(path, dict(METHODS))
    await server.start()
    client = ControlClient(path, dict(METHODS), **options)
    running = asyncio.create_task(client.run())
    try:
        async with asyncio.timeout(5):
            while not client.connected:
                await asyncio.sleep(0.01)
        yield server, client
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await server.close()


async def test_questions_both_ways(tmp_path: Path) -> None:
    async with linked(tmp_path / "a.sock") as (_, client):
        assert await client.ask("double", number=21) == {"number": 42}
        assert await client.ask("back", number=20) == {"number": 42}


async def test_refusals_and_faults_are_told(tmp_path: Path) -> None:
    async with linked(tmp_path / "a.sock") as (_, client):
        with pytest.raises(ControlError, match="not today"):
            await client.ask("refuse")
        with pytest.raises(ControlError, match="nothing is not served here"):
            await client.ask("nothing")
        with pytest.raises(ControlError, match="fault: KeyError"):
            await client.ask("double")
        assert await client.ask("double", number=1) == {"number": 2}


async def test_many_at_once_are_not_mixed_up(tmp_path: Path) -> None:
    async with linked(tmp_path / "a.sock") as (_, client):
        answers = await asyncio.gather(*(client.ask("double", number=n) for n in range(500)))
        assert [answer["number"] for answer in answers] == [2 * n for n in range(500)]


async def test_silence_is_not_waited_for(tmp_path: Path) -> None:
    async with linked(tmp_path / "a.sock") as (_, client):
        with pytest.raises(TimeoutError):
            await client.ask("never", seconds=0.05)


async def test_a_lost_link_is_told_to_whoever_waits_and_made_again(tmp_path: Path) -> None:
    lost: list[bool] = []
    async with linked(tmp_path / "a.sock", on_lost=lambda: lost.append(True)) as (server, client):
        waiting = asyncio.create_task(client.ask("never", seconds=30))
        await asyncio.sleep(0.05)
        for peer in list(server.peers):
            peer.close()
        with pytest.raises(LinkLostError):
            await waiting
        assert lost
        async with asyncio.timeout(5):
            while not client.connected:
                await asyncio.sleep(0.01)
        assert await client.ask("double", number=1) == {"number": 2}


async def test_without_a_server_there_is_no_waiting(tmp_path: Path) -> None:
    client = ControlClient(tmp_path / "nobody.sock")
    with pytest.raises(LinkLostError):
        await client.ask("double", number=1)


async def test_what_is_no_protocol_ends_the_link_and_nothing_else(tmp_path: Path) -> None:
    async with linked(tmp_path / "a.sock") as (_, client):
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "a.sock"))
        writer.write(b"[1, 2]\n")
        assert await reader.read() == b""
        writer.close()
        assert await client.ask("double", number=1) == {"number": 2}


async def test_params_that_are_no_object_are_refused(tmp_path: Path) -> None:
    async with linked(tmp_path / "a.sock") as (_, _client):
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "a.sock"))
        writer.write(b'{"id": 1, "method": "double", "params": [21]}\n')
        assert b"params must be an object" in await reader.readline()
        writer.close()


async def test_a_path_longer_than_a_socket_address(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 60) / ("b" * 60)
    folder.mkdir(parents=True)
    async with linked(folder / "control.sock") as (_, client):
        assert await client.ask("double", number=2) == {"number": 4}
    assert not (folder / "control.sock").exists()


async def test_only_the_owner_may_connect(tmp_path: Path) -> None:
    async with linked(tmp_path / "a.sock"):
        assert (tmp_path / "a.sock").stat().st_mode & 0o777 == 0o600
