"""What a file is, told by its content."""

import gzip
import os
import sqlite3
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callpoint.datasets.csv_source import CsvSource
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.geopackage_source import GeoPackageSource
from callpoint.datasets.report import LoadLog
from callpoint.datasets.sources import open_source
from tests.datasets.making import agency, square, write_layer

CSV = "Add_Number,St_Name,Longitude,Latitude\n10,Main,-72.5,44.2\n"


def geopackage(path: Path, count: int = 60) -> Path:
    return write_layer(path, "PsapPolygon", [agency(f"A{number}") for number in range(count)], [square(0, 0)] * count)


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    (tmp_path / "a.gpkg").write_text(CSV)
    source = open_source(tmp_path / "a.gpkg", "address-points", {})
    assert isinstance(source, CsvSource)
    source.close()
    assert isinstance(open_source(geopackage(tmp_path / "B.GPKG"), "psaps", {}), GeoPackageSource)


def test_a_geopackage_by_another_name_is_told_how_to_be_called(tmp_path: Path) -> None:
    geopackage(tmp_path / "b.gpkg").rename(tmp_path / "b.csv")
    with pytest.raises(DatasetError, match=r"ends in \.gpkg"):
        open_source(tmp_path / "b.csv", "psaps", {})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (gzip.compress(CSV.encode()), "packed by gzip"),
        (CSV.encode("utf-16"), "UTF-16"),
        (b'{"type": "FeatureCollection"}', "JSON"),
        (b"<!DOCTYPE html><title>Sign in</title>", "XML or HTML"),
        (b"\x00\x00\x27\x0a" + bytes(96), "a Shapefile"),
    ],
)
def test_other_files_are_told_for_what_they_are(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(DatasetError) as caught:
        open_source(tmp_path / "a.csv", "address-points", {})
    assert sentence in caught.value.sentence
    assert caught.value.remedy


def test_an_archive_renamed_to_csv(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.csv", "w") as archive:
        archive.writestr("points.csv", CSV)
    with pytest.raises(DatasetError, match="ZIP archive"):
        open_source(tmp_path / "a.csv", "address-points", {})


def test_a_directory_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="is a directory"):
        open_source(tmp_path, "roads", {})
    with pytest.raises(DatasetError, match="No such file"):
        open_source(tmp_path / "none.csv", "roads", {})


def test_neither_pipe_nor_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", Path("/dev/zero")):
        with pytest.raises(DatasetError, match="a device or a pipe"):
            open_source(path, "psaps", {})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    (tmp_path / "a.csv").chmod(0)
    with pytest.raises(DatasetError, match="Permission denied"):
        open_source(tmp_path / "a.csv", "address-points", {})


@pytest.mark.parametrize("kept", [50, 100, 4096, 0.3, 0.7, 0.999])
def test_a_geopackage_cut_off_is_told(tmp_path: Path, kept: float) -> None:
    path = geopackage(tmp_path / "a.gpkg")
    data = path.read_bytes()
    path.write_bytes(data[: int(kept if kept > 1 else kept * len(data))])
    with pytest.raises(DatasetError, match="is cut off"):
        open_source(path, "psaps", {})


def test_a_geopackage_with_a_page_overwritten_is_told(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", 400)
    with sqlite3.connect(path) as database:
        page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'PsapPolygon'").fetchone()[0]
        size = database.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(DatasetError, match="is damaged"):
        open_source(path, "psaps", {})


CSV_ALPHABET = st.sampled_from([b",", b'"', b"\n", b"\r", b"\0", b"\xe9", b"1", b"-72.5", b"Main", b";", b"x" * 70_000])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CSV_ALPHABET, max_size=60).map(b"".join))
def test_whatever_follows_a_header_every_row_is_read_or_told(tmp_path: Path, rows: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(CSV.encode() + rows + b"\n11,Main,-72.5,44.2\n")
    source = open_source(tmp_path / "a.csv", "address-points", {})
    log = LoadLog()
    features = list(source.features(log))
    source.close()
    assert features[0].line == 2
    assert log.read == len(features) + log.rejected
    # What comes before the last row may swallow it by a quote; it may not silence it.
    assert features[-1].fields["Add_Number"] == "11" or log.rejected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), min_size=1, max_size=40))
def test_a_geopackage_with_any_bytes_changed_is_read_or_told(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    whole = tmp_path / "whole.gpkg"
    if not whole.exists():
        geopackage(whole, 20)
    data = bytearray(whole.read_bytes())
    for at, value in changes:
        data[at % len(data)] = value
    (tmp_path / "a.gpkg").write_bytes(data)
    log = LoadLog()
    try:
        features = list(open_source(tmp_path / "a.gpkg", "psaps", {}).features(log))
    except DatasetError:
        return
    assert log.read == len(features) + log.rejected


def test_rows_that_break_a_tables_own_rules_are_no_damage(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute("CREATE TABLE beside (a TEXT NOT NULL CHECK (a <> 'x'))")
        database.execute("INSERT INTO beside VALUES ('x')")
    source = open_source(path, "psaps", {})
    assert source.total == 60
