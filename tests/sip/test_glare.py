"""Two offers at once: who is refused, and how long the refused one waits (RFC 3261 §14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.glare import check_glare, retry_after

chances = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("ours", "theirs", "status"), [(False, False, None), (True, False, 491), (False, True, 500), (True, True, 500)]
)
def test_an_offer_meets_another(ours: bool, theirs: bool, status: int | None) -> None:
    if status is None:
        check_glare(ours_pending=ours, theirs_pending=theirs)
        return
    with pytest.raises(RemoteProtocolError) as refused:
        check_glare(ours_pending=ours, theirs_pending=theirs)
    assert refused.value.status == status


@given(chances)
def test_the_wait_is_whole_seconds_of_the_range(chance: float) -> None:
    assert retry_after(chance) in range(11)


def test_the_ends_of_the_range_are_reached() -> None:
    assert (retry_after(0.0), retry_after(1 - 2**-53)) == (0, 10)
