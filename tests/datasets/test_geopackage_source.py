"""GeoPackages as features."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely import Point

from callpoint.datasets import geopackage_source
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.feature import Feature
from callpoint.datasets.geopackage_source import GeoPackageSource
from callpoint.datasets.report import LoadLog, LoadReport
from tests.datasets.making import agency, square, write_layer


def read(path: Path, kind: Any, **chosen: str) -> tuple[list[Feature], LoadReport]:
    source = GeoPackageSource(path, kind, chosen)
    log = LoadLog()
    features = list(source.features(log))
    assert source.position == source.total == log.read
    source.close()
    return features, log.report()


def points(path: Path, count: int, layer: str = "SiteStructureAddressPoint", **options: Any) -> Path:
    rows = [{"Add_Number": number, "St_Name": " Main ", "St_PosTyp": None} for number in range(1, count + 1)]
    shapes = [Point(-72 - number / 1000, 44) for number in range(1, count + 1)]
    return write_layer(path, layer, rows, shapes, shape="Point", **options)


def test_a_feature_has_its_id_values_and_point(tmp_path: Path) -> None:
    features, report = read(points(tmp_path / "a.gpkg", 2), "address-points")
    assert features == [
        Feature(1, "SiteStructureAddressPoint", {"Add_Number": "1", "St_Name": "Main"}, (44.0, -72.001)),
        Feature(2, "SiteStructureAddressPoint", {"Add_Number": "2", "St_Name": "Main"}, (44.0, -72.002)),
    ]
    assert (report.read, report.rejected, report.notes) == (2, 0, ())


def test_values_of_every_type_become_text(tmp_path: Path) -> None:
    row = {
        "NGUID": 7,
        "DsplayName": 12.5,
        "ServiceNum": 911.0,
        "DateUpdate": datetime(2024, 2, 29, 8, 1, 2, tzinfo=UTC),
    }
    path = write_layer(tmp_path / "a.gpkg", "PsapPolygon", [row], [square(0, 0)])
    assert read(path, "psaps")[0][0].fields == {
        "NGUID": "7",
        "DsplayName": "12.5",
        "ServiceNum": "911",
        "DateUpdate": "2024-02-29T08:01:02Z",
    }


def test_features_are_the_same_whatever_the_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = points(tmp_path / "a.gpkg", 25)
    whole = read(path, "address-points")
    for size in (1, 7, 25):
        monkeypatch.setitem(geopackage_source.BATCH, "address-points", size)
        assert read(path, "address-points") == whole


def test_ids_with_holes_between_them_are_kept(tmp_path: Path) -> None:
    path = points(tmp_path / "a.gpkg", 9)
    with sqlite3.connect(path) as database:
        for trigger in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger[0]}")  # they call functions of GDAL
        database.execute("DELETE FROM SiteStructureAddressPoint WHERE fid IN (1, 4, 5)")
    features, _ = read(path, "address-points")
    assert [feature.line for feature in features] == [2, 3, 6, 7, 8, 9]


def test_areas_come_flat_with_longitude_first(tmp_path: Path) -> None:
    raised = shapely.force_3d(square(0, 0), 300.0)
    path = write_layer(tmp_path / "a.gpkg", "PsapPolygon", [agency("A")], [raised], shape="MultiPolygon Z")
    shape = shapely.from_wkb(read(path, "psaps")[0][0].geometry)
    assert shape.equals(square(0, 0))
    assert not shape.has_z


def test_every_layer_of_the_kind_is_read_and_the_others_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    for layer in ("FirePolygon", "PsapPolygon", "A1Polygon", "ProvisioningPolygon"):
        write_layer(path, layer, [agency(layer)], [square(0, 0)])
    points(path, 3)
    assert {feature.layer for feature in read(path, "psaps")[0]} == {"FirePolygon", "PsapPolygon"}
    assert len(read(path, "address-points")[0]) == 3


def test_an_empty_layer_beside_a_full_one_does_no_harm(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "a.gpkg", "PsapPolygon", [agency("A")], [square(0, 0)])
    write_layer(path, "EmsPolygon", [], [])
    assert [feature.layer for feature in read(path, "psaps")[0]] == ["PsapPolygon"]


def test_a_layer_of_another_name_is_known_by_its_columns(tmp_path: Path) -> None:
    path = points(tmp_path / "a.gpkg", 2, layer='Häuser "neu"; --')
    assert [feature.line for feature in read(path, "address-points")[0]] == [1, 2]


def test_the_operators_columns_are_read(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "a.gpkg", "areas", [{"who is it": "Barton"}], [square(0, 0)])
    assert read(path, "psaps", DsplayName="who is it")[0][0].fields == {"DsplayName": "Barton"}
    with pytest.raises(DatasetError, match="no layer of psaps"):
        read(path, "psaps")


def test_other_coordinates_are_transformed(tmp_path: Path) -> None:
    row = {"Add_Number": 1, "St_Name": "Main"}
    utm = Point(500_000, 4_649_776.22)
    path = write_layer(tmp_path / "a.gpkg", "Points", [row, row], [utm, None], shape="Point", crs="EPSG:32618")
    features, report = read(path, "address-points")
    assert features[0].point == pytest.approx((42.0, -75.0), abs=1e-6)
    assert report.notes == ("Layer Points is in EPSG:32618; its coordinates were transformed to WGS 84.",)
    assert [(one.line, one.message) for one in report.problems] == [(2, "has no position")]


def test_a_layer_without_a_coordinate_system_is_taken_as_degrees(tmp_path: Path) -> None:
    features, report = read(points(tmp_path / "a.gpkg", 1, crs=None), "address-points")
    assert features[0].point == (44.0, -72.001)
    assert "names no coordinate system" in report.notes[0]


def test_a_feature_without_a_usable_place_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    row = {"Add_Number": 1, "St_Name": "Main"}
    shapes = [Point(-72, 44), None, Point(500_000, 4_649_776), Point(), Point(0, 0), Point(-73, 45)]
    path = write_layer(tmp_path / "a.gpkg", "SiteStructureAddressPoint", [row] * 6, shapes, shape="Point")
    features, report = read(path, "address-points")
    assert [feature.line for feature in features] == [1, 6]
    assert [one.line for one in report.problems] == [2, 3, 4, 5]
    assert {one.layer for one in report.problems} == {"SiteStructureAddressPoint"}


def test_areas_that_are_none_are_told(tmp_path: Path) -> None:
    rows = [agency("A"), agency("B"), agency("C")]
    shapes = [square(0, 0), None, shapely.MultiPolygon()]
    features, report = read(write_layer(tmp_path / "a.gpkg", "PsapPolygon", rows, shapes), "psaps")
    assert [feature.line for feature in features] == [1]
    assert [(one.line, one.message) for one in report.problems] == [(2, "has no geometry"), (3, "has no geometry")]


def test_a_blob_that_is_no_geometry_costs_its_feature_only(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "a.gpkg", "PsapPolygon", [agency("A"), agency("B"), agency("C")], [square(0, 0)] * 3)
    _damage(path, "UPDATE PsapPolygon SET geom = x'4750000102030405' WHERE fid = 2")
    features, report = read(path, "psaps")
    assert [feature.line for feature in features] == [1, 3]
    assert [one.line for one in report.problems] == [2]


def test_a_feature_that_cannot_be_read_costs_itself_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = points(tmp_path / "a.gpkg", 30)
    monkeypatch.setitem(geopackage_source.BATCH, "address-points", 16)
    whole = geopackage_source._read

    def unreadable(path: Path, layer: Any, after: int, size: int) -> Any:
        fids, wkb, columns = whole(path, layer, after, size)
        if 13 in list(fids):
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")
        return fids, wkb, columns

    monkeypatch.setattr(geopackage_source, "_read", unreadable)
    features, report = read(path, "address-points")
    assert [feature.line for feature in features] == [*range(1, 13), *range(14, 31)]
    assert [(one.line, one.message[:14]) for one in report.problems] == [(13, "cannot be read")]


def test_a_layer_that_ends_early_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = points(tmp_path / "a.gpkg", 5)
    source = GeoPackageSource(path, "address-points", {})
    _damage(path, "DELETE FROM SiteStructureAddressPoint WHERE fid > 3")
    with pytest.raises(DatasetError, match="ends after 3 of 5 features"):
        list(source.features(LoadLog()))


def test_a_file_without_the_layer_tells_what_it_has(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "a.gpkg", "HydrologyPolygon", [{"HP_Name": "Lake"}], [square(0, 0)])
    with pytest.raises(DatasetError) as caught:
        GeoPackageSource(path, "roads", {})
    assert caught.value.sentence == "The file has no layer of roads. Its layers: HydrologyPolygon."
    assert "RoadCenterLine" in caught.value.remedy


def test_a_file_whose_layers_are_empty(tmp_path: Path) -> None:
    write_layer(tmp_path / "a.gpkg", "PsapPolygon", [], [])
    with pytest.raises(DatasetError, match="The layers PsapPolygon are empty"):
        GeoPackageSource(tmp_path / "a.gpkg", "psaps", {})


def test_a_database_that_is_no_geopackage(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute("CREATE TABLE t (a)")
    with pytest.raises(DatasetError):
        GeoPackageSource(tmp_path / "a.db", "psaps", {})


def _damage(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as database:
        for trigger in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger[0]}"')
        database.execute(statement)
