"""Documents that come in, their way to the directory's rules, and what is said of what is wrong in them."""

from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from callpoint.web.api.addressed import AddressedValues, fields_of
from callpoint.web.api.civic import CivicAddress, civic_or_text, elements
from callpoint.web.api.conditional import tag
from callpoint.web.api.documents import LARGEST_ID, Id, Input, Listed, Output, texts
from callpoint.web.api.located import located
from callpoint.web.api.unknown_names import did_you_mean


class Spot(Input):
    floor: str = ""
    room: str = ""


class Everything(Input):
    text: str = "kept"
    number: int = 7
    yes: bool = True
    nothing: str | None = "x"
    several: list[str] = Field(default_factory=list)
    money: Decimal = Decimal("1.50")
    place: Id = 1
    spot: Spot | str | None = None
    spots: Annotated[list[Spot], Field(max_length=2)] = Field(default_factory=list)


def test_what_is_not_given_is_not_told() -> None:
    assert texts(Everything()) == {}
    assert texts(Everything(text="")) == {"text": ""}


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        ({"text": "a"}, "a"),
        ({"number": 0}, "0"),
        ({"yes": True}, "yes"),
        ({"yes": False}, "no"),
        ({"nothing": None}, ""),
        ({"several": ["a", "b"]}, "a\nb"),
        ({"several": []}, ""),
        ({"money": Decimal("2.00")}, "2.00"),
    ],
)
def test_values_become_what_somebody_would_type(given: dict[str, Any], typed: str) -> None:
    assert texts(Everything(**given)) == {next(iter(given)): typed}


def test_a_field_can_be_left_to_somebody_else() -> None:
    assert texts(Everything(text="a", number=1), "number") == {"text": "a"}


@pytest.mark.parametrize(
    "given",
    [
        {"text": 7},
        {"number": "7"},
        {"number": 7.0},
        {"number": True},
        {"yes": "yes"},
        {"yes": 1},
        {"several": "a"},
        {"place": 0},
        {"place": LARGEST_ID + 1},
        {"spots": [{}, {}, {}]},
        {"txet": "a"},
    ],
)
def test_no_value_is_taken_for_another_kind(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Everything.model_validate(given)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (["text"], "text"),
        (["spot", "Spot", "floor"], "spot.floor"),
        (["spot", "str"], "spot.str"),
        (["spots", 3, "room"], "spots.3.room"),
        (["several", 0], "several.0"),
        (["unheard"], "unheard"),
    ],
)
def test_where_it_is_wrong_is_told_by_the_document_s_own_names(place: list[Any], path: str) -> None:
    assert located(Everything, place)[0] == path


def test_names_are_known_where_they_belong() -> None:
    assert located(Everything, ["spots", 0, "flor"])[1] == {"floor", "room"}
    assert located(Everything, ["txet"])[1] == set(Everything.model_fields)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("flor", "did you mean floor?"),
        ("FLOOR", "did you mean floor?"),
        ("x" * 10_000, "known are floor, room"),
        ("", "known are floor, room"),
    ],
)
def test_an_unknown_name_gets_a_hint(name: str, said: str) -> None:
    assert did_you_mean(name, ["room", "floor"]).endswith(said)


def test_where_nothing_is_known_nothing_is_named() -> None:
    assert did_you_mean("x", []) == "is unknown here; nothing is taken"


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        (AddressedValues(), {}),
        (AddressedValues(address="1 Main St"), {"address": "1 Main St"}),
        (AddressedValues(address=None, latitude=None), {"latitude": ""}),
        (AddressedValues(address="1 Main St", latitude=44.5, accept="x"), None),
        (AddressedValues(address=CivicAddress(country="US", A3="Barre", HNO="")), None),
    ],
)
def test_an_address_on_its_way_to_the_rules(values: AddressedValues, fields: dict[str, str] | None) -> None:
    found = fields_of(values)
    if fields is not None:
        assert found == fields
    elif isinstance(values.address, CivicAddress):
        assert found == {"country": "US", "A3": "Barre", "HNO": ""}
    else:
        assert found == {"address": "1 Main St", "latitude": "44.5", "accept": "x"}


def test_elements_make_a_civic_address_and_a_line_stays_one() -> None:
    civic = CivicAddress(country="US", A1="VT", HNO="9")
    assert elements(civic) == {"country": "US", "A1": "VT", "HNO": "9"}
    assert civic_or_text("9 Main St") == "9 Main St"
    made = civic_or_text(civic)
    assert not isinstance(made, str)
    assert made.to_fields() == elements(civic)


class Shown(Output):
    id: int
    name: str


def test_a_tag_is_of_the_content_alone() -> None:
    assert tag(Shown(id=1, name="a")) == tag(Shown(name="a", id=1))
    assert len({tag(Shown(id=1, name="a")), tag(Shown(id=1, name="b")), tag(Shown(id=2, name="a"))}) == 3
    assert tag(Listed[Shown](items=[], next=None)).count('"') == 2
