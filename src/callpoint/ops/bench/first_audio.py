"""How soon a caller of 933 hears something after the answer."""

import asyncio

from callpoint.media.media_port import MediaPort
from callpoint.media.ports import PortRange
from callpoint.ops.bench.probe import invite_to
from callpoint.sip import sdp
from callpoint.sip.dialog import Dialog
from callpoint.sip.events import Event, ResponseReceived
from callpoint.sip.hop import Hop
from callpoint.transport.endpoint import SipEndpoint

CALLS = 20
ANSWER_SECONDS = 10.0
PORTS = (42_000, 42_999)
LOUD = 40  # distinct codes in a packet: silence has one or two, speech has many


async def first_audio(port: int, calls: int = CALLS) -> list[float]:
    """Seconds from the 200 to the first packet with sound, for one 933 call after another at 127.0.0.1:`port`.

    Raises TimeoutError when a call is not answered or stays silent.
    """
    return [await _one_call(Hop("udp", "127.0.0.1", port)) for _ in range(calls)]


async def _one_call(hop: Hop) -> float:
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[ResponseReceived] = loop.create_future()
    heard: asyncio.Future[float] = loop.create_future()

    def on_event(event: Event) -> None:
        if isinstance(event, ResponseReceived) and event.response.status >= 200 and not answered.done():
            answered.set_result(event)

    def on_audio(mu_law: bytes) -> None:
        if len(set(mu_law)) > LOUD and not heard.done():
            heard.set_result(loop.time())

    endpoint = SipEndpoint(on_event)
    media = await MediaPort.open("127.0.0.1", PortRange(*PORTS))
    media.on_audio = on_audio
    try:
        await endpoint.listen("udp", "127.0.0.1", 0)
        invite = invite_to("933", hop, endpoint.contact("bench", hop), sdp.offer(media.local.host, media.local.port, 1))
        tx = endpoint.request(invite, hop)
        async with asyncio.timeout(ANSWER_SECONDS):
            response = (await answered).response
            began = loop.time()
            dialog = Dialog.as_caller(invite, response, hop)
            endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), hop)
            seconds = await heard - began
        endpoint.request(dialog.request("BYE"), hop)
        await asyncio.sleep(0.05)  # the BYE leaves before its socket closes
        return max(seconds, 0.0)
    finally:
        media.close()
        await endpoint.close()
