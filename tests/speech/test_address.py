"""Addresses as they are said: a table of the hard cases, each from its civic fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.speech.address import address_lines, say_address


def civic(text: str) -> dict[str, str]:
    """ "HNO=115 / RD=State" as fields."""
    return dict(pair.split("=", 1) for pair in text.split(" / "))


STREETS = {
    # the four samples
    "country=US / A1=VT / A3=Montpelier / HNO=115 / RD=State / STS=Street / PC=05633 / FLR=2": (
        "one fifteen State Street, floor two, Montpelier, Vermont, zero five six three three"
    ),
    "country=CA / A1=ON / A3=Ottawa / HNO=111 / RD=Wellington / STS=St / PC=K1A 0A9": (
        "one eleven Wellington Street, Ottawa, Ontario, K one A, zero A nine"
    ),
    "country=CA / A1=QC / A3=Montréal / HNO=1250 / STP=boul / RD=René-Lévesque / POD=O / UNIT=bureau 2200": (
        "twelve fifty, boulevard René-Lévesque ouest, bureau twenty-two hundred, Montréal, Quebec"
    ),
    "country=US / A1=NY / A3=Queens / HNO=90-22 / RD=161st / STS=St": (
        "ninety dash twenty-two, one hundred sixty-first Street, Queens, New York"
    ),
    # a number and a numbered street must not run together
    "HNO=350 / RD=5th / STS=Ave": "three fifty, fifth Avenue",
    "HNO=12 / RD=Four Seasons / STS=Dr": "twelve, Four Seasons Drive",
    "HNO=350 / PRD=W / RD=42nd / STS=St": "three fifty West forty-second Street",
    "HNO=12 / RD=42 / STS=St": "twelve, forty-two Street",
    "HNO=1000 / RD=Main / STS=St": "one thousand Main Street",
    "HNO=123 / RD=Main / STS=St": "one twenty-three Main Street",
    # Saint and Street, Doctor and Drive, by field
    "HNO=15 / RD=St James / STS=Ave": "fifteen Saint James Avenue",
    "HNO=15 / RD=St. James / STS=St": "fifteen Saint James Street",
    "HNO=15 / RD=St James St": "fifteen Saint James Street",
    "HNO=10 / RD=Dr Martin Luther King Jr / STS=Dr": "ten Doctor Martin Luther King Junior Drive",
    "A3=St Johnsbury / A1=VT": "Saint Johnsbury, Vermont",
    "A3=ST. PAUL / A1=MN": "Saint Paul, Minnesota",
    "A3=Ft Worth / A1=TX": "Fort Worth, Texas",
    # the whole name in one field, as imports leave it
    "HNO=123 / RD=N Main St": "one twenty-three North Main Street",
    "HNO=123 / RD=N MAIN ST W": "one twenty-three North Main Street West",
    "HNO=5 / RD=E St": "five E Street",
    "HNO=5 / RD=E / STS=St": "five E Street",
    "HNO=5 / RD=Avenue A": "five Avenue A",
    "HNO=5 / RD=Ave A": "five Avenue A",
    "HNO=5 / RD=Col Glenn / STS=Hwy": "five Colonel Glenn Highway",
    "HNO=5 / RD=Broadway": "five Broadway",
    "HNO=5 / A6=Old Mill Rd": "five Old Mill Road",
    # directionals and modifiers in their places
    "HNO=1200 / RD=K / STS=St / POD=NW": "twelve hundred K Street Northwest",
    "HNO=7 / PRM=Old / PRD=NE / RD=Mill / STS=Pkwy / POM=Extension": "seven Old Northeast Mill Parkway Extension",
    # highways
    "HNO=120 / RD=US Hwy 2": "one twenty U S Highway two",
    "HNO=120 / RD=U.S. Route 2": "one twenty U S Route two",
    "RD=I-89 / MP=12.5": "Interstate eighty-nine, milepost twelve point five",
    "HNO=120 / RD=VT-100 / A1=VT": "one twenty Vermont Route one hundred, Vermont",
    "HNO=120 / RD=CO 12 / A1=VT": "one twenty County twelve, Vermont",
    "HNO=12 / STP=County Rd / RD=9": "twelve County Road nine",
    "HNO=12 / STP=Highway / RD=401": "twelve Highway four zero one",
    "HNO=12 / RD=State Route 14A": "twelve State Route fourteen A",
    "HNO=12 / RD=Route 100": "twelve Route one hundred",
    # house numbers with more than digits
    "HNO=115 / HNS=A / RD=State / STS=St": "one fifteen A, State Street",
    "HNO=115 / HNS=1/2 / RD=State / STS=St": "one fifteen and one half, State Street",
    "HNP=W / HNO=23001 / RD=Oak / STS=St": "W two three zero zero one Oak Street",
    "POBOX=12 / A3=Barre": "P O box twelve, Barre",
    # French Canada
    "country=CA / A1=QC / HNO=45 / RD=rue Ste-Catherine E": "forty-five, rue Sainte-Catherine est, Quebec",
    "country=CA / A1=QC / HNO=1 / RD=Place Ville Marie": "one, place Ville Marie, Quebec",
    "country=CA / A1=ON / HNO=1 / RD=Place d'Orléans / STS=Dr": "one Place d'Orléans Drive, Ontario",
    "country=CA / A1=NB / HNO=9 / RD=ch. Royal": "nine, chemin Royal, New Brunswick",
    "country=CA / A1=QC / HNO=9 / RD=Crémazie / STS=boul / POD=Ouest": "nine, boulevard Crémazie ouest, Quebec",
    "country=US / A1=LA / HNO=9 / RD=Rue Royale": "nine Rue Royale, Louisiana",
    # abroad and incomplete
    "country=US / A1=VT / A2=Washington County": "Washington County, Vermont",
    "country=FR / A3=Paris": "Paris, FR",
    "country=CA / A1=qc": "Quebec",
    "NAM=State House & Annex / HNO=115 / RD=State / STS=St": "State House and Annex, one fifteen State Street",
}


@pytest.mark.parametrize(("fields", "said"), STREETS.items())
def test_addresses(fields: str, said: str) -> None:
    assert say_address(civic(fields)) == said


INSIDE = {
    "FLR=2": "floor two",
    "FLR=2nd": "second floor",
    "FLR=2nd Floor": "second Floor",
    "FLR=Floor 2": "floor two",
    "FLR=FL 12": "floor twelve",
    "FLR=3e": "third floor",
    "FLR=B1": "floor B one",
    "FLR=G": "floor G",
    "FLR=LL": "floor L L",
    "FLR=Ground": "Ground floor",
    "FLR=Mezzanine": "Mezzanine",
    "FLR=Lobby Level": "Lobby Level",
    "UNIT=400": "unit four hundred",
    "UNIT=Ste 400": "suite four hundred",
    "UNIT=Apt #3B": "apartment three B",
    "UNIT=#12": "unit twelve",
    "UNIT=PH": "penthouse",
    "UNIT=#": "",
    "ROOM=12B": "room twelve B",
    "ROOM=Room 5": "room five",
    "ROOM=Conf Rm 3": "conference room three",
    "ROOM=Boardroom": "room Boardroom",
    "SEAT=14": "seat fourteen",
    "SEAT=Desk 14": "desk fourteen",
    "BLD=7": "building seven",
    "BLD=B": "building B",
    "BLD=Tower B": "Tower B",
    "BLD=Pavilion Bldg": "Pavilion Building",
    "BLD=Admin / FLR=3 / UNIT=Ste 300 / ROOM=301 / SEAT=4 / LOC=near NW stairs": (
        "building Admin, floor three, suite three hundred, room three zero one, seat four, near Northwest stairs"
    ),
    "LOC=3rd cubicle, col 14B": "third cubicle, column fourteen B",
    "LOC=opposite Ste 400 by Hwy 2": "opposite suite four hundred by Highway two",
}


@pytest.mark.parametrize(("fields", "said"), INSIDE.items())
def test_places_inside_a_building(fields: str, said: str) -> None:
    assert say_address(civic(fields)) == said


def test_in_french_numbers_labels_and_province_are_french() -> None:
    fields = civic(
        "country=CA / A1=QC / A3=Montréal / HNO=1250 / STP=boul / RD=René-Lévesque / POD=O / FLR=3e / ROOM=9"
    )
    assert say_address(fields, "fr-CA") == (
        "mille deux cent cinquante, boulevard René-Lévesque ouest, troisième étage, local neuf, Montréal, Québec"
    )


def test_digit_by_digit_leaves_ranks_as_words() -> None:
    fields = civic("HNO=350 / RD=5th / STS=Ave / ROOM=1250 / PC=10118")
    assert say_address(fields, digit_by_digit=True) == (
        "three five zero, fifth Avenue, room one two five zero, one zero one one eight"
    )


def test_lines_are_street_inside_and_place() -> None:
    fields = civic("HNO=115 / RD=State / STS=St / FLR=2 / A3=Montpelier / A1=VT / country=US")
    assert address_lines(fields) == ("one fifteen State Street", "floor two", "Montpelier, Vermont")
    assert address_lines({"country": "US"}) == ()
    assert address_lines({"HNO": "  ", "RD": ""}) == ()


NAMES = ("HNO", "HNS", "HNP", "RD", "STS", "PRD", "POD", "STP", "FLR", "UNIT", "ROOM", "BLD", "LOC", "A3", "A1", "PC")


@given(st.dictionaries(st.sampled_from((*NAMES, "country", "XYZ")), st.text(max_size=40)), st.booleans())
def test_whatever_stands_in_the_fields_becomes_speech(fields: dict[str, str], digit_by_digit: bool) -> None:
    for language in ("en", "fr"):
        said = say_address(fields, language, digit_by_digit)
        assert not set("[]{}|<>") & set(said)
        assert "\n" not in said


def test_a_very_long_field_is_bounded() -> None:
    assert len(say_address({"LOC": "desk " * 1000})) <= 130
