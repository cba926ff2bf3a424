"""The tables out of the packages: codes, places and regions that belong together, and the honest gaps."""

import subprocess
import sys

import pytest

from callpoint.addresses import postal
from callpoint.addresses.folding import fold
from callpoint.addresses.postal.regions import PROVINCES, US_REGIONS

TABLES = postal.tables()


def test_a_zip_code_tells_its_state_places_county_and_kind() -> None:
    area = TABLES.zip("05901")
    assert area is not None
    assert (area.A1, area.city, area.places, area.county) == ("VT", "Averill", ("averill", "canaan"), "Essex County")
    assert (area.kind, area.active) == ("PO BOX", True)
    assert area.point == pytest.approx((45.0, -71.7), abs=0.05)
    assert TABLES.zip("05901-1234") == area
    state_house = TABLES.zip("05633")
    assert state_house is not None
    assert state_house.kind == "UNIQUE"


def test_what_the_post_does_not_know_is_none() -> None:
    assert TABLES.zip("00000") is None
    assert TABLES.zip("0563") is None
    assert TABLES.zip("") is None
    assert TABLES.fsa("D1A 1A1") is None
    assert TABLES.fsa("") is None


@pytest.mark.parametrize(
    ("code", "region", "place"),
    [
        ("00901", "PR", "San Juan"),
        ("96910", "GU", "Hagåtña"),
        ("00802", "VI", "St. Thomas"),
        ("96799", "AS", "Pago Pago"),
        ("96950", "MP", "Saipan"),
        ("20500", "DC", "Washington"),
        ("10001", "NY", "Manhattan"),
        ("05478", "VT", "St. Albans"),
        ("05478", "VT", "Saint Albans City"),
        ("K1A 0A9", "ON", "Ottawa"),
        ("H2Y 1C6", "QC", "Montréal"),
        ("M5V 3L9", "ON", "City of Toronto"),
        ("G1R 4P5", "QC", "Québec"),
        ("G1R 4P5", "QC", "Quebec City"),
        ("K2J 1A1", "ON", "Nepean"),
        ("K2J 1A1", "ON", "Ottawa"),
        ("m1p 4p5", "ON", "Scarborough"),
        ("B2Y 1A1", "NS", "Halifax"),
        ("X0A 0H0", "NU", "Iqaluit"),
        ("Y1A 1A1", "YT", "Whitehorse"),
        ("X1A 1A1", "NT", "Yellowknife"),
        ("A1C 1A1", "NL", "St. John's"),
        ("P3E 1A1", "ON", "Sudbury"),
    ],
)
def test_a_code_serves_its_place_in_its_region(code: str, region: str, place: str) -> None:
    assert TABLES.serves(code, place)
    assert region in TABLES.regions_of_postal(code)


@pytest.mark.parametrize(("code", "place"), [("05633", "Burlington"), ("K1A 0A9", "Toronto"), ("00000", "Nowhere")])
def test_a_code_does_not_serve_the_place_of_another(code: str, place: str) -> None:
    assert not TABLES.serves(code, place)


def test_government_codes_of_the_capital_reach_across_the_river() -> None:
    assert TABLES.regions_of_postal("K1A 0C9") == {"ON", "QC"}
    assert TABLES.serves("K1A 0C9", "Gatineau")
    assert TABLES.regions_of_postal("S9V 0A1") == {"SK", "AB"}


def test_an_unknown_code_is_judged_by_its_prefix() -> None:
    assert TABLES.zip("05999") is None
    assert TABLES.regions_of_postal("05999") == {"VT"}
    assert TABLES.fsa("L7Z 1A1") is None
    assert TABLES.regions_of_postal("L7Z 1A1") == {"ON"}
    assert TABLES.regions_of_postal("00012") == frozenset()
    assert TABLES.regions_of_postal("Z1Z 1Z1") == frozenset()
    assert TABLES.regions_of_postal("") == frozenset()


def test_states_served_by_the_us_post_from_abroad_are_no_regions() -> None:
    pohnpei = TABLES.zip("96941")
    assert pohnpei is not None
    assert (pohnpei.A1, pohnpei.point) == ("FM", None)
    assert not TABLES.is_place("Pohnpei", "")
    assert not TABLES.is_place("Apo", "AE")


def test_places_are_found_by_name_within_a_region_or_anywhere() -> None:
    assert TABLES.zips_of("VT", fold("Montpelier")) == ("05601", "05602", "05603", "05604", "05609", "05620", "05633")
    assert TABLES.zips_of("VT", "barre city") == ("05641",)
    assert TABLES.zips_of("VT", "paris") == ()
    assert TABLES.zips_of("XX", "paris") == ()
    assert set(TABLES.zips_of("QC", "Chicoutimi")) == {"G7G", "G7H", "G7J", "G7K"}
    assert TABLES.is_place("paris", "TX")
    assert TABLES.is_place("paris", "ON")
    assert not TABLES.is_place("paris", "VT")
    assert not TABLES.is_place("", "")
    assert {"TX", "ON", "KY", "ME"} <= TABLES.regions_of_place("Paris")
    assert TABLES.regions_of_place("Saint Johns") >= {"NL", "FL"}
    assert TABLES.regions_of_place("Cottbus") == frozenset()


@pytest.mark.parametrize(
    ("region", "name", "spelt"),
    [
        ("VT", "saint albans", "Saint Albans"),
        ("VT", "ST ALBANS CITY", "Saint Albans"),
        ("VT", "canaan", "Canaan"),
        ("QC", "quebec city", "Québec"),
        ("QC", "montreal", "Montréal"),
        ("ON", "scarborough", ""),
        ("VT", "atlantis", ""),
    ],
)
def test_a_place_is_spelt_as_the_post_spells_it(region: str, name: str, spelt: str) -> None:
    assert TABLES.city_name(region, name) == spelt


def test_every_region_has_places_and_every_code_leads_back_to_its_region() -> None:
    for region in US_REGIONS | PROVINCES:
        assert TABLES.regions_of_place(next(iter(TABLES._codes(region)))) >= {region}
        for codes in TABLES._codes(region).values():
            assert all(region in TABLES.regions_of_postal(code) for code in codes)


def test_the_tables_are_read_once() -> None:
    assert postal.tables() is TABLES


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_one_address_costs_a_fraction_of_the_tables() -> None:
    """Measured: 0.35 s of processor time, of which the package takes 0.25 to unpack itself, and 57 MB in all."""
    script = (
        "import time; start = time.process_time(); from callpoint.addresses import postal;"
        "tables = postal.tables(); tables.zip('05633'); tables.is_place('montpelier', 'VT'); tables.fsa('K1A');"
        "print(time.process_time() - start); print(open('/proc/self/status').read())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, _, status = done.stdout.partition("\n")
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    assert float(seconds) < 1.0
    assert int(peak) < 80_000
