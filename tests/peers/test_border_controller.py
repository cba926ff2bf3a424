"""Kamailio in front of the node, as a contact center has it, and behind it, as an ESInet has it."""

from collections.abc import Callable

import pytest
from tests.peers.conveyed import Conveyed
from tests.peers.kamailio import Kamailio, TlsFiles
from tests.peers.node import CALLBACK, Node
from tests.peers.sipp import Sipp
from tests.peers.tls import Authority

pytestmark = [pytest.mark.peers, pytest.mark.stack]

MakeSipp = Callable[..., Sipp]
MakeNode = Callable[..., Node]
MakeKamailio = Callable[..., Kamailio]
PHONE = {"from_user": "E1001", "identity": "X-Employee-ID: E9999"}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_the_border_controller_says_who_calls(
    transport: str, sipp: MakeSipp, node: MakeNode, kamailio: MakeKamailio
) -> None:
    psap = sipp("psap", blanks={"HOLD": "100"})
    between = node([f"sip:911@{psap.address}"])
    border = kamailio(between.address, towards_node=transport)
    sipp("caller", remote=border.address, keys=PHONE, blanks={"HOLD": "100"}).succeed()
    psap.succeed()
    arrived = Conveyed(psap.received("INVITE")[0])
    assert arrived.civic["HNO"] == "115"
    assert arrived.callback_number == CALLBACK
    assert between.wait_for_fact("received").data["identity"] == "E1001"


def test_over_tls(sipp: MakeSipp, node: MakeNode, kamailio: MakeKamailio, authority: Authority) -> None:
    psap = sipp("psap", blanks={"HOLD": "100"})
    between = node([f"sip:911@{psap.address}"], tls=(authority.issue("node.callpoint.example"), authority.path))
    files = TlsFiles(authority.issue("sbc.acme.example"), authority.path)
    border = kamailio(f"127.0.0.1:{between.tls_port}", towards_node="tls", tls=files)
    sipp("caller", remote=border.address, keys=PHONE, blanks={"HOLD": "100"}).succeed()
    psap.succeed()
    assert between.wait_for_fact("received").data["source"].startswith("tls")


def test_the_psap_hangs_up_through_the_border_controller(
    sipp: MakeSipp, node: MakeNode, kamailio: MakeKamailio
) -> None:
    psap = sipp("psap_hangs_up", blanks={"HOLD": "100"})
    between = node([f"sip:911@{psap.address}"])
    sipp("caller_is_hung_up_on", remote=kamailio(between.address).address, keys=PHONE).succeed()
    psap.succeed()


def test_the_caller_gives_up_behind_the_border_controller(
    sipp: MakeSipp, node: MakeNode, kamailio: MakeKamailio
) -> None:
    psap = sipp("psap_rings")
    between = node([f"sip:911@{psap.address}"])
    border = kamailio(between.address)
    sipp("caller_cancels", remote=border.address, keys=PHONE, blanks={"HOLD": "100"}).succeed()
    psap.succeed()


def test_a_routing_proxy_stands_between_node_and_psap(sipp: MakeSipp, node: MakeNode, kamailio: MakeKamailio) -> None:
    psap = sipp("psap_follows")
    proxy = kamailio("127.0.0.1:9", psap=psap.address)
    between = node([f"sip:psap@{proxy.address}"])
    sipp("caller_changes_media", remote=between.address).succeed()
    psap.succeed()
    arrived = Conveyed(psap.received("INVITE")[0])
    assert arrived.invite.header("Record-Route")
    assert arrived.civic["HNO"] == "115"
