"""Waiting in tests: for what should come, never for a time."""

import asyncio
from collections.abc import Callable


async def eventually(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Waits until `condition()` holds; fails the test when it does not come to it."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
