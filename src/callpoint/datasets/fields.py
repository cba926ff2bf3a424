"""The names by which builders know a feature's values.

They are the field names of NENA-STA-006.3 (SiteStructureAddressPoint, RoadCenterLine, and the service boundary
layers), and a few of our own for what other files hold and that standard has no field for.
"""

from typing import Final

from callpoint.datasets.kinds import Kind

_OURS_POINTS: Final = (
    "Street_Line",  # a street with its type and directions in one: "Boulevard Henri-Bourassa Ouest"
    "Unit_Count",  # how many homes or offices the point stands for
    "WKT",  # the geometry as text
)
_OURS_ROADS: Final = (
    "Street_Line",
    "AdNumSuf_L",
    "AdNumSuf_R",
    "WKT",
)
_RECORD: Final = ("DiscrpAgID", "DateUpdate", "Effective", "Expire", "NGUID")

_STREET: Final = (
    "St_PreMod",
    "St_PreDir",
    "St_PreTyp",
    "St_PreSep",
    "St_Name",
    "St_PosTyp",
    "St_PosDir",
    "St_PosMod",
    "LSt_PreDir",
    "LSt_Name",
    "LSt_Typ",
    "LSt_PosDir",
)
_POINTS: Final = (
    "Country",
    "A1",
    "A2",
    "AddCode",
    "A3",
    "A4",
    "A5",
    "AddNum_Pre",
    "Add_Number",
    "AddNum_Suf",
    "AddNum_Cmp",
    "ESN",
    "MSAGComm",
    "Post_Comm",
    "Post_Code",
    "PostCodeEx",
    "Site",
    "SubSite",
    "Structure",
    "Floor",
    "Wing",
    "Unit",
    "UnitPreTyp",
    "UnitValue",
    "Section",
    "Row_",
    "Room",
    "Seat",
    "Addtl_Loc",
    "Place_Type",
    "Placement",
    "Longitude",
    "Latitude",
)
_ROAD_SIDES: Final = (
    "AdNumPre",
    "FromAddr",
    "ToAddr",
    "Parity",
    "ESN",
    "MSAGComm",
    "Country",
    "A1",
    "A2",
    "AddCode",
    "A3",
    "A4",
    "A5",
    "PostCode",
    "PostComm",
    "Valid",
)
_BOUNDARY: Final = ("Agency_ID", "ServiceURI", "ServiceURN", "ServiceNum", "DsplayName", "WKT")

FIELDS: Final[dict[Kind, tuple[str, ...]]] = {
    "address-points": _RECORD + _STREET + _POINTS + _OURS_POINTS,
    "roads": _RECORD + _STREET + tuple(f"{name}_{side}" for name in _ROAD_SIDES for side in "LR") + _OURS_ROADS,
    "psaps": _RECORD + _BOUNDARY,
}

# Of each group one field must be there, or the file cannot be what it is loaded as.
ESSENTIAL: Final[dict[Kind, tuple[tuple[str, ...], ...]]] = {
    "address-points": (("Add_Number", "AddNum_Cmp"), ("St_Name", "Street_Line")),
    "roads": (("FromAddr_L", "FromAddr_R"), ("ToAddr_L", "ToAddr_R"), ("St_Name", "Street_Line")),
    "psaps": (("DsplayName", "Agency_ID", "NGUID"),),
}
# The same for what a table must hold besides, where a GIS file has geometry.
GEOMETRY: Final[dict[Kind, tuple[tuple[str, ...], ...]]] = {
    "address-points": (("Longitude", "WKT"), ("Latitude", "WKT")),
    "roads": (("WKT",),),
    "psaps": (("WKT",),),
}

# What operators may call a field besides: the elements of CLDXF and PIDF-LO, as everywhere else in Callpoint.
CLDXF_NAMES: Final[dict[str, str]] = {
    "PRM": "St_PreMod",
    "PRD": "St_PreDir",
    "STP": "St_PreTyp",
    "RD": "St_Name",
    "STS": "St_PosTyp",
    "POD": "St_PosDir",
    "POM": "St_PosMod",
    "HNP": "AddNum_Pre",
    "HNO": "Add_Number",
    "HNS": "AddNum_Suf",
    "PC": "Post_Code",
    "PCN": "Post_Comm",
    "BLD": "Structure",
    "FLR": "Floor",
    "LOC": "Addtl_Loc",
    "PLC": "Place_Type",
    "lat": "Latitude",
    "lon": "Longitude",
}
