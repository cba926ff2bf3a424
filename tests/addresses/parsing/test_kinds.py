"""What an address is that is no street with a number: boxes, routes, military mail, corners, landmarks, nothing."""

import pytest

from callpoint.addresses.parsing import parse

BARRE = {"country": "US", "A1": "VT", "A3": "Barre"}


@pytest.mark.parametrize(
    "text",
    [
        "PO Box 123, Barre, VT",
        "P.O. Box 123, Barre, VT",
        "P O Box 123 Barre VT",
        "POB 123, Barre VT",
        "Post Office Box 123, Barre, VT",
        "po box #123 barre vt",
        "Box 123, Barre, VT",
    ],
)
def test_a_post_office_box_is_told(text: str) -> None:
    parsed = parse(text)
    assert parsed.kind == "po_box"
    assert parsed.civic.to_fields() == {**BARRE, "POBOX": "123"}
    assert [note.code for note in parsed.notes] == ["po_box"]


@pytest.mark.parametrize("text", ["C.P. 123, Montréal QC", "CP 123 Montréal QC", "Case postale 123, Montréal (Québec)"])
def test_a_french_box_is_told(text: str) -> None:
    parsed = parse(text)
    assert (parsed.kind, parsed.civic.POBOX, parsed.civic.A3) == ("po_box", "123", "Montréal")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("General Delivery, Barre, VT 05641", "Barre"),
        ("General Delivery Barre VT 05641", "Barre"),
        ("John Smith, GENERAL DELIVERY, Barre VT", "Barre"),
        ("Poste restante, Montréal QC", "Montréal"),
        ("Livraison générale, Montréal (Québec) H3B 4W8", "Montréal"),
    ],
)
def test_general_delivery_is_told(text: str, place: str) -> None:
    parsed = parse(text)
    assert (parsed.kind, parsed.civic.A3, parsed.civic.RD) == ("general_delivery", place, "")
    assert [note.code for note in parsed.notes] == ["general_delivery"]


@pytest.mark.parametrize(
    ("text", "road", "notes"),
    [
        ("12 Main St, General Delivery, Barre, VT", "Main", ["general_delivery_beside_street"]),
        ("12 General Delivery Rd, Barre, VT", "General Delivery", []),
        ("Old General Delivery Rd, Barre, VT", "Old General Delivery", []),
    ],
)
def test_a_street_beside_general_delivery_or_named_so_counts(text: str, road: str, notes: list[str]) -> None:
    parsed = parse(text)
    assert (parsed.kind, parsed.civic.RD, [note.code for note in parsed.notes]) == ("street", road, notes)


def test_a_box_beside_a_street_is_noted_and_the_street_counts() -> None:
    parsed = parse("56 main st., 2nd floor pob 130 orleans ma 02653")
    assert parsed.kind == "street"
    assert (parsed.civic.HNO, parsed.civic.RD, parsed.civic.A3, parsed.civic.POBOX) == ("56", "Main", "Orleans", "130")
    assert [note.code for note in parsed.notes] == ["po_box_beside_street"]


@pytest.mark.parametrize(
    ("text", "called", "number", "box"),
    [
        ("RR 2 Box 348, Barre, VT", "Rural Route", "2", "348"),
        ("RR2 BOX 348, BARRE VT", "Rural Route", "2", "348"),
        ("Rural Route 2 Box 348, Barre, VT", "Rural Route", "2", "348"),
        ("R.R. #2, Barre, VT", "Rural Route", "2", ""),
        ("HC 284 Box 27, Barre, VT", "Highway Contract Route", "284", "27"),
        ("Highway Contract Route 284 Box 27, Barre, VT", "Highway Contract Route", "284", "27"),
        ("Star Route 75 Box 5Z, Barre, VT", "Star Route", "75", "5Z"),
    ],
)
def test_rural_and_contract_routes(text: str, called: str, number: str, box: str) -> None:
    parsed = parse(text)
    civic = parsed.civic
    assert parsed.kind == "rural_route"
    assert (called, number, box, "Barre") == (civic.STP, civic.RD, civic.POBOX, civic.A3)


def test_a_rural_route_behind_a_civic_number_is_left_over() -> None:
    parsed = parse("1234 Perth Line 20, RR 3, Stratford ON N5A 6S4")
    assert (parsed.kind, parsed.civic.HNO, parsed.civic.A3) == ("street", "1234", "Stratford")
    assert parsed.leftovers == ("RR 3",)


@pytest.mark.parametrize(
    ("text", "post", "region", "where"),
    [
        ("PSC 802 Box 74, APO AE 09499", "APO", "AE", "PSC 802 Box 74"),
        ("Unit 2050 Box 4190, APO AP 96278", "APO", "AP", "Unit 2050 Box 4190"),
        ("USNS Comfort, FPO AA 34099", "FPO", "AA", "USNS Comfort"),
        ("Unit 8400 Box 0000, DPO AE 09498", "DPO", "AE", "Unit 8400 Box 0000"),
    ],
)
def test_military_and_diplomatic_mail(text: str, post: str, region: str, where: str) -> None:
    parsed = parse(text)
    assert (parsed.kind, parsed.country) == ("military", "US")
    assert (post, region, where) == (parsed.civic.A3, parsed.civic.A1, parsed.civic.LOC)


def test_the_canadian_forces_post_office_is_behind_no_door_either() -> None:
    parsed = parse("CFPO 5058, Belleville ON K8N 5W6")
    assert (parsed.kind, parsed.civic.A1, parsed.civic.LOC) == ("military", "ON", "CFPO 5058 Belleville")


@pytest.mark.parametrize(
    "text", ["79th St. & Joliet Rd.", "79th St and Joliet Rd", "Main St @ Elm St", "I-80 & Frontage Road"]
)
def test_a_corner_has_no_number(text: str) -> None:
    parsed = parse(text)
    assert parsed.kind == "intersection"
    assert parsed.civic.LMK
    assert not parsed.civic.HNO
    assert not parsed.civic.RD


def test_a_corner_keeps_its_place() -> None:
    civic = parse("Woodville ave and Banksville road, Pittsburgh, PA").civic
    assert (civic.LMK, civic.A3, civic.A1) == ("Woodville ave and Banksville road", "Pittsburgh", "PA")


def test_a_landmark_is_no_street() -> None:
    parsed = parse("Gulfport Regional Airport, Gulfport, MS 39501")
    assert parsed.kind == "landmark"
    assert (parsed.civic.LMK, parsed.civic.RD) == ("Gulfport Regional Airport", "")


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", ",,,", "-"])
def test_nothing_is_nothing(text: str) -> None:
    parsed = parse(text)
    assert parsed.kind == "nothing"
    assert parsed.civic.to_fields() == {}
