"""A PSAP calls back: who may, whom it reaches, by which way, and that it is never refused."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from callpoint.node import audio_leg, psap_callback_call
from callpoint.node.callback_window import WINDOW_SECONDS, CallbackWindow, rebuild, recent_facts
from callpoint.node.phone_phrases import phrases
from callpoint.node.psap_sources import PsapSources
from callpoint.routing.records import Identity, Psap, Target, Trunk
from callpoint.sip.dialog import Dialog
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.journal import Journal
from callpoint.transport.endpoint import token
from callpoint.transport.resolver import Resolver
from tests.node.beside_world import BesideWorld
from tests.node.world import ANSWER_SDP, SDP, Actor, answer, refuse_with, ring, stay_silent

NUMBER = "+18025550101"  # of E1001 in the world's directory
UNKNOWN = "+18025559999"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_leg, "LAST_SOUND_SECONDS", 0.02)


class Town(BesideWorld):
    """With a switchboard, where the person's trunk has its calls back once `with_callback_uri` was asked."""

    switchboard: Actor

    async def __aenter__(self) -> "Town":
        await super().__aenter__()
        self.switchboard = await self.actor("switchboard")
        return self

    def with_callback_uri(self, *more: Trunk) -> None:
        uri = f"sip:pbx@127.0.0.1:{self.switchboard.port};transport=udp"
        self.view.trunk_list = (replace(self.view.trunk_list[0], callback_uri=uri), *more)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(tmp_path) as world:
        yield world


def callback(world: Town, number: str = NUMBER, marked: bool = True, **headers: str) -> Request:
    uri = f"sip:{number}@node.example;user=phone" if ":" not in number else number
    invite = Request("INVITE", uri)
    invite.extend([("Max-Forwards", "70"), ("From", f'"Dispatch 7" <sip:desk7@psap.example>;tag={token()}')])
    invite.extend([("To", f"<{uri}>"), ("Call-ID", token()), ("CSeq", "1 INVITE")])
    invite.add("Contact", world.psap.endpoint.contact("desk7", world.hop))
    if marked:
        invite.add("Priority", "psap-callback")
    for name, value in headers.items():
        invite.add(name.replace("_", "-"), value)
    invite.set("Content-Type", "application/sdp")
    invite.body = SDP
    return invite


async def called_911(world: Town) -> None:
    """An emergency call of E1001, answered and hung up."""
    talk = await world.established()
    world.phone.send(talk.phone, "BYE", world.hop)
    await world.phone.until(lambda: world.facts("ended"))
    world.psap.responses.clear()
    world.journal.facts.clear()


async def ring_back(world: Town, invite: Request) -> Dialog:
    """The PSAP calls back and is answered; its dialog, acknowledged."""
    tx = world.psap.endpoint.request(invite, world.hop)
    ok = await world.psap.response(200)
    dialog = Dialog.as_caller(tx.request, ok, world.hop)
    world.psap.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    return dialog


async def test_it_rings_the_persons_trunk_with_the_body_untouched(world: Town) -> None:
    world.with_callback_uri()
    await called_911(world)
    switchboard = world.switchboard
    dialog = await ring_back(world, callback(world, X_Custom="kept"))
    invite = switchboard.of_method("INVITE")[0]
    assert invite.uri == f"sip:{NUMBER}@127.0.0.1:{switchboard.port};transport=udp"
    assert invite.body == SDP
    assert invite.get("Priority") == "psap-callback"
    assert invite.get("X-Custom") == "kept"
    assert (invite.from_.display, invite.from_.uri) == ("Dispatch 7", "sip:desk7@psap.example")
    assert not invite.has("Geolocation")
    assert world.psap.finals("INVITE")[0].body == ANSWER_SDP
    await switchboard.until(lambda: switchboard.acks)
    world.psap.send(dialog, "BYE", world.hop)
    await switchboard.request("BYE")
    await world.forgotten()


async def test_the_record_tells_whose_call_is_called_back_and_who_hung_up(world: Town) -> None:
    world.with_callback_uri()
    await world.established()
    original = next(call_id for call_id, _, kind, _ in world.journal.facts if kind == "received")
    world.journal.facts.clear()
    world.psap.responses.clear()
    dialog = await ring_back(world, callback(world))
    fact = world.facts("psap_callback")[0]
    assert (fact["number"], fact["psap"], fact["original_call_id"]) == (NUMBER, "Montpelier dispatch", original)
    assert (fact["person"], fact["device_user_id"], fact["trunk"]) == ("Ada Example", "E1001", "trunk main")
    assert fact["priority"] is True
    assert fact["location"]["civic"]["A3"] == "Montpelier"
    assert world.facts("dialled")[0]["kind"] == "trunk"
    assert world.facts("answered")[0]["kind"] == "trunk"
    world.psap.send(dialog, "BYE", world.hop)
    await world.psap.until(lambda: world.facts("ended"))
    assert world.facts("ended")[0]["by"] == "psap"
    (call_id,) = {entry[0] for entry in world.journal.facts if entry[2] in ("psap_callback", "dialled", "ended")}
    assert call_id not in ("", original)
    assert "received" not in world.journal.kinds


async def test_the_person_hangs_up(world: Town) -> None:
    world.with_callback_uri()
    await called_911(world)
    switchboard = world.switchboard
    await ring_back(world, callback(world))
    await switchboard.until(lambda: switchboard.acks)
    arrived = switchboard.of_method("INVITE")[0]
    theirs = Dialog.as_callee(arrived, arrived.response(200, to_tag=switchboard.acks[0].to.tag))
    switchboard.send(theirs, "BYE", world.hop)
    await world.psap.request("BYE")
    await world.psap.until(lambda: world.facts("ended"))
    assert world.facts("ended")[0]["by"] == "caller"


async def test_without_a_mark_the_window_is_enough(world: Town) -> None:
    world.with_callback_uri()
    await called_911(world)
    await ring_back(world, callback(world, number="802-555-0101", marked=False))
    assert world.facts("psap_callback")[0]["priority"] is False
    assert world.switchboard.of_method("INVITE")[0].get("Priority") == "psap-callback"


async def test_the_emergency_call_it_names_is_enough(world: Town) -> None:
    """A PSAP that calls our Contact back knows no number."""
    world.with_callback_uri()
    await world.established()
    name = next(call_id for call_id, _, kind, _ in world.journal.facts if kind == "received")
    world.psap.responses.clear()
    invite = callback(
        world,
        "sip:callpoint@node.example",
        Call_Info=f"<urn:emergency:uid:callid:{name}:node.example>;purpose=emergency-CallId",
    )
    await ring_back(world, invite)
    assert world.switchboard.of_method("INVITE")[0].uri.startswith(f"sip:{NUMBER}@")


async def test_a_number_of_a_person_rings_without_mark_and_window(world: Town) -> None:
    world.with_callback_uri()
    world.view.people["+18025550188"] = Identity("demo", "phone_number", "+18025550188", name="Bo", language="fr")
    await ring_back(world, callback(world, "+18025550188", marked=False))
    fact = world.facts("psap_callback")[0]
    assert (fact["person"], fact["original_call_id"], fact["priority"]) == ("Bo", "", False)
    assert "+18025550188@" in world.switchboard.of_method("INVITE")[0].uri


async def test_without_a_callback_uri_it_goes_where_the_call_came_from(world: Town) -> None:
    await called_911(world)
    world.phone.on_invite = answer
    await ring_back(world, callback(world))
    invite = world.phone.of_method("INVITE")[0]
    assert invite.uri == f"sip:{NUMBER}@127.0.0.1:{world.phone.port};transport=udp"
    assert world.facts("psap_callback")[0]["trunk"] == "the source of the call"


@pytest.mark.parametrize("status", [486, 603, 404, 503, 302, 401])
async def test_a_trunk_that_refuses_only_leads_on(world: Town, status: int) -> None:
    world.with_callback_uri()
    await called_911(world)
    world.switchboard.on_invite = refuse_with(status)
    await ring_back(world, callback(world))
    assert len(world.phone.of_method("INVITE")) == 1
    failed = world.facts("attempt_failed")[0]
    assert (failed["status"], failed["next"]) == (status, True)


async def test_a_silent_trunk_is_passed_over(world: Town) -> None:
    world.with_callback_uri()
    await called_911(world)
    world.switchboard.on_invite = stay_silent
    await ring_back(world, callback(world))
    assert world.phone.of_method("INVITE")


async def test_a_phone_that_only_rings_is_passed_over(world: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psap_callback_call, "RING_SECONDS", 0.2)
    world.with_callback_uri()
    await called_911(world)
    world.switchboard.on_invite = ring
    await ring_back(world, callback(world))
    await world.switchboard.until(lambda: world.switchboard.cancels)
    assert world.psap.responses[0].status in (100, 180)
    assert "rang" in world.facts("attempt_failed")[0]["reason"]


async def test_then_the_next_known_trunk_of_the_organization(world: Town) -> None:
    second = await world.actor("second")
    other = await world.actor("other tenant")
    world.with_callback_uri(
        Trunk("reserve", "demo", callback_uri=f"sip:127.0.0.1:{second.port};transport=udp"),
        Trunk("theirs", "other", callback_uri=f"sip:127.0.0.1:{other.port};transport=udp"),
    )
    await called_911(world)
    world.switchboard.on_invite = refuse_with(503)
    world.phone.on_invite = refuse_with(480)
    await ring_back(world, callback(world))
    assert second.of_method("INVITE")
    assert not other.requests


async def test_at_the_end_it_is_told_in_words(world: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    _note_what_is_said(monkeypatch, said)
    world.with_callback_uri()
    await called_911(world)
    world.switchboard.on_invite = refuse_with(603)
    world.phone.on_invite = refuse_with(486)
    await ring_back(world, callback(world))
    assert [response.status for response in world.psap.finals("INVITE")] == [200]
    await world.psap.until(lambda: said)
    assert said[0] == phrases("en")["nobody_answers"]
    assert world.facts("answered")[0]["by"] == "announcement"
    assert world.facts("alarm")[0]["alarm"] == "callback_not_delivered"


async def test_a_marked_call_to_nobodys_number_is_told_so(world: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    _note_what_is_said(monkeypatch, said)
    world.with_callback_uri()
    await ring_back(world, callback(world, UNKNOWN))
    await world.psap.until(lambda: said)
    assert said[0] == phrases("en")["unknown_number"]
    assert not world.switchboard.requests
    assert world.facts("psap_callback")[0]["person"] == ""


def _note_what_is_said(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    async def say(self: Any, renderer: Any, segments: Any) -> None:
        said.extend(segments)

    monkeypatch.setattr(audio_leg.AudioLeg, "say", say)


async def test_the_psap_gives_up_while_it_rings(world: Town) -> None:
    world.with_callback_uri()
    await called_911(world)
    world.switchboard.on_invite = ring
    tx = world.psap.endpoint.request(callback(world), world.hop)
    await world.psap.response(180)
    world.psap.endpoint.cancel(tx)
    assert (await world.psap.answer_to("INVITE")).status == 487
    await world.switchboard.until(lambda: world.switchboard.cancels)
    ended = world.facts("ended")[0]
    assert (ended["by"], ended["answered"]) == ("psap", False)
    await world.forgotten()


async def test_a_stranger_with_the_mark_stays_a_stranger(world: Town) -> None:
    world.with_callback_uri()
    await called_911(world)
    world.view.trunk_list = (Trunk("main", "demo", source_networks=("10.0.0.0/8",)),)
    world.view.psap = Psap("Montpelier dispatch", (Target("psap", "sip:192.0.2.1"),))
    world.view.relay = ()
    world.version += 1
    world.psap.endpoint.request(callback(world), world.hop)
    await world.psap.until(lambda: world.psap.finals("INVITE"))
    assert world.psap.finals("INVITE")[0].status == 403
    assert world.facts("psap_callback") == []
    assert not world.switchboard.requests


async def test_a_trunk_with_the_mark_reaches_nobody(world: Town) -> None:
    """What is no PSAP is told what it would be told without it."""
    world.with_callback_uri()
    await called_911(world)
    world.view.psap = Psap("Montpelier dispatch", (Target("psap", "sip:192.0.2.1"),))
    world.view.relay = ()
    world.version += 1
    world.psap.endpoint.request(callback(world), world.hop)
    await world.psap.until(lambda: world.psap.finals("INVITE"))
    assert world.psap.finals("INVITE")[0].status == 404


async def test_a_psap_that_is_no_trunk_may_call_back_and_nothing_else(world: Town) -> None:
    world.with_callback_uri()
    await called_911(world)
    world.view.trunk_list = (replace(world.view.trunk_list[0], source_networks=("10.0.0.0/8",)),)
    await ring_back(world, callback(world))
    for number in ("911", UNKNOWN):
        world.psap.responses.clear()
        world.psap.endpoint.request(callback(world, number, marked=False), world.hop)
        assert (await world.psap.response(403)).status == 403


async def test_911_of_a_trunk_at_a_psaps_address_is_an_emergency(world: Town) -> None:
    """The lab has both at one address; and the mark changes nothing about 911."""
    talk = await world.established(world.invite(Priority="psap-callback"))
    assert world.facts("psap_callback") == []
    assert talk.invite.get("Priority") == "psap-callback"
    assert world.psap.of_method("INVITE")[0].get("Priority") == "emergency"


async def test_it_goes_on_over_a_restart_with_the_parts_as_they_were(world: Town) -> None:
    world.with_callback_uri()
    await called_911(world)
    dialog = await ring_back(world, callback(world))
    await world.switchboard.until(lambda: world.switchboard.acks)
    saved = dict(world.journal.dialogs)
    assert len(saved) == 1
    assert json.loads(next(iter(saved.values())))["psap_callback"] is True
    await world.restart_node()
    assert world.node.restore(saved) == 1
    world.psap.send(dialog, "BYE", world.hop)
    await world.switchboard.request("BYE")
    await world.psap.until(lambda: world.facts("ended"))
    assert world.facts("ended")[0]["by"] == "psap"


async def test_the_psap_may_be_a_conference_and_the_person_may_not(world: Town) -> None:
    """RFC 4579 §4: many PSAPs are a focus by their make; a session they refresh must not be refused."""
    world.with_callback_uri()
    await called_911(world)
    switchboard = world.switchboard
    dialog = await ring_back(world, callback(world))
    await switchboard.until(lambda: switchboard.acks)
    contact = f"<sip:desk7@127.0.0.1:{world.psap.port}>;isfocus"
    world.psap.send(dialog, "UPDATE", world.hop, Contact=contact)
    assert (await world.psap.answer_to("UPDATE")).status == 200
    arrived = switchboard.of_method("INVITE")[0]
    theirs = Dialog.as_callee(arrived, arrived.response(200, to_tag=switchboard.acks[0].to.tag))
    switchboard.send(theirs, "UPDATE", world.hop, Contact=f"<sip:pbx@127.0.0.1:{switchboard.port}>;isfocus")
    assert (await switchboard.answer_to("UPDATE")).status == 403
    assert world.facts("transfer_refused")[0]["by"] == "caller"


async def test_over_the_open_connection_of_the_call(world: Town) -> None:
    """A softphone listens on no port of its own: it is reached by the connection it called over."""
    tcp = await world.listen("tcp")
    softphone = await world.actor("softphone", "tcp")
    softphone.on_invite = answer
    invite = world.invite()
    invite.set("Contact", "<sip:E1001@10.9.9.9:5060;transport=tcp>")
    tx = softphone.endpoint.request(invite, tcp)
    ok = await softphone.response(200)
    dialog = Dialog.as_caller(tx.request, ok, tcp)
    softphone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), tcp)
    await world.psap.until(lambda: world.psap.acks)
    await ring_back(world, callback(world))
    assert softphone.of_method("INVITE")[0].uri == "sip:E1001@10.9.9.9:5060;transport=tcp"


# --- the window


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> float:
        return self.now.timestamp()


def note_call(
    note: Callable[..., None], call_id: str, number: str, who: str = "E1", service: str = "emergency"
) -> None:
    received = {"service": service, "trunk": "main", "source": "udp 192.0.2.9:5060", "contact": "sip:a@b"}
    note(call_id, "demo", fact_kinds.RECEIVED, received)
    note(call_id, "demo", fact_kinds.DECIDED, {"callback_number": number, "person": who, "device_user_id": who})


def test_the_window_is_three_hours_and_the_newest_call_wins() -> None:
    clock = Clock()
    window = CallbackWindow(clock)
    note_call(window.note, "C1", NUMBER, "E1")
    clock.now += timedelta(minutes=1)
    note_call(window.note, "C2", NUMBER, "E2")
    found = window.find(NUMBER)
    assert found is not None
    assert (found.call_id, found.device_user_id, found.contact) == ("C2", "E2", "sip:a@b")
    clock.now += timedelta(seconds=WINDOW_SECONDS - 1)
    assert window.find(NUMBER) is not None
    assert window.of_call("C1") is None
    clock.now += timedelta(seconds=2)
    assert window.find(NUMBER) is None
    note_call(window.note, "C3", UNKNOWN)
    assert [call.call_id for call in window.calls()] == ["C3"]


def test_what_gives_no_number_or_is_a_test_is_called_back_by_nobody() -> None:
    window = CallbackWindow(Clock())
    note_call(window.note, "C1", "")
    note_call(window.note, "C2", NUMBER, service="read_back")
    assert window.find("") is None
    assert window.find(NUMBER) is None
    assert window.of_call("C1") is not None  # by its name it is found all the same


def test_a_source_is_taken_with_its_connection() -> None:
    window = CallbackWindow(Clock())
    hop = Hop("tcp", "192.0.2.9", 40000, 7)
    window.arrived("C1", hop)
    note_call(window.note, "C1", NUMBER)
    found = window.find(NUMBER)
    assert found is not None
    assert found.hop == hop


async def test_it_is_rebuilt_from_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    now = datetime.now(UTC)
    with Journal(path) as journal:
        for call_id, number, age in (("old", UNKNOWN, 181), ("C1", NUMBER, 179), ("C2", NUMBER, 5)):
            at = (now - timedelta(minutes=age)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            note_call(lambda *fact, at=at: journal.append(*fact, at=at), call_id, number, call_id)  # type: ignore[misc]
        assert journal.flush(5)
    window = CallbackWindow()
    note_call(window.note, "C3", "+18025550103")
    await rebuild(window, path)
    found = window.find(NUMBER)
    assert found is not None
    assert (found.call_id, found.trunk, found.source) == ("C2", "main", "udp 192.0.2.9:5060")
    assert window.find(UNKNOWN) is None
    assert window.find("+18025550103") is not None


def test_only_the_last_hours_of_a_long_journal_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callpoint.node.callback_window.BATCH", 3)
    path = tmp_path / "journal.db"
    with Journal(path) as journal:
        for number in range(20):
            at = f"2026-07-01T{number:02d}:00:00.000Z"
            journal.append(f"C{number}", "demo", fact_kinds.RECEIVED, {}, at=at)
        assert journal.flush(5)
    since = datetime(2026, 7, 1, 15, 30, tzinfo=UTC).timestamp()
    facts = recent_facts(path, since)
    assert [fact.call_id for fact in facts] == [f"C{number}" for number in range(14, 20)]
    assert recent_facts(tmp_path / "none.db", since) == []


async def test_a_journal_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"no database at all" * 100)
    window = CallbackWindow()
    await rebuild(window, path)
    assert window.calls() == []


# --- whose source it is


class Published:
    """A directory of PSAPs alone."""

    def __init__(self, *psaps: Psap, relay: tuple[Target, ...] = ()) -> None:
        self.version = 1
        self._psaps = psaps
        self._relay = relay

    def psaps(self) -> tuple[Psap, ...]:
        return self._psaps

    def targets(self) -> tuple[Target, ...]:
        return tuple(target for psap in self._psaps for target in psap.targets) + self._relay


def sources(directory: Published, names: tuple[str, ...] = (), resolver: Resolver | None = None) -> PsapSources:
    return PsapSources(directory, resolver or Resolver(), lambda hop: names, lambda: 0.0)


def test_a_psap_is_known_by_its_targets_networks_and_certificate() -> None:
    resolver = Resolver()
    resolver._known["esrp.example"] = ("203.0.113.5", "2001:db8::5")
    psap = Psap("Dispatch", (Target("a", "sip:192.0.2.1:5070"), Target("b", "sip:esrp.example")), ("198.51.100.0/24",))
    relay = (Target("relay", "sip:[2001:db8::9]", "i3", "relay_center"),)
    known = sources(Published(psap, relay=relay), resolver=resolver)
    for host in ("192.0.2.1", "::ffff:192.0.2.1", "203.0.113.5", "2001:db8::5", "198.51.100.77"):
        assert known.name_of(Hop("udp", host, 40000)) == "Dispatch"
    assert known.name_of(Hop("udp", "2001:db8::9", 5060)) == "relay"
    assert known.name_of(Hop("udp", "192.0.2.2", 5060)) == ""
    assert sources(Published(psap), ("esrp.example",)).name_of(Hop("tls", "10.1.1.1", 5061)) == "Dispatch"
    assert sources(Published(psap), ("esrp.example",)).name_of(Hop("tcp", "10.1.1.1", 5061)) == ""


def test_broken_records_are_nobodys_source_and_changes_are_followed() -> None:
    directory = Published(Psap("Bad", (Target("x", "no uri"),), ("no network",)))
    known = sources(directory)
    assert known.name_of(Hop("udp", "192.0.2.1", 5060)) == ""
    assert known.name_of(Hop("udp", "no address", 5060)) == ""
    directory._psaps = (Psap("New", (Target("x", "sip:192.0.2.1"),)),)
    assert known.name_of(Hop("udp", "192.0.2.1", 5060)) == ""
    directory.version += 1
    assert known.name_of(Hop("udp", "192.0.2.1", 5060)) == "New"
