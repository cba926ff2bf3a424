"""TLS with a certificate nobody vouches for: no door opens to it, and no call goes through one that shows it."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.drills.stage import HOST, ONE_TRUNK, PERSON, Desk, DrillNode, Stage
from tests.lab.stage import Talk, until
from tests.peers.tls import Authority, Certificate, TlsTunnel, server_context

from callpoint.sip.hop import Hop
from callpoint.transport.tls import TlsFiles

pytestmark = pytest.mark.stack

SBC = "sbc.corp.example"
BY_CERTIFICATE = replace(ONE_TRUNK, source_networks=(), certificate_names=(SBC,))


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority the node does not believe."""
    return Authority(tmp_path_factory.mktemp("strangers"), "Somebody else")


async def with_tls(stage: Stage, authority: Authority, psap: Desk) -> DrillNode:
    own = authority.issue("node.callpoint.example")
    return await stage.start([psap], [psap], trunk=BY_CERTIFICATE, tls=(own, authority.path))


async def dial(stage: Stage, node: DrillNode, shown: Certificate, believed: Path) -> Talk:
    caller = await stage.caller(TlsFiles(shown.certificate, shown.key, believed))
    return await caller.dial(Hop("tls", HOST, node.tls_port), headers=PERSON)


async def test_a_callers_certificate_of_another_authority_is_refused_in_the_handshake(
    stage: Stage, authority: Authority, strangers: Authority
) -> None:
    psap = await stage.desk()
    node = await with_tls(stage, authority, psap)
    forged = await dial(stage, node, strangers.issue(SBC), authority.path)
    await forged.becomes("rejected")
    assert forged.call.reason == "not reachable"
    forged.sound.close()
    assert psap.calls == []
    true = await dial(stage, node, authority.issue(SBC), authority.path)
    await true.becomes("answered")
    true.call.hang_up()
    await until(lambda: psap.calls[0].state == "ended")
    true.sound.close()


async def test_a_target_with_a_strange_certificate_is_passed_over_for_the_next(
    stage: Stage, authority: Authority, strangers: Authority
) -> None:
    await passed_over(stage, authority, strangers.issue("psap.example"))


async def test_a_target_with_a_good_certificate_for_another_host_is_passed_over(
    stage: Stage, authority: Authority
) -> None:
    await passed_over(stage, authority, authority.issue("elsewhere.example", addresses=("192.0.2.1",)))


async def passed_over(stage: Stage, authority: Authority, shown: Certificate) -> None:
    """A target that shows this gets no word of the call; the next one gets it well before the reroute time."""
    behind, psap = await stage.desk("behind"), await stage.desk("psap")
    with TlsTunnel((HOST, behind.port), server_context(shown), into_tls=False) as impostor:
        node = await stage.start(
            [f"sip:911@{impostor.address};transport=tls", psap],
            tls=(authority.issue("node.callpoint.example"), authority.path),
            reroute_seconds=30.0,
        )
        await stage.call_passes(psap)
    failed = await node.fact("attempt_failed")
    assert (failed["target"], failed["next"]) == ("psap-1", True)
    assert "cannot be reached" in failed["reason"]
    assert behind.calls == []


async def test_a_target_with_a_right_certificate_gets_the_call(stage: Stage, authority: Authority) -> None:
    """So that the others fail for the certificate and nothing else."""
    psap, relay = await stage.desk("psap"), await stage.desk("relay")
    with TlsTunnel((HOST, psap.port), server_context(authority.issue("psap.example")), into_tls=False) as front:
        own = authority.issue("node.callpoint.example")
        await stage.start([f"sip:911@{front.address};transport=tls"], [relay], tls=(own, authority.path))
        talk = await stage.dial_911()
        await talk.becomes("answered")
        assert len(psap.calls) == 1
        assert relay.calls == []
        talk.call.hang_up()
        await until(lambda: psap.calls[0].state == "ended")
