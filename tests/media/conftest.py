"""Legs over real loopback sockets for the tests of media."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from callpoint.media.media_port import MediaPort
from callpoint.media.ports import PortRange

LOOPBACK = "127.0.0.1"
# Wide enough that other programs on the machine cannot take all of it.
PORTS = PortRange(30000, 34000)
OpenLeg = Callable[[], Awaitable[MediaPort]]


@pytest.fixture
async def open_leg() -> AsyncIterator[OpenLeg]:
    """Opens legs on loopback and closes them after the test."""
    legs: list[MediaPort] = []

    async def new() -> MediaPort:
        legs.append(await MediaPort.open(LOOPBACK, PORTS))
        return legs[-1]

    yield new
    for leg in legs:
        leg.close()


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that other tasks bring about; fails when it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
