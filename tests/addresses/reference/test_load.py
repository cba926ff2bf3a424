"""Files into sets, as an operator loads them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from callpoint.addresses.reference import ReferenceSet, load
from callpoint.addresses.street_key import StreetKey
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.loading import LoadRequest
from callpoint.datasets.meta import DatasetMeta

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HEADER = "Country,A1,A3,Add_Number,St_Name,St_PosTyp,Post_Code,Latitude,Longitude,Effective,Expire"
MAIN = StreetKey("main", "street")


def row(number: object, *, lat: object = 44.26, effective: str = "", expire: str = "") -> str:
    return f"US,VT,Sampleton,{number},Main,Street,05999,{lat},-72.57,{effective},{expire}"


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def loaded(tmp_path: Path, file: Path) -> tuple[DatasetMeta, ReferenceSet]:
    meta = load(LoadRequest("address-points", file, "town", tmp_path / "datasets", now=NOW))
    return meta, current(tmp_path)


def current(tmp_path: Path) -> ReferenceSet:
    return ReferenceSet(DatasetFile(tmp_path / "datasets/address-points/town.sqlite"))


def numbers(reference: ReferenceSet) -> list[str]:
    (street,) = reference.streets(MAIN, "VT")
    return [str(number) for number in range(100) if reference.at(street, "", str(number), "")]


def test_a_file_of_the_standard_loads_as_it_is(tmp_path: Path) -> None:
    meta, reference = loaded(tmp_path, write(tmp_path / "points.csv", row(10), row(12)))
    assert numbers(reference) == ["10", "12"]
    assert dict(meta.counts) == {"streets": 1, "points": 2, "rows": 2}
    assert meta.complete
    assert reference.complete
    assert reference.kind == "address-points"
    assert reference.dataset.name == "town"
    assert reference.dataset.version == meta.version
    assert not reference.dataset.sample


def test_broken_rows_are_reported_with_their_lines(tmp_path: Path) -> None:
    rows = [row(10), row(""), row(12, lat="north"), row(14, lat="nan"), row(16, lat=-44.26), row(18)]
    meta, reference = loaded(tmp_path, write(tmp_path / "points.csv", *rows))
    assert numbers(reference) == ["10", "18"]
    assert [problem.line for problem in meta.report.problems] == [3, 4, 5, 6]
    assert (meta.report.read, meta.report.loaded, meta.report.rejected) == (6, 2, 4)


def test_what_is_not_in_force_is_left_out_and_told(tmp_path: Path) -> None:
    rows = [
        row(10, effective="2026-05-02"),
        row(12, expire="2026-05-01T00:00:00Z"),
        row(14, effective="2020-01-01", expire="2030-01-01"),
        row(16, effective="1899-12-30", expire="nonsense"),
    ]
    meta, reference = loaded(tmp_path, write(tmp_path / "points.csv", *rows))
    assert numbers(reference) == ["14", "16"]
    assert [(problem.line, problem.message) for problem in meta.report.problems] == [
        (2, "is not in force before 2026-05-02T00:00:00Z"),
        (3, "is out of force since 2026-05-01T00:00:00Z"),
    ]


def test_a_new_file_replaces_the_set_and_an_open_one_stays(tmp_path: Path) -> None:
    _, before = loaded(tmp_path, write(tmp_path / "points.csv", row(10)))
    _, after = loaded(tmp_path, write(tmp_path / "points.csv", row(12)))
    assert numbers(before) == ["10"]
    assert numbers(after) == ["12"]
    assert before.dataset.version != after.dataset.version


@pytest.mark.parametrize(
    "content",
    [
        "",
        HEADER + "\n",
        HEADER + "\nUS,VT,Sampleton,,Main,Street,05999,44.26,-72.57,,\n",
        "SQLite format 3\x00 not really",
    ],
)
def test_a_file_without_a_usable_row_changes_nothing(content: str, tmp_path: Path) -> None:
    _, before = loaded(tmp_path, write(tmp_path / "points.csv", row(10)))
    broken = tmp_path / "broken.csv"
    broken.write_text(content, encoding="utf-8")
    with pytest.raises(DatasetError):
        load(LoadRequest("address-points", broken, "town", tmp_path / "datasets", now=NOW))
    assert numbers(current(tmp_path)) == ["10"]
    assert current(tmp_path).dataset == before.dataset
    assert not list((tmp_path / "datasets").rglob("*.part"))


def test_the_same_file_has_the_same_version(tmp_path: Path) -> None:
    first, _ = loaded(tmp_path, write(tmp_path / "points.csv", row(10)))
    again, _ = loaded(tmp_path, tmp_path / "points.csv")
    assert first.version == again.version


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    file = write(tmp_path / "points.csv", *(row(number) for number in range(1, 1500)))
    load(
        LoadRequest(
            "address-points",
            file,
            "town",
            tmp_path / "datasets",
            progress=lambda done, total: told.append((done, total)),
        )
    )
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] == file.stat().st_size
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) >= 4


def test_the_operator_may_say_whether_a_set_is_complete(tmp_path: Path) -> None:
    file = write(tmp_path / "points.csv", row(10))
    load(LoadRequest("address-points", file, "town", tmp_path / "datasets", complete=False))
    assert not current(tmp_path).complete
    load(LoadRequest("address-points", file, "town", tmp_path / "datasets", complete=True, sample=True))
    assert current(tmp_path).complete
    assert current(tmp_path).dataset.sample
