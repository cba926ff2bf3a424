"""The sample organization, and provisioning by program."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from tests.directory.cast import PASSWORD, Cast
from tests.directory.judges import Told, invalid, valid

from callpoint.addresses.verdict import DatasetRef
from callpoint.directory import provision, rules
from callpoint.directory.access import organization_for, organizations_for, people_for, scope_of
from callpoint.directory.models import Account, Address, Change, Organization, Outbox, Person, Target, Trunk, acting
from callpoint.directory.publishing.feed import feed_for_database
from callpoint.directory.publishing.position import PositionFile
from callpoint.directory.publishing.publisher import Publisher
from callpoint.directory.sample import STATE_STREET_POINT, build_sample_organization
from callpoint.directory.tenancy import everywhere, inside
from callpoint.routing.decide import decide
from callpoint.routing.plan import CallPlan, IncomingCall
from callpoint.snapshot.store import Snapshot
from callpoint.snapshot.writer import SnapshotWriter

ADMIN = "admin@demo.example"
SAMPLE = DatasetRef("sample", "1", sample=True)


def build() -> Organization:
    return build_sample_organization("sip:911@127.0.0.1:5070", "sip:911@127.0.0.1:5072", ADMIN, PASSWORD)


@pytest.fixture
def view(db: None, tmp_path: Path) -> Snapshot:
    """The sample organization as a node sees it."""
    build()
    with SnapshotWriter(tmp_path / "snapshot.db") as writer:
        publisher = Publisher(writer, feed_for_database(), PositionFile(tmp_path / "published.json"))
        publisher.start()
        while publisher.step():
            pass
    return Snapshot(tmp_path / "snapshot.db")


def plan(view: Snapshot, identity: str) -> CallPlan:
    (trunk,) = view.trunks()
    call = IncomingCall(trunk.organization, "911", "emergency", "urn:service:sos", identity, "X-Employee-ID", trunk)
    return decide(call, view)


@pytest.mark.parametrize(
    ("identity", "source", "line", "psap"),
    [
        ("E1001", "assigned", "115 State Street, Floor 2, Montpelier, VT 05633", "Montpelier dispatch"),
        ("E1002", "assigned", "111 Wellington Street, Ottawa, ON K1A 0A9", "Ottawa dispatch"),
        ("E1003", "current", "6 North Main Street, Barre, VT 05641", "Montpelier dispatch"),
    ],
)
def test_sample_people_reach_their_psap(identity: str, source: str, line: str, psap: str, view: Snapshot) -> None:
    decided = plan(view, identity)
    assert decided.location is not None
    assert decided.location.civic is not None
    assert (decided.location_source, decided.location.civic.formatted()) == (source, line)
    assert decided.psap is not None
    assert decided.psap.name == psap
    assert [target.kind for target in decided.targets] == ["psap", "relay_center"]
    assert decided.unregistered is False
    assert decided.callback_number.startswith("+1")


@pytest.mark.parametrize("identity", ["E1099", "E4711"])
def test_without_a_location_the_relay_center_answers(identity: str, view: Snapshot) -> None:
    decided = plan(view, identity)
    assert decided.unregistered is True
    assert [target.uri for target in decided.targets] == ["sip:911@127.0.0.1:5072"]
    assert (decided.cost, decided.currency) == ("100.00", "USD")


def test_sample_trunk(view: Snapshot) -> None:
    (trunk,) = view.trunks()
    assert trunk.source_networks == ("127.0.0.1/32", "::1/128")
    assert trunk.id_headers[0] == "X-Employee-ID"


def test_building_it_again_writes_nothing(db: None) -> None:
    build()
    with everywhere():
        before = (Change.objects.count(), Outbox.objects.count())
        build()
        assert (Change.objects.count(), Outbox.objects.count()) == before


def test_its_addresses_are_judged(db: None) -> None:
    judge = Told(lambda civic: valid(civic, dataset=SAMPLE)).judge
    for _ in range(2):
        build_sample_organization("sip:a@b.example", "sip:c@d.example", ADMIN, PASSWORD, judge)
    with everywhere():
        assert set(Address.objects.values_list("verdict", "dataset", "accuracy")) == {("valid", "sample", "point")}
        assert Address.objects.count() == 3
        before = Change.objects.count()
        build_sample_organization("sip:a@b.example", "sip:c@d.example", ADMIN, PASSWORD, judge)
        assert Change.objects.count() == before


def test_no_verdict_keeps_the_sample_from_being_made(db: None) -> None:
    judge = Told(invalid).judge
    build_sample_organization("sip:a@b.example", "sip:c@d.example", ADMIN, PASSWORD, judge)
    with everywhere():
        found = set(Address.objects.values_list("verdict", "latitude"))
    assert {verdict for verdict, _ in found} == {"unchecked"}
    assert STATE_STREET_POINT[0] in {latitude for _, latitude in found}


def test_it_is_marked_and_leaves_others_alone(people: Cast) -> None:
    demo = build()
    assert demo.sample is True
    with everywhere():
        assert Organization.objects.get(slug="acme").sample is False
        assert Person.objects.filter(organization=people.acme).count() == 2


def test_new_ports_of_the_lab_are_taken_over(db: None) -> None:
    build()
    build_sample_organization("sip:911@127.0.0.1:6070", "sip:911@127.0.0.1:6072", ADMIN, PASSWORD)
    assert {target.uri for target in Target.objects.all()} == {"sip:911@127.0.0.1:6070", "sip:911@127.0.0.1:6072"}


def test_its_administrator_serves_it_alone(people: Cast) -> None:
    build()
    account = Account.objects.get(email=ADMIN)
    assert account.check_password(PASSWORD)
    assert [organization.slug for organization in organizations_for(account)] == ["demo"]


def test_a_weak_password_is_refused(db: None) -> None:
    with pytest.raises(ValidationError):
        build_sample_organization("sip:a@b", "sip:c@d", ADMIN, "password")
    with everywhere():
        assert not Organization.objects.exists()


def test_a_password_is_set_once(db: None) -> None:
    provision.create_account("a@b.example", PASSWORD)
    again = provision.create_account("A@B.example", "another-long-password")
    assert again.check_password(PASSWORD)


def test_who_reaches_what(people: Cast) -> None:
    assert organization_for(people.auditor, "acme") == people.acme
    assert organization_for(people.auditor, "other") is None
    assert organization_for(people.outsider, "acme") is None
    assert {organization.slug for organization in organizations_for(people.provider_administrator)} == {"acme", "other"}
    with scope_of(people.outsider) as organizations:
        assert organizations == [people.other]
        assert not people_for(people.outsider, people.acme).exists()


def test_an_account_may_serve_several_organizations(people: Cast) -> None:
    with acting("test", "second job"):
        provision.create_administrator(people.other, people.auditor.email, PASSWORD, "security")
    assert [organization.slug for organization in organizations_for(people.auditor)] == ["acme", "other"]


def test_fewer_targets_leave_no_old_one(people: Cast) -> None:
    with acting("test", "two, then one"):
        provision.create_psap("P", [("sip:a@psap.example", "i3"), ("sip:b@psap.example", "carrier")])
        psap = provision.create_psap("P", [("sip:c@psap.example", "i3")])
    assert [target.uri for target in psap.targets.all()] == ["sip:c@psap.example"]


def test_callback_numbers_follow_the_rules(people: Cast) -> None:
    with acting("test", "wrong"), pytest.raises(rules.RuleError):
        provision.create_person(people.acme, "E5", callback_number="+44 20 7946 0000")


def test_a_current_location_is_signed(people: Cast) -> None:
    with acting("ada@acme.example", "moved"):
        provision.set_current_location(people.ada, people.desk, method="DHCP")
        first = people.ada.current_at
        provision.set_current_location(people.ada, people.desk, method="DHCP")
    assert (people.ada.current_by, people.ada.current_method) == ("ada@acme.example", "DHCP")
    assert people.ada.current_at == first
    with acting("ada@acme.example", "back"), inside(people.acme):
        provision.set_current_location(people.ada, None)
        assert Person.objects.get(pk=people.ada.pk).current_location is None


def test_provider_wide_trunks_name_their_organization(people: Cast) -> None:
    with acting("test", "carrier"):
        trunk = provision.create_trunk("carrier", None, organization_header="X-Organization")
    with inside(people.acme):
        assert not Trunk.objects.filter(pk=trunk.pk).exists()
