"""Whoever should take the call is silent, out of service, busy, or gone: the call goes on, and is told truly."""

import socket

import pytest
from tests.drills.stage import PSAP_TONE, RELAY_TONE, Stage
from tests.lab.stage import until

from callpoint.lab.behaviour import Mode

pytestmark = pytest.mark.stack

SPEECH_LEVEL = 0.02  # RMS of full scale; silence on the line is below 0.001
REROUTE = 0.5  # seconds without a sign of life, set short so that drills are


@pytest.mark.parametrize(("mode", "status"), [(Mode.SILENT, 0), (Mode.UNAVAILABLE, 503)])
async def test_a_target_that_does_not_take_the_call_is_followed_by_the_next(
    stage: Stage, mode: Mode, status: int
) -> None:
    failing = await stage.desk("first", mode=mode)
    second = await stage.desk("second")
    relay = await stage.desk("relay", RELAY_TONE)
    node = await stage.start([failing, second], [relay], reroute_seconds=REROUTE)
    await stage.call_passes(second)
    assert len(failing.calls) == 1
    assert relay.calls == []
    told = await node.fact("attempt_failed")
    assert (told["status"], told["next"]) == (status, True)


@pytest.mark.parametrize(("mode", "status"), [(Mode.BUSY, 486), (Mode.DECLINE, 603)])
async def test_what_a_person_at_the_psap_decided_is_final(stage: Stage, mode: Mode, status: int) -> None:
    psap = await stage.desk(mode=mode)
    relay = await stage.desk("relay", RELAY_TONE)
    node = await stage.start([psap], [relay])
    talk = await stage.dial_911()
    await talk.becomes("rejected")
    assert talk.call.status == status
    ended = await node.fact("ended")
    assert (ended["by"], ended["status"], ended["answered"]) == ("psap", status, False)
    assert relay.calls == []


@pytest.mark.parametrize("mode", [Mode.BUSY, Mode.DECLINE])
async def test_the_same_answers_of_a_carrier_lead_on(stage: Stage, mode: Mode) -> None:
    carrier = await stage.desk(mode=mode)
    relay = await stage.desk("relay", RELAY_TONE)
    await stage.start([carrier], [relay], profile="carrier")
    await stage.call_passes(relay)
    assert len(carrier.calls) == 1


async def test_with_all_targets_dead_the_relay_center_gets_the_call_with_its_location(stage: Stage) -> None:
    silent = await stage.desk("silent", mode=Mode.SILENT)
    broken = await stage.desk("broken", mode=Mode.UNAVAILABLE)
    relay = await stage.desk("relay", RELAY_TONE)
    closed = f"sip:911@127.0.0.1:{_closed_port()}"
    nameless = "sip:911@no-such-host.invalid"
    node = await stage.start([closed, nameless, silent, broken], [relay], reroute_seconds=REROUTE)
    await stage.call_passes(relay)
    failed = [fact.data for fact in node.facts("attempt_failed")]
    assert [fact["target"] for fact in failed] == ["psap-1", "psap-2", "psap-3", "psap-4"]
    assert "cannot be reached" in failed[0]["reason"]
    answered = await node.fact("answered")
    assert (answered["kind"], answered["attempt"]) == ("relay_center", 5)


async def test_with_nobody_left_the_caller_hears_words_and_the_operator_an_alarm(stage: Stage) -> None:
    psap = await stage.desk("psap", PSAP_TONE, Mode.UNAVAILABLE)
    relay = await stage.desk("relay", RELAY_TONE, Mode.SILENT)
    node = await stage.start([psap], [relay], reroute_seconds=REROUTE)
    talk = await stage.dial_911()
    await talk.becomes("answered")
    alarm = await node.fact("alarm", alarm="no_target_reached")
    assert alarm["cleared"] is False
    assert "Check the targets" in alarm["text"]
    assert (await node.fact("answered"))["by"] == "announcement"
    # Words, not silence, and not one of the desks' tones either. The first words may have to be rendered first.
    await until(lambda: talk.sound.heard().level > SPEECH_LEVEL and talk.sound.heard().seconds > 2, 60)
    assert not {PSAP_TONE, RELAY_TONE} & set(talk.sound.heard().tones)
    assert relay.calls[0].to_json()["callback_number"] == "+18025550143"
    talk.call.hang_up()
    assert (await node.fact("ended"))["by"] == "caller"


def _closed_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        port: int = gone.getsockname()[1]
        return port
