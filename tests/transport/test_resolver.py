"""From URIs to hops, without and with a name server (RFC 3263 §4)."""

import asyncio
import socket
from typing import Any

import pytest

from callpoint.sip.hop import Hop
from callpoint.sip.uri import Uri
from callpoint.transport import resolver as module
from callpoint.transport.resolver import Resolver, hops_of, transports_of


class NameServer:
    """Stands in for the system's: answers from a table, counts questions, may be slow or away."""

    def __init__(self, table: dict[str, list[str]]) -> None:
        self.table = table
        self.asked: list[str] = []
        self.delay = 0.0

    async def getaddrinfo(self, host: str, port: object, *, type: int = 0) -> list[Any]:  # noqa: A002 - as asyncio's
        self.asked.append(host)
        await asyncio.sleep(self.delay)
        if host not in self.table:
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, type, 6, "", (address, 0)) for address in self.table[host]]


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> NameServer:
    server = NameServer({"psap.example": ["192.0.2.1", "192.0.2.2", "192.0.2.1"]})
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", server.getaddrinfo)
    return server


@pytest.mark.parametrize(
    ("uri", "size", "transports"),
    [
        ("sip:a@h", 0, ["udp"]),
        ("sip:a@h", 1301, ["tcp", "udp"]),
        ("sip:a@h;transport=udp", 5000, ["udp"]),
        ("sip:a@h;transport=TCP", 0, ["tcp"]),
        ("sip:a@h;transport=tls", 0, ["tls"]),
        ("sip:a@h;transport=sctp", 0, ["udp"]),
        ("sips:a@h", 0, ["tls"]),
        ("sips:a@h;transport=tcp", 0, ["tls"]),
    ],
)
def test_transports(uri: str, size: int, transports: list[str]) -> None:
    assert transports_of(Uri.parse(uri), size) == transports


def test_ports_by_transport_and_every_address() -> None:
    assert hops_of(Uri.parse("sips:a@h"), ("192.0.2.1",), 0) == [Hop("tls", "192.0.2.1", 5061)]
    assert hops_of(Uri.parse("sip:a@h:5080"), ("::1", "192.0.2.1"), 2000) == [
        Hop("tcp", "::1", 5080),
        Hop("tcp", "192.0.2.1", 5080),
        Hop("udp", "::1", 5080),
        Hop("udp", "192.0.2.1", 5080),
    ]


async def test_an_address_needs_no_name_server(names: NameServer) -> None:
    resolver = Resolver()
    assert resolver.known_hops(Uri.parse("sip:a@[2001:db8::1]:5070")) == [Hop("udp", "2001:db8::1", 5070)]
    assert await resolver.hops(Uri.parse("sip:a@192.0.2.9")) == [Hop("udp", "192.0.2.9", 5060)]
    assert names.asked == []


async def test_names_looked_up_ahead_are_used_without_waiting_and_kept_when_the_server_goes(names: NameServer) -> None:
    resolver = Resolver()
    uri = Uri.parse("sip:a@psap.example")
    assert resolver.known_hops(uri) is None
    assert await resolver.refresh({"psap.example", "nowhere.example"}) == ["nowhere.example"]
    expected = [Hop("udp", "192.0.2.1", 5060), Hop("udp", "192.0.2.2", 5060)]
    assert resolver.known_hops(uri) == expected
    names.table.clear()
    assert await resolver.refresh({"psap.example"}) == []
    assert resolver.known_hops(uri) == expected


async def test_a_name_nobody_announced_is_looked_up_in_the_call(names: NameServer) -> None:
    resolver = Resolver()
    assert [hop.host for hop in await resolver.hops(Uri.parse("sip:a@psap.example"))] == ["192.0.2.1", "192.0.2.2"]
    assert await resolver.hops(Uri.parse("sip:a@nowhere.example")) == []


async def test_a_slow_name_server_is_not_waited_for(names: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOKUP_SECONDS", 0.01)
    names.delay = 5.0
    assert await Resolver().hops(Uri.parse("sip:a@psap.example")) == []


@pytest.mark.parametrize("host", ["", "a" * 80 + ".example", "\udcff.example", "urn"])
async def test_names_no_name_server_would_take(host: str) -> None:
    """These raise more than OSError in the system's resolver."""
    assert await Resolver().hops(Uri("sip", "a", None, host)) == []


async def test_names_of_an_address_are_those_of_targets_first(names: NameServer) -> None:
    names.table["peer.example"] = ["192.0.2.1", "192.0.2.77"]
    resolver = Resolver()
    await resolver.hops(Uri.parse("sip:a@peer.example"))
    assert resolver.names_of("192.0.2.1") == ("peer.example",)
    await resolver.refresh({"psap.example"})
    assert resolver.names_of("192.0.2.1") == ("psap.example",)
    assert resolver.names_of("192.0.2.77") == ("peer.example",)
    assert resolver.names_of("192.0.2.99") == ()


async def test_what_peers_name_does_not_fill_the_memory(names: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 3)
    resolver = Resolver()
    for number in range(10):
        await resolver.hops(Uri.parse(f"sip:a@n{number}.example"))
    assert len(resolver._passing) <= 3
