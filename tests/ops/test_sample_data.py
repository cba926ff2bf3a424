"""The sample data sets: what they confirm, whom they name, and that nobody takes them for more."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from callpoint.addresses.live_validator import LiveValidator, open_validator
from callpoint.datasets.boundary_file import read
from callpoint.datasets.catalogue import Catalogue
from callpoint.directory.sample import BARRE_POINT, HOME_IN_BARRE, STATE_STREET, WELLINGTON_STREET
from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Point
from callpoint.ops.sample_data import build_sample_sets
from callpoint.routing.boundaries import BoundaryIndex

NOW = datetime(2026, 11, 23, tzinfo=UTC).isoformat()


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "datasets"
    assert build_sample_sets(folder) == ["address-points", "psaps"]
    return folder


@pytest.fixture(scope="module")
def validator(datasets: Path) -> LiveValidator:
    return open_validator(datasets)


@pytest.fixture(scope="module")
def index(datasets: Path) -> BoundaryIndex:
    (file,) = Catalogue(datasets).files("psaps")
    found = read(file)
    return BoundaryIndex(found.boundaries, found.wkb)


def test_building_them_again_changes_nothing(datasets: Path) -> None:
    before = {file.path: file.identity for file in Catalogue(datasets).all_files()}
    assert build_sample_sets(datasets) == []
    assert {file.path: file.identity for file in Catalogue(datasets).all_files()} == before


def test_an_older_edition_is_replaced(tmp_path: Path) -> None:
    build_sample_sets(tmp_path)
    older = tmp_path / "psaps" / "sample.sqlite"
    older.write_bytes((tmp_path / "address-points" / "sample.sqlite").read_bytes())
    assert build_sample_sets(tmp_path) == ["psaps"]


def test_they_are_marked_and_claim_nothing(datasets: Path) -> None:
    files = Catalogue(datasets).all_files()
    assert [(file.meta.kind, file.meta.name) for file in files] == [("address-points", "sample"), ("psaps", "sample")]
    assert all(file.meta.sample and not file.meta.complete for file in files)
    assert all(not file.meta.report.rejected for file in files)


@pytest.mark.parametrize("fields", [STATE_STREET, WELLINGTON_STREET, HOME_IN_BARRE], ids=lambda fields: fields["A3"])
def test_the_sample_organizations_addresses_are_valid(fields: dict[str, str], validator: LiveValidator) -> None:
    verdict = validator.check(Civic.from_fields(fields))
    assert (verdict.status, verdict.accuracy) == ("valid", "point")
    assert verdict.dataset is not None
    assert (verdict.dataset.name, verdict.dataset.sample) == ("sample", True)
    assert verdict.civic == Civic.from_fields(fields)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("115 State Street, Montpelier, VT 05633", "valid"),
        ("6 n main st barre vt 05641", "valid"),
        ("111 Wellington St, Ottawa ON K1A 0A9", "valid"),
        ("117 State Street, Montpelier, VT 05633", "area"),
        ("1 Nowhere Lane, Montpelier, VT 05633", "area"),
        ("PO Box 12, Barre, VT 05641", "refused"),
    ],
)
def test_what_they_do_not_know_may_well_exist(text: str, status: str, validator: LiveValidator) -> None:
    assert validator.check(text).status == status


@pytest.mark.parametrize(
    ("place", "psap"),
    [
        ((44.2601, -72.5806), "Montpelier dispatch"),
        (BARRE_POINT, "Montpelier dispatch"),
        ((44.4759, -73.2121), "Montpelier dispatch"),  # Burlington
        ((45.4240, -75.6990), "Ottawa dispatch"),
        ((43.6532, -79.3832), "Ottawa dispatch"),  # Toronto
        ((45.5017, -73.5673), None),  # Montréal
        ((45.4765, -75.7013), None),  # Gatineau, across the river
        ((43.2081, -71.5376), None),  # Concord, New Hampshire
        ((42.6526, -73.7562), None),  # Albany, New York
    ],
)
def test_the_outlines_name_one_psap_each(place: tuple[float, float], psap: str | None, index: BoundaryIndex) -> None:
    hits = index.find(Point(*place), "urn:service:sos", NOW)
    assert [hit.boundary.display_name for hit in hits] == ([psap] if psap else [])
    assert all(hit.boundary.sample and hit.boundary.uri.endswith(".sample.example") for hit in hits)
