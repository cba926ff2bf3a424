"""Moments as people of a zone write them."""

import pytest

from callpoint.channels.local_time import local_date, local_moment, local_time

AT = "2026-03-09T19:05:31+00:00"


@pytest.mark.parametrize(
    ("zone", "language", "expected"),
    [
        ("America/New_York", "en", "Monday, March 9, 2026, 3:05:31 p.m. EDT"),
        ("America/Toronto", "fr", "lundi 9 mars 2026, 15 h 05 min 31 s HAE"),
        ("America/St_Johns", "fr", "lundi 9 mars 2026, 16 h 35 min 31 s HAT"),
        ("Pacific/Honolulu", "en", "Monday, March 9, 2026, 9:05:31 a.m. HST"),
        ("UTC", "en", "Monday, March 9, 2026, 7:05:31 p.m. UTC"),
        ("Mars/Olympus", "en", "Monday, March 9, 2026, 7:05:31 p.m. UTC"),
        ("../../etc/passwd", "en", "Monday, March 9, 2026, 7:05:31 p.m. UTC"),
        ("", "en", "Monday, March 9, 2026, 7:05:31 p.m. UTC"),
    ],
)
def test_in_each_zone_and_language(zone: str, language: str, expected: str) -> None:
    assert local_moment(AT, zone, language) == expected


def test_midnight_noon_and_firsts() -> None:
    assert local_time("2026-01-01T00:00:00+00:00", "UTC", "en") == "12:00:00 a.m. UTC"
    assert local_time("2026-01-01T12:00:00+00:00", "UTC", "en") == "12:00:00 p.m. UTC"
    assert local_date("2026-01-01T12:00:00", "UTC", "fr") == "jeudi 1er janvier 2026"


@pytest.mark.parametrize("at", ["", "yesterday", "2026-13-01"])
def test_what_is_no_moment_is_left_out(at: str) -> None:
    assert local_moment(at, "UTC", "en") == ""
