"""Names in mixed case, as the standard form has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.addresses.parsing.spelling import spelled


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LAKE VIEW", "Lake View"),
        ("lake view", "Lake View"),
        ("McKean", "McKean"),
        ("LaSalle", "LaSalle"),
        ("O'BRIEN", "O'Brien"),
        ("l'assomption", "L'Assomption"),
        ("VAL-D'OR", "Val-d'Or"),
        ("SAINT-JEAN-SUR-RICHELIEU", "Saint-Jean-sur-Richelieu"),
        ("ISLE OF PALMS", "Isle of Palms"),
        ("1ST", "1st"),
        ("39E", "39e"),
        ("12A", "12A"),
        ("VILLAGE IV", "Village IV"),
        ("B", "B"),
        ("ÉDOUARD-MONTPETIT", "Édouard-Montpetit"),
        ("", ""),
    ],
)
def test_capitals_become_mixed_case(name: str, expected: str) -> None:
    assert spelled(name) == expected


def test_a_particle_behind_a_type_stays_small() -> None:
    assert spelled("DE LA MONTAGNE", inside=True) == "de la Montagne"
    assert spelled("DE LA MONTAGNE") == "De la Montagne"


@given(st.text(max_size=40))
def test_spelling_twice_changes_nothing_more(name: str) -> None:
    once = spelled(name)
    if not (once.isupper() or once.islower()):
        assert spelled(once) == once
