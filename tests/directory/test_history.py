"""The history in words."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.audit import note
from callpoint.directory.history import Line, Told, entries_about, tell
from callpoint.directory.history_words import ACTIONS, FIELDS, OBJECTS, UNTOLD
from callpoint.directory.models import (
    Address,
    ApiToken,
    Building,
    Change,
    FixedRoute,
    Location,
    Membership,
    Organization,
    Person,
    Provider,
    Psap,
    SignOnProvider,
    Target,
    Trunk,
    acting,
)
from callpoint.directory.models.base import RecordedModel
from callpoint.directory.tenancy import everywhere, inside
from callpoint.notices.models import (
    BuildingPlan,
    Group,
    MonitorPhone,
    MonitorSettings,
    Recipient,
    Screen,
    Subscription,
    Template,
)

RECORDED: list[type[RecordedModel]] = [
    *(Address, ApiToken, Building, FixedRoute, Location, Membership, Organization),
    *(Person, Provider, Psap, SignOnProvider, Target, Trunk),
    *(BuildingPlan, Group, MonitorPhone, MonitorSettings, Recipient, Screen, Subscription, Template),
]


def told(people: Cast, model: str, pk: int) -> list[Told]:
    with inside(people.acme):
        return tell(list(entries_about(model, pk)))


def lines(entry: Told) -> dict[str, tuple[str, str]]:
    return {line.field: (line.before, line.after) for line in entry.lines}


def test_a_change_is_told_by_names(people: Cast) -> None:
    with acting("admin@acme.example", "moved", "192.0.2.7"):
        people.bob.assigned_location = people.desk
        people.bob.active = False
        people.bob.save()
    newest, oldest = told(people, "person", people.bob.pk)
    assert (newest.kind, newest.action, newest.title) == ("Person", "changed", "Bob (E2)")
    assert (newest.change.who, newest.change.origin) == ("admin@acme.example", "192.0.2.7")
    assert lines(newest) == {"Assigned location": ("", "Front desk (State House)"), "Active": ("yes", "no")}
    assert oldest.action == "created"
    assert lines(oldest)["Device User ID"] == ("", "E2")
    assert lines(oldest)["Identification type"] == ("", "Device User ID")
    assert not {"Id", "id", "organization", "Organization"} & lines(oldest).keys()


def test_alerting_is_told_by_names(people: Cast) -> None:
    with acting("admin@acme.example", "set up"), inside(people.acme):
        guard = Recipient(organization=people.acme, channel="sms", name="Guard", address="+18025550142")
        guard.save()
        chief = Recipient(organization=people.acme, channel="email", name="Chief", address="c@acme.example")
        chief.save()
        duty = [{"days": [0, 5], "begins": "08:00", "ends": "17:00"}]
        desk = Group(organization=people.acme, name="Desk", members=[guard.pk, chief.pk], duty=duty)
        desk.save()
        steps = [{"after_seconds": 0, "group": desk.pk}, {"after_seconds": 60, "group": 999}]
        buildings = [people.building.pk]
        alert = Subscription(organization=people.acme, name="A", type="emergency", steps=steps, buildings=buildings)
        alert.save()
        chief.delete()
    (entry,) = told(people, "group", desk.pk)
    assert (entry.kind, entry.title) == ("Group", "Desk")
    assert lines(entry)["Members"] == ("", "Guard (sms), Chief (email) (removed)")
    assert lines(entry)["On duty"] == ("", "Days: Monday, Saturday, Begins: 08:00, Ends: 17:00")
    (entry,) = told(people, "subscription", alert.pk)
    expected = "After seconds: 0, Group: Desk; After seconds: 60, Group: no. 999, which is gone"
    assert lines(entry)["Steps"] == ("", expected)
    assert (lines(entry)["Tells of"], lines(entry)["Buildings"]) == (("", "911 call"), ("", "State House"))


def test_what_is_gone_keeps_its_name(people: Cast) -> None:
    with acting("admin@acme.example", "closed"):
        lab = provision.create_location(people.building, "Lab")
        people.bob.assigned_location = lab
        people.bob.save()
        people.bob.assigned_location = None
        people.bob.save()
        lab.delete()
    assert lines(told(people, "person", people.bob.pk)[0]) == {"Assigned location": ("Lab (removed)", "")}
    entry = told(people, "location", lab.pk)[0]
    assert (entry.action, entry.title) == ("removed", "Lab (removed)")
    assert lines(entry)["Name"] == ("Lab", "")


def test_a_building_s_history_has_its_address(people: Cast) -> None:
    with acting("worker", "judged"):
        people.building.address.verdict = "valid"
        people.building.address.save()
    entry = told(people, "building", people.building.pk)[0]
    assert entry.kind == "Address"
    assert entry.title == "115 State Street, Montpelier, VT"
    assert lines(entry) == {"Verdict": ("unchecked", "valid")}


def test_moments_are_local_and_in_the_language(people: Cast) -> None:
    with acting("admin@acme.example", "said so"):
        people.bob.current_location = people.desk
        people.bob.current_at = datetime(2026, 7, 1, 2, 30, tzinfo=UTC)
        people.bob.current_by, people.bob.current_method = "bob", "my location"
        people.bob.save()
    with timezone.override("America/New_York"):
        assert lines(told(people, "person", people.bob.pk)[0])["Current location set at"][1].startswith("June 30, 2026")
        with translation.override("fr-ca"):
            french = [line.after for line in told(people, "person", people.bob.pk)[0].lines]
    assert any(moment.startswith("30 juin 2026") and moment.endswith("22\xa0h\xa030") for moment in french)


def test_secrets_stay_hidden(people: Cast) -> None:
    with acting("admin@acme.example", "digest"):
        trunk = provision.create_trunk("digest", people.acme, digest_ha1={"SHA-256": "abcdef"})
        trunk.digest_ha1 = {"SHA-256": "fedcba"}
        trunk.save()
    newest, oldest = told(people, "trunk", trunk.pk)
    assert lines(newest) == {"Digest password": ("(not shown)", "(not shown)")}
    assert lines(oldest)["Digest password"] == ("", "(not shown)")


def test_lists_long_texts_and_unknown_names_are_told(people: Cast) -> None:
    with acting("admin@acme.example", "lists"):
        trunk = provision.create_trunk("lists", people.acme, source_networks=["192.0.2.0/24", "198.51.100.0/24"])
        note(people.acme, "spaceship", 7, warp_factor=9, crew={"captain": True}, text="x" * 1000, nothing=None)
    assert lines(told(people, "trunk", trunk.pk)[0])["Source networks"] == ("", "192.0.2.0/24, 198.51.100.0/24")
    entry = told(people, "spaceship", 7)[0]
    assert (entry.kind, entry.title, entry.action) == ("spaceship", "", "noted")
    assert entry.lines[:2] == (Line("warp factor", "", "9"), Line("crew", "", "captain: yes"))
    assert len(entry.lines[2].after) == 300
    assert len(entry.lines) == 3


def test_a_key_that_leads_nowhere_is_told_as_one(people: Cast) -> None:
    with acting("admin@acme.example", "note"):
        note(people.acme, "person", people.bob.pk, assigned_location_id=999_999)
    assert lines(told(people, "person", people.bob.pk)[0])["Assigned location"][1] == "no. 999999, which is gone"


def test_names_of_others_are_not_told(people: Cast) -> None:
    with acting("admin@acme.example", "note"):
        note(people.acme, "person", people.stranger.pk, organization_header="x")
    assert told(people, "person", people.stranger.pk)[0].title == ""


@pytest.mark.parametrize("count", [1, 40])
def test_few_queries_however_many_entries(count: int, people: Cast, django_assert_max_num_queries: object) -> None:
    with acting("admin@acme.example", "hurry"):
        for number in range(count):
            people.bob.first_name = f"Bob {number}"
            people.bob.assigned_location = people.desk if number % 2 else None
            people.bob.save()
    with inside(people.acme):
        found = list(entries_about("person", people.bob.pk))
        with django_assert_max_num_queries(3):  # type: ignore[operator]
            assert len(tell(found)) == len(found)


def test_every_table_field_and_action_has_a_word() -> None:
    names = {model._meta.model_name for model in RECORDED}
    assert names <= OBJECTS.keys()
    assert set(Change.Action.values) == ACTIONS.keys()
    fields = {field.attname for model in RECORDED for field in model._meta.concrete_fields}
    # The rarer elements of an address are known by their names in CLDXF.
    rare = {"a4", "a5", "a6", "rdsec", "rdbr", "rdsubbr", "mp", "pn", "lmk", "loc", "flr", "nam", "bld", "seat", "plc"}
    assert fields - FIELDS.keys() - UNTOLD <= rare | {"pobox", "addcode"}


def test_the_installation_s_own(people: Cast) -> None:
    with acting("root@provider.example", "renamed"), everywhere():
        note(None, "provider", 1, name="New")
        entry = tell(list(entries_about("provider", 1)))[0]
    assert (entry.kind, lines(entry)) == ("Provider settings", {"Name": ("", "New")})
