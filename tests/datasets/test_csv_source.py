"""CSV files of every origin, as features."""

from pathlib import Path
from typing import Any

import pytest
import shapely

from callpoint.datasets.csv_source import CsvSource
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.feature import Feature
from callpoint.datasets.report import LoadLog, LoadReport

HEADER = "Add_Number,St_Name,Longitude,Latitude"
ROW = "10,Main,-72.5,44.2"


def load(
    tmp_path: Path, text: str | bytes, kind: Any = "address-points", **chosen: str
) -> tuple[list[Feature], LoadReport]:
    path = tmp_path / "points.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    source = CsvSource(path, kind, chosen)
    log = LoadLog()
    try:
        features = list(source.features(log))
        assert source.position == source.total
    finally:
        source.close()
    return features, log.report()


def problems(report: LoadReport) -> list[tuple[int, str]]:
    return [(one.line, one.message) for one in report.problems]


def test_a_row_is_a_feature_with_its_line_and_its_values(tmp_path: Path) -> None:
    features, report = load(tmp_path, f"{HEADER}\n 10 ,Main,-72.5,44.25\n")
    assert features == [
        Feature(
            2,
            "points",
            {"Add_Number": "10", "St_Name": "Main", "Longitude": "-72.5", "Latitude": "44.25"},
            (44.25, -72.5),
        )
    ]
    assert (report.read, report.rejected) == (1, 0)


def test_empty_cells_are_no_values_and_empty_lines_no_rows(tmp_path: Path) -> None:
    features, report = load(tmp_path, f"{HEADER},A3\n{ROW},  \n\n,,,,\n{ROW},Barre\n")
    assert [feature.fields.get("A3") for feature in features] == [None, "Barre"]
    assert [feature.line for feature in features] == [2, 5]
    assert report.read == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_delimiter_and_line_end(tmp_path: Path, delimiter: str, end: str) -> None:
    features, _ = load(tmp_path, f"{HEADER}{end}{ROW}{end}".replace(",", delimiter))
    assert features[0].point == (44.2, -72.5)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_quotes_are_understood_whatever_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    rows = [ROW, '10,"Main\nand Elm",-72.5,44.2', '10,"Main,-72.5,44.2', '10,5" Main,-72.5,44.2', *[ROW] * 40]
    features, report = load(tmp_path, "\n".join([HEADER, *rows, ""]).replace(",", delimiter))
    assert [feature.line for feature in features] == [2, 3, *range(6, 47)]
    assert [feature.fields["St_Name"] for feature in features[:3]] == ["Main", "Main\nand Elm", '5" Main']
    assert problems(report) == [(5, "has a quote that is never closed")]


def test_a_file_of_a_spreadsheet_with_mark_and_windows_letters(tmp_path: Path) -> None:
    features, report = load(tmp_path, f"{HEADER}\r\n10,Montée Gagnon,-73.8,45.7\r\n".encode("cp1252"))
    assert features[0].fields["St_Name"] == "Montée Gagnon"
    assert "not UTF-8 (first in line 2)" in report.notes[0]
    features, report = load(tmp_path, f"\ufeff{HEADER}\n10,Montée Gagnon,-73.8,45.7\n")
    assert (features[0].fields["St_Name"], report.notes) == ("Montée Gagnon", ())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("10,Main,-72.5", "has 3 cells where the header has 4; it is cut off"),
        ("10,Main St, Barre,-72.5,44.2", "a cell lacks its quotes"),
        ('10,"Main,-72.5,44.2', "has a quote that is never closed"),
        ("10,Ma\0in,-72.5,44.2", "holds a NUL byte"),
        ("10,Main,west,44.2", "are not numbers"),
        ("10,Main,,", "has no position"),
        ("10,Main,0,0", "never set"),
        ("10,Main,44.2,-172.5", "are swapped"),
        ("10," + "x" * 1_000_000 + ",-72.5,44.2", "is longer than 65,536 characters"),
    ],
)
def test_a_broken_row_is_told_by_its_line_and_the_rest_is_read(tmp_path: Path, row: str, message: str) -> None:
    features, report = load(tmp_path, f"{HEADER}\n{ROW}\n{row}\n{ROW}\n")
    assert [feature.line for feature in features] == [2, 4]
    assert (report.read, report.rejected) == (3, 1)
    assert report.problems[0].line == 3
    assert message in report.problems[0].message


def test_too_many_empty_cells_do_no_harm(tmp_path: Path) -> None:
    assert load(tmp_path, f"{HEADER}\n{ROW},,,\n")[0][0].point == (44.2, -72.5)


def test_a_file_that_ends_within_a_line_is_suspicious(tmp_path: Path) -> None:
    assert "may be cut short" in load(tmp_path, f"{HEADER}\n{ROW}")[1].notes[0]


@pytest.mark.parametrize("wkt", ["POINT (-72.5 44.2)", "SRID=4326;POINT(-72.5 44.2)", "MULTIPOINT ((-72.5 44.2))"])
def test_points_as_text(tmp_path: Path, wkt: str) -> None:
    features, _ = load(tmp_path, f"Add_Number,St_Name,WKT\n10,Main,{wkt}\n")
    assert features[0].point == pytest.approx((44.2, -72.5))
    assert "WKT" not in features[0].fields


def test_points_as_text_that_are_none(tmp_path: Path) -> None:
    rows = ("POINT (-72.5", "LINESTRING (1 1, 2 2)", "", "POINT EMPTY")
    text = "Add_Number,St_Name,WKT\n" + "".join(f'10,Main,"{wkt}"\n' for wkt in rows)
    features, report = load(tmp_path, text)
    assert features == []
    assert [message.split(" (")[0] for _, message in problems(report)] == [
        "has a geometry that cannot be read",
        "is a LineString, not a MultiPoint or Point",
        "has no position",
        "has no geometry",
    ]


def test_areas_as_text_larger_than_any_address(tmp_path: Path) -> None:
    circle = shapely.Point(-98, 38).buffer(0.1, quad_segs=5000)
    assert len(circle.wkt) > 500_000
    features, report = load(tmp_path, f'DsplayName,WKT\nBarton,"{circle.wkt}"\n', "psaps")
    assert shapely.from_wkb(features[0].geometry).equals(circle)
    assert features[0].fields == {"DsplayName": "Barton"}
    assert report.rejected == 0


def test_areas_that_are_none_are_told(tmp_path: Path) -> None:
    features, report = load(tmp_path, "DsplayName;WKT\nA;POINT (1 1)\nB;\nC;nonsense\n", "psaps")
    assert features == []
    assert [line for line, _ in problems(report)] == [2, 3, 4]


def test_values_all_rows_share_give_way_to_columns(tmp_path: Path) -> None:
    header = "HOUSE_NUMBER,SN,STATE,lon,lat"
    features, _ = load(tmp_path, f"{header}\n10,MAIN,VT,-72.5,44.2\n")
    assert features[0].fields["Country"] == "US"
    features, _ = load(tmp_path, f"{header},COUNTRY\n10,MAIN,VT,-72.5,44.2,CA\n", Country="COUNTRY")
    assert features[0].fields["Country"] == "CA"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\n\n", "The file is empty"),
        ("colour,size\nred,1\n", "are not those of address-points"),
        ("colour\x1b]0;name\x07,size\nred,1\n", "The columns colour?]0;name?, size are not"),
        (f"{HEADER},Add_Number\n", "stands twice"),
        ("a\0b\n", "holds a NUL byte: it is not a table of text"),
        ("x" * 100_000, "is longer than 65,536 characters"),
    ],
)
def test_a_file_without_a_header_to_go_by(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DatasetError) as caught:
        load(tmp_path, text)
    assert sentence in caught.value.sentence
    assert caught.value.remedy


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    features, report = load(tmp_path, f"{HEADER}\n")
    assert (features, report.read) == ([], 0)
