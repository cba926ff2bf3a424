"""The files that load as they are: column to field, by publisher.

An operator's other files are mapped on the command line (`--map FIELD=COLUMN`); one that comes again and again
earns an entry here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from callpoint.datasets.fields import FIELDS
from callpoint.datasets.kinds import KINDS, Kind


@dataclass(frozen=True)
class KnownMap:
    """One publisher's columns. A column it names and a file lacks is no harm; earlier columns win for one field."""

    name: str
    kind: Kind
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False


_COORDINATES: Final = {"lon": "Longitude", "lat": "Latitude", "lng": "Longitude", "geometry": "WKT", "geom": "WKT"}


def _nena(kind: Kind) -> KnownMap:
    older = {"DisplayName": "DsplayName", "Service_URI": "ServiceURI", "Service_URN": "ServiceURN", "State": "A1"}
    also = {column: name for column, name in (older | _COORDINATES).items() if name in FIELDS[kind]}
    return KnownMap("NENA-STA-006.3", kind, {name: name for name in FIELDS[kind]} | also, complete=kind != "psaps")


_VERMONT: Final = KnownMap(
    "Vermont Enhanced 911 Board",
    "address-points",
    {
        "ESITEID": "NGUID",
        "HOUSE_NUMBERPREFIX": "AddNum_Pre",
        "HOUSE_NUMBER": "Add_Number",
        "HOUSE_NUMBERSUFFIX": "AddNum_Suf",
        "PD": "St_PreDir",
        "PT": "St_PreTyp",
        "SN": "St_Name",
        "ST": "St_PosTyp",
        "SD": "St_PosDir",
        "PRIMARYNAME": "Street_Line",
        "TOWNNAME": "A3",
        "COUNTY": "A2",
        "STATE": "A1",
        "ZIP": "Post_Code",
        "ESN": "ESN",
        "SITETYPE": "Place_Type",
        "UNITCOUNT": "Unit_Count",
        "UPDATEDATE": "DateUpdate",
    }
    | _COORDINATES,
    {"Country": "US"},
    complete=True,
)

_OSM: Final = KnownMap(
    "OpenStreetMap",
    "address-points",
    {
        "country": "Country",
        "state": "A1",
        "province": "A1",
        "city": "A3",
        "city_file": "A3",
        "house_number": "AddNum_Cmp",
        "housenumber": "AddNum_Cmp",
        "number": "AddNum_Cmp",
        "street": "Street_Line",
        "unit": "Unit",
        "postal": "Post_Code",
        "postcode": "Post_Code",
        "zip": "Post_Code",
        "addr:housenumber": "AddNum_Cmp",
        "addr:street": "Street_Line",
        "addr:unit": "Unit",
        "addr:city": "A3",
        "addr:state": "A1",
        "addr:province": "A1",
        "addr:postcode": "Post_Code",
        "addr:country": "Country",
        "longitude": "Longitude",
        "latitude": "Latitude",
    }
    | _COORDINATES,
)

_KANSAS_RECORD: Final = {
    "STEWARD": "DiscrpAgID",
    "L_UPDATE": "DateUpdate",
    "EFF_DATE": "Effective",
    "EXP_DATE": "Expire",
}
_KANSAS: Final = KnownMap(
    "Kansas NG911",
    "psaps",
    _KANSAS_RECORD
    | {
        "NGABID": "NGUID",
        "AGENCYID": "Agency_ID",
        "DISPLAY": "DsplayName",
        "SERV_URI": "ServiceURI",
        "SERV_URN": "ServiceURN",
        "SERV_NUM": "ServiceNum",
        "WKT": "WKT",
    },
)

_TENNESSEE_ROADS: Final = KnownMap(
    "Tennessee NG911",
    "roads",
    {
        "oirid": "NGUID",
        "l_f_add": "FromAddr_L",
        "l_t_add": "ToAddr_L",
        "r_f_add": "FromAddr_R",
        "r_t_add": "ToAddr_R",
        "predir": "St_PreDir",
        "pretype": "St_PreTyp",
        "name": "St_Name",
        "type": "St_PosTyp",
        "sufdir": "St_PosDir",
        "postmod": "St_PosMod",
        "street": "Street_Line",
        "esn_l": "ESN_L",
        "esn_r": "ESN_R",
        "zip_l": "PostCode_L",
        "zip_r": "PostCode_R",
        "city_l": "A3_L",
        "city_r": "A3_R",
        "county_l": "A2_L",
        "county_r": "A2_R",
        "state_l": "A1_L",
        "state_r": "A1_R",
        "geodate": "DateUpdate",
        "WKT": "WKT",
    },
    # The files leave the state empty; the columns' names belong to that state's data model and to no other.
    {"Country_L": "US", "Country_R": "US", "A1_L": "TN", "A1_R": "TN"},
    complete=True,
)
_TENNESSEE_ZONES: Final = KnownMap(
    "Tennessee NG911",
    "psaps",
    {"oirid": "NGUID", "psapid": "Agency_ID", "geodate": "DateUpdate", "WKT": "WKT"},
)

KNOWN_MAPS: Final[tuple[KnownMap, ...]] = (
    *(_nena(kind) for kind in KINDS),
    _VERMONT,
    _OSM,
    _KANSAS,
    _TENNESSEE_ROADS,
    _TENNESSEE_ZONES,
)
