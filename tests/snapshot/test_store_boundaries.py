"""The directory's answers by boundary."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.snapshot.maps import BARRE, MONTPELIER, area, write_set
from tests.snapshot.people import CIVIC, PSAP

from callpoint.i3.shapes import Circle, Point
from callpoint.routing.records import Psap, Target
from callpoint.snapshot.boundaries import BoundariesOnDemand, LoadedBoundaries
from callpoint.snapshot.changes import Put
from callpoint.snapshot.store import Snapshot
from callpoint.snapshot.writer import SnapshotWriter

HERE = Point(44.26, -72.58)
AT = "2026-11-23T12:00:00+00:00"


@dataclass
class Loading:
    loaded: LoadedBoundaries | None = None


@pytest.fixture
def with_boundaries(tmp_path: Path, path: Path, writer: SnapshotWriter) -> Snapshot:
    folder = tmp_path / "datasets"
    planned = area("Barre", BARRE, Effective="2027-01-01T00:00:00Z", NGUID="planned", DsplayName="Barre City")
    today = area("Barre", BARRE, Expire="2027-01-01T00:00:00Z")
    write_set(folder, "vermont", area("Montpelier", MONTPELIER), today, planned)
    return Snapshot(path, boundaries=BoundariesOnDemand(folder), check_seconds=0)


def test_by_boundary_before_fixed_route(with_boundaries: Snapshot) -> None:
    served = with_boundaries.psap_for(CIVIC, HERE)
    assert served is not None
    assert (served.name, served.targets[0].uri) == ("Montpelier", "sip:911@montpelier.vt.example")
    assert with_boundaries.psap_for(CIVIC, None) == PSAP
    assert with_boundaries.psap_for(CIVIC, Point(0, 0)) == PSAP
    assert with_boundaries.psap_for(None, Point(0, 0)) is None


def test_the_moment_of_the_call_counts(with_boundaries: Snapshot) -> None:
    there = Point(44.25, -72.45)
    before, after = (with_boundaries.psap_by_boundary(there, at) for at in (AT, "2027-01-01T00:00:00Z"))
    assert (before.psap and before.psap.name, after.psap and after.psap.name) == ("Barre", "Barre City")
    assert before.boundary is not None
    assert (before.boundary.dataset, before.datasets) == ("vermont", ("vermont",))


@pytest.mark.parametrize("at", ["", "never"])
def test_without_a_moment_it_is_now(with_boundaries: Snapshot, at: str) -> None:
    assert with_boundaries.psap_by_boundary(HERE, at).psap is not None


def test_a_psap_of_that_name_has_the_operators_targets(with_boundaries: Snapshot, writer: SnapshotWriter) -> None:
    ours = Psap("Montpelier", (Target("carrier", "sip:911@carrier.example", "carrier"),))
    writer.apply([Put(ours)])
    assert with_boundaries.psap_by_boundary(Circle(HERE, 30), AT).psap == ours


def test_targets_of_boundaries_are_among_all_targets(with_boundaries: Snapshot) -> None:
    uris = [target.uri for target in with_boundaries.targets()]
    assert "sip:911@montpelier.vt.example" in uris
    assert uris[-1] == "sip:relay.example.net"


def test_while_they_are_read_fixed_routes_answer(path: Path, writer: SnapshotWriter) -> None:
    snapshot = Snapshot(path, boundaries=Loading())
    assert snapshot.psap_by_boundary(HERE, AT).state == "loading"
    assert snapshot.psap_for(CIVIC, HERE) == PSAP


def test_without_boundaries_nothing_is_said_of_them(open_snapshot: Callable[[], Snapshot], writer: object) -> None:
    assert open_snapshot().psap_by_boundary(HERE, AT).state == "none"


def test_without_a_snapshot_boundaries_answer_all_the_same(tmp_path: Path) -> None:
    write_set(tmp_path / "datasets", "vermont", area("Montpelier", MONTPELIER))
    alone = Snapshot(tmp_path / "no.db", boundaries=BoundariesOnDemand(tmp_path / "datasets"), alarm=lambda *_: None)
    served = alone.psap_by_boundary(HERE, AT).psap
    assert served is not None
    assert served.name == "Montpelier"
