"""Where browsers reach us: one host candidate, at the configured address and in the configured range of ports.

aioice offers every address of the host but loopback, at any port. A firewall between guards and media process needs to
know the ports, and whoever configured an address means that one. So we gather the candidate ourselves; the names used
of aioice for that are not documented, which is why its version is fixed and a test holds them.
"""

import asyncio
from typing import Any, Final

from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aioice.ice import Connection, StunProtocol

from callpoint.media.anchoring import LegPlace
from callpoint.media.ports import PortPair

COMPONENT: Final = 1
"""RTP and RTCP share a port (RFC 5761): there is no second component."""


def gather_at(connection: Connection, place: LegPlace) -> None:
    """Have that connection gather its candidate at `place`; to be called before it gathers. Gathering raises OSError
    when no port is free."""
    pairs: list[PortPair] = []

    async def component_candidates(component: int, addresses: Any, timeout: float = 0) -> list[Candidate]:
        pair = place.ports.take(place.bind)
        pairs.append(pair)
        loop = asyncio.get_running_loop()
        try:
            _, protocol = await loop.create_datagram_endpoint(lambda: StunProtocol(connection), sock=pair.rtp)
        except BaseException:
            pair.close()
            raise
        protocol.local_candidate = Candidate(
            foundation=candidate_foundation("host", "udp", place.advertised),
            component=component,
            transport="udp",
            priority=candidate_priority(component, "host"),
            host=place.advertised,
            port=pair.port,
            type="host",
        )
        connection._protocols.append(protocol)
        return [protocol.local_candidate]

    close = connection.close

    async def close_with_ports() -> None:
        await close()
        for pair in pairs:
            pair.rtcp.close()

    instead = {"get_component_candidates": component_candidates, "close": close_with_ports}
    vars(connection).update(instead)
