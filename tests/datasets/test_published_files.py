"""The files of states and the standard's own template, as they are."""

import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import shapely

from callpoint.datasets import fields
from callpoint.datasets.boundary_build import load_boundaries
from callpoint.datasets.boundary_file import read
from callpoint.datasets.column_maps import detect
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.geopackage_source import GeoPackageSource
from callpoint.datasets.kinds import KINDS, dataset_path
from callpoint.datasets.loading import LoadRequest
from callpoint.datasets.report import LoadLog
from callpoint.datasets.sources import open_source
from tests.datasets.making import NOW, agency, square


@pytest.fixture(scope="module")
def geo(shared_data: Path) -> Path:
    return shared_data / "geo"


@pytest.fixture(scope="module")
def template(geo: Path) -> Path:
    return next((geo / "nena-gis-template").glob("*.gpkg"))


@pytest.mark.parametrize(
    ("file", "name", "rows"),
    [
        ("vermont_e911_address_points.csv", "Vermont Enhanced 911 Board", 35_470),
        ("osm_montreal_qc.csv", "OpenStreetMap", 16_945),
        ("osm_toronto_on.csv", "OpenStreetMap", 9_222),
    ],
)
def test_points_load_as_they_are(geo: Path, file: str, name: str, rows: int) -> None:
    source = open_source(geo / file, "address-points", {})
    log = LoadLog()
    features = list(source.features(log))
    assert source.column_map.name == name
    assert (log.read, len(features), log.rejected) == (rows, rows, 0)
    for feature in features:
        assert feature.point is not None
        assert feature.fields["Country"] in ("US", "CA")
        assert "A3" in feature.fields
        assert "Street_Line" in feature.fields


def test_roads_of_tennessee_load_as_they_are(geo: Path) -> None:
    source = open_source(geo / "tennessee_road_centerlines.gpkg", "roads", {})
    log = LoadLog()
    features = list(source.features(log))
    assert (source.column_map.name, len(features), log.rejected) == ("Tennessee NG911", 1716, 0)
    assert {feature.layer for feature in features} == {"streets"}
    assert features[0].fields["FromAddr_L"] == "1"
    assert Counter(feature.fields["A1_L"] for feature in features) == {"TN": 1716}
    assert shapely.from_wkb(features[0].geometry).geom_type == "MultiLineString"


def test_boundaries_of_kansas_load_and_their_hole_is_found(geo: Path, tmp_path: Path) -> None:
    meta = load_boundaries(LoadRequest("psaps", geo / "kansas_psap_boundaries.gpkg", "kansas", tmp_path, now=NOW))
    report = meta.report
    assert meta.version.startswith("2021-07-01-")
    assert (report.read, report.loaded, report.rejected, report.mended) == (111, 111, 0, 4)
    assert {one.message.split(";")[0] for one in report.problems} == {"names no agency"}
    # Fort Riley: the post between Riley, Geary and Clay Counties is in no polygon.
    assert report.overlaps == ()
    assert [round(one.area_km2) for one in report.gaps] == [388, 23]
    assert report.gaps[0].point == pytest.approx((39.17, -96.78), abs=0.02)
    found = read(DatasetFile(dataset_path(tmp_path, "psaps", "kansas")))
    assert len({one.id for one in found.boundaries}) == 111
    assert sum(not one.display_name.startswith("Unnamed") for one in found.boundaries) == 107


def test_a_broken_copy_of_kansas_changes_nothing(geo: Path, tmp_path: Path) -> None:
    broken = tmp_path / "kansas.gpkg"
    data = (geo / "kansas_psap_boundaries.gpkg").read_bytes()
    broken.write_bytes(data[: len(data) // 2])
    with pytest.raises(DatasetError, match="is cut off"):
        load_boundaries(LoadRequest("psaps", broken, "kansas", tmp_path / "datasets", now=NOW))
    assert not (tmp_path / "datasets").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_empty_template_has_the_layers_and_says_they_are_empty(template: Path, kind: Any) -> None:
    with pytest.raises(DatasetError, match="are empty"):
        GeoPackageSource(template, kind, {})


def columns_of(template: Path, layer: str) -> list[str]:
    database = sqlite3.connect(f"file:{template}?mode=ro&immutable=1", uri=True)
    try:
        return [row[1] for row in database.execute(f"PRAGMA table_info([{layer}])")]
    finally:
        database.close()


@pytest.mark.parametrize(
    ("kind", "layer", "ours"),
    [
        ("address-points", "SiteStructureAddressPoint", {"Street_Line", "Unit_Count", "WKT"}),
        ("roads", "RoadCenterLine", {"Street_Line", "AdNumSuf_L", "AdNumSuf_R", "WKT"}),
        ("psaps", "PsapPolygon", {"WKT"}),
    ],
)
def test_our_field_names_are_the_templates(template: Path, kind: Any, layer: str, ours: set[str]) -> None:
    columns = columns_of(template, layer)
    assert set(fields.FIELDS[kind]) - set(columns) == ours
    found = detect(kind, columns, {}, has_geometry=True)
    assert found is not None
    assert found.name == "NENA-STA-006.3"
    assert set(found.columns) == set(fields.FIELDS[kind]) - ours


def test_the_template_filled_by_another_program_loads(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "filled.gpkg"
    shutil.copyfile(template, path)
    path.chmod(0o600)
    for number, layer in enumerate(("PsapPolygon", "FirePolygon", "PolicePolygon", "EmsPolygon")):
        _fill(path, layer, agency(layer, ServiceURN="", AVcard_URI="https://a.example", DateUpdate=_date(number)))
    meta = load_boundaries(LoadRequest("psaps", path, "nena", tmp_path / "datasets", now=NOW))
    found = read(DatasetFile(dataset_path(tmp_path / "datasets", "psaps", "nena")))
    assert meta.version.startswith("2025-01-04-")
    assert {one.display_name: one.service.rpartition(":")[2] for one in found.boundaries} == {
        "PsapPolygon": "sos.psap",
        "FirePolygon": "responder.fire",
        "PolicePolygon": "responder.police",
        "EmsPolygon": "responder.ems",
    }


def _date(number: int) -> str:
    return f"2025-01-0{number + 1}T00:00:00.000Z"


def _fill(path: Path, layer: str, row: dict[str, str]) -> None:
    # The header of a GeoPackage's geometry: magic, version, flags (little-endian, no envelope), reference system.
    blob = b"GP\x00\x01" + (4326).to_bytes(4, "little") + shapely.to_wkb(shapely.MultiPolygon([square(0, 0)]))
    database = sqlite3.connect(path)
    for trigger in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{trigger[0]}"')  # they call functions only GIS programs have
    names = ", ".join(["Shape", *row])
    marks = ", ".join("?" * (len(row) + 1))
    database.execute(f"INSERT INTO {layer} ({names}) VALUES ({marks})", [blob, *row.values()])
    database.commit()
    database.close()
