"""The measuring itself, on a directory small enough for a test."""

from pathlib import Path

from callpoint.routing.records import Identity
from callpoint.snapshot.changes import Put
from callpoint.snapshot.measure import PEOPLE_AT_ONE_LOCATION, measure_lookup, synthetic_directory


def test_figures_of_a_small_directory(tmp_path: Path) -> None:
    figures = measure_lookup(500, tmp_path, look_ups=50)
    assert figures.identities == 500
    assert 0 < figures.decide_p50_ms <= figures.decide_p99_ms <= figures.decide_max_ms
    assert figures.reader_mb > 1
    assert figures.file_mb > 0


def test_people_share_locations_as_they_do_in_life() -> None:
    people = [
        change.record
        for change in synthetic_directory(200)
        if isinstance(change, Put) and isinstance(change.record, Identity)
    ]
    offices = {one.assigned_location.id for one in people if one.assigned_location is not None}
    assert len(people) == len({(one.organization, one.identity) for one in people}) == 200
    assert len(offices) == 200 // PEOPLE_AT_ONE_LOCATION
    assert sum(one.current_location is not None for one in people) == 20
