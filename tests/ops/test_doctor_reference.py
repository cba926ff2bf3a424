"""Reference data as the doctor sees it: real data sets, whole and broken, old, with gaps and overlaps."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.ops.doctor_cases import NOW, ids, one, subject
from tests.worker.boundaries import area, load, load_points

from callpoint.ops.doctor import reference_data
from callpoint.ops.doctor.finding import Finding
from callpoint.ops.sample_data import build_sample_sets

WEST, EAST = area("West", -73.0), area("East", -72.5)


def looked(data: Path, days_later: int = 7) -> list[Finding]:
    return list(reference_data.look(subject(data, NOW + timedelta(days=days_later))))


def test_good_sets(tmp_path: Path) -> None:
    load(tmp_path / "datasets", WEST, EAST)
    load_points(tmp_path / "datasets")
    fine = one(looked(tmp_path), "reference.fine")
    assert fine.sentence == "2 data sets loaded: address-points/points, psaps/test."


def test_nothing_is_loaded(tmp_path: Path) -> None:
    assert ids(looked(tmp_path)) == ["reference.no-boundaries", "reference.no-addresses"]
    assert looked(tmp_path / "none") == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("days", [364, 370])
def test_a_set_more_than_a_year_old(tmp_path: Path, days: int) -> None:
    load(tmp_path / "datasets", WEST, EAST)
    load_points(tmp_path / "datasets")
    found = looked(tmp_path, days)
    assert ids(found) == (["reference.fine"] if days == 364 else ["reference.old"] * 2)
    if days == 370:
        assert found[0].sentence == "address-points/points is of 2026-11-23."


def test_samples_never_grow_old(tmp_path: Path) -> None:
    build_sample_sets(tmp_path / "datasets")
    assert ids(looked(tmp_path, 1000)) == ["reference.fine"]
    assert reference_data.sample_sets(subject(tmp_path)) == ["address-points/sample", "psaps/sample"]


def test_overlaps_and_gaps_are_told_with_where(tmp_path: Path) -> None:
    ring = (
        'ring@test.example,Ring,sip:911@ring.example,,,,"POLYGON((-80 40, -76 40, -76 44, -80 44, -80 40),'
        '(-79 41, -77 41, -77 43, -79 43, -79 41))"\n'
    )
    load(tmp_path / "datasets", WEST, area("Inner", -72.75), ring)
    load_points(tmp_path / "datasets")
    found = looked(tmp_path)
    assert ids(found) == ["reference.gaps", "reference.overlaps"]
    assert "psaps/test has 1 overlap: " in found[1].sentence
    assert "km² near 44.2" in found[1].sentence
    assert "West" in found[1].sentence
    assert "Inner" in found[1].sentence


def test_boundaries_that_say_no_uri(tmp_path: Path) -> None:
    load(tmp_path / "datasets", WEST, EAST.replace("sip:911@east.example", ""))
    load_points(tmp_path / "datasets")
    assert one(looked(tmp_path), "reference.no-uri").sentence == "psaps/test: 1 of 2 boundaries without a URI."


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    load(tmp_path / "datasets", WEST, EAST)
    load_points(tmp_path / "datasets")
    (tmp_path / "datasets" / "psaps" / "test.sqlite").write_bytes(b"gone wrong" * 500)
    found = looked(tmp_path)
    assert "test.sqlite" in one(found, "reference.unreadable").sentence
    assert "reference.no-boundaries" in ids(found)
