"""Targets of every kind: transports, names, families, and what happens when one is not what it should be."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from callpoint.node.bodies import body_parts
from callpoint.routing.records import Identity, LocationRecord, Psap, Target
from callpoint.sip.dialog import Dialog
from callpoint.sip.events import RequestReceived
from callpoint.sip.hop import Hop
from tests.node.world import ANSWER_SDP, MONTPELIER, QUICK, Actor, World, answer, refuse_with, ring, stay_silent
from tests.transport.certificates import Authority


async def hang_up_from_both_sides(world: World) -> None:
    """A call whose PSAP hangs up, then one whose caller does: requests inside the dialog cross both ways."""
    talk = await world.established()
    world.psap.send(talk.psap, "INFO", world.psap.invites[-1].source)
    await world.phone.request("INFO")
    world.phone.send(talk.phone, "BYE", world.hop)
    await world.psap.request("BYE")
    assert (await world.phone.answer_to("BYE")).status == 200


@pytest.mark.parametrize("contact", ["named transport", "no transport"])
async def test_a_tcp_target(world: World, contact: str) -> None:
    """Also one whose Contact forgets ;transport=tcp: it is spoken to over the connection that is open."""
    world.psap = await world.actor("psap", "tcp")
    world.aim(f"sip:127.0.0.1:{world.psap.port};transport=tcp")

    def answer(actor: Actor, event: object) -> None:
        tx = actor.invites[-1]
        ok = tx.response(200)
        suffix = ";transport=tcp" if contact == "named transport" else ""
        ok.set("Contact", f"<sip:psap@127.0.0.1:{actor.port}{suffix}>")
        actor.endpoint.respond(tx, ok)

    world.psap.on_invite = answer
    await hang_up_from_both_sides(world)
    assert world.journal.of_kind("dialled")[0]["hop"].startswith("tcp:")


async def test_a_tls_target_by_name(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path / "ca")
    await world.restart_node(tls=authority.files("node.example"))
    world.psap = await world.actor("psap", "tls", tls=authority.files("psap.example"))
    names(monkeypatch, {"psap.example": ["127.0.0.1"]})
    world.aim(f"sips:911@psap.example:{world.psap.port}")
    await hang_up_from_both_sides(world)
    assert world.journal.of_kind("dialled")[0]["hop"].startswith("tls:")


async def test_a_tls_target_with_a_wrong_certificate_is_passed_over(world: World, tmp_path: Path) -> None:
    authority, foreign = Authority(tmp_path / "ca"), Authority(tmp_path / "foreign", "Foreign CA")
    await world.restart_node(tls=authority.files("node.example"))
    impostor = await world.actor("impostor", "tls", tls=foreign.files("127.0.0.1"))
    world.aim(f"sips:911@127.0.0.1:{impostor.port}")
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)
    assert impostor.requests == []
    assert "cannot be reached" in world.journal.of_kind("attempt_failed")[0]["reason"]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_ipv6(world: World, transport: str) -> None:
    """The caller over IPv6, and the PSAP too."""
    hop = await world.listen(transport, "::1")
    if transport == "tcp":
        await world.listen("udp", "::1")
    world.psap = await world.actor("psap", transport, "::1")
    world.phone = await world.actor("phone", transport, "::1")
    world.aim(f"sip:[::1]:{world.psap.port};transport={transport}")
    talk = await world.established(hop=hop)
    assert world.psap.requests[0].contact.parsed_uri.host == "::1"  # type: ignore[union-attr]
    world.phone.send(talk.phone, "BYE", hop)
    await world.psap.request("BYE")


async def test_a_name_is_looked_up_once_and_all_its_addresses_are_tried(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names(monkeypatch, {"psap.example": ["::1", "127.0.0.1"]})  # no IPv6 here: the second address answers
    world.aim(f"sip:911@psap.example:{world.psap.port};transport=udp")
    await world.established()
    assert asked == ["psap.example"]
    hops = [fact["hop"] for fact in world.journal.of_kind("dialled")]
    assert [hop.split(":")[0] for hop in hops] == ["udp", "udp"]
    assert world.journal.of_kind("attempt_failed") == []


async def test_a_name_nobody_knows_leads_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, {})
    world.aim("sip:911@gone.example;transport=udp")
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.relay.request("INVITE")
    await world.phone.response(200)
    assert "no address" in world.journal.of_kind("attempt_failed")[0]["reason"]


async def test_a_slow_name_server_costs_no_more_than_the_reroute_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, {"slow.example": ["127.0.0.1"]}, delay=3.0)
    world.aim(f"sip:911@slow.example:{world.psap.port};transport=udp")
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.relay.request("INVITE")
    assert world.endpoint.now() - world.started < 0.6
    assert world.psap.requests == []


async def test_a_large_invite_tries_tcp_first_and_then_udp(world: World) -> None:
    """RFC 3261 §18.1.1, where the target names no transport. Nobody listens on TCP here."""
    world.aim(f"sip:127.0.0.1:{world.psap.port}")
    talk = await world.established()
    assert [fact["hop"].split(":")[0] for fact in world.journal.of_kind("dialled")] == ["tcp", "udp"]
    assert world.journal.of_kind("attempt_failed") == []
    assert talk.ok.status == 200


async def test_a_first_hop_that_swallows_everything_leaves_time_for_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A firewall drops our SYN: UDP is tried within the same reroute time."""
    streams = world.endpoint._streams
    monkeypatch.setattr(streams, "_open_and_send", lambda data, hop: None)
    world.aim(f"sip:127.0.0.1:{world.psap.port}")
    await world.established()
    assert world.relay.requests == []
    assert [fact["hop"].split(":")[0] for fact in world.journal.of_kind("dialled")] == ["tcp", "udp"]


async def test_a_lost_connection_while_ringing_leads_on(world: World) -> None:
    dying = await world.actor("psap", "tcp")
    dying.on_invite = ring
    world.aim(f"sip:127.0.0.1:{dying.port};transport=tcp")
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(180)
    await dying.endpoint.close()
    await world.relay.request("INVITE")
    await world.phone.response(200)


async def test_a_lost_connection_during_a_call_is_opened_again(world: World) -> None:
    world.psap = await world.actor("psap", "tcp")
    world.aim(f"sip:127.0.0.1:{world.psap.port};transport=tcp")
    talk = await world.established()
    for stream in list(world.endpoint._streams._open.values()):
        stream.close()
    world.phone.send(talk.phone, "BYE", world.hop)
    await world.psap.request("BYE")


async def test_a_caller_without_a_listening_port_is_reached_over_its_connection(world: World) -> None:
    hop = await world.listen("tcp")
    talk = await world.established(world.invite(), hop)  # its Contact is the UDP port
    world.psap.send(talk.psap, "BYE", world.hop)
    bye = await world.phone.request("BYE")
    assert bye.via.transport == "TCP"


async def test_a_caller_behind_a_nat_is_reached_where_it_is_heard(world: World) -> None:
    """Its Contact is a private address that leads nowhere; ours came from a public one."""
    invite = world.invite()
    invite.set("Contact", "<sip:agent@10.1.2.3:5060>")
    talk = await world.established(invite)
    leg, _ = world.services.dialogs.find(  # type: ignore[misc]
        talk.phone.call_id, talk.phone.remote_tag, talk.phone.local_tag
    )
    leg.dialog.hop = Hop("udp", "203.0.114.5", 40404)
    assert leg._known_hop() == Hop("udp", "203.0.114.5", 40404)
    leg.dialog.hop = Hop("udp", "10.9.9.9", 5060)  # both inside: the Contact is to be believed
    assert leg._known_hop() == Hop("udp", "10.1.2.3", 5060)


@pytest.mark.parametrize("loose", [True, False])
async def test_record_routes_of_both_sides(world: World, loose: bool) -> None:
    """Requests inside the dialog pass the proxies that wanted to stay, also strict ones (RFC 3261 §12.2.1.1)."""
    proxy = await world.actor("proxy")
    lr = ";lr" if loose else ""
    route = f"<sip:127.0.0.1:{proxy.port}{lr}>"

    def answer(actor: Actor, event: object) -> None:
        actor.say(200, body=ANSWER_SDP, Record_Route=route)

    world.psap.on_invite = answer
    invite = world.invite(Record_Route=route)
    tx = world.phone.endpoint.request(invite, world.hop)
    ok = await world.phone.response(200)
    assert ok.get("Record-Route") == route  # the caller's own, not the PSAP's
    assert not world.psap.requests[0].has("Record-Route")
    dialog = Dialog.as_caller(tx.request, ok, world.hop)
    dialog.route_set = ()  # this test is the caller's proxy itself
    dialog.remote_target = f"sip:callpoint@127.0.0.1:{world.hop.port}"
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    await proxy.until(lambda: proxy.acks)
    ack = proxy.acks[0]
    target = f"sip:psap@127.0.0.1:{world.psap.port}"
    expected = (target, route) if loose else (f"sip:127.0.0.1:{proxy.port}", f"<{target}>")
    assert (ack.uri, ack.get("Route")) == expected
    world.phone.send(dialog, "BYE", world.hop)
    assert (await proxy.request("BYE")).uri == expected[0]


async def test_our_own_invite_coming_back_is_a_loop_and_the_next_target_is_dialled(world: World) -> None:
    world.aim(f"sip:127.0.0.1:{world.hop.port};transport=udp")
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.relay.request("INVITE")
    await world.phone.response(200)
    assert world.journal.of_kind("attempt_failed")[0]["status"] == 482
    assert len(world.journal.of_kind("received")) == 1


async def test_our_own_invite_is_known_by_its_via_under_any_call_id(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)  # decided: its Call-ID is no longer looked for
    returned = world.invite(Via=world.psap.requests[0].required("Via"))
    returned.prepend("Via", "SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKproxy")
    sent: list[bytes] = []
    monkeypatch.setattr(world.endpoint, "_transmit", lambda data, hop: sent.append(data))
    world.endpoint._bytes_in(bytes(returned), Hop("udp", "127.0.0.1", 9))
    assert [data.split(b"\r\n")[0] for data in sent] == [b"SIP/2.0 482 Loop Detected"]
    assert len(world.journal.of_kind("received")) == 1


@pytest.mark.parametrize("uri", ["not a uri", "sip:", "tel:+18025550100", "sip:a@h:99999", "sip:a b@127.0.0.1"])
async def test_a_target_that_cannot_be_dialled_is_passed_over(world: World, uri: str) -> None:
    world.aim(uri)
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.relay.request("INVITE")
    await world.phone.response(200)
    assert world.journal.of_kind("attempt_failed")[0]["next"] is True
    assert len(world.services.dialling_call_ids) == 0


async def test_no_target_at_all_is_announced(world: World) -> None:
    """A provider that configured no relay center, and a person without a PSAP."""
    world.view.relay = ()
    world.view.psap = None
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)
    assert world.journal.of_kind("alarm")[0]["alarm"] == "no_target_reached"


@pytest.mark.parametrize(
    ("statuses", "best"), [((503, 503), 500), ((404, 503), 404), ((500, 404), 404), ((401, 503), 500)]
)
async def test_without_an_announcement_the_best_response_and_never_503(
    world: World, statuses: tuple[int, int], best: int
) -> None:
    """The caller offers nothing we can speak (RFC 3261 §16.7 step 6)."""
    world.psap.on_invite, world.relay.on_invite = refuse_with(statuses[0]), refuse_with(statuses[1])
    invite = world.invite()
    invite.body = invite.body.replace(b"RTP/AVP 0 101", b"RTP/AVP 18")
    world.phone.endpoint.request(invite, world.hop)
    await world.phone.until(lambda: world.phone.finals("INVITE"))
    assert [response.status for response in world.phone.finals("INVITE")] == [best]
    assert [fact["status"] for fact in world.journal.of_kind("ended")] == [best]


async def test_no_free_audio_port_is_no_busy_signal(world: World) -> None:
    await world.restart_node(rtp_ports=(20990, 20991))
    world.psap.on_invite = world.relay.on_invite = refuse_with(503)
    first = world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.until(lambda: len(world.phone.finals("INVITE")) == 2)
    assert world.phone.finals("INVITE")[1].status == 500
    assert first.answered


async def test_a_carrier_gets_911_and_no_i3_headers(world: World) -> None:
    world.aim(f"sip:trunk@127.0.0.1:{world.psap.port};transport=udp", "carrier")
    await world.established()
    invite = world.psap.requests[0]
    assert invite.uri == f"sip:911@127.0.0.1:{world.psap.port}"
    assert not invite.has("Resource-Priority")
    assert not invite.has("Route")
    assert invite.has("Geolocation")


@pytest.mark.parametrize("status", [486, 600, 603])
async def test_a_carriers_or_relay_centers_busy_is_not_the_end(world: World, status: int) -> None:
    world.aim(f"sip:127.0.0.1:{world.psap.port};transport=udp", "carrier")
    world.psap.on_invite = refuse_with(status)
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)
    assert world.relay.requests


async def test_three_targets_in_their_order(world: World) -> None:
    second = await world.actor("second")
    second.on_invite = stay_silent
    world.psap.on_invite = refuse_with(503)
    first = Target("psap", f"sip:127.0.0.1:{world.psap.port};transport=udp")
    silent = Target("second", f"sip:127.0.0.1:{second.port};transport=udp")
    world.view.psap = Psap("dispatch", (first, silent))
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)
    assert [fact["target"] for fact in world.journal.of_kind("dialled")] == ["psap", "second", "relay"]
    assert [fact["attempt"] for fact in world.journal.of_kind("dialled")] == [1, 2, 3]


async def test_the_last_target_gets_longer_than_the_others(world: World) -> None:
    """Behind it there is only an announcement: a relay center that needs one and a half reroute times still gets it."""
    world.psap.on_invite = stay_silent

    def slow(actor: Actor, event: RequestReceived) -> None:
        stay_silent(actor, event)
        actor.endpoint.call_later(0.45, lambda: answer(actor, event))

    world.relay.on_invite = slow
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)
    assert world.journal.of_kind("answered")[0]["by"] == "relay"


async def test_a_target_that_never_finishes_is_given_up(world: World) -> None:
    """It says 100 and nothing else, and does not obey CANCEL: nothing of it stays."""
    await world.restart_node(timers=QUICK, reroute=0.05)
    world.psap.on_invite = lambda actor, event: actor.endpoint.respond(event.tx, event.tx.response(100))
    world.psap.obeys_cancel = False
    talk_tx = world.phone.endpoint.request(world.invite(), world.hop)
    ok = await world.phone.response(200)
    dialog = Dialog.as_caller(talk_tx.request, ok, world.hop)
    world.phone.endpoint.acknowledge(talk_tx, dialog.request("ACK", cseq=1), world.hop)
    world.phone.send(dialog, "BYE", world.hop)
    await world.nothing_left()


async def test_a_location_that_cannot_be_written_stops_no_call(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise ZeroDivisionError("a fault nobody foresaw")

    monkeypatch.setattr("callpoint.node.outgoing.write_pidf_lo", broken)
    await world.established()
    assert [fact["alarm"] for fact in world.journal.of_kind("alarm")] == ["invite_without_location"]
    assert [part.content_type for part in body_parts(world.psap.requests[0])] == ["application/sdp"]


async def test_text_that_no_bytes_stand_for_stops_no_call(world: World) -> None:
    record = LocationRecord("1", MONTPELIER, verdict="valid", dataset="test", method="Manual\ud800")
    world.view.people["E1001"] = Identity(
        "demo",
        "device_user_id",
        "E1001",
        name="Ada \ud800",
        callback_number="+1802\ud8005550101",
        assigned_location=record,
    )
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)
    assert world.psap.requests


def names(monkeypatch: pytest.MonkeyPatch, table: dict[str, list[str]], delay: float = 0.0) -> list[str]:
    """A name server of the test's own; what it was asked."""
    asked: list[str] = []

    async def getaddrinfo(host: str, port: object, *, type: int = 0) -> list[Any]:  # noqa: A002 - as asyncio's
        asked.append(host)
        await asyncio.sleep(delay)
        if host not in table:
            raise OSError("unknown name")
        return [(0, type, 0, "", (address, 0)) for address in table[host]]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    return asked
