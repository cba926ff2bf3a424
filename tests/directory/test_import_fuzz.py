"""No file makes an import raise: what is wrong with it is told, and nothing is half written."""

import csv
import io
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from callpoint.directory.imports import import_locations, import_users
from callpoint.directory.imports.table import Table, TableError, plain
from callpoint.directory.models import Organization, Person, acting
from callpoint.directory.rules import RuleError, country, device_user_id, phone_number, postal_code, region
from callpoint.directory.tenancy import inside

FUZZ = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
COLUMN = st.sampled_from(
    [
        *("Device User ID", "Employee ID", "Identification Type", "Phone Number", "First Name", "Email", "Active"),
        *("Callback Number", "Location", "Building Name", "Country", "State", "City", "Street Address", "Zip", "HNO"),
        *("RD", "Floor", "Room", "Junk", ""),
    ]
)
CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["E1", "E1 ", "US", "CA", "VT", "ON", "115 State Street", "05633", "802 555 0101", "no", '"', ","]),
)
FILE = st.tuples(
    st.lists(COLUMN, min_size=1, max_size=8), st.lists(st.lists(CELL, max_size=9), max_size=6), st.sampled_from(",;\t")
)


@pytest.fixture
def acme(db: None) -> Organization:
    with acting("test", "setting up"):
        organization = Organization(slug="acme", name="Acme")
        organization.save()
    return organization


def written(header: list[str], rows: list[list[str]], delimiter: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


@FUZZ
@given(file=FILE, skip_wrong=st.booleans())
def test_tables_of_all_kinds(
    acme: Organization, file: tuple[list[str], list[list[str]], str], skip_wrong: bool
) -> None:
    data = written(*file)
    for bring in (import_users, import_locations):
        first = bring(acme, io.BytesIO(data), False, "fuzz", skip_wrong)
        assert first.written or first.errors
        assert skip_wrong or not (first.written and first.errors)
        assert len(first.errors) >= first.wrong
        assert all(error.message and error.row >= 0 for error in first.errors)
        if first.written:
            again = bring(acme, io.BytesIO(data), False, "fuzz", skip_wrong)
            assert (again.new, again.changed, again.wrong) == (0, 0, first.wrong)
            assert again.unchanged == first.new + first.changed + first.unchanged


@FUZZ
@given(data=st.binary(max_size=300))
@example(b"\xff\xfe\0")
@example(b"\xef\xbb\xbf")
@example(b'"')
@example(b"Device User ID\r")
@example(b"Device User ID\n" + b'"' + b"x" * 200_000)
def test_bytes_of_all_kinds(acme: Organization, data: bytes) -> None:
    for bring in (import_users, import_locations):
        result = bring(acme, io.BytesIO(data), False, "fuzz")
        assert result.errors or result.written


def test_a_cell_that_never_ends_is_told(acme: Organization) -> None:
    data = b'Device User ID,First Name\nE1,"Ann\n' + b"E2,Ben\n" * 1000
    (error,) = import_users(acme, io.BytesIO(data), False, "test").errors
    assert "quote" in error.message
    with inside(acme):
        assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Device User ID", "device user id"),
        (" device_user-id ", "device user id"),
        ("## Username", "username"),
        ("State/Province", "state province"),
        ("E-mail", "e mail"),
        ("", ""),
    ],
)
def test_headers_are_reduced_to_what_people_mean(header: str, name: str) -> None:
    assert plain(header) == name


@pytest.mark.parametrize(("delimiter"), [",", ";", "\t"])
def test_delimiters_by_the_header_alone(delimiter: str) -> None:
    data = f'"a,;\tb"{delimiter}c\n1;2,3{delimiter}4\n' if delimiter == "\t" else f"a{delimiter}c\n1{delimiter}4\n"
    table = Table(io.BytesIO(data.encode()), {"a": "a", "c": "c"})
    assert [row.get("c") for row in table] == ["4"]


def test_a_short_row_has_empty_cells() -> None:
    (row,) = Table(io.BytesIO(b"a,b\n1\n"), {"a": "a", "b": "b"})
    assert (row.number, row.get("a"), row.get("b"), row.get("absent")) == (2, "1", "", "")


def test_table_errors_carry_their_row() -> None:
    with pytest.raises(TableError) as caught:
        list(Table(io.BytesIO(b'a\n1\n"2\n'), {"a": "a"}))
    assert caught.value.row == 3


@given(value=st.text(max_size=20))
def test_what_a_rule_keeps_it_keeps_again(value: str) -> None:
    rules = [device_user_id, phone_number, country]
    rules += [partial(rule, country_code=code) for rule in (region, postal_code) for code in ("US", "CA")]
    for rule in rules:
        with suppress(RuleError):
            kept = rule(value)
            assert (kept and rule(kept)) == kept


@given(value=st.text(min_size=1, max_size=20))
def test_an_accepted_device_user_id_is_never_touched(value: str) -> None:
    fine = value == value.strip() and value.isprintable() and bool(value.strip())
    if fine:
        assert device_user_id(value) == value
    else:
        with pytest.raises(RuleError):
            device_user_id(value)


def test_a_file_from_disk(acme: Organization, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("Device User ID,First Name\nE1,Zoë\n", "utf-8-sig")
    with path.open("rb") as stream:
        assert import_users(acme, stream, False, "test").to_json() == {
            "new": 1,
            "changed": 0,
            "unchanged": 0,
            "wrong": 0,
            "not_dispatchable": 0,
            "errors": [],
            "warnings": [],
            "ignored_columns": [],
            "written": True,
            "dry_run": False,
        }
