"""xCard: what a call taker needs is read, all other properties stay in their place."""

from dataclasses import replace

import pytest
from hypothesis import given
from lxml import etree
from tests.i3.strategies import VCARDS

from callpoint.i3.document import read_root
from callpoint.i3.errors import DocumentError
from callpoint.i3.vcard import Email, PersonName, PostalAddress, Telephone, VCard, add_vcard, read_vcard

NS = "urn:ietf:params:xml:ns:vcard-4.0"
PLAIN = VCard("Ada Example")


def read(properties: str) -> VCard:
    return read_vcard(read_root(f'<vcard xmlns="{NS}">{properties}</vcard>'.encode()))


def written(card: VCard) -> etree._Element:
    parent = etree.Element("parent")
    add_vcard(parent, card)
    return read_root(etree.tostring(parent))[0]


def names(card: VCard) -> list[str]:
    return [etree.QName(prop).localname for prop in written(card)]


@given(VCARDS)
def test_read_what_was_written(card: VCard) -> None:
    assert read_vcard(written(card)) == card


def test_properties_in_the_order_of_the_schema() -> None:
    card = VCard(
        "Ada Example",
        PersonName(("Example",), ("Ada",)),
        ("Example Corp",),
        "Engineer",
        (Telephone("tel:+18025550142"),),
        (Email("ada@corp.example"),),
        (PostalAddress("115 State Street"),),
        f'<xc:gender xmlns:xc="{NS}"><xc:sex>F</xc:sex></xc:gender><xc:bday xmlns:xc="{NS}"></xc:bday>'
        '<x:badge xmlns:x="urn:x">17</x:badge>',
    )
    assert names(card) == ["adr", "bday", "email", "fn", "n", "org", "gender", "tel", "title", "badge"]


def test_order_among_equals_is_kept() -> None:
    card = replace(PLAIN, telephones=tuple(Telephone(f"tel:{number}") for number in (3, 1, 2)))
    assert read_vcard(written(card)).telephones == card.telephones


def test_only_the_first_of_single_properties_counts() -> None:
    card = read("<fn><text>One</text></fn><fn><text>Two</text></fn><title><text>A</text></title>")
    assert card.full_name == "One"
    assert card.title == "A"
    assert "<xc:text>Two</xc:text>" in card.other
    assert names(card) == ["fn", "fn", "title"]


def test_name_parts() -> None:
    card = read(
        "<fn><text>x</text></fn><n><surname>Example</surname><given>Ada</given><given>Jane</given><additional/>"
        "<prefix>Dr.</prefix><suffix>ing. jr</suffix><suffix>M.Sc.</suffix></n>"
    )
    assert card.name == PersonName(("Example",), ("Ada", "Jane"), (), ("Dr.",), ("ing. jr", "M.Sc."))


@pytest.mark.parametrize(
    ("xml", "telephone"),
    [
        ("<tel><uri> tel:+18025550142 </uri></tel>", Telephone("tel:+18025550142")),
        ("<tel><text>802 555 0142</text></tel>", Telephone("802 555 0142")),
        (
            "<tel><parameters><pref><integer>1</integer></pref><type><text>CELL</text><text>iphone</text></type>"
            "</parameters><uri>tel:1</uri></tel>",
            Telephone("tel:1", ("cell",)),
        ),
        ("<tel/>", Telephone("")),
    ],
)
def test_telephones(xml: str, telephone: Telephone) -> None:
    assert read(f"<fn><text>x</text></fn>{xml}").telephones == (telephone,)


def test_a_label_keeps_its_lines() -> None:
    label = "Ada Example\n115 State Street\nMontpelier, VT 05633"
    card = replace(PLAIN, addresses=(PostalAddress("115 State Street", types=("home",), label=label),))
    assert read_vcard(written(card)).addresses[0].label == label


def test_repeated_parts_of_an_address_are_joined() -> None:
    card = read("<fn><text>x</text></fn><adr><street>115 State Street</street><street>Floor 2</street><pobox/></adr>")
    assert card.addresses == (PostalAddress("115 State Street, Floor 2"),)


def test_an_empty_card_can_be_read_but_not_written() -> None:
    empty = read("")
    assert empty == VCard("")
    with pytest.raises(DocumentError, match="needs a full name"):
        written(empty)


@pytest.mark.parametrize(
    "card",
    [
        replace(PLAIN, telephones=(Telephone("tel:1", ("mobile",)),)),
        replace(PLAIN, emails=(Email("a@b", ("voice",)),)),
        replace(PLAIN, addresses=(PostalAddress(types=("cell",)),)),
        replace(PLAIN, title="\x0b"),
        replace(PLAIN, other="<gender/>"),
    ],
)
def test_the_writer_refuses(card: VCard) -> None:
    with pytest.raises(DocumentError):
        written(card)
