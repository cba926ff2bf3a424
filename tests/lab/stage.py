"""Who plays in the lab's tests: a caller with a tone, and a client of the lab's HTTP side."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from callpoint.lab.agent_call import OutgoingCall
from callpoint.lab.sound import Sound
from callpoint.lab.user_agent import Dial, UserAgent
from callpoint.media.ports import PortRange
from callpoint.sip.hop import Hop

HOST = "127.0.0.1"
CALLER_TONE = 1000

Wrap = Callable[[bytes], tuple[str, bytes]]


async def until(condition: Callable[[], bool], limit: float = 10.0) -> None:
    """Waits for what real peers do in their own time; a test that needs the limit fails."""
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


@dataclass
class Http:
    """The lab's HTTP side as a client sees it."""

    url: str

    async def get(self, path: str) -> Any:
        return (await self.ask(path))[1]

    async def post(self, path: str, document: object, **headers: str) -> tuple[int, Any]:
        return await self.ask(path, json.dumps(document).encode(), headers)

    async def ask(self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        return await asyncio.to_thread(self._ask, path, body, headers or {})

    def _ask(self, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, Any]:
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json", **headers})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


@dataclass
class Caller:
    """A user agent with a tone, dialling the lab's stations directly."""

    agent: UserAgent
    ports: PortRange
    port: int

    async def dial(self, hop: Hop, wrap: Wrap | None = None, **more: Any) -> "Talk":
        """Rings `hop`; `wrap` turns our SDP into (content type, body)."""
        sound = await Sound.open(HOST, self.ports, 1)
        sound.play_steadily(CALLER_TONE)
        content_type, body = wrap(sound.offer()) if wrap is not None else ("application/sdp", sound.offer())
        uri, from_uri = f"sip:911@{hop.host}:{hop.port}", f"sip:+18025550101@{HOST}"
        call = self.agent.call(Dial(uri, from_uri, hop, body, content_type=content_type, **more))
        call.on_session = lambda _: connect(sound, call)
        return Talk(call, sound)


def connect(sound: Sound, call: OutgoingCall) -> None:
    assert sound.connect(call.remote_sdp)


@dataclass
class Talk:
    call: OutgoingCall
    sound: Sound

    async def becomes(self, state: str, limit: float = 10.0) -> None:
        await until(lambda: self.call.state == state, limit)
