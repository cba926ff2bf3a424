"""Rows of nonsense: each is loaded or told, none stops the rest, and what was loaded can be asked."""

from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callpoint.addresses.reference import ReferenceSet
from callpoint.addresses.street_key import StreetKey
from callpoint.datasets.feature import Feature
from callpoint.datasets.fields import FIELDS
from callpoint.datasets.report import LoadReport
from tests.addresses.reference.small_sets import build, point

SEVERAL = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Sense and nonsense, so that rows get past the first check as often as not.
SENSE = "US CA VT QC Main MAIN ST N Rue 10 12A 0 -1 1e9 99999999999 O E 05602 H3L1B6 Sampleton 14;16 1/2 ½ 2020-01-01"
WORDS = st.one_of(st.sampled_from(SENSE.split()), st.just("'; DROP TABLE point"), st.text(max_size=12))
DEGREES = st.one_of(st.floats(40, 50), st.floats(-80, -60), st.floats(), st.just(0.0))


def rows_of(kind: str) -> st.SearchStrategy[dict[str, str]]:
    fields = st.dictionaries(st.sampled_from(FIELDS[kind]), WORDS.filter(str.strip), max_size=14)  # type: ignore[index]
    usual = {"Country": "US", "A1": "VT", "A3": "Sampleton", "St_Name": "Main", "Add_Number": "10"}
    usual |= {f"{name}_{side}": text for name, text in usual.items() for side in "LR"}
    usual |= {"FromAddr_L": "1", "ToAddr_L": "99"}
    return fields.map(lambda values: usual | values)


def ask(reference: ReferenceSet) -> None:
    """Every question once, for everything there is."""
    for name in ("main", "10", "", "o"):
        for street in (
            *reference.streets_named(name, ""),
            *(one for one, _ in reference.streets_like(name, "", "Sampleton")),
        ):
            assert street.civic.RD
            assert street in reference.streets(street.key, street.civic.A1)
            for hit in reference.near_numbers(street, "10", limit=50):
                again = reference.at(street, hit.civic.HNP, hit.civic.HNO, hit.civic.HNS)
                assert hit.point in [found.point for found in again] or reference.kind == "roads"
                assert all(abs(degree) <= 180 for degree in hit.point)
    reference.elsewhere(StreetKey("main"), "", "10", "")


def accounted(report: LoadReport, rows: int) -> None:
    assert report.loaded + report.rejected == rows
    assert len(report.problems) == report.rejected + report.mended


@given(rows=st.lists(st.tuples(rows_of("address-points"), st.none() | st.tuples(DEGREES, DEGREES)), max_size=12))
@SEVERAL
def test_points(rows: list[tuple[dict[str, str], tuple[float, float] | None]], tmp_path: Path) -> None:
    features = [Feature(line, "fuzz", fields, place) for line, (fields, place) in enumerate(rows, 2)]
    reference, log = build(tmp_path, "address-points", features)
    accounted(log.report(), len(rows))
    ask(reference)


@given(
    rows=st.lists(
        st.tuples(
            rows_of("roads"),
            st.lists(st.tuples(st.floats(-80, -60), st.floats(40, 50)), min_size=2, max_size=5),
            st.booleans(),
        ),
        max_size=12,
    )
)
@SEVERAL
def test_roads(rows: list[tuple[dict[str, str], list[tuple[float, float]], bool]], tmp_path: Path) -> None:
    features = []
    for line, (fields, places, several) in enumerate(rows, 2):
        shape = shapely.LineString(places)
        wkb = shapely.to_wkb(shapely.MultiLineString([shape, shape]) if several else shape)
        features.append(Feature(line, "fuzz", fields, None, wkb))
    reference, log = build(tmp_path, "roads", features)
    accounted(log.report(), len(rows))
    ask(reference)


@pytest.mark.parametrize("name", ["'; DROP TABLE point; --", '"', "%", "_", "\x00", "☎"])
def test_a_question_of_nonsense_finds_nothing(name: str, tmp_path: Path) -> None:
    reference, _ = build(tmp_path, "address-points", [point(2, "10")])
    assert reference.streets(StreetKey(name), name, name, name) == []
    assert reference.streets_named(name, "VT") == []
    assert reference.streets_like(name, "VT", "Sampleton") == []
    assert reference.elsewhere(StreetKey("main", "street"), name, name, name) == []
    assert not reference.covers("VT", name)
    assert not reference.is_place(name, "VT")
