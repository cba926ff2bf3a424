"""What columns can mean: templates, pages and the reader say the same."""

import pytest

from callpoint.directory.imports.fields import ALIASES, FIELDS, missing_columns
from callpoint.directory.imports.table import plain


@pytest.mark.parametrize("kind", ["users", "locations"])
def test_every_field_is_one_the_reader_takes_under_its_header(kind: str) -> None:
    assert {field.name for field in FIELDS[kind]} >= set(ALIASES[kind].values()) - {"flr"}
    for field in FIELDS[kind]:
        assert ALIASES[kind][plain(field.header)] == field.name
        assert set(field.names) == {alias for alias, name in ALIASES[kind].items() if name == field.name}
        assert str(field.explanation).endswith(".")


@pytest.mark.parametrize("kind", ["users", "locations"])
def test_a_template_of_the_usual_fields_can_be_imported(kind: str) -> None:
    usual = [field for field in FIELDS[kind] if not field.rare]
    assert 6 <= len(usual) <= 12
    assert missing_columns(kind, {field.name for field in usual}) == ""
    assert all(field.example for field in usual if field.needed)
    assert missing_columns(kind, {"email"})


def test_no_field_is_told_twice() -> None:
    for fields in FIELDS.values():
        assert len({field.name for field in fields}) == len({field.header for field in fields}) == len(fields)
