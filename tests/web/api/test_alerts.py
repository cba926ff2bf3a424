"""Alerting over the interface: what is stored, what is refused, who sees secrets, and the plan that comes of it."""

from pathlib import Path
from typing import Any, get_args

import pytest
from django.utils import timezone
from tests.directory.cast import OTTAWA, Cast
from tests.notices import rows
from tests.web.api.conftest import Program, ProgramOf

from callpoint.directory import provision
from callpoint.directory.models import ApiToken, acting
from callpoint.directory.publishing.feed import feed_for_database
from callpoint.directory.publishing.position import PositionFile
from callpoint.directory.publishing.publisher import Publisher
from callpoint.directory.sealing import unseal
from callpoint.directory.tenancy import everywhere
from callpoint.notices.editing.duty_times import DAYS
from callpoint.notices.editing.templates import LANGUAGES, TYPES
from callpoint.notices.models import Delivery, Recipient, RecipientTest
from callpoint.notices.publishing import alert_plans
from callpoint.routing.alert_records import AlertPlan
from callpoint.snapshot.store import Snapshot
from callpoint.snapshot.writer import SnapshotWriter
from callpoint.web.api.resources import alerts_groups, alerts_templates

pytestmark = pytest.mark.django_db
WORDS = {"name": "Short", "type": "emergency", "channel": "sms", "language": "en", "body": "{{ person }}"}
HOOK = "https://hooks.acme.example/secret-path?token=abc"


def made(program: Program, path: str, body: dict[str, Any]) -> Any:
    answer = program.post(path, body)
    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"].endswith(f"/{path}/{answer.json()['id']}")
    assert program.get(answer.headers["Location"]).headers["ETag"] == answer.headers["ETag"], (
        "the tag of what is stored"
    )
    return answer.json()


def errors(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.content
    return [one["field"] for one in answer.json()["errors"]]


def published_plan(data: Path) -> AlertPlan:
    """Acme's, as worker and dispatcher have it between them."""
    file = data / "node" / "snapshot.db"
    with SnapshotWriter(file) as writer:
        position = PositionFile(data / "node" / "published.json")
        publisher = Publisher(writer, feed_for_database(), position, alert_plans=alert_plans)
        publisher.start()
        while publisher.step():
            pass
    snapshot = Snapshot(file)
    try:
        plan = snapshot.alert_plan("acme")
    finally:
        snapshot.close()
    assert plan is not None
    return plan


def test_from_a_recipient_to_the_published_plan(admin: Program, people: Cast, data: Path) -> None:
    hook = made(admin, "recipients", {"channel": "webhook", "name": "Robot", "address": HOOK})
    desk = made(admin, "recipients", {"channel": "email", "name": "Desk", "address": "desk@acme.example"})
    night = [{"days": ["fri", "sat"], "begins": "22:00", "ends": "06:00"}]
    first = made(admin, "groups", {"name": "Robots", "members": [hook["id"]]})
    second = made(admin, "groups", {"name": "Night", "members": [desk["id"], hook["id"]], "duty": night})
    assert (first["duty"], second["duty"]) == ([], night)
    words = {"name": "Ours", "type": "emergency", "channel": "email", "language": "en", "body": "{{ person }} called"}
    template = made(admin, "templates", words)
    steps = [{"after_seconds": 0, "group": first["id"]}, {"after_seconds": 90, "group": second["id"]}]
    subscription = {
        "name": "State House",
        "type": "emergency",
        "buildings": [people.building.pk],
        "locations": [people.desk.pk],
        "trunks": ["acme trunk"],
        "people": ["E1", "sip:a,b@x.example"],
        "steps": steps,
        "templates": [template["id"]],
        "quiet_tests": False,
    }
    stored = made(admin, "subscriptions", subscription)
    assert stored == subscription | {"id": stored["id"], "enabled": True}

    plan = published_plan(data)
    (told,) = plan.subscriptions
    assert (told.name, told.people, told.quiet_tests) == ("State House", ("E1", "sip:a,b@x.example"), False)
    assert (told.buildings, told.trunks) == ((str(people.building.pk),), ("acme trunk",))
    assert [(step.after_seconds, step.group, step.recipients) for step in told.steps] == [
        (0, "Robots", (str(hook["id"]),)),
        (90, "Night", (str(desk["id"]), str(hook["id"]))),
    ]
    assert [(time.days, time.begins, time.ends) for time in told.steps[1].duty] == [((4, 5), "22:00", "06:00")]
    assert {one.address for one in plan.recipients} == {HOOK, "desk@acme.example"}
    assert next(one.secret for one in plan.recipients if one.channel == "webhook") == hook["secret"]
    assert [one.body for one in plan.templates] == ["{{ person }} called"]

    assert admin.patch(f"subscriptions/{stored['id']}", {"enabled": False}).json() == stored | {"enabled": False}
    assert not published_plan(data).subscriptions


def test_what_is_used_stays(admin: Program, people: Cast) -> None:
    desk = made(admin, "recipients", {"channel": "email", "name": "Desk", "address": "desk@acme.example"})
    group = made(admin, "groups", {"name": "All", "members": [desk["id"]]})
    steps = [{"after_seconds": 0, "group": group["id"]}]
    subscription = made(admin, "subscriptions", {"name": "Calls", "type": "emergency", "steps": steps})
    held = [f"recipients/{desk['id']}", f"groups/{group['id']}"]
    for path in held:
        assert admin.delete(path).status_code == 422, path
        assert admin.get(path).status_code == 200, path
    for path in (f"subscriptions/{subscription['id']}", *reversed(held)):
        assert admin.delete(path).status_code == 204, path
        assert admin.get(path).status_code == 404, path


def test_changes_leave_alone_what_is_not_given(admin: Program) -> None:
    desk = made(
        admin, "recipients", {"channel": "email", "name": "Desk", "address": "d@acme.example", "language": "fr-ca"}
    )
    path = f"recipients/{desk['id']}"
    kept = {name: value for name, value in desk.items() if name != "secret"}
    assert admin.patch(path, {"enabled": False}).json() == kept | {"enabled": False}
    group = made(
        admin,
        "groups",
        {"name": "A", "members": [desk["id"]], "duty": [{"days": ["mon"], "begins": "08:00", "ends": "17:00"}]},
    )
    assert admin.patch(f"groups/{group['id']}", {"name": "B"}).json() == group | {"name": "B"}
    assert admin.patch(f"groups/{group['id']}", {"duty": []}).json() == group | {"name": "B", "duty": []}


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("recipients", {"channel": "fax", "name": "X", "address": "1"}, ["channel"]),
        ("recipients", {"channel": "email", "name": "", "address": "no"}, ["name", "address"]),
        ("recipients", {"channel": "webhook", "name": "X", "address": "http://x.example"}, ["address"]),
        ("recipients", {"channel": "onsite", "name": "X", "address": "999"}, ["address"]),
        ("groups", {"name": "X", "members": []}, ["members"]),
        ("groups", {"name": "X", "members": [999]}, ["members"]),
        ("groups", {"name": "X", "members": ["1"]}, ["members.0"]),
        ("groups", {"duty": [{"days": [], "begins": "08:00", "ends": "17:00"}]}, ["duty.0.days"]),
        (
            "groups",
            {"duty": [{"days": ["mon"], "begins": "8:00\ntue 09:00", "ends": "24:00"}]},
            ["duty.0.begins", "duty.0.ends"],
        ),
        ("subscriptions", {"name": "X", "type": "emergency", "steps": []}, ["steps"]),
        (
            "subscriptions",
            {"name": "X", "type": "other", "steps": [{"after_seconds": -1, "group": 0}]},
            ["type", "steps.0.after_seconds", "steps.0.group"],
        ),
        ("subscriptions", {"name": "X", "type": "emergency", "steps": [{"after_seconds": 0, "group": 999}]}, ["steps"]),
        ("subscriptions", {"name": "X", "type": "emergency", "steps": [], "people": ["a\nb"]}, ["people.0"]),
        ("templates", WORDS | {"body": "{{ nonsense }}"}, ["body"]),
        ("templates", WORDS | {"type": "welcome"}, ["channel"]),
        ("screens", {"name": "", "language": "tlh", "buildings": [999]}, ["name", "language", "buildings"]),
        ("monitoring/phones", {"name": "", "number": "12"}, ["name", "number"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(admin: Program, path: str, body: dict[str, Any], fields: list[str]) -> None:
    assert errors(admin.post(path, body)) == fields
    assert admin.get(path).json()["items"] == []


def test_the_words_of_the_documents_are_those_of_the_rules() -> None:
    assert get_args(alerts_groups.Day) == DAYS
    assert set(get_args(alerts_templates.TemplateType)) == set(TYPES)
    fields = alerts_templates.TemplateDocument.model_fields
    assert get_args(fields["language"].annotation) == LANGUAGES


def test_a_channel_never_changes(admin: Program) -> None:
    desk = made(admin, "recipients", {"channel": "email", "name": "Desk", "address": "d@acme.example"})
    assert errors(admin.patch(f"recipients/{desk['id']}", {"channel": "sms"})) == ["channel"]


def test_secrets_of_webhooks_are_shown_once(admin: Program) -> None:
    hook = made(admin, "recipients", {"channel": "webhook", "name": "Robot", "address": HOOK})
    path = f"recipients/{hook['id']}"
    assert (hook["signed"], len(hook["secret"]) > 30) == (True, True)
    assert "secret" not in admin.get(path).json()
    renewed = admin.post(f"{path}/secret", None)
    assert (renewed.status_code, "ETag" in renewed.headers) == (200, False)
    with everywhere():
        assert unseal(Recipient.objects.get().secret) == renewed.json()["secret"] != hook["secret"]
    desk = made(admin, "recipients", {"channel": "email", "name": "Desk", "address": "d@acme.example"})
    assert (desk["signed"], desk["secret"]) == (False, "")
    assert errors(admin.post(f"recipients/{desk['id']}/secret", None)) == [""]


def test_who_may_only_read_sees_no_url_of_a_webhook(admin: Program, program_of: ProgramOf) -> None:
    path = f"recipients/{made(admin, 'recipients', {'channel': 'webhook', 'name': 'R', 'address': HOOK})['id']}"
    made(admin, "recipients", {"channel": "email", "name": "Desk", "address": "d@acme.example"})
    reader = program_of("organization_administrator", "alerts:read")
    writer = program_of("organization_administrator", "alerts:read", "alerts:write")
    demoted = program_of("auditor", "alerts:read")
    with everywhere():
        ApiToken.objects.filter(pk=demoted.token.pk).update(scopes=["alerts:read", "alerts:write"])
    for program in (reader, demoted):
        assert program.get(path).json()["address"] == "https://hooks.acme.example/…"
        listed = program.get("recipients").json()["items"]
        assert [one["address"] for one in listed] == ["https://hooks.acme.example/…", "d@acme.example"]
    tag = writer.get(path).headers["ETag"]
    assert writer.get(path).json()["address"] == HOOK
    assert writer.patch(path, {"name": "S"}, If_Match=reader.get(path).headers["ETag"]).status_code == 412
    assert writer.patch(path, {"name": "S"}, If_Match=tag).json()["address"] == HOOK


def test_a_recipient_comes_with_its_last_test(admin: Program, people: Cast) -> None:
    at = timezone.now()
    with everywhere(), acting("test", "setting up"):
        tested, never = rows.recipient(people.acme, "Desk"), rows.recipient(people.acme, "Gate", channel="sms")
        RecipientTest.objects.create(
            recipient=tested, organization=people.acme, state="failed", at=at, trouble="no such mailbox"
        )
    found = {one["id"]: one["last_test"] for one in admin.get("recipients").json()["items"]}
    assert found[never.pk] is None
    assert (found[tested.pk]["state"], found[tested.pk]["trouble"]) == ("failed", "no such mailbox")
    assert [one["id"] for one in admin.get("recipients?channel=sms").json()["items"]] == [never.pk]


def test_the_provider_s_templates_are_for_everybody_to_choose(admin: Program, root: Program, people: Cast) -> None:
    answer = root.post("/api/v1/templates", WORDS)
    assert answer.status_code == 201
    shared, own = answer.json(), made(admin, "templates", WORDS | {"name": "Own"})
    assert (shared["provided"], own["provided"]) == (True, False)
    assert admin.get("templates").json()["items"] == [shared, own]
    assert [one["id"] for one in root.get("/api/v1/templates").json()["items"]] == [shared["id"]]
    path = f"templates/{shared['id']}"
    assert admin.get(path).json() == shared
    for refused in (admin.patch(path, {"body": "x"}), admin.delete(path)):
        assert refused.status_code == 404
    assert root.patch(f"/api/v1/templates/{own['id']}", {"body": "x"}).status_code == 404
    with everywhere(), acting("test", "setting up"):
        group = rows.group(people.acme, "Desk", rows.recipient(people.acme))
    steps = [{"after_seconds": 0, "group": group.pk}]
    made(admin, "subscriptions", {"name": "S", "type": "emergency", "steps": steps, "templates": [shared["id"]]})
    assert root.delete(f"/api/v1/templates/{shared['id']}").status_code == 422
    assert (
        root.patch(f"/api/v1/templates/{shared['id']}", {"body": "{{ location }}"}).json()["body"] == "{{ location }}"
    )


def test_deliveries_are_found_by_call_state_and_channel(admin: Program, program_of: ProgramOf, people: Cast) -> None:
    now = timezone.now()
    with everywhere():
        for number, (call, channel, state, owner) in enumerate(
            [
                ("c1", "email", "sent", people.acme),
                ("c1", "sms", "failed", people.acme),
                ("c2", "sms", "sent", people.acme),
                ("c1", "sms", "failed", people.other),
            ]
        ):
            Delivery.objects.create(
                organization=owner, key=str(number), alert=call, call_id=call, type="emergency", recipient="Desk",
                channel=channel, state=state, queued_at=now,
            )  # fmt: skip
    guard = program_of("organization_administrator", "deliveries:read")
    with everywhere():
        ApiToken.objects.filter(pk=guard.token.pk).update(account=people.security)

    def found(query: str) -> list[tuple[str, str, str]]:
        items = guard.get(f"deliveries{query}").json()["items"]
        return [(one["call_id"], one["channel"], one["state"]) for one in items]

    everything = [("c2", "sms", "sent"), ("c1", "sms", "failed"), ("c1", "email", "sent")]
    assert found("") == everything
    assert found("?order=oldest") == everything[::-1]
    assert found("?call_id=c1") == everything[1:]
    assert found("?channel=sms&state=failed") == [everything[1]]
    assert found("?call_id=nobody") == []
    assert errors(admin.get("deliveries?state=lost&channel=fax")) == ["state", "channel"]
    assert guard.get("recipients").status_code == 403, "who may see calls does not see addresses"


def test_who_would_be_told_and_what_stands_in_the_way(admin: Program, people: Cast) -> None:
    nobody = admin.get("alerts/coverage").json()
    assert (nobody["told"], nobody["building"]) == ([], None)
    assert [gap["level"] for gap in nobody["gaps"]] == ["bad"]
    with everywhere(), acting("test", "setting up"):
        desk = rows.recipient(people.acme)
        rows.subscription(people.acme, "Calls", rows.group(people.acme, "Desk", desk), buildings=[people.building.pk])
        foreign = provision.create_building(people.other, "Parliament", OTTAWA)
    told = admin.get(f"alerts/coverage?building={people.building.pk}").json()["told"]
    assert [(one["after_seconds"], one["subscription_name"], one["group"]) for one in told] == [(0, "Calls", "Desk")]
    assert told[0]["recipients"] == [{"id": desk.pk, "name": desk.name, "channel": "email"}]
    elsewhere = admin.get("alerts/coverage").json()
    assert elsewhere["told"] == []
    assert "without a location" in elsewhere["gaps"][0]["title"]
    assert errors(admin.get(f"alerts/coverage?building={foreign.pk}")) == ["building"]
