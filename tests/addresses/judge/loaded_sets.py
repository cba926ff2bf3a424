"""The sets that are judged, loaded as an operator would load them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from callpoint.addresses.postal import tables
from callpoint.addresses.reference import load
from callpoint.addresses.validator import Validator
from callpoint.datasets.loading import LoadRequest
from tests.addresses.judge.truth import Truth, openstreetmap, vermont
from tests.addresses.town_map import sets_in

FILES: Final = {
    "vermont": "vermont_e911_address_points.csv",
    "montreal": "osm_montreal_qc.csv",
    "toronto": "osm_toronto_on.csv",
}
SETS: Final[Mapping[str, Callable[[Path], list[Truth]]]] = {
    "vermont": vermont,
    "montreal": lambda geo: openstreetmap(geo, FILES["montreal"], "QC", "Montréal"),
    "toronto": lambda geo: openstreetmap(geo, FILES["toronto"], "ON", "Toronto"),
}


def validator_over(folder: Path, geo: Path) -> Validator:
    """All of them loaded into `folder`, and a validator over them."""
    for name, file in FILES.items():
        load(LoadRequest("address-points", geo / file, name, folder / "datasets"))
    return Validator(sets_in(folder), tables())
