"""Asking a set: streets by key, name and likeness, places, twins."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from callpoint.addresses.parsed import Gazetteer
from callpoint.addresses.reference import ReferenceSet
from callpoint.addresses.street_key import StreetKey
from callpoint.datasets.feature import Feature
from tests.addresses.reference.drawn_map import ORIGIN, moved
from tests.addresses.reference.small_sets import build, point

MAIN = StreetKey("main", "street")

# name, type, direction before, place, postal code, region
STREETS = [
    ("Main", "Street", "", "Barre City", "05641", "VT"),
    ("Main", "Street", "North", "Barre City", "05641", "VT"),
    ("Main", "Street", "", "Montpelier", "05602", "VT"),
    ("Main", "Avenue", "", "Montpelier", "05602", "VT"),
    ("Maple", "Street", "", "Montpelier", "05602", "VT"),
    ("Lake View", "Road", "", "Montpelier", "05602", "VT"),
    ("Lake View", "Road", "", "Berlin", "05602", "VT"),
    ("Main", "Street", "", "Berlin", "03570", "NH"),
    ("Barre", "Street", "", "Montpelier", "05602", "VT"),
]


def features() -> Iterator[Feature]:
    """Each street has the numbers 10, 12 and 14, and lies a kilometre north of the one before."""
    for at, (name, kind, direction, place, postal, region) in enumerate(STREETS):
        for step, number in enumerate(("10", "12", "14")):
            where = {"A3": place, "A2": "", "Post_Code": postal, "A1": region}
            street = {"St_Name": name, "St_PosTyp": kind, "St_PreDir": direction}
            yield point(at * 3 + step + 2, number, moved(ORIGIN, at * 1000, step * 30), **where, **street)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> ReferenceSet:
    return build(tmp_path_factory.mktemp("datasets"), "address-points", features())[0]


def places(reference: ReferenceSet, key: StreetKey, region: str, place: str = "", postal: str = "") -> list[str]:
    return [street.civic.A3 for street in reference.streets(key, region, place, postal)]


def test_a_key_is_found_in_a_region(reference: ReferenceSet) -> None:
    assert places(reference, MAIN, "VT") == ["Barre City", "Montpelier"]
    assert places(reference, MAIN, "NH") == ["Berlin"]
    assert places(reference, MAIN, "ME") == []
    assert sorted(places(reference, MAIN, "")) == ["Barre City", "Berlin", "Montpelier"]


def test_only_the_key_itself_is_found(reference: ReferenceSet) -> None:
    assert places(reference, StreetKey("main"), "VT") == []
    assert places(reference, StreetKey("main", "street", "north"), "VT") == ["Barre City"]
    assert places(reference, StreetKey("main", "street", "south"), "VT") == []
    assert places(reference, StreetKey("main", "street", "", "old"), "VT") == []


def test_a_place_narrows(reference: ReferenceSet) -> None:
    assert places(reference, MAIN, "VT", "Montpelier") == ["Montpelier"]
    assert places(reference, MAIN, "VT", "MONTPELIER") == ["Montpelier"]
    assert places(reference, MAIN, "VT", "Barre") == ["Barre City"]
    assert places(reference, MAIN, "VT", "Berlin") == []
    assert places(reference, MAIN, "VT", "Stowe") == []
    assert places(reference, MAIN, "", "Berlin") == ["Berlin"]


def test_a_postal_code_narrows(reference: ReferenceSet) -> None:
    lake_view = StreetKey("lake view", "road")
    assert places(reference, lake_view, "VT", "", "05602") == ["Berlin", "Montpelier"]
    assert places(reference, lake_view, "VT", "", "05602-1234") == ["Berlin", "Montpelier"]
    assert places(reference, lake_view, "VT", "Berlin", "05602") == ["Berlin"]
    assert places(reference, lake_view, "VT", "Berlin", "05641") == []
    assert places(reference, lake_view, "VT", "", "99999") == []


def test_a_name_is_found_with_every_type_and_direction(reference: ReferenceSet) -> None:
    named = reference.streets_named("main", "VT")
    assert sorted(street.civic.street_line() for street in named) == [
        "Main Avenue",
        "Main Street",
        "Main Street",
        "North Main Street",
    ]
    in_town = reference.streets_named("main", "VT", "Montpelier")
    assert sorted(street.civic.street_line() for street in in_town) == ["Main Avenue", "Main Street"]
    assert reference.streets_named("mai", "VT") == []
    assert reference.streets_named("nosuch", "VT", "Montpelier") == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [("lake veiw", "Lake View"), ("lakeview", "Lake View"), ("mapel", "Maple"), ("bare", "Barre")],
)
def test_a_name_that_looks_alike(reference: ReferenceSet, written: str, expected: str) -> None:
    street, likeness = reference.streets_like(written, "VT", "Montpelier")[0]
    assert expected == street.civic.RD
    assert street.civic.A3 == "Montpelier"
    assert 0.55 <= likeness < 1


def test_the_name_itself_is_wholly_alike_and_comes_first(reference: ReferenceSet) -> None:
    found = reference.streets_like("main", "VT", "", "05602")
    assert [(street.civic.street_line(), likeness) for street, likeness in found[:2]] == [
        ("Main Avenue", 1.0),
        ("Main Street", 1.0),
    ]
    likenesses = [likeness for _, likeness in found]
    assert likenesses == sorted(likenesses, reverse=True)
    assert len(reference.streets_like("main", "VT", "", "05602", limit=1)) == 1


def test_both_place_and_postal_code_narrow_what_looks_alike(reference: ReferenceSet) -> None:
    found = reference.streets_like("lake veiw", "VT", "Berlin", "05602")
    assert [street.civic.A3 for street, _ in found] == ["Berlin"]
    assert reference.streets_like("lake veiw", "VT", "Berlin", "05641") == []


def test_nothing_looks_alike_in_a_whole_state(reference: ReferenceSet) -> None:
    assert reference.streets_like("lake veiw", "VT") == []
    assert reference.streets_like("lake veiw", "") == []


def test_what_looks_like_nothing_is_not_suggested(reference: ReferenceSet) -> None:
    assert reference.streets_like("zzyzx", "VT", "Montpelier") == []


def test_the_same_door_in_other_places(reference: ReferenceSet) -> None:
    assert [hit.civic.A3 for hit in reference.elsewhere(MAIN, "", "10", "", "VT")] == ["Barre City", "Montpelier"]
    assert len(reference.elsewhere(MAIN, "", "10", "")) == 3
    assert len(reference.elsewhere(MAIN, "", "10", "", limit=2)) == 2
    assert reference.elsewhere(MAIN, "", "11", "") == []
    assert reference.elsewhere(MAIN, "", "10", "A") == []
    assert reference.elsewhere(MAIN, "N", "10", "") == []
    assert reference.elsewhere(MAIN, "", "ten", "") == []
    assert reference.elsewhere(MAIN, "", "10", "", "ME") == []
    assert reference.elsewhere(StreetKey("nosuch"), "", "10", "") == []


def test_what_is_covered(reference: ReferenceSet) -> None:
    assert reference.covers("VT", "Montpelier")
    assert reference.covers("VT", "montpelier", "05602")
    assert reference.covers("VT", "", "05602")
    assert not reference.covers("VT", "Montpelier", "99999")
    assert not reference.covers("NH", "Montpelier")
    assert not reference.covers("VT", "Stowe")
    assert not reference.covers("VT")


def test_a_short_name_is_no_claim(reference: ReferenceSet) -> None:
    """There is a Barre Town around Barre City, of which the set knows nothing."""
    assert reference.covers("VT", "Barre City")
    assert not reference.covers("VT", "Barre")
    assert not reference.covers("VT", "Barre Town")


def test_it_is_a_gazetteer(reference: ReferenceSet) -> None:
    gazetteer: Gazetteer = reference
    assert gazetteer.is_place("barre", "VT")
    assert gazetteer.is_place("montpelier", "")
    assert not gazetteer.is_place("montpelier", "NH")
    assert not gazetteer.is_place("main", "VT")


def test_near_numbers(reference: ReferenceSet) -> None:
    (street,) = reference.streets(MAIN, "VT", "Montpelier")

    def near(number: str, limit: int = 3) -> list[str]:
        return [hit.civic.HNO for hit in reference.near_numbers(street, number, limit)]

    assert near("12") == ["12", "10", "14"]
    assert near("11", 2) == ["10", "12"]
    assert near("900", 1) == ["14"]
    assert near("1", 1) == ["10"]
    assert near("") == []


def test_near_numbers_show_the_suffixes_a_number_has(tmp_path: Path) -> None:
    suffixed = [point(line, "36", AddNum_Suf=suffix) for line, suffix in enumerate("CAB", 2)]
    reference, _ = build(tmp_path, "address-points", [*suffixed, point(9, "38", moved(ORIGIN, 0, 30))])
    (street,) = reference.streets(MAIN, "VT")
    assert reference.at(street, "", "36", "") == []
    assert sorted(hit.civic.HNS for hit in reference.near_numbers(street, "36")) == ["A", "B", "C"]
    assert [hit.civic.HNO for hit in reference.near_numbers(street, "36", limit=4)] == ["36", "36", "36", "38"]


def test_a_street_equals_itself_and_no_other(reference: ReferenceSet) -> None:
    (street,), (again,) = (reference.streets(MAIN, "VT", "Montpelier") for _ in range(2))
    (other,) = reference.streets(MAIN, "VT", "Barre City")
    assert street == again
    assert len({street, again, other}) == 2
    assert street.set is reference


def test_postal_codes_of_a_street_are_all_there(tmp_path: Path) -> None:
    rows = [point(line, str(line), Post_Code=code) for line, code in enumerate(("05999-0001", "05998", "", "05999"), 2)]
    reference, _ = build(tmp_path, "address-points", rows)
    (street,) = reference.streets(MAIN, "VT")
    assert street.postals == ("05998", "05999")


def test_names_of_a_place_in_every_field_are_found(tmp_path: Path) -> None:
    names = {"A4": "Old Quarter", "A5": "Millside", "Post_Comm": "East Sampleton", "MSAGComm": "SAMPLE TWP"}
    reference, _ = build(tmp_path, "address-points", [point(2, "10", **names)])
    for name in ("Sampleton", *names.values(), "Sample"):
        assert reference.is_place(name, "VT"), name
        assert len(reference.streets(MAIN, "VT", name)) == 1, name
    (hit,) = reference.elsewhere(MAIN, "", "10", "")
    assert (hit.civic.A4, hit.civic.A5, hit.civic.PCN) == ("Old Quarter", "Millside", "East Sampleton")


def test_threads_may_ask_at_once(reference: ReferenceSet) -> None:
    def ask(number: int) -> int:
        name = ("main", "maple", "lake view", "barre")[number % 4]
        streets = reference.streets_named(name, "VT", "Montpelier")
        return sum(len(reference.at(street, "", "12", "")) for street in streets)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(400))) == 100 * (2 + 1 + 1 + 1)
