"""Whom the node believes: by address, by password, by TLS certificate; and what strangers get."""

import hashlib
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.peers.conveyed import Conveyed
from tests.peers.node import TRUNK, Node
from tests.peers.process import free_port
from tests.peers.sipp import Sipp
from tests.peers.tls import Authority, TlsTunnel, client_context, server_context

pytestmark = [pytest.mark.peers, pytest.mark.stack]

MakeSipp = Callable[..., Sipp]
MakeNode = Callable[..., Node]
QUICK = {"HOLD": "100"}
ELSEWHERE = replace(TRUNK, source_networks=("192.0.2.0/24",))


def test_a_stranger_is_refused(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", blanks=QUICK)
    between = node([f"sip:911@{psap.address}"], trunk=ELSEWHERE)
    sipp("caller_is_refused", remote=between.address, blanks={"STATUS": "403"}).succeed()
    assert not psap.received("INVITE")


def test_a_password_proves_a_trunk(sipp: MakeSipp, node: MakeNode) -> None:
    ha1 = hashlib.md5(b"acme:callpoint.example:open-sesame").hexdigest()
    trunk = replace(ELSEWHERE, digest_username="acme", digest_ha1={"MD5": ha1})
    psap = sipp("psap", blanks=QUICK)
    between = node([f"sip:911@{psap.address}"], trunk=trunk)
    caller = sipp(
        "caller_with_digest",
        remote=between.address,
        blanks={**QUICK, "STATUS": "401"},
        extra=("-au", "acme", "-ap", "open-sesame"),
    )
    caller.succeed()
    assert Conveyed(psap.received("INVITE")[0]).located


def test_a_certificate_proves_a_trunk(sipp: MakeSipp, node: MakeNode, authority: Authority) -> None:
    trunk = replace(ELSEWHERE, certificate_names=("sbc.acme.example",))
    psap = sipp("psap", blanks=QUICK)
    tls = (authority.issue("node.callpoint.example"), authority.path)
    between = node([f"sip:911@{psap.address}"], trunk=trunk, tls=tls)
    shown = client_context(authority.path, authority.issue("sbc.acme.example"))
    with TlsTunnel(("127.0.0.1", between.tls_port), shown, into_tls=True) as tunnel:
        sipp("caller", remote=tunnel.address, transport="tcp", via="TLS", blanks=QUICK).succeed()
    assert Conveyed(psap.received("INVITE")[0]).located


def test_another_certificate_proves_nothing(sipp: MakeSipp, node: MakeNode, authority: Authority) -> None:
    trunk = replace(ELSEWHERE, certificate_names=("sbc.acme.example",))
    tls = (authority.issue("node.callpoint.example"), authority.path)
    between = node(["sip:911@127.0.0.1:9"], trunk=trunk, tls=tls)
    shown = client_context(authority.path, authority.issue("somebody-else.example"))
    with TlsTunnel(("127.0.0.1", between.tls_port), shown, into_tls=True) as tunnel:
        caller = sipp("caller_is_refused", remote=tunnel.address, transport="tcp", via="TLS", blanks={"STATUS": "403"})
        caller.succeed()


def test_911_over_tls_from_end_to_end(sipp: MakeSipp, node: MakeNode, authority: Authority) -> None:
    port = free_port()
    shown_by_psap = server_context(authority.issue("psap.example"))
    with TlsTunnel(("127.0.0.1", port), shown_by_psap, into_tls=False) as to_psap:
        psap = sipp("psap", port=port, contact=to_psap.address, transport="tcp", via="TLS", blanks=QUICK)
        tls = (authority.issue("node.callpoint.example"), authority.path)
        between = node([f"sip:911@{to_psap.address};transport=tls"], tls=tls)
        trusting = client_context(authority.path)
        with TlsTunnel(("127.0.0.1", between.tls_port), trusting, into_tls=True) as to_node:
            sipp("caller", remote=to_node.address, transport="tcp", via="TLS", blanks=QUICK).succeed()
        psap.succeed()
        assert to_psap.refused == 0
    arrived = Conveyed(psap.received("INVITE")[0])
    assert arrived.invite.header("Via").startswith("SIP/2.0/TLS")
    assert arrived.located


def test_a_psap_with_a_strange_certificate_gets_no_call(
    sipp: MakeSipp, node: MakeNode, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = Authority(tmp_path_factory.mktemp("stranger"), "somebody else").issue("psap.example")
    relay = sipp("psap", blanks=QUICK)
    with TlsTunnel(("127.0.0.1", 9), server_context(stranger), into_tls=False) as impostor:
        tls = (authority.issue("node.callpoint.example"), authority.path)
        between = node(
            [f"sip:911@{impostor.address};transport=tls"], [f"sip:911@{relay.address}"], tls=tls, reroute_seconds=5
        )
        sipp("caller", remote=between.address, blanks=QUICK).succeed()
    failed = between.wait_for_fact("attempt_failed")
    assert failed.data["next"] is True


def test_old_tls_is_refused(node: MakeNode, authority: Authority) -> None:
    between = node(["sip:911@127.0.0.1:9"], tls=(authority.issue("node.callpoint.example"), authority.path))
    context = client_context(authority.path)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", between.tls_port), timeout=5) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname="127.0.0.1")
