"""Two offers at once: who is refused, and how long each waits (RFC 3261 §14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.glare import check_glare, glare_wait, retry_after

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
def test_the_owner_of_the_call_id_waits_longer(chance: float) -> None:
    assert 2.1 <= glare_wait(True, chance) <= 4.0
    assert 0.0 <= glare_wait(False, chance) <= 2.0


def test_the_ends_of_both_ranges_are_reached() -> None:
    almost = 1 - 2**-53
    assert (glare_wait(True, 0.0), glare_wait(True, almost)) == (2.1, 4.0)
    assert (glare_wait(False, 0.0), glare_wait(False, almost)) == (0.0, 2.0)
    assert (retry_after(0.0), retry_after(almost)) == (0, 10)


@given(chances, st.booleans())
def test_waits_are_steps_of_10_ms(chance: float, owner: bool) -> None:
    wait = glare_wait(owner, chance)
    assert round(wait, 2) == wait
