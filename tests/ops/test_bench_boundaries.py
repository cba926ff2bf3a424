"""The bench of boundaries, small: is it in order, and does it say what it found?"""

import numpy as np
import shapely

from callpoint.ops.bench.boundaries import AIMS, measure
from callpoint.ops.bench.drawn_boundaries import drawn_boundaries


def test_a_small_nation() -> None:
    figures = measure(30, 400)
    assert figures["boundaries"] >= 30
    assert figures["corners"] > 30 * 1900
    assert figures["not_found"] == 0
    assert 0 < figures["point_p50_ms"] <= figures["point_p99_ms"]
    assert 0 < figures["mapped_private_mib"] < figures["index_rss_mib"] < 400
    assert {aim.figure for aim in AIMS} <= figures.keys()


def test_drawn_boundaries_leave_no_gap_and_no_overlap() -> None:
    _, wkb = drawn_boundaries(30)
    areas = shapely.from_wkb(wkb)
    assert shapely.is_valid(areas).all()
    whole = shapely.union_all(areas)
    assert np.isclose(shapely.area(areas).sum(), shapely.area(whole), rtol=1e-12)
    assert shapely.get_num_interior_rings(whole) == 0
