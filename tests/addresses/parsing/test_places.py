"""Street and place without a comma between, with and without a gazetteer, and the readings that are handed on."""

import pytest

from callpoint.addresses.parsing import parse


class Places:
    """A gazetteer of a few names. `any_region` tells what it is asked without a region."""

    def __init__(self, *names: str) -> None:
        self._names = frozenset(names)

    def is_place(self, name: str, region: str) -> bool:
        """Whether the name was given."""
        return name in self._names


VERMONT = Places("averill", "east montpelier", "montpelier", "north hero", "barre", "saint albans")
TORONTO = Places("toronto", "east toronto", "west toronto", "north york", "york")


@pytest.mark.parametrize(
    ("text", "places", "street", "place"),
    [
        ("422 lake view rd averill vt", VERMONT, "Lake View Road", "Averill"),
        ("422 lake view averill vt", VERMONT, "Lake View", "Averill"),
        ("12 us route 2 east montpelier vt", VERMONT, "US Route 2", "East Montpelier"),
        ("12 main st east montpelier vt", VERMONT, "Main Street", "East Montpelier"),
        ("12 main st e montpelier vt", VERMONT, "Main Street East", "Montpelier"),
        ("12 main st st albans vt", VERMONT, "Main Street", "St Albans"),
        ("12 main st apt 5 barre vt", VERMONT, "Main Street", "Barre"),
        ("12 old trail rd vt", VERMONT, "Old Trail Road", ""),
        ("12 high birches, vt", VERMONT, "High Birches", ""),
        ("2 queen street east toronto on", TORONTO, "Queen Street East", "Toronto"),
        ("2 finch avenue north york on", TORONTO, "Finch Avenue", "North York"),
        ("2 yonge st toronto", TORONTO, "Yonge Street", "Toronto"),
        ("2 yonge toronto", TORONTO, "Yonge toronto", ""),
        ("12 rue de la montagne montreal qc", Places("montreal", "montagne"), "rue de la Montagne", "Montreal"),
        ("12 rue de la montagne, qc", Places("montreal", "montagne"), "rue de la Montagne", ""),
        ("12 rue stanley, qc", Places("stanley"), "rue Stanley", ""),
        ("12 The Queensway ON", Places("queensway"), "The Queensway", ""),
        ("27 washington oak park il", Places("oak park", "park"), "Washington", "Oak Park"),
    ],
)
def test_the_gazetteer_parts_street_and_place(text: str, places: Places, street: str, place: str) -> None:
    civic = parse(text, places).civic
    line = " ".join(part for part in (civic.PRD, civic.STP, civic.RD, civic.STS, civic.POD) if part)
    assert (line.lower(), civic.A3) == (street.lower(), place)


@pytest.mark.parametrize(
    ("text", "street", "place"),
    [
        ("422 lake view rd averill vt", "Lake View Road", "Averill"),
        ("123 main st west lafayette in", "Main Street", "West Lafayette"),
        ("1122 2nd st n saint petersburg fl", "2nd Street North", "Saint Petersburg"),
        ("6008 old bridge road ln cedar rapids ia", "Old Bridge Road Lane", "Cedar Rapids"),
        ("3121 187th street crt n east moline il", "187th Street Court North", "East Moline"),
        ("110 coventry square barre vt", "Coventry Square", "Barre"),
        ("6625 huntingdon pike huntingdon vy pa", "Huntingdon Pike", "Huntingdon Vy"),
        ("8845 deer park cedar rapids ia", "Deer Park", "Cedar Rapids"),
        ("100 route 37 e toms river nj", "Route 37 East", "Toms River"),
        ("176 sedgeford se cedar rapids ia", "Sedgeford Southeast", "Cedar Rapids"),
        ("5 kingston gate cv", "Kingston Gate Cove", ""),
        ("111 monroe chicago il", "Monroe", "Chicago"),
    ],
)
def test_without_a_gazetteer_the_end_of_the_street_decides(text: str, street: str, place: str) -> None:
    civic = parse(text).civic
    line = " ".join(part for part in (civic.PRD, civic.STP, civic.RD, civic.STS, civic.POD) if part)
    assert (line, civic.A3) == (street, place)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("10-123 Main St, Toronto ON", {"UNIT": "10", "HNO": "123"}, {"HNP": "10-", "HNO": "123"}),
        ("10-123 Main St, Barre, VT", {"HNP": "10-", "HNO": "123"}, {"UNIT": "10", "HNO": "123"}),
        ("10-123 Main St, Barre", {"HNP": "10-", "HNO": "123"}, {"UNIT": "10", "HNO": "123"}),
        ("176-214 Box Elder St, Barre, VT", {"HNP": "176-", "HNO": "214"}, {"HNO": "176"}),
    ],
)
def test_two_numbers_have_two_readings(text: str, first: dict[str, str], second: dict[str, str]) -> None:
    parsed = parse(text)
    numbers = [
        {name: value for name, value in civic.to_fields().items() if name in ("UNIT", "HNP", "HNO", "HNS")}
        for civic in (parsed.civic, parsed.alternatives[0])
    ]
    assert numbers == [first, second]


def test_words_behind_the_street_may_be_the_streets() -> None:
    parsed = parse("116 MAIN ST DERBY CTR, DERBY, VT")
    assert (parsed.civic.RD, parsed.civic.STS, parsed.civic.BLD) == ("Main", "Street", "Derby Ctr")
    other = parsed.alternatives[0]
    assert (other.RD, other.STS, other.BLD, other.A3) == ("Main St Derby", "Center", "", "Derby")


def test_a_lot_may_be_the_last_word_of_the_street() -> None:
    for text in ("32 Sugar Lot #22, Ludlow, VT", "32 SUGAR LOT 22, LUDLOW, VT"):
        parsed = parse(text)
        assert (parsed.civic.RD, parsed.civic.UNIT) == ("Sugar", "Lot 22")
        assert [(other.RD, other.UNIT) for other in parsed.alternatives] == [("Sugar Lot", "22")]
    for text in ("32 Sugar St Lot #22, Ludlow, VT", "32 Sugar, Lot 22, Ludlow, VT"):
        assert parse(text).alternatives == ()


def test_a_short_figure_behind_the_name_is_the_streets_and_a_long_one_a_unit() -> None:
    lane, office = parse("37 CHARBO UNKNOWN 4, DERBY, VT"), parse("223 W JACKSON 512, CHICAGO, IL")
    assert (lane.civic.RD, lane.civic.UNIT, lane.alternatives[0].UNIT) == ("Charbo Unknown 4", "", "4")
    assert (office.civic.RD, office.civic.UNIT, office.alternatives[0].UNIT) == ("Jackson", "512", "")


def test_an_alternative_place_comes_with_its_street() -> None:
    parsed = parse("12 us route 2 east montpelier vt", VERMONT)
    assert [(other.POD, other.A3) for other in parsed.alternatives] == [("East", "Montpelier")]


def test_counties_and_middle_groups_are_told_apart() -> None:
    parsed = parse("12 Main St, Colony Tower, Barre, Washington County, VT")
    assert (parsed.civic.A3, parsed.civic.A2, parsed.civic.BLD) == ("Barre", "Washington County", "Colony Tower")
    assert parse("12 Main St, whatever this is, Barre, VT").leftovers == ("whatever this is",)
