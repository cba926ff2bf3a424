"""A whole lab on free ports, and a caller beside it."""

from collections.abc import AsyncIterator, Callable

import pytest
from tests.lab.stage import HOST, Caller, Http

from callpoint.lab.free_port import free_port
from callpoint.lab.main import Lab, LabConfig
from callpoint.lab.user_agent import UserAgent
from callpoint.media.ports import PortRange
from callpoint.sip.hop import Hop

RTP_PORTS = (39_000, 39_400)


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    opened = Lab(LabConfig(HOST, 0, 0, 0, rtp_ports=RTP_PORTS, phone_port=0))
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def http(lab: Lab) -> Http:
    return Http(f"http://{HOST}:{lab.ports['http']}")


@pytest.fixture
def hop(lab: Lab) -> Callable[[str, str], Hop]:
    def find(point: str = "psap", transport: str = "udp") -> Hop:
        return Hop(transport, HOST, lab.ports[point])  # type: ignore[arg-type]

    return find


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    agent = UserAgent()
    port = free_port(HOST)
    await agent.listen("udp", HOST, port)
    await agent.listen("tcp", HOST, port)
    made = Caller(agent, PortRange(39_500, 39_900), port)
    yield made
    await agent.close()
