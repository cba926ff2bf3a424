"""`--check`: which version, which server, and whether the server takes us; for installers and their scripts."""

import asyncio
from collections.abc import Callable

from callpoint.desktop.agent.api import OnsiteApi, RefusedError, RejectedError, UnavailableError
from callpoint.desktop.agent.program import NAME, PROGRAM, VERSION
from callpoint.desktop.agent.settings import Settings

GOOD, NOT_REACHED, REFUSED, NOT_SET_UP = 0, 3, 4, 5


def check(settings: Settings, say: Callable[[str], None]) -> int:
    """Says what it finds a line at a time, and gives the exit code."""
    say(f"{NAME} {VERSION}")
    say(f"host: {settings.host or 'not set'}")
    if not settings.host:
        return NOT_SET_UP
    say(f"token: {'set' if settings.token else 'not set'}")
    try:
        asyncio.run(_ask(settings))
    except RefusedError as error:
        say(f"server: reached, and does not accept the token ({error})" if settings.token else "server: reached")
        return REFUSED if settings.token else NOT_SET_UP
    except (UnavailableError, RejectedError, OSError) as error:
        say(f"server: not reached ({error})")
        return NOT_REACHED
    say("server: reached, and accepts the token")
    return GOOD


async def _ask(settings: Settings) -> None:
    async with OnsiteApi(settings, PROGRAM) as api:
        await api.state()
