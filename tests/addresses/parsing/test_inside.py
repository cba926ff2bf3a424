"""Units, floors, rooms and buildings: found wherever they stand, and not where they are names."""

import pytest

from callpoint.addresses.parsing.inside import take_inside
from callpoint.addresses.parsing.reading import Reading
from callpoint.addresses.parsing.words import joined, words_of


def inside(text: str) -> tuple[dict[str, str], str]:
    reading = Reading(words_of(text))
    take_inside(reading)
    return reading.fields, joined(reading.words)


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("Apt 5", {"UNIT": "Apartment 5"}),
        ("apartment 5b", {"UNIT": "Apartment 5B"}),
        ("Suite 400", {"UNIT": "Suite 400"}),
        ("Ste. 400", {"UNIT": "Suite 400"}),
        ("Suite #400", {"UNIT": "Suite 400"}),
        ("Suite No. 400", {"UNIT": "Suite 400"}),
        ("Suite C", {"UNIT": "Suite C"}),
        ("Suite A-4", {"UNIT": "Suite A-4"}),
        ("Suite One", {"UNIT": "Suite 1"}),
        ("Unit 5", {"UNIT": "5"}),
        ("Unit C-D", {"UNIT": "C-D"}),
        ("#5", {"UNIT": "5"}),
        ("# 5", {"UNIT": "5"}),
        ("# Apt 5", {"UNIT": "Apartment 5"}),
        ("Unit508", {"UNIT": "508"}),
        ("Lot 12", {"UNIT": "Lot 12"}),
        ("Trlr 7", {"UNIT": "Trailer 7"}),
        ("PH 2", {"UNIT": "Penthouse 2"}),
        ("Rm 905", {"ROOM": "905"}),
        ("Room B12", {"ROOM": "B12"}),
        ("Bldg 3", {"BLD": "3"}),
        ("Building Z", {"BLD": "Z"}),
        ("Tower 2", {"BLD": "Tower 2"}),
        ("Desk 14", {"SEAT": "14"}),
        ("Floor 12", {"FLR": "12"}),
        ("fl 2", {"FLR": "2"}),
        ("Flr 43", {"FLR": "43"}),
        ("12th Floor", {"FLR": "12"}),
        ("2nd fl", {"FLR": "2"}),
        ("second floor", {"FLR": "2"}),
        ("Ground Floor", {"FLR": "Ground"}),
        ("Level B1", {"FLR": "B1"}),
        ("Lower Level", {"FLR": "Lower"}),
        ("3e étage", {"FLR": "3"}),
        ("1er étage", {"FLR": "1"}),
        ("étage 3", {"FLR": "3"}),
        ("rez-de-chaussée", {}),  # one word; read only where the language is known
        ("bureau 2200", {"UNIT": "bureau 2200"}),
        ("bur. 2200", {"UNIT": "bureau 2200"}),
        ("app. 5", {"UNIT": "appartement 5"}),
        ("local 12", {"UNIT": "local 12"}),
        ("salle 4", {"ROOM": "4"}),
        ("bâtiment C", {"BLD": "C"}),
        ("Apt 3rd Floor", {"FLR": "3"}),
        ("Bldg 3 Apt 5", {"BLD": "3", "UNIT": "Apartment 5"}),
        ("Suite 100 Unit B", {"UNIT": "Suite 100 B"}),
    ],
)
@pytest.mark.parametrize("frame", ["12 Main St {}", "12 Main St, {}", "12 Main St, {}, Barre", "{}, 12 Main St"])
def test_a_spot_is_found_wherever_it_stands(frame: str, words: str, fields: dict[str, str]) -> None:
    found, rest = inside(frame.format(words))
    if not fields:
        assert found in ({}, {"FLR": "rez-de-chaussée"})
        return
    assert found == fields
    assert rest.split() == [word for word in frame.format("").replace(",", " ").split() if word]


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("Rear", {"UNIT": "Rear"}),
        ("Frnt", {"UNIT": "Front"}),
        ("Basement", {"FLR": "Basement"}),
        ("Penthouse", {"UNIT": "Penthouse"}),
        ("Lobby", {"LOC": "Lobby"}),
        ("Mezzanine", {"FLR": "Mezzanine"}),
        ("sous sol", {"FLR": "sous-sol"}),
        ("rez de chaussée", {"FLR": "rez-de-chaussée"}),
    ],
)
@pytest.mark.parametrize("frame", ["12 Main St {}", "12 Main St, {}", "12 Main St {}, Barre"])
def test_words_that_say_all_themselves(frame: str, words: str, fields: dict[str, str]) -> None:
    assert inside(frame.format(words))[0] == fields


@pytest.mark.parametrize(
    "text",
    [
        "12 Front St",
        "12 Upper Mountain Rd",
        "12 Lower Main St",
        "12 Tower Rd",
        "12 Space Center Blvd",
        "12 Suite Ave",
        "12 Pier Rd",
        "12 Hall Street",
        "8 rue Ste Catherine",
        "12 Building Way",
        "State Highway No 70",
        "Old Number 6 Highway",
        "12 Rear Admiral Dr",
        "12 Main St, Suite, 400 Elm",
        "L & C Tower 401 Church Street",
    ],
)
def test_names_are_left_alone(text: str) -> None:
    fields, rest = inside(text)
    assert fields == {}
    assert rest == joined(words_of(text))


def test_a_hash_behind_a_highways_name_is_a_unit_and_behind_highway_alone_its_number() -> None:
    assert inside("17071 W Dixie Hwy # 312")[0] == {"UNIT": "312"}
    assert inside("12 Highway # 312")[0] == {}


def test_what_stands_behind_is_parted_from_what_stands_before() -> None:
    reading = Reading(words_of("12 Main St Apt 5 Barre"))
    take_inside(reading)
    assert [joined(group) for group in reading.groups()] == ["12 Main St", "Barre"]


def test_french_words_show_the_language_but_not_in_the_us() -> None:
    reading = Reading(words_of("12 rue X, bureau 5"))
    take_inside(reading)
    assert reading.french
    american = Reading(words_of("12 Main St, bureau 5"), fields={"A1": "VT"})
    take_inside(american)
    assert not american.french
