"""Columns found by their header, and those the operator names."""

import pytest

from callpoint.datasets.column_maps import ColumnMap, detect, needs, plain
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.fields import ESSENTIAL, FIELDS, GEOMETRY
from callpoint.datasets.kinds import KINDS
from callpoint.datasets.known_maps import KNOWN_MAPS

VERMONT = (  # noqa: SIM905 - as the file has it
    "ESITEID,HOUSE_NUMBERPREFIX,HOUSE_NUMBER,HOUSE_NUMBERSUFFIX,PD,PT,SN,ST,SD,PRIMARYNAME,PRIMARYADDRESS,TOWNNAME,"
    "COUNTY,STATE,ZIP,ESN,ESZ,SITETYPE,UNITCOUNT,SEGMENTID,UPDATEDATE,lon,lat"
).split(",")
OSM = "country,state,city_file,house_number,street,postal,lat,lon".split(",")  # noqa: SIM905 - as the file has it
NENA_POINT = ["NGUID", "Add_Number", "St_Name", "St_PosTyp", "A3", "Post_Code", "Longitude", "Latitude"]
TENNESSEE = ["oirid", "l_f_add", "l_t_add", "r_f_add", "r_t_add", "name", "type", "state_l"]


def found(kind: str, header: list[str], chosen: dict[str, str] | None = None, geometry: bool = False) -> ColumnMap:
    result = detect(kind, header, chosen or {}, has_geometry=geometry)  # type: ignore[arg-type]
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("kind", "header", "geometry", "name", "sample"),
    [
        ("address-points", VERMONT, False, "Vermont Enhanced 911 Board", {"St_PosTyp": "ST", "A3": "TOWNNAME"}),
        ("address-points", OSM, False, "OpenStreetMap", {"AddNum_Cmp": "house_number", "Longitude": "lon"}),
        ("address-points", NENA_POINT, False, "NENA-STA-006.3", {"St_Name": "St_Name"}),
        ("roads", TENNESSEE, True, "Tennessee NG911", {"FromAddr_L": "l_f_add", "St_PosTyp": "type"}),
        ("psaps", ["AGENCYID", "DISPLAY", "NGABID"], True, "Kansas NG911", {"DsplayName": "DISPLAY"}),
        ("psaps", ["oirid", "psapid"], True, "Tennessee NG911", {"Agency_ID": "psapid"}),
        ("psaps", ["NGUID", "DsplayName", "WKT"], False, "NENA-STA-006.3", {"WKT": "WKT"}),
    ],
)
def test_publishers_are_known_by_their_header(
    kind: str, header: list[str], geometry: bool, name: str, sample: dict[str, str]
) -> None:
    result = found(kind, header, geometry=geometry)
    assert result.name == name
    assert sample.items() <= result.columns.items()


def test_who_claims_to_have_every_address_is_known() -> None:
    assert found("address-points", VERMONT).complete
    assert not found("address-points", OSM).complete


def test_columns_read_by_nobody_are_told() -> None:
    assert found("address-points", VERMONT).ignored == ("PRIMARYADDRESS", "ESZ", "SEGMENTID")


def test_case_blanks_and_underscores_of_a_header_mean_nothing() -> None:
    result = found("address-points", ["ADD NUMBER", "st_name", "LONGITUDE", " latitude "])
    assert result.columns["Add_Number"] == "ADD NUMBER"
    assert result.columns["Latitude"] == " latitude "


def test_a_header_that_fits_nothing_gives_no_map() -> None:
    assert detect("address-points", ["x", "y", "colour"], {}) is None
    assert detect("psaps", OSM, {}) is None


def test_without_geometry_of_its_own_a_file_needs_columns_for_it() -> None:
    header = ["Add_Number", "St_Name"]
    assert detect("address-points", header, {}) is None
    assert detect("address-points", header, {}, has_geometry=True) is not None
    assert "Longitude" in needs("address-points")
    assert "Longitude" not in needs("address-points", has_geometry=True)


def test_the_operators_columns_make_a_map_of_their_own() -> None:
    header = ["no", "road", "x", "y"]
    result = found(
        "address-points", header, {"Add_Number": "no", "Street_Line": "road", "Longitude": "x", "Latitude": "y"}
    )
    assert result.columns == {"Add_Number": "no", "Street_Line": "road", "Longitude": "x", "Latitude": "y"}
    assert not result.complete


def test_the_operators_columns_win_over_known_ones() -> None:
    result = found("address-points", [*OSM, "real_city"], {"a3": "REAL_CITY"})
    assert result.columns["A3"] == "real_city"
    assert result.columns["Street_Line"] == "street"
    assert "city_file" in result.ignored


def test_a_column_the_operator_has_taken_means_nothing_else() -> None:
    # Vermont writes street types in ST; here it is the state.
    header = ["no", "road", "st", "pd", "y", "x"]
    own = {"Add_Number": "no", "Street_Line": "road", "A1": "st", "Latitude": "y", "Longitude": "x"}
    result = found("address-points", header, own)
    assert result.columns == own
    assert result.ignored == ("pd",)
    assert found("address-points", VERMONT, {"A1": "ST"}).columns.get("St_PosTyp") is None


def test_fields_by_their_own_name_are_known_beside_a_publishers() -> None:
    assert found("address-points", [*OSM, "Post_Comm"]).columns["Post_Comm"] == "Post_Comm"


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"Ad_Number": "street"}, "no field 'Ad_Number'. Is 'Add_Number' meant?"),
        ({"Add_Number": "stret"}, "no column 'stret'. Is 'street' meant?"),
        ({"ServiceURI": "street"}, "no field 'ServiceURI'"),
    ],
)
def test_a_field_or_column_that_is_not_there_is_told(chosen: dict[str, str], sentence: str) -> None:
    with pytest.raises(DatasetError, match=r"no (field|column)") as caught:
        detect("address-points", OSM, chosen)
    assert sentence in caught.value.sentence


def test_empty_column_names_are_nobodys() -> None:
    assert "" not in found("address-points", [*OSM, "", ""]).ignored


@pytest.mark.parametrize("known", KNOWN_MAPS, ids=lambda known: f"{known.kind} {known.name}")
def test_known_maps_lead_to_fields_that_exist(known: object) -> None:
    assert set(known.columns.values()) <= set(FIELDS[known.kind])  # type: ignore[attr-defined]
    assert set(known.constants) <= set(FIELDS[known.kind])  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_needed_is_a_field(kind: str) -> None:
    groups = ESSENTIAL[kind] + GEOMETRY[kind]  # type: ignore[index]
    assert {name for group in groups for name in group} <= set(FIELDS[kind])  # type: ignore[index]
    assert len({plain(name) for name in FIELDS[kind]}) == len(FIELDS[kind])  # type: ignore[index]


def test_an_operator_may_use_the_names_of_pidf_lo() -> None:
    header = ("Number", "Street", "Y", "X")
    chosen = {"hno": "Number", "RD": "street", "lat": "Y", "lon": "X"}
    found = detect("address-points", header, chosen)
    assert found is not None
    wanted = {"Add_Number": "Number", "St_Name": "Street", "Latitude": "Y", "Longitude": "X"}
    assert dict(found.columns) == wanted
    with pytest.raises(DatasetError, match="no field 'HNO'"):
        detect("roads", header, {"HNO": "Number"})
