"""What a publisher wrote is what a call reads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tests.snapshot.people import CIVIC, DEMO, FALLBACK, HOME, OFFICE, PROVIDER, PSAP, TRUNK, person

from callpoint.i3.civic import Civic
from callpoint.routing.decide import decide
from callpoint.routing.plan import IncomingCall
from callpoint.routing.records import FixedRoute, Identity, Organization, Provider, Psap, Target
from callpoint.snapshot.changes import Clear, Put, Remove
from callpoint.snapshot.store import Snapshot
from callpoint.snapshot.writer import SnapshotWriter

Opener = Callable[[], Snapshot]


def found(snapshot: Snapshot, identity: str = "E1001", organization: str = "demo") -> Identity:
    someone = snapshot.person(organization, identity)
    assert someone is not None
    return someone


def test_everything_comes_back(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    snapshot = open_snapshot()
    assert found(snapshot) == person()
    assert snapshot.organization("demo") == DEMO
    assert snapshot.trunks() == (TRUNK,)
    assert snapshot.provider() == PROVIDER
    assert snapshot.psap_for(CIVIC, None) == PSAP
    assert snapshot.psap_for(Civic(country="CA"), None) is None
    assert (snapshot.version, snapshot.trouble) == (1, "")


def test_all_four_locations(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    places = {
        name: replace(HOME, id=name, note=name)
        for name in ("network_location", "current_location", "assigned_location", "number_location")
    }
    writer.apply([Put(person("E2", **places))])
    assert found(open_snapshot(), "E2") == person("E2", **places)


@pytest.mark.parametrize(
    "identity", ["e1001", "E1001 ", " E1001", "E-1001", "E01001", "E100", "E1001\x00", "Ｅ1001", ""]
)
def test_identity_is_compared_byte_by_byte(writer: SnapshotWriter, open_snapshot: Opener, identity: str) -> None:
    assert open_snapshot().person("demo", identity) is None


@pytest.mark.parametrize("identity", ["E 1", "e1", "E1", "E1 ", "É1", "a'; DROP TABLE identity; --", "%", "E\x001"])
def test_any_text_is_an_identity(writer: SnapshotWriter, open_snapshot: Opener, identity: str) -> None:
    writer.apply([Put(person(identity, name="Other"))])
    snapshot = open_snapshot()
    assert found(snapshot, identity).name == "Other"
    assert found(snapshot).name == "Ada"


def test_bytes_that_are_no_text_are_nobody(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    assert open_snapshot().person("demo", "E\udce9") is None
    assert open_snapshot().near_misses("demo", "E\udce91001") == ()


def test_organizations_do_not_see_each_other(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    writer.apply([Put(person(organization="acme", name="Bob")), Put(person("e-1001", organization="acme"))])
    snapshot = open_snapshot()
    assert found(snapshot).name == "Ada"
    assert found(snapshot, organization="acme").name == "Bob"
    assert snapshot.near_misses("demo", "e1001") == ("E1001",)
    assert snapshot.near_misses("acme", "e1001") == ("E1001", "e-1001")


def test_near_misses_leave_out_the_identity_itself(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    writer.apply([Put(person("e1001")), Put(person("E1002"))])
    snapshot = open_snapshot()
    assert snapshot.near_misses("demo", "E1001") == ("e1001",)
    assert snapshot.near_misses("demo", "--") == ()


def test_next_call_sees_the_change(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    snapshot = open_snapshot()
    found(snapshot)
    writer.apply([Put(person(current_location=HOME)), Put(replace(DEMO, name="Renamed"))])
    assert found(snapshot).current_location == HOME
    organization = snapshot.organization("demo")
    assert organization is not None
    assert organization.name == "Renamed"
    assert snapshot.version == 2


def test_removals_are_seen(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    snapshot = open_snapshot()
    found(snapshot)
    writer.apply(
        [
            Remove("identity", ("demo", "E1001")),
            Remove("organization", ("demo",)),
            Remove("trunk", ("pbx",)),
            Remove("fixed_route", ("US", "VT", "")),
            Remove("provider", ()),
            Remove("trunk", ("never there",)),
        ]
    )
    assert snapshot.person("demo", "E1001") is None
    assert snapshot.organization("demo") is None
    assert snapshot.trunks() == ()
    assert snapshot.psap_for(CIVIC, None) is None
    assert snapshot.provider() == FALLBACK


def test_removed_location_leaves_its_people(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    writer.apply([Remove("location", ("office",))])
    assert found(open_snapshot()).assigned_location is None


def test_changed_psap_is_one_row(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    snapshot = open_snapshot()
    moved = Psap(PSAP.name, (Target("New", "sip:new.example.net"),))
    writer.apply([Put(moved)])
    location = found(snapshot).assigned_location
    assert location is not None
    assert location.psap == moved
    assert snapshot.psap_for(CIVIC, None) == moved


def test_psap_named_without_targets_keeps_those_it_has(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    writer.apply([Put(FixedRoute(Psap(PSAP.name), "CA")), Put(replace(HOME, psap=Psap("Fresh")))])
    snapshot = open_snapshot()
    assert snapshot.psap_for(Civic(country="CA"), None) == PSAP
    writer.apply([Put(person("E3", assigned_location=replace(HOME, psap=Psap("Fresh"))))])
    place = found(snapshot, "E3").assigned_location
    assert place is not None
    assert place.psap == Psap("Fresh")


def test_location_is_stored_once_and_shared(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    writer.apply([Put(person(f"E{number}")) for number in range(2000, 2050)])
    writer.apply([Put(replace(OFFICE, verdict="area"))])
    snapshot = open_snapshot()
    for number in range(2000, 2050):
        place = found(snapshot, f"E{number}").assigned_location
        assert place is not None
        assert place.verdict == "area"


def test_unused_locations_are_dropped(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    writer.apply([Put(HOME), Put(person("E2", number_location=replace(HOME, id="lobby")))])
    assert writer.drop_unused_locations() == 1
    snapshot = open_snapshot()
    assert found(snapshot).assigned_location == OFFICE
    assert found(snapshot, "E2").number_location == replace(HOME, id="lobby")


def test_publishing_all_afresh(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    snapshot = open_snapshot()
    found(snapshot)
    writer.apply([Clear(), Put(PROVIDER), Put(Organization("acme", "Acme")), Put(person("E9", organization="acme"))])
    assert snapshot.organization("demo") is None
    assert snapshot.person("demo", "E1001") is None
    assert snapshot.trunks() == ()
    assert found(snapshot, "E9", "acme").assigned_location == OFFICE


def test_apply_is_all_or_nothing(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    snapshot = open_snapshot()
    broken = Put(replace(HOME, note={"no", "JSON"}))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        writer.apply([Put(person("E2")), Put(Organization("acme", "Acme")), broken])
    assert snapshot.person("demo", "E2") is None
    assert snapshot.organization("acme") is None
    assert writer.version == 1


def test_versions_grow_and_repeats_are_passed_over(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    assert writer.apply([], version=7) == 7
    assert writer.apply([Put(person("E2"))], version=7) == 7
    assert writer.apply([Put(person("E3"))], version=5) == 7
    assert writer.apply([Put(person("E4"))]) == 8
    snapshot = open_snapshot()
    assert [snapshot.person("demo", name) is None for name in ("E2", "E3", "E4")] == [True, True, False]


def test_trunks_stay_the_same_object_until_one_changes(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    snapshot = open_snapshot()
    before = snapshot.trunks()
    writer.apply([Put(replace(DEMO, name="Renamed")), Put(person("E2"))])
    assert snapshot.trunks() is before
    writer.apply([Put(replace(TRUNK, location_trusted=True))])
    assert snapshot.trunks() is not before


def test_provider_without_relay_center_borrows_the_fallbacks(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    writer.apply([Put(Provider((), "75.00", "USD", "Bare"))])
    provider = open_snapshot().provider()
    assert (provider.name, provider.unregistered_fee) == ("Bare", "75.00")
    assert provider.relay_center == FALLBACK.relay_center


def test_decision_over_a_real_snapshot(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    call = IncomingCall("demo", "911", "emergency", "urn:service:sos", "E1001", "X-Employee-ID", TRUNK)
    plan = decide(call, open_snapshot())
    assert plan.location == OFFICE
    assert [target.name for target in plan.targets] == ["Montpelier", "Relay"]


def test_one_snapshot_may_be_asked_by_many_threads(writer: SnapshotWriter, open_snapshot: Opener) -> None:
    snapshot = open_snapshot()

    def ask(turn: int) -> bool:
        return snapshot.person("demo", "E1001") == person() and snapshot.near_misses("demo", "e1001") == ("E1001",)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, range(800)))


def test_changes_are_looked_for_now_and_then_only(writer: SnapshotWriter, path: Path) -> None:
    lazy = Snapshot(path, check_seconds=3600.0)
    assert lazy.version == 1
    writer.apply([Put(replace(DEMO, name="Renamed")), Put(person("E2"))])
    assert lazy.organization("demo") == DEMO
    # A person is always read from the file as it is.
    assert lazy.person("demo", "E2") is not None
    lazy.close()
