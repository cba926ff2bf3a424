"""The foreign programs against each other, without our node: what fails here proves nothing about us."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.peers.baresip import Baresip
from tests.peers.kamailio import Kamailio, TlsFiles
from tests.peers.process import free_port
from tests.peers.sipp import Sipp
from tests.peers.tls import Authority, TlsTunnel, client_context, server_context
from tests.peers.tones import loudness, seconds_of, silence, tone

pytestmark = pytest.mark.peers

MakeSipp = Callable[..., Sipp]
PAIRS = [
    ("caller", "psap"),
    ("caller", "psap_with_early_media"),
    ("caller_is_hung_up_on", "psap_hangs_up"),
    ("caller_is_refused", "psap_refuses"),
    ("caller_cancels", "psap_rings"),
    ("caller_changes_media", "psap_follows"),
    ("caller_is_told_reliably", "psap_tells_reliably"),
    ("caller_is_malformed", "psap"),
]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize(("caller", "psap"), PAIRS)
def test_the_scenarios_fit_together(caller: str, psap: str, transport: str, sipp: MakeSipp) -> None:
    blanks = {"HOLD": "50", "STATUS": "486"}
    called = sipp(psap, transport=transport, blanks=blanks)
    calling = sipp(caller, remote=called.address, transport=transport, blanks=blanks)
    calling.succeed()
    called.succeed()
    assert called.received("INVITE")[0].header("X-Employee-ID") == "E1001"


def test_over_ipv6(sipp: MakeSipp) -> None:
    called = sipp("psap", host="::1", blanks={"HOLD": "0"})
    sipp("caller", remote=called.address, host="::1", blanks={"HOLD": "0"}).succeed()
    called.succeed()


def test_a_scenario_that_does_not_get_what_it_waits_for_fails(sipp: MakeSipp) -> None:
    called = sipp("psap_refuses", blanks={"STATUS": "486"})
    calling = sipp("caller_is_refused", remote=called.address, blanks={"STATUS": "503"})
    assert calling.wait(20) != 0
    assert 486 in calling.statuses()


def test_a_tunnel_makes_tls_of_tcp_and_tcp_of_tls(sipp: MakeSipp, authority: Authority) -> None:
    called = sipp("psap", transport="tcp", via="TLS", blanks={"HOLD": "0"})
    shown = server_context(authority.issue("psap.example"))
    trusted = client_context(authority.path)
    with TlsTunnel(("127.0.0.1", called.port), shown, into_tls=False) as inner:
        with TlsTunnel(("127.0.0.1", inner.port), trusted, into_tls=True) as outer:
            sipp("caller", remote=outer.address, transport="tcp", via="TLS", blanks={"HOLD": "0"}).succeed()
        assert (inner.refused, outer.refused) == (0, 0)
    assert "SIP/2.0/TLS" in called.received("INVITE")[0].header("Via")


def test_a_tunnel_refuses_a_stranger(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "somebody else").issue("node.example")
    trusting_ours = client_context(authority.path)
    with (
        TlsTunnel(("127.0.0.1", 9), server_context(stranger), into_tls=False) as inner,
        socket.create_connection(("127.0.0.1", inner.port), timeout=5) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        trusting_ours.wrap_socket(plain, server_hostname="127.0.0.1")


@pytest.mark.parametrize("towards_node", ["udp", "tcp"])
def test_the_border_controller_vouches_for_the_caller(
    towards_node: str, sipp: MakeSipp, kamailio: Callable[..., Kamailio]
) -> None:
    node = sipp("psap", transport=towards_node, blanks={"HOLD": "20"})
    border = kamailio(node.address, towards_node=towards_node)
    keys = {"from_user": "E1002", "identity": "X-Employee-ID: somebody-else"}
    sipp("caller", remote=border.address, keys=keys, blanks={"HOLD": "20"}).succeed()
    node.succeed()
    invite = node.received("INVITE")[0]
    assert invite.headers("X-Employee-ID") == ["E1002"]
    assert len(invite.headers("Via")) == 2
    assert invite.header("Record-Route")


def test_the_border_controller_lets_the_psap_hang_up(sipp: MakeSipp, kamailio: Callable[..., Kamailio]) -> None:
    node = sipp("psap_hangs_up", blanks={"HOLD": "50"})
    sipp("caller_is_hung_up_on", remote=kamailio(node.address).address).succeed()
    node.succeed()


def test_the_border_controller_speaks_tls(
    sipp: MakeSipp, kamailio: Callable[..., Kamailio], authority: Authority
) -> None:
    port = free_port()
    with TlsTunnel(("127.0.0.1", port), server_context(authority.issue("node.example")), into_tls=False) as inner:
        blanks = {"HOLD": "20"}
        node = sipp("psap", port=port, contact=inner.address, transport="tcp", via="TLS", blanks=blanks)
        files = TlsFiles(authority.issue("sbc.example"), authority.path)
        border = kamailio(inner.address, towards_node="tls", tls=files)
        sipp("caller", remote=border.address, blanks={"HOLD": "20"}).succeed()
        node.succeed()
    assert "SIP/2.0/TLS" in node.received("INVITE")[0].header("Via")


def test_the_routing_proxy_passes_an_emergency_urn_on(sipp: MakeSipp, kamailio: Callable[..., Kamailio]) -> None:
    psap = sipp("psap", blanks={"HOLD": "0"})
    border = kamailio("127.0.0.1:9", psap=psap.address)
    sipp("caller", remote=border.address, keys={"dialled": "urn:service:sos"}, blanks={"HOLD": "0"}).succeed()
    assert psap.received("INVITE")[0].first_line == "INVITE urn:service:sos SIP/2.0"


def test_two_phones_hear_each_other(baresip: Callable[..., Baresip]) -> None:
    called = baresip("psap", says=tone(880, 30), answers=True)
    calling = baresip("E1001", says=tone(440, 30))
    calling.dial(f"sip:psap@127.0.0.1:{called.port}")
    calling.wait_for_event("CALL_ESTABLISHED")
    calling.wait_for(lambda: len(calling.heard()) > 12000, 10, "a second and a half are heard")
    calling.hang_up()
    called.wait_for_event("CALL_CLOSED")
    assert seconds_of(calling.heard(), 880) > 1
    assert seconds_of(called.heard(), 440) > 1
    assert seconds_of(calling.heard(), 440) == 0
    assert seconds_of(called.heard(), 880) == 0


def test_a_phone_says_its_words_once_and_presses_keys(baresip: Callable[..., Baresip]) -> None:
    called = baresip("psap", says=silence(30), answers=True)
    calling = baresip("E1001", says=np.concatenate([silence(0.5), tone(620, 1), silence(0.5), tone(700, 30)]))
    calling.dial(f"sip:psap@127.0.0.1:{called.port}")
    calling.wait_for_event("CALL_ESTABLISHED")
    calling.press("12#")
    called.wait_for(lambda: len(called.events_of("CALL_DTMF_START")) == 3, 10, "three keys arrive")
    assert [event["param"] for event in called.events_of("CALL_DTMF_START")] == ["1", "2", "#"]
    called.wait_for(lambda: seconds_of(called.heard(), 700) > 0.5, 10, "the second tone is heard")
    assert 0.8 <= seconds_of(called.heard(), 620) <= 1.0
    assert loudness(calling.heard()) < 0.001
