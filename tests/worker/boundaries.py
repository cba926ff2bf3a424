"""Data sets for the worker's tests, loaded from files as `callpoint data load` does."""

from datetime import UTC, datetime
from pathlib import Path

from callpoint.addresses import reference
from callpoint.datasets.boundary_build import load_boundaries
from callpoint.datasets.loading import LoadRequest

HEADER = "NGUID,DsplayName,ServiceURI,Agency_ID,Effective,Expire,WKT\n"
POINTS = (
    "NGUID,Add_Number,St_Name,St_PosTyp,Inc_Muni,State,Country,Post_Code,Latitude,Longitude\n"
    "1@test.example,115,State,Street,Montpelier,VT,US,05633,44.2601,-72.5806\n"
)
LOADED = datetime(2026, 11, 23, tzinfo=UTC)


def square(west: float) -> str:
    """Half a degree each way, from 44.0 north."""
    east = west + 0.5
    return f'"POLYGON(({west} 44, {east} 44, {east} 44.5, {west} 44.5, {west} 44))"'


def area(name: str, west: float, uri: str = "", effective: str = "", expire: str = "") -> str:
    key = f"{name}{effective}@test.example"
    return f"{key},{name},{uri or f'sip:911@{name.lower()}.example'},,{effective},{expire},{square(west)}\n"


def load(datasets: Path, *rows: str, name: str = "test") -> None:
    """The boundaries of `rows` as the set of that name."""
    datasets.mkdir(parents=True, exist_ok=True)
    file = datasets.parent / f"{name}.csv"
    file.write_text(HEADER + "".join(rows))
    load_boundaries(LoadRequest("psaps", file, name, datasets, now=LOADED))


def load_points(datasets: Path, name: str = "points") -> None:
    """One address, 115 State Street in Montpelier."""
    datasets.mkdir(parents=True, exist_ok=True)
    file = datasets.parent / f"{name}.csv"
    file.write_text(POINTS)
    reference.load(LoadRequest("address-points", file, name, datasets, now=LOADED))
