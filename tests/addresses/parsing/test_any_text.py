"""Whatever the text, it is taken apart in bounded time and nothing is raised."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from callpoint.addresses.domains import countries, directions, french_types, highways, regions, street_types, units
from callpoint.addresses.parsed import Parsed
from callpoint.addresses.parsing import parse, parse_fields
from callpoint.addresses.parsing.cleaning import MAX_CHARS
from callpoint.i3.civic import FIELDS, Civic
from tests.cost import soon

# What makes steps act: words of the tables, numbers and signs, in any order.
WORDS = sorted(
    {*street_types.STREET_TYPES, *french_types.FRENCH_TYPES, *directions.FRENCH, *units.UNITS, *units.ALONE}
    | {*highways.SYSTEMS, *highways.ROAD_WORDS, *highways.SHORT_FORMS, *highways.MODIFIERS, *units.FLOORS}
    | {*regions.REGIONS, *countries.COUNTRIES}
    | {"po box", "rr", "hc", "psc", "apo", "c/o", "attn", "and", "&", "@", "old", "the", "rez", "sous", "de", "la"}
)
SIGNS = [",", "#", "-", "(", ")", "½", "1/2", "\n", ".", "'", "05641", "05641-1234", "h3b", "4w8", "12", "1st", "39e"]
LINES = st.lists(st.sampled_from(WORDS) | st.sampled_from(SIGNS) | st.text(max_size=4), max_size=14).map(" ".join)


class Everywhere:
    """A gazetteer to which every other name is a place."""

    def is_place(self, name: str, region: str) -> bool:
        """Depends on the name alone, so that one address is read alike twice."""
        return len(name) % 2 == 0


def is_sound(parsed: Parsed) -> bool:
    fields = parsed.civic.to_fields()
    others = [other.to_fields() for other in parsed.alternatives]
    # the door into PIDF-LO: what we made is what the document would hold
    tidy = Civic.from_fields(fields).to_fields() == fields
    return tidy and fields not in others and (parsed.kind != "nothing" or not fields)


@settings(max_examples=400, deadline=None)
@given(LINES)
def test_words_of_the_tables_in_any_order(text: str) -> None:
    assert is_sound(parse(text))
    assert is_sound(parse(text, Everywhere()))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all(text: str) -> None:
    assert is_sound(parse(text))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FIELDS - {"other"})), LINES, max_size=8))
def test_any_fields(fields: dict[str, str]) -> None:
    parsed = parse_fields(Civic.from_fields(fields), Everywhere())
    assert replace(parsed, alternatives=()) == replace(
        parse_fields(Civic.from_fields(fields), Everywhere()), alternatives=()
    )


@settings(max_examples=200, deadline=None)
@given(LINES)
def test_the_same_text_is_read_the_same_way(text: str) -> None:
    assert parse(text) == parse(text)


def test_a_million_characters_are_cut_and_told() -> None:
    for text in ("1 Main St " * 100_000, "a" * 1_000_000, "," * 1_000_000, "½" * 1_000_000, "1-" * 500_000):
        parsed = soon(lambda text=text: parse(text), 0.5)  # type: ignore[misc]
        assert next(note.code for note in parsed.notes) == "text_cut"
        assert sum(len(value) for value in parsed.civic.to_fields().values()) <= 2 * MAX_CHARS


def test_control_characters_are_left_out_and_told() -> None:
    parsed = parse("115\x00 State\x07 St\u200b, Montpelier, VT")
    assert parsed.civic.to_fields() == {
        "country": "US",
        "A1": "VT",
        "A3": "Montpelier",
        "RD": "State",
        "STS": "Street",
        "HNO": "115",
    }
    assert [note.code for note in parsed.notes] == ["control_characters"]


def test_surrogates_cannot_get_into_a_document() -> None:
    parsed = parse("115 \ud800State St, Montpelier, VT")
    "".join(parsed.civic.to_fields().values()).encode("utf-8")
    assert parsed.civic.RD == "State"
