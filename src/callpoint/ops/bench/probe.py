"""How long a call takes from INVITE to 200, seen by a phone of our own beside the load.

SIPp's clock ticks in 4 ms; this one in microseconds. One call after another, so the probe is no load itself.
"""

import asyncio
from statistics import quantiles

from callpoint.sip.dialog import Dialog
from callpoint.sip.events import Event, ResponseReceived, TimedOut, TransportFailed
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from callpoint.transport.endpoint import SipEndpoint, token

PAUSE_SECONDS = 0.05
_SDP = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9000 RTP/AVP 0\r\n"


class Probe:
    """Places calls to 127.0.0.1:`port`; `setups` are seconds from INVITE to 200, `failures` calls without one."""

    def __init__(self, port: int) -> None:
        self._hop = Hop("udp", "127.0.0.1", port)
        self._done: asyncio.Future[ResponseReceived | None] | None = None
        self.setups: list[float] = []
        self.failures = 0

    async def run(self, seconds: float) -> None:
        """One call after another for that long."""
        endpoint = SipEndpoint(self._on_event)
        await endpoint.listen("udp", "127.0.0.1", 0)
        try:
            end = endpoint.now() + seconds
            while endpoint.now() < end:
                await self._call(endpoint)
                await asyncio.sleep(PAUSE_SECONDS)
        finally:
            await endpoint.close()

    async def _call(self, endpoint: SipEndpoint) -> None:
        invite = invite_to("911", self._hop, endpoint.contact("probe", self._hop), _SDP)
        self._done = asyncio.get_running_loop().create_future()
        began = endpoint.now()
        tx = endpoint.request(invite, self._hop)
        final = await self._done
        if final is None or final.response.status >= 300:
            self.failures += 1
            return
        self.setups.append(endpoint.now() - began)
        dialog = Dialog.as_caller(invite, final.response, self._hop)
        endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), self._hop)
        endpoint.request(dialog.request("BYE"), self._hop)

    def _on_event(self, event: Event) -> None:
        waiting = self._done
        if waiting is None or waiting.done():
            return
        if isinstance(event, ResponseReceived) and event.response.cseq.method == "INVITE":
            if event.response.status >= 200:
                waiting.set_result(event)
        elif isinstance(event, TimedOut | TransportFailed) and event.tx.method == "INVITE":
            waiting.set_result(None)


def invite_to(number: str, hop: Hop, contact: str, description: bytes) -> Request:
    """An INVITE of the bench's one person to `number` at `hop`."""
    uri = f"sip:{number}@127.0.0.1:{hop.port}"
    invite = Request("INVITE", uri)
    invite.extend([("Max-Forwards", "70"), ("From", f"<sip:probe@127.0.0.1>;tag={token()}"), ("To", f"<{uri}>")])
    invite.extend([("Call-ID", token()), ("CSeq", "1 INVITE"), ("X-Employee-ID", "E1001"), ("Contact", contact)])
    invite.set("Content-Type", "application/sdp")
    invite.body = description
    return invite


def milliseconds(seconds: list[float]) -> tuple[float, float]:
    """Median and 99th percentile in ms; of fewer than 2 values the value itself, of none 0."""
    if len(seconds) < 2:
        only = seconds[0] * 1000 if seconds else 0.0
        return only, only
    parts = quantiles(seconds, n=100, method="inclusive")
    return parts[49] * 1000, parts[98] * 1000
