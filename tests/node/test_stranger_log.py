"""What is remembered of those who are turned away: enough to find a wrong setting, never enough to fill a disk."""

import pytest

from callpoint.node.stranger_log import BURST, FACTS_PER_SECOND, LONGEST_PAUSE, StrangerLog, masked
from callpoint.routing.records import Trunk
from callpoint.sip.digest import authorize, ha1
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from tests.node.world import World

REALM = "node.example"
STRANGER = Hop("udp", "192.0.2.66", 5060)
STORED = {algorithm: ha1("sbc", REALM, "secret", algorithm) for algorithm in ("SHA-256", "MD5")}
CHALLENGE = f'Digest realm="{REALM}", nonce="of another node", algorithm=MD5, qop="auth"'


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(world: World, clock: Clock) -> StrangerLog:
    return StrangerLog(world.node._recorder, world.node._admission, clock)


def facts(world: World) -> list[dict[str, object]]:
    return world.journal.of_kind("stranger")


def authorized(world: World, user: str, password: str) -> Request:
    invite = world.invite()
    invite.set("Authorization", authorize(CHALLENGE, "INVITE", invite.uri, user, password, "c", 1))
    return invite


async def test_who_why_and_nothing_private(world: World, log: StrangerLog) -> None:
    log.note(world.invite("sip:18025550142@node.example", User_Agent="Acme SBC 7"), STRANGER)
    assert facts(world) == [
        {
            "source": "192.0.2.66",
            "transport": "udp",
            "method": "INVITE",
            "uri": "sip:18…@node.example",
            "user_agent": "Acme SBC 7",
            "digest_username": "",
            "certificate_names": [],
            "why": "unknown_source",
            "count": 1,
        }
    ]
    assert world.journal.facts[0][:2] == ("", "")


@pytest.mark.parametrize(
    ("user", "password", "why"),
    [("sbc", "guess", "wrong_password"), ("nobody", "secret", "unknown_user")],
)
async def test_a_wrong_password_is_told_from_an_unknown_user(
    world: World, log: StrangerLog, user: str, password: str, why: str
) -> None:
    world.view.trunk_list = (Trunk("digest", "demo", digest_username="sbc", digest_ha1=STORED),)
    log.note(authorized(world, user, password), STRANGER)
    assert [(fact["digest_username"], fact["why"]) for fact in facts(world)] == [(user, why)]


async def test_a_right_password_after_a_restart_is_nobody_s_fault(world: World, log: StrangerLog) -> None:
    """The nonce is one of the process before; the peer is challenged and comes again."""
    world.view.trunk_list = (Trunk("digest", "demo", digest_username="sbc", digest_ha1=STORED),)
    log.note(authorized(world, "sbc", "secret"), STRANGER)
    assert facts(world) == []


async def test_who_is_challenged_and_sends_no_password(world: World, log: StrangerLog) -> None:
    world.view.trunk_list = (Trunk("digest", "demo", digest_username="sbc", digest_ha1=STORED),)
    log.note(world.invite(), STRANGER)
    options = world.invite()
    options.method = "OPTIONS"
    log.note(options, STRANGER)
    assert [fact["why"] for fact in facts(world)] == ["no_credentials", "unknown_source"]


async def test_the_same_one_is_noted_ever_more_rarely_and_counted(world: World, log: StrangerLog, clock: Clock) -> None:
    for _ in range(600):
        log.note(world.invite(), STRANGER)
        clock.now += 1.0
    counts = [fact["count"] for fact in facts(world)]
    assert counts == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    clock.now += LONGEST_PAUSE
    log.note(world.invite(), STRANGER)
    assert sum(int(str(fact["count"])) for fact in facts(world)) == 601


async def test_a_flood_of_forged_sources_is_held_to_a_budget(world: World, log: StrangerLog, clock: Clock) -> None:
    seconds = 600
    for number in range(seconds * 5):
        log.note(world.invite(), Hop("udp", f"198.51.{number // 256}.{number % 256}", 5060))
        clock.now += 0.2
    assert BURST <= len(facts(world)) <= BURST + seconds * FACTS_PER_SECOND + 1
    assert len(log._known) <= 1000


async def test_scans_do_not_use_up_what_a_call_needs(world: World, log: StrangerLog) -> None:
    for number in range(500):
        scan = world.invite()
        scan.method = "OPTIONS"
        log.note(scan, Hop("udp", f"198.51.100.{number % 256}", 5060 + number))
    assert len(facts(world)) == BURST
    log.note(world.invite(), STRANGER)
    assert facts(world)[-1]["source"] == STRANGER.host


async def test_long_texts_are_cut(world: World, log: StrangerLog) -> None:
    request = world.invite("sip:911@" + "h" * 5000, User_Agent="u" * 5000)
    request.set("Authorization", 'Digest username="' + "x" * 5000 + '"')
    log.note(request, STRANGER)
    assert all(len(str(value)) <= 120 for value in facts(world)[0].values())


async def test_a_fault_of_the_log_reaches_nobody(
    world: World, log: StrangerLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: Request) -> tuple[str, str]:
        raise RuntimeError("broken")

    monkeypatch.setattr(log._admission, "why_stranger", fail)
    log.note(world.invite(), STRANGER)
    assert world.journal.kinds == ["alarm"]


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("sip:911@node.example", "sip:911@node.example"),
        ("sip:9911@node.example:5070;user=phone", "sip:9911@node.example:5070"),
        ("sips:alice.martin@node.example", "sips:al…@node.example"),
        ("sip:node.example", "sip:node.example"),
        ("tel:+18025550142", "tel:+1…"),
        ("urn:service:sos", "urn:service:sos"),
        ("nothing", "(unreadable)"),
        ("sip:911@[2001:db8::1]:5060", "sip:911@[2001:db8::1]:5060"),
    ],
)
def test_whom_it_meant_is_masked(uri: str, shown: str) -> None:
    assert masked(uri) == shown


async def test_a_trunk_and_what_belongs_to_a_call_leave_no_trace(world: World) -> None:
    await world.established()
    assert facts(world) == []


async def test_a_challenged_trunk_s_call_is_told_apart_by_what_follows(world: World) -> None:
    """Its first INVITE comes without a password, as every phone's does; the record of its call clears that away."""
    world.view.trunk_list = (Trunk("digest", "demo", digest_username="sbc", digest_ha1=STORED),)
    invite = world.invite()
    world.phone.endpoint.request(invite, world.hop)
    refusal = await world.phone.response(401)
    again = invite.copy()
    again.set("CSeq", "2 INVITE")
    value = refusal.values("WWW-Authenticate")[0]
    again.set("Authorization", authorize(value, "INVITE", invite.uri, "sbc", "secret", "c", 1))
    await world.established(again)
    assert [fact["why"] for fact in facts(world)] == ["no_credentials"]
    assert world.journal.kinds.index("stranger") < world.journal.kinds.index("received")
