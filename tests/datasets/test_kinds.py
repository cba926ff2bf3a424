"""Names of data sets."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.datasets.errors import DatasetError
from callpoint.datasets.kinds import FORMATS, KINDS, LONGEST_NAME, check_name, dataset_path, name_from


@pytest.mark.parametrize("name", ["vermont", "Vermont-2024", "a", "9-1-1", "x" * LONGEST_NAME])
def test_letters_digits_and_dashes_are_a_name(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "-a", "a-", "a b", "a/b", "..", "../etc/passwd", "a.b", "é", "a\n", "a\0b", "x" * (LONGEST_NAME + 1)]
)
def test_anything_else_is_not(name: str) -> None:
    with pytest.raises(DatasetError, match="no name for a data set") as caught:
        check_name(name)
    assert "letters, digits and dashes" in caught.value.remedy


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Kansas_PSAP boundaries.gpkg", "kansas-psap-boundaries"),
        ("données (2024).csv", "donn-es-2024"),
        ("___.csv", "unnamed"),
        ("a" * 200 + ".csv", "a" * LONGEST_NAME),
    ],
)
def test_a_name_is_made_of_the_files(file: str, name: str) -> None:
    assert name_from(Path("/somewhere") / file) == name


@given(st.text(min_size=1, max_size=80).filter(lambda text: "/" not in text and "\0" not in text))
def test_a_name_made_of_any_file_is_one(stem: str) -> None:
    assert check_name(name_from(Path(f"{stem}.csv")))


def test_every_kind_has_a_form_and_a_place() -> None:
    assert set(FORMATS) == set(KINDS)
    assert dataset_path(Path("d"), "roads", "vt") == Path("d/roads/vt.sqlite")
