"""SIPp calls 911 through the node, and SIPp is the PSAP: what arrives there, and what comes back."""

from collections.abc import Callable

import pytest
from tests.peers.conveyed import Conveyed
from tests.peers.node import CALLBACK, Node
from tests.peers.sipp import Sipp

pytestmark = [pytest.mark.peers, pytest.mark.stack]

MakeSipp = Callable[..., Sipp]
MakeNode = Callable[..., Node]
QUICK = {"HOLD": "100"}


def uri(psap: Sipp, transport: str = "udp") -> str:
    """The target URI of a waiting SIPp."""
    return f"sip:911@{psap.address};transport={transport}"


@pytest.mark.parametrize("psap_transport", ["udp", "tcp"])
@pytest.mark.parametrize("caller_transport", ["udp", "tcp"])
def test_a_call_arrives_with_the_location(
    caller_transport: str, psap_transport: str, sipp: MakeSipp, node: MakeNode
) -> None:
    psap = sipp("psap", transport=psap_transport, blanks=QUICK)
    between = node([uri(psap, psap_transport)])
    sipp("caller", remote=between.address, transport=caller_transport, blanks=QUICK).succeed()
    psap.succeed()
    arrived = Conveyed(psap.received("INVITE")[0])
    assert arrived.invite.first_line == "INVITE urn:service:sos SIP/2.0"
    assert {name: arrived.civic[name] for name in ("HNO", "RD", "FLR", "A3", "A1", "PC")} == {
        "HNO": "115",
        "RD": "State",
        "FLR": "2",
        "A3": "Montpelier",
        "A1": "VT",
        "PC": "05633",
    }
    assert arrived.point == pytest.approx((44.26055, -72.57725))
    assert arrived.located
    assert arrived.callback_number == CALLBACK
    assert CALLBACK in arrived.invite.header("From")
    assert arrived.invite.header("Geolocation-Routing") == "yes"
    assert "esnet.1" in arrived.invite.headers("Resource-Priority")
    sdp = arrived.part("application/sdp")
    assert sdp is not None
    assert b"m=audio" in sdp.body
    ended = between.wait_for_fact("ended")
    assert ended.data["answered"] is True
    assert ended.data["by"] == "caller"


def test_the_offer_and_the_answer_cross_unchanged(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", blanks=QUICK)
    caller = sipp("caller", remote=node([uri(psap)]).address, blanks=QUICK)
    caller.succeed()
    sent = Conveyed(next(m for m in caller.messages() if m.way == "sent" and m.first_line.startswith("INVITE")))
    arrived = Conveyed(psap.received("INVITE")[0])
    offer, delivered = sent.part("application/sdp"), arrived.part("application/sdp")
    assert offer is not None
    assert delivered is not None
    assert delivered.body.split() == offer.body.split()
    answered = [Conveyed(m) for m in caller.received("SIP/2.0 200") if "INVITE" in m.header("CSeq")]
    given = [Conveyed(m) for m in psap.messages() if m.way == "sent" and m.first_line.startswith("SIP/2.0 200 OK")]
    assert answered[0].parts[0].body.split() == given[0].parts[0].body.split()


def test_over_ipv6(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", host="::1", blanks=QUICK)
    between = node([uri(psap)])
    sipp("caller", remote=f"[::1]:{between.port}", host="::1", blanks=QUICK).succeed()
    psap.succeed()
    assert Conveyed(psap.received("INVITE")[0]).located


@pytest.mark.parametrize(
    "dialled", ["urn:service:sos", "urn:service:sos.fire", "sip:911@callpoint.example;user=phone", "tel:911"]
)
def test_every_way_to_dial_911(dialled: str, sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", blanks=QUICK)
    sipp("caller", remote=node([uri(psap)]).address, keys={"dialled": dialled}, blanks=QUICK).succeed()
    assert Conveyed(psap.received("INVITE")[0]).civic["HNO"] == "115"


@pytest.mark.parametrize("header", ["E911-User-ID: E1001", "X-E911-User-ID: E1001", "x-employee-id:E1001"])
def test_every_header_that_carries_the_id(header: str, sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", blanks=QUICK)
    keys = {"identity": header, "from_user": "someone"}
    sipp("caller", remote=node([uri(psap)]).address, keys=keys, blanks=QUICK).succeed()
    assert Conveyed(psap.received("INVITE")[0]).civic["HNO"] == "115"


@pytest.mark.parametrize("identity", ["E1099", "E4711", "e1001"])
def test_a_person_without_a_location_reaches_the_relay_center(identity: str, sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", blanks=QUICK)
    relay = sipp("psap", blanks=QUICK)
    between = node([uri(psap)], [uri(relay)])
    keys = {"identity": f"X-Employee-ID: {identity}", "from_user": "someone"}
    sipp("caller", remote=between.address, keys=keys, blanks=QUICK).succeed()
    arrived = Conveyed(relay.received("INVITE")[0])
    assert arrived.civic == {}
    assert arrived.comments
    assert not psap.received("INVITE")
    assert between.wait_for_fact("decided").data["unregistered"] is True


@pytest.mark.parametrize("status", ["503", "500", "408"])
def test_a_target_that_fails_is_followed_by_the_next(status: str, sipp: MakeSipp, node: MakeNode) -> None:
    first = sipp("psap_refuses", blanks={"STATUS": status})
    second = sipp("psap", blanks=QUICK)
    caller = sipp("caller", remote=node([uri(first), uri(second)]).address, blanks=QUICK)
    caller.succeed()
    assert Conveyed(second.received("INVITE")[0]).located
    assert int(status) not in caller.statuses()


def test_a_silent_target_is_followed_by_the_next(sipp: MakeSipp, node: MakeNode) -> None:
    first = sipp("psap_is_silent", blanks={"HOLD": "60000"})
    second = sipp("psap", blanks=QUICK)
    sipp("caller", remote=node([uri(first), uri(second)]).address, blanks=QUICK).succeed()
    assert first.received("INVITE")


def test_a_dead_target_is_followed_by_the_next_at_once(sipp: MakeSipp, node: MakeNode) -> None:
    relay = sipp("psap", blanks=QUICK)
    between = node(["sip:911@127.0.0.1:9", "sip:911@127.0.0.1:9;transport=tcp"], [uri(relay)], reroute_seconds=30)
    sipp("caller", remote=between.address, blanks=QUICK).succeed()
    assert [fact.data["next"] for fact in between.facts("attempt_failed")] == [True, True], between.report()


def test_the_psaps_own_refusal_is_final(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap_refuses", blanks={"STATUS": "603"})
    relay = sipp("psap", blanks=QUICK)
    between = node([uri(psap)], [uri(relay)])
    sipp("caller_is_refused", remote=between.address, blanks={"STATUS": "603"}).succeed()
    assert not relay.received("INVITE")


def test_the_psap_hangs_up(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap_hangs_up", blanks=QUICK)
    between = node([uri(psap)])
    sipp("caller_is_hung_up_on", remote=between.address).succeed()
    psap.succeed()
    assert between.wait_for_fact("ended").data["by"] == "psap"


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_the_caller_gives_up(transport: str, sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap_rings", transport=transport)
    between = node([uri(psap, transport)])
    sipp("caller_cancels", remote=between.address, transport=transport, blanks=QUICK).succeed()
    psap.succeed()
    assert between.wait_for_fact("ended").data["answered"] is False


def test_early_media_reaches_the_caller(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap_with_early_media", blanks={"HOLD": "200"})
    caller = sipp("caller", remote=node([uri(psap)]).address, blanks=QUICK)
    caller.succeed()
    assert "m=audio" in caller.received("SIP/2.0 183")[0].text


def test_a_reinvite_and_an_update_cross(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap_follows")
    sipp("caller_changes_media", remote=node([uri(psap)]).address).succeed()
    psap.succeed()
    assert "a=sendonly" in psap.received("INVITE")[1].text
    assert "a=sendrecv" in psap.received("UPDATE")[0].text


def test_an_info_and_an_options_cross(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap_takes_info", blanks=QUICK)
    sipp("caller_sends_info", remote=node([uri(psap)]).address).succeed()
    psap.succeed()
    assert "Signal=1" in psap.received("INFO")[0].text


def test_a_reliable_provisional_answer_crosses(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap_tells_reliably")
    sipp("caller_is_told_reliably", remote=node([uri(psap)]).address, blanks=QUICK).succeed()
    psap.succeed()


def test_a_transfer_is_refused(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", blanks=QUICK)
    between = node([uri(psap)])
    sipp("caller_transfers", remote=between.address, blanks={"STATUS": "403"}).succeed()
    psap.succeed()
    assert between.wait_for_fact("transfer_refused").data["method"] == "REFER"


def test_a_malformed_call_of_a_known_trunk_is_delivered(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", blanks=QUICK)
    between = node([uri(psap)])
    sipp("caller_is_malformed", remote=between.address, blanks=QUICK).succeed()
    assert Conveyed(psap.received("INVITE")[0]).civic["HNO"] == "115"
    assert between.wait_for_fact("received").data["defects"]


@pytest.mark.parametrize("dialled", ["sip:9911@callpoint.example", "tel:1911", "sip:+1911@callpoint.example"])
def test_a_prefix_before_911_is_told_and_recorded(dialled: str, sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", blanks=QUICK)
    between = node([uri(psap)])
    caller = sipp("caller_is_refused", remote=between.address, keys={"dialled": dialled}, blanks={"STATUS": "404"})
    caller.succeed()
    assert "911" in caller.received("SIP/2.0 404")[0].first_line
    assert between.wait_for_fact("misdial").data["treated_as"] == ""
    assert not psap.received("INVITE")


def test_another_number_is_not_ours(sipp: MakeSipp, node: MakeNode) -> None:
    between = node(["sip:911@127.0.0.1:9"])
    keys = {"dialled": "sip:18025550100@callpoint.example"}
    sipp("caller_is_refused", remote=between.address, keys=keys, blanks={"STATUS": "404"}).succeed()
