"""A rehearsed call says who would be told, by the plan the dispatcher would follow."""

from datetime import UTC, datetime

from tests.routing.test_alert_call import CIVIC

from callpoint.i3.civic import Civic
from callpoint.routing.alert_records import AlertPlan, AlertStep, AlertType, Recipient, Subscription
from callpoint.routing.plan import CallPlan
from callpoint.routing.records import Identity, LocationRecord, Organization, Provider, Psap, Target, Trunk
from callpoint.routing.rehearsal import rehearse_telling
from callpoint.routing.served_by import NO_BOUNDARIES, BoundaryAnswer

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
PSAP = Psap("Montpelier dispatch", (Target("Montpelier dispatch", "sip:911@psap.example"),))
OFFICE = LocationRecord("31", Civic.from_fields(CIVIC), verdict="valid", psap=PSAP, building_id="7")


class View:
    """One organization with two people: one at a desk, one without a location."""

    def organization(self, slug: str) -> Organization | None:
        return Organization("acme", "Acme") if slug == "acme" else None

    def person(self, organization: str, identity: str) -> Identity | None:
        place = OFFICE if identity == "E1" else None
        return Identity("acme", "device_user_id", identity, callback_number="+18025550101", assigned_location=place)

    def near_misses(self, organization: str, identity: str) -> tuple[str, ...]:
        return ()

    def provider(self) -> Provider:
        return Provider((Target("relay", "sip:911@relay.example", kind="relay_center"),))

    def trunks(self) -> tuple[Trunk, ...]:
        return (Trunk("main", "acme"),)

    def psap_by_boundary(self, shape: object, at: str) -> BoundaryAnswer:
        return NO_BOUNDARIES

    def psap(self, name: str) -> Psap | None:
        return PSAP

    def psap_for(self, civic: object, shape: object) -> Psap | None:
        return None


def alerts(type_: AlertType, **filters: tuple[str, ...]) -> AlertPlan:
    desk = Recipient("1", "email", "desk@acme.example", "Desk")
    one = Subscription("3", "All", type_, (AlertStep(("1",), group="Front"),), **filters)
    return AlertPlan("acme", subscriptions=(one,), recipients=(desk,))


def plan(identity: str, told: AlertPlan | None) -> CallPlan:
    return rehearse_telling(identity, "acme", View(), told, AT)


def test_who_is_told_of_a_call_from_a_building() -> None:
    assert plan("E1", alerts("emergency", buildings=("7",))).notified == ("Front: Desk (email)",)
    assert plan("E1", alerts("emergency", buildings=("8",))).notified == ()
    assert plan("E1", alerts("emergency", trunks=("main",))).notified
    assert plan("E1", alerts("emergency", people=("E2",))).notified == ()


def test_a_call_to_the_relay_center_is_told_as_that() -> None:
    assert plan("E2", alerts("relay_center")).notified
    assert plan("E1", alerts("relay_center")).notified == ()


def test_without_a_plan_nobody_is_told() -> None:
    assert plan("E1", None).notified == ()
