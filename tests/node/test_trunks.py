"""How a trunk proves itself: address, digest, certificate; and whom it speaks for."""

import re
from pathlib import Path

import pytest

from callpoint.routing.records import Trunk
from callpoint.sip.digest import authorize, ha1, strongest
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from tests.node.world import ANSWER_SDP, World, ring
from tests.transport.certificates import Authority

REALM = "node.example"


@pytest.fixture
def digest_world(world: World) -> World:
    """The phone's trunk proves itself by password alone."""
    stored = {algorithm: ha1("sbc", REALM, "secret", algorithm) for algorithm in ("SHA-256", "MD5")}
    world.view.trunk_list = (Trunk("digest", "demo", digest_username="sbc", digest_ha1=stored),)
    return world


def challenge(response: Response, algorithm: str) -> str:
    return next(value for value in response.values("WWW-Authenticate") if f"algorithm={algorithm}" in value)


def again(invite: Request, authorization: str, cseq: int = 2) -> Request:
    """The same INVITE with credentials (RFC 3261 §22.2)."""
    request = invite.copy()
    request.set("CSeq", f"{cseq} INVITE")
    request.set("Authorization", authorization)
    return request


async def challenged(world: World) -> tuple[Request, Response]:
    invite = world.invite()
    world.phone.endpoint.request(invite, world.hop)
    return invite, await world.phone.response(401)


@pytest.mark.parametrize("algorithm", ["SHA-256", "MD5"])
async def test_digest_both_algorithms(digest_world: World, algorithm: str) -> None:
    world = digest_world
    invite, refusal = await challenged(world)
    assert [re.search(r"algorithm=([\w-]+)", v)[1] for v in refusal.values("WWW-Authenticate")] == ["SHA-256", "MD5"]  # type: ignore[index]
    assert len(world.endpoint._layer) == 0  # the challenge cost no transaction
    best = strongest(refusal.values("WWW-Authenticate"))
    assert best is not None
    assert best.algorithm == "SHA-256"
    value = authorize(challenge(refusal, algorithm), "INVITE", invite.uri, "sbc", "secret", "cnonce", 1)
    await world.established(again(invite, value))
    assert world.journal.of_kind("received")[0]["trunk"] == "digest"
    assert not world.psap.requests[0].has("Authorization")


async def test_a_wrong_password_is_challenged_anew(digest_world: World) -> None:
    world = digest_world
    invite, refusal = await challenged(world)
    value = authorize(challenge(refusal, "MD5"), "INVITE", invite.uri, "sbc", "guess", "c", 1)
    world.phone.endpoint.request(again(invite, value), world.hop)
    await world.phone.until(lambda: len(world.phone.finals("INVITE")) == 2)
    assert world.phone.finals("INVITE")[1].status == 401
    assert not any("stale" in value for value in world.phone.finals("INVITE")[1].values("WWW-Authenticate"))
    assert world.psap.requests == []


async def test_the_same_credentials_twice_are_stale(digest_world: World) -> None:
    """A replay: right password, used count. Told as stale, so that an honest client just tries again."""
    world = digest_world
    invite, refusal = await challenged(world)
    value = authorize(challenge(refusal, "MD5"), "INVITE", invite.uri, "sbc", "secret", "c", 1)
    await world.established(again(invite, value))
    replay = again(world.invite(), value)
    world.phone.endpoint.request(replay, world.hop)
    await world.phone.until(lambda: len([r for r in world.phone.finals("INVITE") if r.status == 401]) == 2)
    second = [r for r in world.phone.finals("INVITE") if r.status == 401][1]
    assert all("stale=true" in value for value in second.values("WWW-Authenticate"))
    assert len(world.psap.of_method("INVITE")) == 1


async def test_an_old_nonce_is_stale_and_the_new_one_works(
    digest_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = digest_world
    monkeypatch.setattr("callpoint.node.admission.time.time", lambda: 1_000_000.0)
    invite, refusal = await challenged(world)
    monkeypatch.setattr("callpoint.node.admission.time.time", lambda: 1_000_900.0)
    value = authorize(challenge(refusal, "SHA-256"), "INVITE", invite.uri, "sbc", "secret", "c", 1)
    world.phone.endpoint.request(again(invite, value), world.hop)
    await world.phone.until(lambda: len(world.phone.finals("INVITE")) == 2)
    stale = world.phone.finals("INVITE")[1]
    assert "stale=true" in stale.values("WWW-Authenticate")[0]
    fresh = authorize(challenge(stale, "SHA-256"), "INVITE", invite.uri, "sbc", "secret", "c", 1)
    await world.established(again(invite, fresh, 3))


async def test_a_right_password_passes_a_flood(digest_world: World) -> None:
    world = digest_world
    invite, refusal = await challenged(world)
    for number in range(50):  # strangers use every answer up
        knock = world.invite()
        knock.prepend("Via", f"SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{number}")
        world.endpoint._bytes_in(bytes(knock), Hop("udp", "127.0.0.1", 9))
    value = authorize(challenge(refusal, "MD5"), "INVITE", invite.uri, "sbc", "secret", "c", 1)
    await world.established(again(invite, value))


async def test_a_digest_caller_may_cancel_before_anything_rings(digest_world: World) -> None:
    """CANCEL carries no credentials (RFC 3261 §22.1): it is known by its call."""
    world = digest_world
    world.psap.on_invite = lambda actor, event: None
    invite, refusal = await challenged(world)
    value = authorize(challenge(refusal, "MD5"), "INVITE", invite.uri, "sbc", "secret", "c", 1)
    tx = world.phone.endpoint.request(again(invite, value), world.hop)
    await world.psap.request("INVITE")
    world.phone.endpoint.cancel(tx)
    await world.phone.response(487)
    assert world.journal.of_kind("ended")[0]["by"] == "caller"


async def test_a_digest_caller_may_hang_up(digest_world: World) -> None:
    world = digest_world
    invite, refusal = await challenged(world)
    value = authorize(challenge(refusal, "MD5"), "INVITE", invite.uri, "sbc", "secret", "c", 1)
    talk = await world.established(again(invite, value))
    world.phone.send(talk.phone, "BYE", world.hop)
    assert (await world.phone.answer_to("BYE")).status == 200
    await world.psap.request("BYE")


async def test_a_password_does_not_mend_what_a_trunk_list_forgot(world: World) -> None:
    """Nobody is challenged where no trunk has a password."""
    world.view.trunk_list = (Trunk("other", "demo", source_networks=("192.0.2.0/24",)),)
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(403)


@pytest.mark.parametrize(("names", "taken"), [(("sbc.example",), True), (("other.example",), False), ((), False)])
async def test_a_certificate(world: World, tmp_path: Path, names: tuple[str, ...], taken: bool) -> None:
    authority = Authority(tmp_path / "ca")
    await world.restart_node(tls=authority.files("127.0.0.1"))
    world.view.trunk_list = (Trunk("tls", "demo", certificate_names=("sbc.example",)),)
    hop = await world.listen("tls")
    world.phone = await world.actor("sbc", tls=authority.files(*names) if names else authority.files())
    if taken:
        talk = await world.established(hop=hop)
        assert world.journal.of_kind("received")[0]["trunk"] == "tls"
        assert world.journal.of_kind("received")[0]["source"].startswith("tls ")
        world.psap.send(talk.psap, "BYE", world.hop)  # over the connection the call came by: the phone has no other
        await world.phone.request("BYE")
    else:
        world.phone.endpoint.request(world.invite(), hop)
        await world.phone.response(403)


async def test_a_certificate_of_nobody_we_believe_gets_no_connection(world: World, tmp_path: Path) -> None:
    authority, foreign = Authority(tmp_path / "ca"), Authority(tmp_path / "foreign", "Foreign CA")
    await world.restart_node(tls=authority.files("127.0.0.1"))
    world.view.trunk_list = (Trunk("tls", "demo", certificate_names=("sbc.example",)),)
    hop = await world.listen("tls")
    forged = foreign.files("sbc.example")
    world.phone = await world.actor("forger", tls=type(forged)(forged.certificate, forged.key, authority.path))
    world.phone.endpoint.request(world.invite(), hop)
    await world.phone.until(lambda: not world.phone.endpoint.is_open(hop))
    assert world.psap.requests == []
    assert world.journal.facts == []


async def test_a_provider_wide_trunk_names_the_organization_in_a_header(world: World) -> None:
    world.view.trunk_list = (Trunk("all", "", source_networks=("127.0.0.1",), organization_header="X-Tenant"),)
    await world.established(world.invite(X_Tenant="demo"))
    assert not world.psap.requests[0].has("X-Tenant")
    assert world.journal.of_kind("decided")[0]["unregistered"] is False
    assert {organization for _, organization, _, _ in world.journal.facts} == {"demo"}


@pytest.mark.parametrize("tenant", [None, "nobody"])
async def test_a_provider_wide_trunk_that_names_nobody_still_reaches_the_relay_center(
    world: World, tenant: str | None
) -> None:
    world.view.trunk_list = (Trunk("all", "", source_networks=("127.0.0.1",), organization_header="X-Tenant"),)
    world.phone.endpoint.request(world.invite(**({"X_Tenant": tenant} if tenant else {})), world.hop)
    await world.relay.request("INVITE")
    await world.phone.response(200)


@pytest.mark.parametrize("header", ["X-Employee-ID", "E911-User-ID", "X-E911-User-ID"])
async def test_the_id_headers(world: World, header: str) -> None:
    invite = world.invite(identity=None)
    invite.add(header, "E1001")
    await world.established(invite)
    assert world.journal.of_kind("received")[0]["identity_source"] == header
    assert not world.psap.requests[0].has(header)


async def test_misdials_treated_as_911_go_on_and_are_recorded(world: World) -> None:
    world.view.trunk_list = (Trunk("main", "demo", source_networks=("127.0.0.1",), misdial="treat_as_911"),)
    await world.established(world.invite("sip:9911@callpoint.example"))
    assert world.psap.requests[0].uri == "urn:service:sos"
    assert world.journal.of_kind("misdial")[0]["treated_as"] == "911"


async def test_trunks_are_read_anew_when_they_change(world: World) -> None:
    await world.established()
    world.view.trunk_list = ()
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(403)
    world.view.trunk_list = (Trunk("main", "demo", source_networks=("127.0.0.0/8",)),)
    world.psap.on_invite = ring
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.psap.request("INVITE", 2)
    world.psap.say(200, body=ANSWER_SDP)


async def test_the_ack_of_a_refusal_finds_its_invite(digest_world: World) -> None:
    """It carries no credentials either; without it the refusal would be repeated for 32 s."""
    world = digest_world
    invite, refusal = await challenged(world)
    value = authorize(challenge(refusal, "MD5"), "INVITE", invite.uri, "sbc", "secret", "c", 1)
    misdial = again(invite, value)
    misdial.uri = "sip:9911@callpoint.example"
    world.phone.endpoint.request(misdial, world.hop)
    await world.phone.response(404)
    layer = world.endpoint._layer
    await world.phone.until(lambda: any(str(tx.state) == "confirmed" for tx in layer._servers.values()))
