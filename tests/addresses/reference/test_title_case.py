"""Names out of capitals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.addresses.reference.title_case import title_case

NAMES = {
    "MAIN": "Main",
    "LAKE VIEW": "Lake View",
    "  LAKE   VIEW ": "Lake View",
    "MCDONALD": "McDonald",
    "LYLE MCKEE": "Lyle McKee",
    "MC GILL": "Mc Gill",
    "MACDONALD": "MacDonald",
    "MACHINE": "Machine",
    "MACK": "Mack",
    "O'BRIEN": "O'Brien",
    "O’NEILL": "O’Neill",
    "KING'S": "King's",
    "D'YOUVILLE": "D'Youville",
    "L'ACADIE": "L'Acadie",
    "HENRI-BOURASSA": "Henri-Bourassa",
    "RENÉ-LÉVESQUE": "René-Lévesque",
    "CÔTE-DES-NEIGES": "Côte-des-Neiges",
    "RUE DE LA MONTAGNE": "Rue de la Montagne",
    "DE LA MONTAGNE": "De la Montagne",
    "HORN OF THE MOON": "Horn of the Moon",
    "ROD AND GUN CLUB": "Rod and Gun Club",
    "1ST": "1st",
    "42ND": "42nd",
    "39E": "39e",
    "4H": "4H",
    "US ROUTE 2": "US Route 2",
    "VT ROUTE 2B": "VT Route 2B",
    "NH OLD ROUTE 10": "NH Old Route 10",
    "CR 12": "CR 12",
    "FM 1960": "FM 1960",
    "OR": "Or",
    "IN THE WOODS": "In the Woods",
    "VFW": "VFW",
    "VILLAGE IV": "Village IV",
    "ELIZABETH II": "Elizabeth II",
    "ST CLAIR": "St Clair",
    "MT HOPE": "Mt Hope",
    "LK VIEW": "Lk View",
    "MARTIN LUTHER KING JR": "Martin Luther King Jr",
    "ST. ALBANS": "St. Albans",
    "A": "A",
    "AVENUE L": "Avenue L",
    "AVENUE D": "Avenue D",
    "": "",
}


@pytest.mark.parametrize("name", NAMES)
def test_capitals_become_a_name(name: str) -> None:
    assert title_case(name) == NAMES[name]


@pytest.mark.parametrize(
    "name", ["McKean", "LaSalle", "DeWitt", "main", "van Ness", "iPark", "Rue de la Montagne", "1st", "St-Denis"]
)
def test_a_name_somebody_has_cased_stays(name: str) -> None:
    assert title_case(name) == name


@given(st.text(st.characters(categories=("Lu", "Ll", "Nd", "Zs", "Pd", "Po"))))
def test_only_case_and_blanks_change(name: str) -> None:
    assert title_case(name).casefold() == " ".join(name.split()).casefold()


@given(st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ '-0123456789")))
def test_twice_is_once(name: str) -> None:
    assert title_case(title_case(name)) == title_case(name)
