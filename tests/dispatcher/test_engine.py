"""From the facts of a call to the notices of everybody who must know, step by step with a clock of our own."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.dispatcher.cast import BO, DESK, DOOR, KIM, OTHER_PLAN, plan, subscription, until, world

from callpoint.channels.notice import DeliveryError, Report
from callpoint.dispatcher.own_journal import now_text
from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import AlertStep, DutyTime, TemplateRecord
from callpoint.routing.records import Trunk

STEPS = (AlertStep(("1",), 0, "Desk"), AlertStep(("2",), 60, "Guards"), AlertStep(("3",), 120, "Managers"))


async def test_a_call_is_told_with_the_location_the_psap_got(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.call()
        await stage.turn()
        [(notice, recipient)] = stage.senders["email"].sent
        assert recipient == KIM
        assert (notice.key, notice.alert, notice.type) == ("c1/10/0/1", "c1", "emergency")
        assert "115 State Street" in notice.text
        assert "Ada Byron" in notice.text
        assert notice.links["acknowledge"].startswith("https://streams.example/acknowledge/")
        assert notice.links["acknowledge"] in notice.text
        [alert] = stage.facts("alert")
        told = AlertCall.from_json(alert.data["call"])
        assert told.location_digest == alert.data["digest"]
        assert (alert.data["subscriptions"], alert.organization, alert.call_id) == (["emergency 10"], "acme", "c1")
        assert stage.states("Kim") == ["queued", "sent"]


async def test_a_call_to_the_relay_center_tells_its_cost_to_those_of_emergencies_too(tmp_path: Path) -> None:
    billing = subscription("relay_center", AlertStep(("3",), 0, "Billing"), key="11")
    async with world(tmp_path, plan(subscription(), billing)) as stage:
        stage.call(direct=False, unregistered=True, cost="100.00", currency="USD")
        await stage.turn()
        [alert] = stage.facts("alert")
        assert (alert.data["type"], alert.data["call"]["cost"]) == ("relay_center", "100.00")
        assert sorted(stage.senders["email"].keys + stage.senders["webhook"].keys) == ["c1/10/0/1", "c1/11/0/3"]
        assert "100.00" in stage.senders["webhook"].sent[0][0].text


@pytest.mark.parametrize("service", ["read_back", "test"])
async def test_a_test_call_is_quiet(tmp_path: Path, service: str) -> None:
    steps = (AlertStep(("1", "2", "5"), 0), AlertStep(("3",), 30))
    async with world(tmp_path, plan(subscription("test_call", *steps))) as stage:
        stage.call(service=service)
        await stage.turn()
        await stage.pass_time(60, 10)
        [alert] = stage.facts("alert")
        assert (alert.data["type"], alert.data["test"], alert.data["quiet"]) == ("test_call", True, True)
        assert stage.senders["email"].keys == ["c1/10/0/1"]
        assert not stage.senders["sms"].tried
        assert not stage.senders["voice"].tried
        assert not stage.facts("escalated")
        assert stage.states("Bo", "test_call") == ["skipped"]


async def test_a_loud_test_rings_and_escalates_like_a_call(tmp_path: Path) -> None:
    steps = (AlertStep(("2",), 0), AlertStep(("3",), 30))
    async with world(tmp_path, plan(subscription("test_call", *steps, quiet_tests=False))) as stage:
        stage.call(service="read_back")
        await stage.turn()
        assert not stage.facts("alert")[0].data["quiet"]
        await stage.pass_time(31, 31)
        assert stage.senders["sms"].keys == ["c1/10/0/2"]
        assert stage.senders["webhook"].keys == ["c1/10/1/3"]


async def test_unacknowledged_it_goes_to_the_next_and_acknowledged_no_further(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("emergency", *STEPS))) as stage:
        stage.call()
        await stage.turn()
        await stage.pass_time(59, 59)
        assert not stage.senders["sms"].tried
        await stage.pass_time(1, 1)
        assert stage.senders["sms"].keys == ["c1/10/1/2"]
        [escalated] = stage.facts("escalated")
        assert (escalated.data["group"], escalated.data["step"]) == ("Guards", 1)
        assert await stage.engine.acknowledge("acme", "c1", "Bo", "screen")
        await stage.pass_time(120, 60)
        assert not stage.senders["webhook"].tried
        [skipped] = stage.facts("notice", state="skipped")
        assert (skipped.data["recipient"], skipped.data["trouble"]) == ("Siren", "acknowledged before its turn")


async def test_two_acknowledgements_together_are_both_noted_and_stop_nothing_twice(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("emergency", *STEPS))) as stage:
        stage.call()
        await stage.turn()
        first, second = (
            stage.engine.acknowledge("acme", "c1", "Bo", "screen"),
            stage.engine.acknowledge("acme", "c1", "Kim", "link", "1"),
        )
        assert (await first, await second) == (True, True)
        assert [(fact.data["by"], fact.data["how"]) for fact in stage.facts("acknowledged")] == [
            ("Bo", "screen"),
            ("Kim", "link"),
        ]
        assert len(stage.facts("notice", state="skipped")) == 2
        assert stage.states("Kim") == ["queued", "sent", "acknowledged"]


async def test_nobody_acknowledges_for_another_organization(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("emergency", *STEPS)), OTHER_PLAN) as stage:
        stage.call()
        await stage.turn()
        assert not await stage.engine.acknowledge("other", "c1", "Olga", "screen")
        assert not await stage.engine.chat("other", "c1", "Olga", "hello")
        assert stage.engine.alert("other", "c1") is None
        assert stage.engine.open_alerts("other") == []
        assert not stage.facts("acknowledged")
        assert not stage.facts("chat")
        assert not await stage.engine.acknowledge("acme", "c2", "Kim", "screen")


async def test_each_organization_is_told_of_its_own_calls_alone(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription()), OTHER_PLAN) as stage:
        stage.call("c1", "acme")
        stage.call("c2", "other")
        stage.call("c3", "nobody-knows")
        await stage.turn()
        told = {(notice.alert, recipient.address) for notice, recipient in stage.senders["email"].sent}
        assert told == {("c1", "kim@acme.example"), ("c2", "olga@other.example")}
        assert {fact.organization for fact in stage.facts("notice", alert="c2")} == {"other"}
        assert [fact.organization for fact in stage.facts("alert")] == ["acme", "other", "nobody-knows"]


async def test_escalation_goes_on_after_a_restart_where_it_stood(tmp_path: Path) -> None:
    told = plan(subscription("emergency", *STEPS))
    async with world(tmp_path, told) as stage:
        stage.call()
        await stage.turn()
        stage.clock.step(61)
        await stage.turn()
        clock = stage.clock
    clock.step(30)
    async with world(tmp_path, told, clock=clock) as stage:
        await stage.turn()
        assert not stage.senders["webhook"].tried
        await stage.pass_time(30, 30)
        assert stage.senders["webhook"].keys == ["c1/10/2/3"]
        assert not stage.senders["email"].tried
        assert not stage.senders["sms"].tried
        assert len(stage.facts("alert")) == 1


async def test_what_was_queued_at_the_end_is_sent_at_the_next_start(tmp_path: Path) -> None:
    told = plan(subscription())
    async with world(tmp_path, told) as stage:
        stage.senders["email"].trouble = DeliveryError("greylisted")
        stage.call()
        await stage.turn()
        assert stage.states("Kim") == ["queued", "retrying"]
    async with world(tmp_path, told) as stage:
        await stage.turn()
        assert stage.senders["email"].keys == ["c1/10/0/1"]
        assert stage.states("Kim") == ["queued", "retrying", "sent"]
        [fact] = stage.facts("notice", state="sent")
        assert fact.data["attempt"] == 2


async def test_a_jump_of_the_clock_changes_no_waiting(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("emergency", *STEPS))) as stage:
        stage.call()
        await stage.turn()
        stage.clock.jump(86_400 * 30)
        await stage.turn()
        assert not stage.senders["sms"].tried
        stage.clock.jump(-86_400 * 60)
        await stage.pass_time(60, 60)
        assert stage.senders["sms"].keys == ["c1/10/1/2"]
        stage.call("c2")
        await stage.turn()
        assert "c2/10/0/1" in stage.senders["email"].keys
        assert not stage.facts("alert", alert="c2")[0].data["late"]


async def test_passing_trouble_is_tried_again_and_lasting_trouble_is_not(tmp_path: Path) -> None:
    both = subscription("emergency", AlertStep(("1", "2"), 0))
    async with world(tmp_path, plan(both)) as stage:
        stage.senders["email"].troubles = [DeliveryError("451 greylisted"), DeliveryError("451 greylisted")]
        stage.senders["sms"].trouble = DeliveryError("no such number", permanent=True)
        stage.call()
        await stage.turn()
        await stage.pass_time(5)
        assert stage.states("Kim") == ["queued", "retrying", "retrying", "sent"]
        assert stage.states("Bo") == ["queued", "failed"]
        [failed] = stage.facts("notice", state="failed")
        assert (failed.data["trouble"], failed.data["permanent"]) == ("no such number", True)


async def test_the_other_side_is_left_alone_as_long_as_it_wants(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.senders["email"].troubles = [DeliveryError("throttled", retry_after=40.0)]
        stage.call()
        await stage.turn()
        await stage.pass_time(39, 13)
        assert stage.senders["email"].tried == 1
        await stage.pass_time(2)
        assert stage.senders["email"].tried == 2


async def test_it_is_given_up_after_half_an_hour_and_said_so(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.senders["email"].trouble = DeliveryError("connection refused")
        stage.call()
        await stage.turn()
        await stage.pass_time(2000, 20)
        assert stage.states("Kim")[-1] == "failed"
        [failed] = stage.facts("notice", state="failed", type="emergency")
        assert failed.data["trouble"] == "given up: connection refused"
        tried = stage.states("Kim").count("retrying")
        await stage.pass_time(600, 100)
        assert stage.states("Kim").count("retrying") == tried > 30


async def test_words_of_a_broken_template_are_the_built_in_ones_and_the_record_says_so(tmp_path: Path) -> None:
    broken = TemplateRecord("5", "Ours", "emergency", "email", "en", "{{ nonsense }}")
    async with world(tmp_path, plan(subscription(templates=("5",)), templates=(broken,))) as stage:
        stage.call()
        await stage.turn()
        assert "115 State Street" in stage.senders["email"].sent[0][0].text
        assert "Ours" in stage.facts("notice", state="sent")[0].data["trouble"]


async def test_a_secret_address_stays_out_of_the_record(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("emergency", AlertStep(("3",), 0)))) as stage:
        stage.call()
        await stage.turn()
        assert stage.senders["webhook"].sent[0][1].address == "https://hooks.acme.example/secret-path"
        assert stage.facts("notice")[0].data["address"] == "https://hooks.acme.example/…"
        assert stage.states("Siren") == ["queued", "sent", "delivered"]
    assert b"secret-path" not in (tmp_path / "own.db").read_bytes()


async def test_with_nobody_on_duty_everybody_is_told(tmp_path: Path) -> None:
    never = (DutyTime((), "08:00", "08:01"),)
    steps = (AlertStep(("1",), 0, duty=never), AlertStep(("2", "3"), 600, duty=never))
    async with world(tmp_path, plan(subscription("emergency", *steps))) as stage:
        stage.call()
        await stage.turn()
        sent = [*stage.senders["email"].keys, *stage.senders["sms"].keys, *stage.senders["webhook"].keys]
        assert sent == ["c1/10/0/1", "c1/10/1/2", "c1/10/1/3"]
        await stage.pass_time(700, 350)
        assert not stage.facts("escalated")


async def test_a_recipient_taken_out_of_the_plan_is_told_no_more(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.senders["email"].troubles = [DeliveryError("busy")]
        stage.call()
        await stage.turn()
        stage.plans.plans["acme"] = replace(stage.plans.plans["acme"], recipients=(BO, DESK))
        await stage.pass_time(3)
        assert stage.states("Kim") == ["queued", "retrying", "skipped"]


async def test_without_its_decision_a_call_is_told_all_the_same(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.arrive()
        await stage.turn()
        assert not stage.facts("alert")
        await stage.pass_time(2)
        assert [fact.data["type"] for fact in stage.facts("alert")] == ["relay_center"]
        assert stage.senders["email"].keys == ["c1/10/0/1"]
        stage.decide()
        await stage.turn()
        [known] = stage.facts("alert_updated", state="decided")
        assert known.data["call"]["person"] == "Ada Byron"


async def test_a_decision_that_comes_after_a_restart_finds_its_call(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.arrive()
        await stage.turn()
    async with world(tmp_path, plan(subscription())) as stage:
        stage.decide()
        await stage.turn()
        assert stage.facts("alert")[0].data["call"]["trunk"] == "main"


async def test_the_call_goes_on_in_its_alert_and_ends_it_once_somebody_saw_to_it(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.call()
        stage.note("dialled", {"target": "psap-1", "attempt": 1, "uri": "sip:secret@psap"}, "c1")
        stage.note("answered", {"by": "psap-1", "kind": "psap"}, "c1")
        stage.note("ended", {"by": "caller", "why": "hung up", "talked_seconds": 12}, "c1")
        await stage.turn()
        updates = stage.facts("alert_updated")
        assert [fact.data["state"] for fact in updates] == ["dialling", "answered", "ended"]
        assert "uri" not in updates[0].data
        assert [one.id for one in stage.engine.open_alerts("acme")] == ["c1"]
        assert await stage.engine.acknowledge("acme", "c1", "Kim", "screen")
        assert stage.facts("alert_updated")[-1].data["state"] == "closed"
        assert stage.engine.open_alerts("acme") == []
        assert await stage.engine.acknowledge("acme", "c1", "Bo", "link", "2")
        await stage.pass_time(3601, 3601)
        assert not await stage.engine.acknowledge("acme", "c1", "Bo", "link", "2")


async def test_who_wants_to_know_is_told_that_it_is_over(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription(), subscription("call_ended", key="11"))) as stage:
        stage.call()
        stage.note("ended", {"by": "caller", "why": "hung up"}, "c1")
        await stage.turn()
        assert stage.senders["email"].keys == ["c1/10/0/1", "c1/call_ended/11/0/1"]
        assert stage.facts("alert")[1].data["alert"] == "c1/call_ended"


async def test_a_callback_of_the_psap_is_told(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("psap_callback"))) as stage:
        data = {
            "number": "+18025550143",
            "psap": "Montpelier",
            "person": "Ada Byron",
            "location": None,
            "trunk": "main",
        }
        stage.note("psap_callback", {**data, "original_call_id": "c0"}, "c9")
        await stage.turn()
        [alert] = stage.facts("alert")
        assert (alert.data["alert"], alert.data["type"]) == ("c9", "psap_callback")
        assert (alert.data["call"]["callback_number"], alert.data["call"]["about"]) == ("+18025550143", "c0")
        assert stage.senders["email"].keys == ["c9/10/0/1"]


async def test_a_misdial_is_told_to_whom_it_concerns_alone(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("misdial", people=("E1001",))), OTHER_PLAN) as stage:
        stage.note("misdial", {"dialled": "9911", "identity": "E1001", "trunk": "main"})
        stage.note("misdial", {"dialled": "9911", "identity": "E1002", "trunk": "main"})
        stage.note("misdial", {"dialled": "9911", "identity": "E1001", "trunk": "main"}, "", "other")
        await stage.turn()
        assert [fact.data["call"]["device_user_id"] for fact in stage.facts("alert")] == ["E1001"]


async def test_a_target_down_concerns_everybody_and_a_trunk_its_organization(tmp_path: Path) -> None:
    down = subscription("trunk_down")
    other = replace(OTHER_PLAN, subscriptions=(replace(down, id="21"),))
    async with world(tmp_path, plan(down), other) as stage:
        target = {"alarm": "target_down", "about": "sip:psap-1", "text": "psap-1 does not answer", "cleared": False}
        stage.note("alarm", target, "", "")
        stage.note("alarm", target, "", "")
        stage.note("alarm", {"alarm": "trunk_down", "trunk": "main", "text": "silent", "cleared": False}, "", "acme")
        stage.note("alarm", {"alarm": "journal_overflow", "text": "not for them", "cleared": False}, "", "")
        await stage.turn()
        assert sorted((fact.organization, fact.data["call"]["about"]) for fact in stage.facts("alert")) == [
            ("acme", "psap-1 does not answer"),
            ("acme", "silent"),
            ("other", "psap-1 does not answer"),
        ]
        stage.note("alarm", {**target, "text": "psap-1 answers again", "cleared": True}, "", "")
        await stage.turn()
        assert len(stage.facts("alert_updated", state="cleared")) == 2
        assert [one.subject for one in stage.engine.open_alerts("acme")] == ["trunk_down:main"]


async def test_a_trunk_down_is_told_to_whom_that_trunk_concerns(tmp_path: Path) -> None:
    filtered = [subscription("trunk_down", key=key, trunks=(key,)) for key in ("main", "spare")]
    async with world(tmp_path, plan(*filtered)) as stage:
        trunk = Trunk("main", "acme", callback_uri="sip:desk@192.0.2.7")
        stage.plans.known_trunks = (replace(trunk, name="spare", organization="other"), trunk)
        down = {"alarm": "trunk_down", "about": "sip:desk@192.0.2.7", "text": "trunk main does not answer"}
        stage.note("alarm", {**down, "cleared": False})
        await stage.turn()
        assert [fact.data["subscription"] for fact in stage.facts("notice", state="queued")] == ["trunk_down main"]


async def test_with_no_plan_to_be_read_people_are_told_as_soon_as_there_is_one(tmp_path: Path) -> None:
    told = plan(subscription("emergency", *STEPS))
    async with world(tmp_path) as stage:
        stage.call()
        await stage.turn()
        assert len(stage.facts("alert")) == 1
        assert not stage.facts("notice")
    async with world(tmp_path) as stage:
        await stage.turn()
        stage.plans.plans["acme"] = told
        await stage.turn()
        assert stage.senders["email"].keys == ["c1/10/0/1"]
        await stage.pass_time(61, 61)
        assert stage.senders["sms"].keys == ["c1/10/1/2"]
        assert len(stage.facts("alert")) == 1


async def test_calls_of_long_ago_are_told_quietly(tmp_path: Path) -> None:
    told = plan(subscription("emergency", AlertStep(("1", "2"), 0), AlertStep(("3",), 60)))
    async with world(tmp_path, told) as stage:
        stage.call("c0")
        await stage.turn()
        clock = stage.clock
        stage.senders["email"].sent.clear()
    async with world(tmp_path, told, clock=clock) as stage:
        stage.call("c1")
        clock.step(7200)
        stage.call("c2")
        assert stage.node.flush(10)
        await stage.turn()
        late = {fact.data["alert"]: fact.data["late"] for fact in stage.facts("alert")}
        assert late == {"c0": False, "c1": True, "c2": False}
        assert "c1/10/0/1" in stage.senders["email"].keys
        assert [key for key in stage.senders["sms"].keys if key.startswith("c")] == ["c2/10/0/2"]


async def test_a_journal_followed_for_the_first_time_tells_only_what_is_fresh(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.clock.step(-1000)
        stage.call("old")
        stage.clock.step(999)
        stage.call("new")
        stage.clock.step(1)
        await stage.turn()
        assert [fact.data["alert"] for fact in stage.facts("alert")] == ["new"]


async def test_screens_are_told_by_the_stream_and_tried_until_one_is_there(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("emergency", AlertStep(("4",), 0)))) as stage:
        stage.call()
        await stage.turn()
        assert stage.facts("alert")[0].data["screens"] == ["*"]
        assert stage.states("Front desk") == ["queued", "retrying"]
        await stage.engine.screen_sign("acme", "70", "connected", "Onsite 1.0", "192.0.2.7")
        await stage.pass_time(3)
        assert stage.states("Front desk")[-2:] == ["sent", "delivered"]
        [sign] = stage.facts("screen")
        assert sign.data == {"screen": "70", "state": "connected", "program": "Onsite 1.0", "origin": "192.0.2.7"}


async def test_a_screen_of_another_building_is_not_told(tmp_path: Path) -> None:
    elsewhere = plan(subscription("emergency", AlertStep(("4",), 0)), screens=(replace(DOOR, buildings=("8",)),))
    async with world(tmp_path, elsewhere) as stage:
        await stage.engine.screen_sign("acme", "70", "connected", "", "")
        stage.call()
        await stage.turn()
        assert stage.states("Front desk") == ["queued", "retrying"]


async def test_reports_of_the_other_side_reach_the_record(tmp_path: Path) -> None:
    both = subscription("emergency", AlertStep(("2", "5"), 0))
    async with world(tmp_path, plan(both)) as stage:
        stage.call()
        await stage.turn()
        stage.engine.report(Report("ref c1/10/0/2", "delivered"))
        stage.engine.report(Report("ref c1/10/0/5", "acknowledged"))
        stage.engine.report(Report("ref of nobody", "delivered"))
        await until(lambda: bool(stage.facts("acknowledged")))
        await until(lambda: stage.states("Bo") == ["queued", "sent", "delivered"])
        [said] = stage.facts("acknowledged")
        assert (said.data["by"], said.data["how"], said.data["recipient_id"]) == ("Guard", "voice", "5")
        assert stage.states("Guard") == ["queued", "sent", "acknowledged"]


async def test_a_report_after_a_restart_finds_its_notice(tmp_path: Path) -> None:
    told = plan(subscription("emergency", AlertStep(("2",), 0)))
    async with world(tmp_path, told) as stage:
        stage.call()
        await stage.turn()
    async with world(tmp_path, told) as stage:
        stage.engine.report(Report("ref c1/10/0/2", "failed", "the phone is off"))
        await until(lambda: bool(stage.facts("notice", state="failed")))
        assert stage.facts("notice", state="failed")[0].data["trouble"] == "the phone is off"


async def test_a_phone_nobody_answered_rings_again(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("emergency", AlertStep(("5",), 0)))) as stage:
        stage.call()
        await stage.turn()
        stage.engine.report(Report("ref c1/10/0/5", "failed", "nobody answered"))
        await until(lambda: bool(stage.facts("notice", state="retrying")))
        await stage.pass_time(20, 5)
        assert stage.senders["voice"].tried == 2
        stage.engine.report(Report("ref c1/10/0/5", "failed", "nobody answered"))
        await until(lambda: len(stage.facts("notice", state="retrying")) == 2)
        assert await stage.engine.acknowledge("acme", "c1", "Kim", "screen")
        await stage.pass_time(60, 10)
        assert stage.senders["voice"].tried == 2
        assert stage.states("Guard")[-1] == "skipped"


async def test_a_channel_nobody_set_up_says_so(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("emergency", AlertStep(("2",), 0)))) as stage:
        del stage.engine._senders["sms"]  # type: ignore[attr-defined]
        stage.call()
        await stage.turn()
        assert stage.facts("notice", state="failed")[0].data["trouble"] == "sms is not set up here"


async def test_words_and_listeners_are_noted(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.call()
        await stage.turn()
        assert await stage.engine.chat("acme", "c1", "Kim", "on my way")
        await stage.engine.monitor_fact("acme", "c1", {"step": "joined", "by": "Kim"})
        assert stage.facts("chat")[0].data == {"alert": "c1", "by": "Kim", "text": "on my way"}
        assert stage.facts("monitor")[0].data["step"] == "joined"
        assert stage.engine.newest == stage.facts()[-1].seq


async def test_a_fact_nobody_can_read_keeps_no_other_from_being_told(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.note("decided", {"location": {"point": "nonsense"}}, "c0")
        stage.arrive("c0")
        stage.note("decided", {"location": {"point": ["x", "y"]}, "direct": True}, "c0")
        stage.note("psap_callback", {"location": "nonsense"}, "c2")
        stage.call("c1")
        await stage.turn()
        assert stage.senders["email"].keys == ["c0/10/0/1", "c1/10/0/1"]


async def test_facts_carry_the_time_they_were_noted(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        stage.call()
        await stage.turn()
        assert now_text()[:10] == stage.facts("alert")[0].at[:10]
