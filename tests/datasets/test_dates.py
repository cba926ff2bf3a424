"""Dates of GIS files as ISO 8601 in UTC."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.datasets.dates import iso_utc


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2023-01-27T23:04:51Z", "2023-01-27T23:04:51Z"),
        (" 2023-01-27T23:04:51Z ", "2023-01-27T23:04:51Z"),
        ("2023-01-27T18:04:51-05:00", "2023-01-27T23:04:51Z"),
        ("2023-01-27T23:04:51.250Z", "2023-01-27T23:04:51Z"),
        ("2023-01-27", "2023-01-27T00:00:00Z"),
        ("20230127", "2023-01-27T00:00:00Z"),
        ("Sat, 23 Feb 2019 12:04:58 GMT", "2019-02-23T12:04:58Z"),
        ("2019/06/04 09:03:13.682", "2019-06-04T09:03:13Z"),
        ("2019/06/04", "2019-06-04T00:00:00Z"),
        ("6/4/2019 9:03:13 PM", "2019-06-04T21:03:13Z"),
        ("6/4/2019", "2019-06-04T00:00:00Z"),
    ],
)
def test_usual_writings(written: str, meant: str) -> None:
    assert iso_utc(written) == meant


@pytest.mark.parametrize(
    "written",
    ["", "   ", "yesterday", "2023-13-01", "2023-02-30T00:00:00Z", "1899/12/30 00:00:00.000", "1970-01-01T00:00:00Z"],
)
def test_nonsense_and_fillers_are_no_date(written: str) -> None:
    assert iso_utc(written) == ""


def test_a_zone_that_leads_beyond_the_last_year_is_no_date() -> None:
    assert iso_utc("9999-12-31T23:00:00-05:00") == ""


@given(st.text(max_size=40))
def test_anything_gives_a_date_or_nothing(text: str) -> None:
    assert re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?", iso_utc(text))
