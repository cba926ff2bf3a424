"""The files of Vermont, Montréal and Toronto, as they are: every row is found again, or its line was told."""

import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from callpoint.addresses.folding import fold
from callpoint.addresses.parsing import parse_street
from callpoint.addresses.reference import PointHit, ReferenceSet, load
from callpoint.addresses.reference.doors import FAR_APART_METRES
from callpoint.addresses.reference.polyline import metres_between
from callpoint.addresses.street_key import street_key
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.loading import LoadRequest
from callpoint.datasets.meta import DatasetMeta
from callpoint.i3.civic import Civic

SEED = 3
SAMPLE = 1500
Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def loaded(path: Path, datasets: Path) -> tuple[DatasetMeta, ReferenceSet]:
    meta = load(LoadRequest("address-points", path, "real", datasets))
    return meta, ReferenceSet(DatasetFile(datasets / "address-points" / "real.sqlite"))


@pytest.fixture(scope="module")
def vermont_file(shared_data: Path) -> Path:
    return shared_data / "geo/vermont_e911_address_points.csv"


@pytest.fixture(scope="module")
def vermont(vermont_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[DatasetMeta, ReferenceSet]:
    return loaded(vermont_file, tmp_path_factory.mktemp("datasets"))


def numbered(file: Path) -> list[Row]:
    return [row for row in rows_of(file) if row["HOUSE_NUMBER"] != "0"]


def doors(reference: ReferenceSet, row: Row, line: str) -> Iterator[PointHit]:
    """The doors of a row of Vermont whose street is written `line`."""
    key = street_key(Civic.from_fields(parse_street(line, "US") | {"country": "US", "A1": "VT"}))
    for street in reference.streets(key, "VT", row["TOWNNAME"], row["ZIP"]):
        yield from reference.at(street, row["HOUSE_NUMBERPREFIX"], row["HOUSE_NUMBER"], row["HOUSE_NUMBERSUFFIX"])


def metres(row: Row, hit: PointHit) -> float:
    return metres_between((float(row["lat"]), float(row["lon"])), hit.point)


def test_every_row_of_vermont_is_loaded_or_told(vermont: tuple[DatasetMeta, ReferenceSet], vermont_file: Path) -> None:
    meta, reference = vermont
    rows = rows_of(vermont_file)
    without = sum(row["HOUSE_NUMBER"] == "0" for row in rows)
    assert (meta.report.read, meta.report.loaded, meta.report.rejected) == (len(rows), len(rows) - without, without)
    assert {problem.message for problem in meta.report.problems} == {"has no house number (it says 0)"}
    first = next(at for at, row in enumerate(rows, 2) if row["HOUSE_NUMBER"] == "0")
    assert meta.report.problems[0].line == first
    assert reference.complete
    assert meta.counts["rows"] == meta.report.loaded


def test_every_vermont_address_is_found_where_it_is(
    vermont: tuple[DatasetMeta, ReferenceSet], vermont_file: Path
) -> None:
    """By the name the Board writes itself, parsed as free text would be, in town and ZIP code.

    The Board leaves no street out, so all must be found but for names our parser reads otherwise than its columns.
    """
    _, reference = vermont
    sample = random.Random(SEED).sample(numbered(vermont_file), SAMPLE)
    missed, wrong = [], []
    for row in sample:
        hits = list(doors(reference, row, row["PRIMARYNAME"]))
        if not hits:
            missed.append(row["PRIMARYADDRESS"])
        elif min(metres(row, hit) for hit in hits) > FAR_APART_METRES:
            wrong.append(row["PRIMARYADDRESS"])
    assert wrong == []
    assert len(missed) <= SAMPLE * 0.005, missed


def test_all_points_lie_where_their_rows_do(vermont: tuple[DatasetMeta, ReferenceSet], vermont_file: Path) -> None:
    """Whole file, by the columns; a point stands for rows of one address near each other and nothing else."""
    _, reference = vermont
    farthest: dict[str, float] = defaultdict(float)
    for row in numbered(vermont_file):
        elements = {"PRD": row["PD"], "RD": row["SN"], "STS": row["ST"], "POD": row["SD"], "country": "US", "A1": "VT"}
        key = street_key(Civic.from_fields(elements))
        number = (row["HOUSE_NUMBERPREFIX"], row["HOUSE_NUMBER"], row["HOUSE_NUMBERSUFFIX"])
        found = [
            hit
            for street in reference.streets(key, "VT", row["TOWNNAME"])
            for hit in reference.at(street, *number)
            if row["ZIP"] == hit.civic.PC
        ]
        nearest = min((metres(row, hit) for hit in found), default=99_999.0)
        farthest[row["PRIMARYADDRESS"]] = max(farthest[row["PRIMARYADDRESS"]], nearest)
    far = {address: metres for address, metres in farthest.items() if metres > FAR_APART_METRES}
    assert far == {}


def test_numbers_nobody_has_are_not_found(vermont: tuple[DatasetMeta, ReferenceSet], vermont_file: Path) -> None:
    _, reference = vermont
    for row in random.Random(SEED).sample(numbered(vermont_file), 300):
        invented = row | {"HOUSE_NUMBER": "99999"}
        assert list(doors(reference, invented, row["PRIMARYNAME"])) == []


def test_a_letter_too_few_finds_the_street_among_the_first(
    vermont: tuple[DatasetMeta, ReferenceSet], vermont_file: Path
) -> None:
    """Within the ZIP code, of five suggestions; names of four letters and more."""
    _, reference = vermont
    generator = random.Random(SEED)
    sample = [
        row for row in generator.sample(numbered(vermont_file), SAMPLE) if len(row["SN"]) > 3 and row["SN"].isalpha()
    ]
    found = 0
    for row in sample:
        name = fold(row["SN"])
        at = generator.randrange(1, len(name))
        likely = reference.streets_like(name[:at] + name[at + 1 :], "VT", "", row["ZIP"])
        found += any(street.key.name == name for street, _ in likely)
    assert found >= len(sample) * 0.97


def test_vermont_reads_like_an_address(vermont: tuple[DatasetMeta, ReferenceSet]) -> None:
    _, reference = vermont
    (street,) = reference.streets(street_key(Civic(RD="Lake View", STS="Road")), "VT", "Averill")
    (hit,) = reference.at(street, "", "422", "")
    assert hit.civic.formatted() == "422 Lake View Road, Averill, VT 05901"
    assert hit.point == pytest.approx((44.9965377, -71.7097527), abs=1e-6)
    assert hit.place_type == "BOAT RAMP / DOCK"
    (highway,) = reference.streets(street_key(Civic(RD="VT Route 114", A1="VT")), "VT", "Averill")
    assert highway.civic.street_line() == "VT Route 114"


def test_main_street_has_twins_all_over_vermont(vermont: tuple[DatasetMeta, ReferenceSet]) -> None:
    _, reference = vermont
    twins = reference.elsewhere(street_key(Civic(RD="Main", STS="Street")), "", "10", "", "VT")
    assert len({hit.civic.A3 for hit in twins}) == len(twins) >= 2


@pytest.mark.parametrize(
    ("name", "country", "province", "least"),
    [("osm_montreal_qc", "CA", "QC", 0.985), ("osm_toronto_on", "CA", "ON", 0.985)],
)
def test_a_collected_file_is_found_again(
    name: str, country: str, province: str, least: float, shared_data: Path, tmp_path: Path
) -> None:
    """Rows with one plain number; the position of the row, or of another mapping of the same door near it."""
    file = shared_data / f"geo/{name}.csv"
    meta, reference = loaded(file, tmp_path)
    assert not reference.complete
    assert meta.report.loaded + meta.report.rejected == meta.report.read
    assert meta.report.rejected <= meta.report.read * 0.01
    plain = [row for row in rows_of(file) if row["house_number"].isdigit() and row["postal"][:3].isalnum()]
    sample = random.Random(SEED).sample(plain, SAMPLE)
    found = 0
    for row in sample:
        key = street_key(
            Civic.from_fields(
                parse_street(row["street"], country, "fr" if province == "QC" else "")
                | {"country": country, "A1": province}
            )
        )
        hits = [
            hit
            for street in reference.streets(key, province, row["city_file"])
            for hit in reference.at(street, "", row["house_number"], "")
        ]
        position = (float(row["lat"]), float(row["lon"]))
        found += any(metres_between(position, hit.point) <= FAR_APART_METRES for hit in hits)
    assert found >= SAMPLE * least
