"""The Additional Data blocks of a call (RFC 7852 §4): which go to whom, and that they read back."""

import pytest

from callpoint.i3.additional_data import Comment, ProviderInfo, ServiceInfo, SubscriberInfo, read
from callpoint.node.additional import COMMENT_LINES, data_documents
from callpoint.node.context import CallMarks
from callpoint.routing.plan import CallPlan, Reason
from callpoint.routing.records import Identity, Profile, Provider, Target, TargetKind

MARKS = CallMarks("call1", "incident1", "node.example")
ADA = Identity("demo", "device_user_id", "E1001", name="Ada <Example> & Co", callback_number="+18025550101")


def plan(identity: Identity | None = ADA, unregistered: bool = False, reasons: int = 1) -> CallPlan:
    return CallPlan(
        kind="emergency",
        organization="demo",
        identity=identity,
        callback_number="+18025550101" if identity else "",
        location=None,
        location_source="none",
        psap=None,
        targets=(),
        unregistered=unregistered,
        reasons=tuple(Reason(f"r{number}", f"Reason {number}.") for number in range(reasons)),
        notified=(),
    )


def blocks(a_plan: CallPlan, profile: Profile = "i3", kind: TargetKind = "psap", name: str = "Us") -> list[object]:
    target = Target("t", "sip:t@h", profile, kind)
    documents = data_documents(a_plan, target, MARKS, Provider(name=name))
    assert all(document.purpose.startswith("EmergencyCallData.") for document in documents)
    return [read(document.body) for document in documents]


def test_an_i3_psap_gets_who_carries_it_which_service_and_who_it_is_about() -> None:
    provider, service, subscriber = blocks(plan())
    assert isinstance(provider, ProviderInfo)
    assert provider.data_provider_string == "Us"
    assert isinstance(service, ServiceInfo)
    assert isinstance(subscriber, SubscriberInfo)
    references = {block.data_provider_reference for block in (provider, service, subscriber)}
    assert references == {"call1@node.example"}
    assert subscriber.subscribers[0].full_name == "Ada <Example> & Co"


@pytest.mark.parametrize(("unregistered", "kind"), [(True, "psap"), (False, "relay_center")])
def test_whoever_must_ask_is_told_why(unregistered: bool, kind: TargetKind) -> None:
    comment = blocks(plan(unregistered=unregistered), kind=kind)[-1]
    assert isinstance(comment, Comment)
    assert comment.comments[0].text == "Reason 0."


def test_a_carrier_gets_the_comment_alone() -> None:
    assert blocks(plan(), "carrier") == []
    assert [type(block) for block in blocks(plan(unregistered=True), "carrier")] == [Comment]


def test_a_call_taker_reads_a_screen_and_not_a_log() -> None:
    comment = blocks(plan(unregistered=True, reasons=50))[-1]
    assert isinstance(comment, Comment)
    assert len(comment.comments) == COMMENT_LINES


@pytest.mark.parametrize("name", ["", "Tab\there", "Zero\x00byte", "Über <&> 911"])
def test_any_name_of_a_provider_can_be_written(name: str) -> None:
    provider = blocks(plan(identity=None), name=name)[0]
    assert isinstance(provider, ProviderInfo)
    assert provider.data_provider_string
