"""civicAddress: every element at its place, read in any name space and case."""

import pytest
from hypothesis import given
from lxml import etree
from tests.i3.strategies import civics

from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS, Civic
from callpoint.i3.civic_xml import add_civic, read_civic
from callpoint.i3.document import language_of, read_root
from callpoint.i3.errors import DocumentError
from callpoint.i3.namespaces import CIVIC, CIVIC_EXTENSION

FULL = Civic(**{name: f"{name} value" for name in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS)} | {"country": "US"})


def written(civic: Civic, language: str = "") -> etree._Element:
    parent = etree.Element("parent")
    add_civic(parent, civic, language)
    return read_root(etree.tostring(parent))[0]


def read(inside: str) -> Civic:
    return read_civic(read_root(f'<a xmlns="{CIVIC}" xmlns:cae="{CIVIC_EXTENSION}">{inside}</a>'.encode()))


@given(civics())
def test_read_what_was_written(civic: Civic) -> None:
    assert read_civic(written(civic)) == civic


def test_order_of_the_schema() -> None:
    element = written(FULL)
    assert [child.tag for child in element] == [
        *(f"{{{CIVIC}}}{name}" for name in CIVIC_ELEMENTS),
        *(f"{{{CIVIC_EXTENSION}}}{name}" for name in EXTENSION_ELEMENTS),
    ]
    assert read_civic(element) == FULL


def test_the_extension_is_declared_only_where_it_is_used() -> None:
    assert CIVIC_EXTENSION not in written(Civic(RD="State")).nsmap.values()
    assert CIVIC_EXTENSION in written(Civic(MP="248")).nsmap.values()


def test_language() -> None:
    assert language_of(written(Civic(RD="State"))) == ""
    assert language_of(written(Civic(RD="boulevard Laurier"), "fr-CA")) == "fr-CA"
    with pytest.raises(DocumentError):
        written(Civic(), "français")


@pytest.mark.parametrize("name", [*CIVIC_ELEMENTS[1:], *EXTENSION_ELEMENTS])
def test_each_element_in_any_case_and_either_name_space(name: str) -> None:
    expected = Civic.from_fields({"country": "JP", name: "x 1"})  # in JP A6 stays what it is
    for spelling in (name, name.lower(), f"cae:{name}", f"cae:{name.lower()}"):
        assert read(f"<country>JP</country><{spelling}> x\n1 </{spelling}>") == expected


def test_the_first_filled_of_repeated_elements_counts() -> None:
    assert read("<FLR> </FLR><FLR>2</FLR><FLR>3</FLR>") == Civic(FLR="2")


@pytest.mark.parametrize("country", ["us", "USA", "U1", "Ü1", "U", "UŚ"])
def test_countries_refused(country: str) -> None:
    with pytest.raises(DocumentError, match="not two capital letters"):
        written(Civic(country=country))


@pytest.mark.parametrize("name", ["A1", "RD", "LOC", "PLC", "STP"])
@pytest.mark.parametrize("text", [" a", "a ", "a  b", "a\tb", "a\u00a0b", "\x00", "\ufffe", "\ud800"])
def test_untidy_text_refused(name: str, text: str) -> None:
    with pytest.raises(DocumentError, match="is not tidy text"):
        written(Civic(**{name: text}))


@pytest.mark.parametrize("text", ["<&>\"'", "]]>", "Trois-Rivières", "札幌", "😀", "ᐃᖃᓗᐃᑦ", "a - b"])
def test_text_of_all_kinds(text: str) -> None:
    assert text == read_civic(written(Civic(NAM=text))).NAM
