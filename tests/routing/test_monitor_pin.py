"""PINs are kept so that they can be checked, and not read."""

import pytest

from callpoint.routing.monitor_pin import digest, matches


def test_the_right_pin_and_no_other() -> None:
    kept = digest("123456")
    assert matches("123456", kept)
    assert not matches("123457", kept)
    assert "123456" not in kept
    assert digest("123456") != kept


@pytest.mark.parametrize("pin", ["", "12345", "1234567890123", "12345a", "１２３４５６"])
def test_no_pin(pin: str) -> None:
    with pytest.raises(ValueError, match="6 to 12 digits"):
        digest(pin)


@pytest.mark.parametrize("kept", ["", "$", "zz$00", "00", "00$"])
def test_nothing_matches_no_digest(kept: str) -> None:
    assert not matches("123456", kept)
