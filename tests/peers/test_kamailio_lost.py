"""Kamailio's LoST client asks ours: an INVITE with a location in its body goes to the PSAP of that place."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from tests.peers.process import ForeignProcess, free_port
from tests.web.lis.world import CAMPUS, EAST, WEST, Boundaries, Loaded, World, index_of

from callpoint.web.lis.http import LostApplication

pytestmark = pytest.mark.peers

CONFIG = Path(__file__).with_name("kamailio_lost.cfg")
PATIENCE = 10.0
POINT = (
    '<gml:Point srsName="urn:ogc:def:crs:EPSG::4326" xmlns:gml="http://www.opengis.net/gml">'
    "<gml:pos>{}</gml:pos></gml:Point>"
)
CIVIC = (
    '<ca:civicAddress xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"><ca:country>US</ca:country>'
    "<ca:A1>VT</ca:A1><ca:A3>{}</ca:A3><ca:RD>Main</ca:RD><ca:STS>Street</ca:STS><ca:HNO>12</ca:HNO>"
    "<ca:PC>05001</ca:PC></ca:civicAddress>"
)


class Psap:
    """A UDP socket that plays a PSAP."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE)
        self.uri = f"sip:911@127.0.0.1:{self.socket.getsockname()[1]}"

    def call(self) -> str:
        """The next INVITE that reaches it."""
        return self.socket.recv(65_536).decode()

    def is_idle(self) -> bool:
        self.socket.setblocking(False)
        try:
            self.socket.recv(65_536)
        except BlockingIOError:
            return True
        return False


class Proxy(ForeignProcess):
    """Kamailio with its module `lost`."""

    def __init__(self, binary: str, folder: Path, lost: str) -> None:
        self.port = free_port()
        words = {"LISTEN_PORT": str(self.port), "LOST_SERVER": f'"lostsrv=>{lost}"'}
        defines = [part for name, value in words.items() for part in ("-A", f"{name}={value}")]
        super().__init__(
            [binary, "-f", CONFIG, "-DD", "-E", "-m", "32", "-M", "4", "-Y", folder, "-w", folder, *defines], folder
        )


class Caller:
    """Sends one INVITE and reads the first final answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE)
        self.proxy = ("127.0.0.1", port)

    def invite(self, location: str, service: str = "urn:service:sos") -> None:
        host = f"127.0.0.1:{self.socket.getsockname()[1]}"
        pidf = (
            '<?xml version="1.0" encoding="UTF-8"?><presence xmlns="urn:ietf:params:xml:ns:pidf" '
            'xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" entity="pres:ada@corp.example"><tuple id="t"><status>'
            f"<gp:geopriv><gp:location-info>{location}</gp:location-info><gp:usage-rules/></gp:geopriv></status>"
            "</tuple></presence>"
        )
        body = (
            "--edge\r\nContent-Type: application/sdp\r\n\r\nv=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"
            "c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n\r\n--edge\r\n"
            f"Content-Type: application/pidf+xml\r\nContent-ID: <place@corp.example>\r\n\r\n{pidf}\r\n--edge--\r\n"
        )
        head = (
            f"INVITE {service} SIP/2.0\r\nVia: SIP/2.0/UDP {host};branch=z9hG4bK{id(location)}\r\nMax-Forwards: 70\r\n"
            f"From: <sip:ada@corp.example>;tag=a{id(location)}\r\nTo: <{service}>\r\n"
            f"Call-ID: {id(location)}@corp.example\r\nCSeq: 1 INVITE\r\nContact: <sip:ada@{host}>\r\n"
            "Geolocation: <cid:place@corp.example>\r\nGeolocation-Routing: yes\r\n"
            f"Content-Type: multipart/mixed;boundary=edge\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.socket.sendto((head + body).encode(), self.proxy)

    def refusal(self) -> str:
        while True:
            answer = self.socket.recv(65_536).decode()
            if not answer.startswith("SIP/2.0 1"):
                return answer


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the base class
        """The tests read Kamailio's log, not this one."""


@pytest.fixture
def psaps() -> Iterator[dict[str, Psap]]:
    found = {name: Psap() for name in ("west", "east", "campus")}
    yield found
    for psap in found.values():
        psap.socket.close()


@pytest.fixture
def world(psaps: dict[str, Psap]) -> World:
    boundaries = [
        replace(boundary, uri=psaps[name].uri)
        for name, boundary in (("west", WEST), ("east", EAST), ("campus", CAMPUS))
    ]
    return World(boundaries=Boundaries(Loaded(index_of(*boundaries))))


@pytest.fixture
def lost_url(world: World) -> Iterator[str]:
    """Our LoST server, over HTTP on loopback."""

    def nothing(environ: Any, start_response: Any) -> list[bytes]:
        start_response("404 Not Found", [])
        return []

    server = make_server("127.0.0.1", 0, LostApplication(world.server, nothing), handler_class=Quiet)  # type: ignore[arg-type]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/lost"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def caller(peer: Callable[[str], str], lost_url: str, tmp_path: Path) -> Iterator[Caller]:
    with Proxy(peer("kamailio"), tmp_path, lost_url) as proxy:
        proxy.wait_for(lambda: "proxy takes calls" in proxy.output(), PATIENCE, "Kamailio is up")
        caller = Caller(proxy.port)
        yield caller
        caller.socket.close()


@pytest.mark.parametrize(
    ("location", "psap", "name"),
    [
        (POINT.format("43.5 -71.5"), "east", "East County"),
        (POINT.format("43.8 -72.9"), "west", "West County"),
        (POINT.format("43.45 -72.55"), "campus", "Université"),
        (CIVIC.format("Westville"), "west", "West County"),
    ],
)
def test_the_call_goes_to_the_psap_of_its_place(
    caller: Caller, psaps: dict[str, Psap], location: str, psap: str, name: str
) -> None:
    caller.invite(location)
    invite = psaps[psap].call()
    assert invite.startswith("INVITE urn:service:sos SIP/2.0")
    assert f"X-PSAP-Name: {name}" in invite
    assert location in invite
    assert all(other.is_idle() for where, other in psaps.items() if where != psap)


def test_another_service_of_the_same_place_is_answered_by_the_psap(caller: Caller, psaps: dict[str, Psap]) -> None:
    caller.invite(POINT.format("43.5 -71.5"), "urn:service:sos.fire")
    assert psaps["east"].call().startswith("INVITE urn:service:sos.fire SIP/2.0")


@pytest.mark.parametrize("location", [POINT.format("10 10"), POINT.format("91 0"), CIVIC.format("Nowhere")])
def test_a_place_nobody_serves_is_an_error_kamailio_understands(
    caller: Caller, psaps: dict[str, Psap], location: str
) -> None:
    caller.invite(location)
    answer = caller.refusal()
    assert answer.startswith("SIP/2.0 404")
    assert "X-LoST: 500 " in answer
    assert all(psap.is_idle() for psap in psaps.values())
