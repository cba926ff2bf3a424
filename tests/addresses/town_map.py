"""A small map drawn for tests of verdicts: two Barres and a few neighbours in Vermont, a street of Montréal.

Averill (05901)                     Lake View Road: 422, 424 · Lake View Lane: 424
Barre City (05641)                  North Main Street: 6, 8, 124 · Grove Street: 10, 12, 14
Barre Town (05641)                  Grove Street: 10 · Websterville Road: 100
Montpelier (05602)                  State Street: 115 (an office building), 117A · Grove Street: 10
Montréal (H3L, not complete)        boulevard Henri-Bourassa Est: 139 · rue Saint-Denis: 123, 10 123
Berlin (roads, 05602)               Airport Road: 1 to 99 odd, 2 to 98 even
"""

import csv
from collections.abc import Sequence
from pathlib import Path

from callpoint.addresses.ladder import Ladder
from callpoint.addresses.parsing import parse_street
from callpoint.addresses.postal import tables
from callpoint.addresses.query import Query
from callpoint.addresses.reference import ReferenceSet, load
from callpoint.datasets.catalogue import Catalogue
from callpoint.datasets.kinds import Kind
from callpoint.datasets.loading import LoadRequest
from callpoint.i3.civic import Civic

POINT_COLUMNS = (
    *("Country", "A1", "A3", "Post_Code", "Add_Number", "AddNum_Suf", "St_PreDir", "St_PreTyp", "St_Name"),
    *("St_PosTyp", "St_PosDir", "Latitude", "Longitude", "Unit_Count", "Place_Type"),
)
ROAD_COLUMNS = (
    *("Country_L", "Country_R", "A1_L", "A1_R", "A3_L", "A3_R", "PostCode_L", "PostCode_R", "FromAddr_L", "ToAddr_L"),
    *("Parity_L", "FromAddr_R", "ToAddr_R", "Parity_R", "St_Name", "St_PosTyp", "WKT"),
)
_AVERILL, _BARRE_CITY = ("US", "VT", "Averill", "05901"), ("US", "VT", "Barre City", "05641")
_BARRE_TOWN, _MONTPELIER = ("US", "VT", "Barre Town", "05641"), ("US", "VT", "Montpelier", "05602")
_MONTREAL = ("CA", "QC", "Montréal", "H3L 1B6")

VERMONT = (
    (*_AVERILL, 422, "", "", "", "LAKE VIEW", "RD", "", 44.9965, -71.7097, 1, "CAMP"),
    (*_AVERILL, 424, "", "", "", "LAKE VIEW", "RD", "", 44.9966, -71.7098, 1, "CAMP"),
    (*_AVERILL, 424, "", "", "", "LAKE VIEW", "LN", "", 44.9999, -71.7197, 1, "CAMP"),
    (*_BARRE_CITY, 6, "", "N", "", "MAIN", "ST", "", 44.1970, -72.5020, 4, "COMMERCIAL W/RESIDENCE"),
    (*_BARRE_CITY, 8, "", "N", "", "MAIN", "ST", "", 44.1971, -72.5021, 1, "COMMERCIAL"),
    (*_BARRE_CITY, 124, "", "N", "", "MAIN", "ST", "", 44.1980, -72.5027, 1, "COMMERCIAL"),
    (*_BARRE_CITY, 10, "", "", "", "GROVE", "ST", "", 44.1950, -72.5000, 1, "SINGLE FAMILY DWELLING"),
    (*_BARRE_CITY, 12, "", "", "", "GROVE", "ST", "", 44.1951, -72.5001, 1, "SINGLE FAMILY DWELLING"),
    (*_BARRE_CITY, 14, "", "", "", "GROVE", "ST", "", 44.1952, -72.5002, 1, "SINGLE FAMILY DWELLING"),
    (*_BARRE_TOWN, 10, "", "", "", "GROVE", "ST", "", 44.1650, -72.4700, 1, "SINGLE FAMILY DWELLING"),
    (*_BARRE_TOWN, 100, "", "", "", "WEBSTERVILLE", "RD", "", 44.1700, -72.4600, 1, "SINGLE FAMILY DWELLING"),
    (*_MONTPELIER, 115, "", "", "", "STATE", "ST", "", 44.2625, -72.5804, 1, "OFFICE BUILDING"),
    (*_MONTPELIER, 117, "A", "", "", "STATE", "ST", "", 44.2626, -72.5806, 1, "COMMERCIAL"),
    (*_MONTPELIER, 10, "", "", "", "GROVE", "ST", "", 44.2600, -72.5700, 1, "SINGLE FAMILY DWELLING"),
)
MONTREAL = (
    (*_MONTREAL, 139, "", "", "boulevard", "Henri-Bourassa", "", "Est", 45.5520, -73.6703, 1, ""),
    (*_MONTREAL, 123, "", "", "rue", "Saint-Denis", "", "", 45.5530, -73.6710, 1, ""),
    (*_MONTREAL, 10, "", "", "rue", "Saint-Denis", "", "", 45.5500, -73.6690, 1, ""),
)
BERLIN = (
    (
        *("US", "US", "VT", "VT", "Berlin", "Berlin", "05602", "05602"),
        *(1, 99, "O", 2, 98, "E", "Airport", "Road", "LINESTRING (-72.56 44.20, -72.56 44.21)"),
    ),
)


def draw(
    folder: Path,
    name: str,
    rows: Sequence[Sequence[object]],
    *,
    kind: Kind = "address-points",
    complete: bool = True,
    sample: bool = False,
) -> None:
    """Loads rows as a data set of that name below `folder`, by the way every file goes."""
    source = folder / f"{name}.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(POINT_COLUMNS if kind == "address-points" else ROAD_COLUMNS)
        writer.writerows(rows)
    load(LoadRequest(kind, source, name, folder / "datasets", complete=complete, sample=sample))


def draw_all(folder: Path) -> None:
    """The whole map."""
    draw(folder, "vermont", VERMONT)
    draw(folder, "montreal", MONTREAL, complete=False)
    draw(folder, "berlin", BERLIN, kind="roads", complete=False)


def sets_in(folder: Path) -> list[ReferenceSet]:
    """The sets below `folder`, points before roads."""
    catalogue = Catalogue(folder / "datasets")
    kinds: tuple[Kind, ...] = ("address-points", "roads")
    return [ReferenceSet(file) for kind in kinds for file in catalogue.files(kind)]


def ladder_over(sets: Sequence[ReferenceSet]) -> Ladder:
    """A ladder over these sets and the real postal tables."""
    points = [one for one in sets if one.kind == "address-points"]
    roads = [one for one in sets if one.kind == "roads"]
    return Ladder(points, roads, tables())


def query(number: str, street: str, place: str = "", region: str = "VT", postal: str = "", **more: str) -> Query:
    """A reading as the parser would hand it on; `street` is taken apart, `more` are further elements."""
    country = "CA" if region in ("QC", "ON") else "US"
    language = "fr" if region == "QC" else ""
    fields = {"country": country, "A1": region, "A3": place, "PC": postal, "HNO": number}
    return Query.of(Civic.from_fields(fields | parse_street(street, country, language) | more), language)
