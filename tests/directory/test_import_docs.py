"""docs/import.md says what the imports really take: every column name it lists, no fewer, and its examples."""

import io
import re
from pathlib import Path

import pytest
from tests.directory.cast import Cast

from callpoint.directory.imports import import_locations, import_users, locations, users
from callpoint.directory.imports.table import plain
from callpoint.directory.models import Person
from callpoint.directory.tenancy import inside
from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS

PAGE = Path(__file__).parents[2].joinpath("docs", "import.md").read_text("utf-8")
PLACES, PEOPLE = PAGE.split("## Locations")[1].split("## Users")
ELEMENTS = {element.lower() for element in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS)}


def listed(section: str) -> list[list[str]]:
    """The column names of each row of the table, without what stands in brackets after them."""
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \|$", section, re.M)
    return [[plain(name.split("(")[0]) for name in row.split(",")] for row in rows if row != "column names"]


def example(section: str) -> bytes:
    found = re.search(r"```csv\n(.*?)```", section, re.S)
    assert found is not None
    return found[1].encode()


@pytest.mark.parametrize(
    ("section", "aliases", "told_apart"),
    [
        (PLACES, locations.ALIASES, {"house number", "street number", "street name"} | ELEMENTS),
        (PEOPLE, users.ALIASES, set()),
    ],
)
def test_every_column_name_is_listed_beside_those_that_mean_the_same(
    section: str, aliases: dict[str, str], told_apart: set[str]
) -> None:
    rows = listed(section)
    assert [{aliases[name] for name in row} for row in rows] == [{aliases[row[0]]} for row in rows]
    assert set(aliases) - {name for row in rows for name in row} <= told_apart
    assert all(name in aliases for name in told_apart)


def test_the_examples_are_taken(people: Cast) -> None:
    for bring, section in ((import_locations, PLACES), (import_users, PEOPLE)):
        result = bring(people.acme, io.BytesIO(example(section)), False, "importer@acme.example")
        assert (result.errors, result.ignored_columns, result.written) == ([], [], True)
    with inside(people.acme):
        ann = Person.objects.select_related("assigned_location").get(device_user_id="H2001")
        ben = Person.objects.select_related("assigned_location").get(device_user_id="H2002")
    assert ann.assigned_location is not None
    assert (ann.assigned_location.name, ann.assigned_location.room) == ("Lab", "310")
    assert ben.assigned_location is not None
    assert ben.assigned_location.name == "Default"
