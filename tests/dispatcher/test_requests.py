"""What worker and pages ask for: tests of recipients, letters, and alerts that are no call's."""

import logging
from pathlib import Path
from typing import Any

import pytest
from tests.dispatcher.cast import OTHER_PLAN, plan, subscription, world

from callpoint.channels.notice import DeliveryError
from callpoint.dispatcher.requests import RequestError, read_request
from callpoint.snapshot.facts import Fact

LETTER = {"request": "message", "type": "welcome", "address": "ada@acme.example", "subject": "Welcome\r\nBcc: x@y"}
TEXT = {"text": "Hello.\nSet your location.", "language": "fr", "key": "welcome/17"}
ABOUT = {"request": "raise", "about": "10.1.2.3 is in no network", "key": "10.1.2.3"}


async def test_a_recipient_is_tested_at_once_and_only_once(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription()), OTHER_PLAN) as stage:
        stage.ask(request="test_recipient", recipient="5", key="a")
        await stage.turn()
        [(notice, recipient)] = stage.senders["voice"].sent
        assert (notice.type, notice.test, notice.alert, recipient.name) == ("self_test", True, "", "Guard")
        assert stage.states("Guard", "self_test") == ["queued", "sent"]
        assert stage.facts("notice")[0].data["key"] == "self_test/5/a"


async def test_a_recipient_of_another_organization_cannot_be_tested(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path, plan(subscription()), OTHER_PLAN) as stage:
        stage.ask("other", request="test_recipient", recipient="5", key="a")
        await stage.turn()
        assert not stage.senders["voice"].tried
        assert "no recipient 5" in caplog.text


async def test_a_letter_goes_to_its_address_by_the_same_outbox(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.senders["email"].troubles = [DeliveryError("451 later")]
        stage.ask(**LETTER, **TEXT)
        await stage.turn()
        await stage.pass_time(100, 20)
        [(notice, recipient)] = [one for one in stage.senders["email"].sent if one[0].type == "welcome"]
        assert (notice.subject, notice.text) == ("Welcome Bcc: x@y", TEXT["text"])
        assert (notice.key, notice.language, recipient.address) == ("message/welcome/17", "fr", "ada@acme.example")
        states = [fact.data["state"] for fact in stage.facts("notice", key="message/welcome/17")]
        assert states == ["queued", "retrying", "sent"]


async def test_a_letter_asked_for_before_a_restart_is_sent_after_it(tmp_path: Path) -> None:
    async with world(tmp_path, plan()) as stage:
        stage.senders["email"].trouble = DeliveryError("no route")
        stage.ask(**LETTER, **TEXT)
        await stage.turn()
    async with world(tmp_path, plan()) as stage:
        await stage.turn()
        assert stage.senders["email"].keys == ["message/welcome/17"]
        assert stage.senders["email"].sent[0][0].text == TEXT["text"]


async def test_an_alert_that_is_no_calls_is_told_once_while_it_stands(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("undefined_network", people=("E1001",))), OTHER_PLAN) as stage:
        call = {"device_user_id": "E1001", "organization": "other", "unknown": 1}
        for _ in range(2):
            stage.ask(**ABOUT, type="undefined_network", call=call)
        stage.ask(**{**ABOUT, "key": "b"}, type="undefined_network", call={"device_user_id": "E1002"})
        stage.ask("other", **ABOUT, type="undefined_network", call=call)
        await stage.turn()
        [alert] = stage.facts("alert")
        assert (alert.organization, alert.data["call"]["organization"]) == ("acme", "acme")
        assert alert.data["call"]["about"] == "10.1.2.3 is in no network"
        assert stage.senders["email"].keys == ["raised/acme/10.1.2.3/10/0/1"]
        assert await stage.engine.acknowledge("acme", "raised/acme/10.1.2.3", "Kim", "board")
        assert stage.engine.open_alerts("acme") == []


async def test_what_nobody_can_follow_is_told_and_holds_nothing_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        with caplog.at_level(logging.ERROR):
            stage.ask(request="dance")
            stage.ask(**ABOUT, type="emergency")
            stage.requests.append("", "acme", "chat", {"request": "message"})
            stage.ask(**LETTER, **TEXT)
            await stage.turn()
        assert "dance" in caplog.text
        assert stage.senders["email"].keys == ["message/welcome/17"]
        assert not stage.facts("alert")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"request": 7},
        {"request": "test_recipient"},
        {"request": "test_recipient", "recipient": 5},
        {**LETTER, "text": ""},
        {**LETTER, **TEXT, "type": "emergency"},
        {"request": "raise", "type": "nonsense"},
        {"request": "raise", "type": "relay_center"},
        {"request": "raise", "type": "trunk_down", "call": {"point": ["x"]}},
        {"request": "raise", "type": "trunk_down", "call": {"reasons": 5}},
    ],
)
def test_what_is_no_request_is_refused_in_words(data: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match=r"\w+ "):
        read_request(Fact(1, "2026-01-01T00:00:00.000Z", "", "acme", "requested", data))
