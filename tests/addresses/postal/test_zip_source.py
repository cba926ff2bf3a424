"""ZIP codes made only as they are asked for, and the same ones however they are asked for."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import zipcodes

from callpoint.addresses.postal import PostalTables, ZipArea
from callpoint.addresses.postal.zip_source import ListedZips, PackagedZips, ZipSource

MONTPELIER = ZipArea("05602", "VT", "Montpelier", ("Berlin",), ("East Hill",), "", (44.2, -72.5), "STANDARD", True)
BOSTON = ZipArea("02108", "MA", "Boston", (), (), "", None, "STANDARD", False)
SOURCES: list[Callable[[], ZipSource]] = [PackagedZips, lambda: ListedZips([MONTPELIER, BOSTON])]


@pytest.mark.parametrize("source", SOURCES)
def test_sources_answer_alike(source: Callable[[], ZipSource]) -> None:
    zips = source()
    area = zips.get("05602")
    assert area is not None
    assert (area.A1, area.city) == ("VT", "Montpelier")
    assert area in list(zips.of_state("VT"))
    assert area.code in zips.bucket("05")
    assert zips.states_of_prefix("056") == {"VT"}
    assert zips.states_of_prefix("000") == frozenset()
    assert list(zips.of_state("XX")) == []


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("code", ["", "0", "K1A", "05", "99999x", "٠٥٦٠٢", "abcde", "-1234"])
def test_what_is_no_code_is_nothing(source: Callable[[], ZipSource], code: str) -> None:
    assert source().get(code) is None
    assert source().states_of_prefix("ab") == frozenset()


def test_the_package_is_asked_once_for_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real: Any = zipcodes.similar_to

    def counted(digits: str) -> Any:
        asked.append(digits)
        return real(digits)

    monkeypatch.setattr(zipcodes, "similar_to", counted)
    zips = PackagedZips()
    for code in ("05633", "05601", "05001", "05999", "90210"):
        zips.get(code)
    assert asked == ["05", "90"]


def test_every_row_of_the_package_is_read() -> None:
    zips = PackagedZips()
    codes = {code for digits in range(100) for code in zips.bucket(f"{digits:02}")}
    assert len(codes) == len(zipcodes.list_all()) > 42_000


def test_unknown_middles_are_none_and_known_ones_numbers() -> None:
    zips = PackagedZips()
    military, capitol = zips.get("09012"), zips.get("20500")
    assert military is not None
    assert (military.point, military.kind) == (None, "MILITARY")
    assert capitol is not None
    assert capitol.point == (38.8946, -77.0355)


def test_threads_that_ask_at_once_get_the_same() -> None:
    tables = PostalTables(PackagedZips(), [])
    found: list[frozenset[str]] = []
    threads = [threading.Thread(target=lambda: found.append(tables.regions_of_place("Montpelier"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert "VT" in found[0]


def test_places_of_an_area() -> None:
    assert MONTPELIER.places == ("montpelier", "berlin")
    assert [MONTPELIER.serves(key) for key in ("montpelier", "berlin", "east hill", "barre")] == [
        True,
        True,
        True,
        False,
    ]
