"""`callpoint explain` asks the boundaries a call would be routed by."""

from pathlib import Path

from tests.snapshot.maps import MONTPELIER, area, write_set

from callpoint.i3.civic import Civic
from callpoint.ops.config import Config
from callpoint.ops.explain_command import plan_for
from callpoint.routing.records import Identity, LocationRecord, Organization, Provider, Target
from callpoint.snapshot.changes import Put
from callpoint.snapshot.writer import SnapshotWriter


def test_a_location_without_a_mapping_is_looked_up(tmp_path: Path) -> None:
    write_set(tmp_path / "datasets", "vermont", area("Montpelier", MONTPELIER), version="2026-11-23.ab", sample=True)
    desk = LocationRecord("desk", Civic(country="US", A1="VT", A3="Montpelier"), (44.26, -72.58), "valid", "points")
    person = Identity("demo", "device_user_id", "E1", "Ada", assigned_location=desk)
    relay = Target("relay", "sip:relay.example", kind="relay_center")
    (tmp_path / "node").mkdir()
    with SnapshotWriter(tmp_path / "node" / "snapshot.db") as writer:
        writer.apply([Put(Provider((relay,))), Put(Organization("demo", "Demo")), Put(person)])
    plan = plan_for(Config().in_directory(tmp_path), "demo", "E1")
    assert plan.psap is not None
    assert [target.uri for target in plan.targets] == ["sip:911@montpelier.vt.example", "sip:relay.example"]
    texts = [reason.text for reason in plan.reasons]
    assert "Calls from there go to Montpelier (boundary of vermont 2026-11-23.ab)." in texts
    assert any("sample" in text for text in texts)
