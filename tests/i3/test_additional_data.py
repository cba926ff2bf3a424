"""Additional data: written by the schema, read from the samples as their authors meant them."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.i3.conftest import Validate
from tests.i3.strategies import BLOCKS

from callpoint.i3.additional_data import (
    AdditionalData,
    Comment,
    CommentText,
    DataReference,
    DeviceInfo,
    ProviderInfo,
    ServiceInfo,
    SubscriberInfo,
    UniqueDeviceId,
    read,
    write,
)
from callpoint.i3.errors import DocumentError
from callpoint.i3.pidf_lo import read_pidf_lo
from callpoint.i3.vcard import Email, PersonName, PostalAddress, Telephone, VCard

COMPANY = ProviderInfo("ref@corp.example", "Callpoint", "Telecom Provider", "tel:+18025550100", ("EN", "fr-CA"))
CARD = VCard("Ada Example")


@pytest.fixture
def samples(shared_data: Path) -> Path:
    return shared_data / "protocols" / "additional-data-samples"


@given(BLOCKS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_read_what_was_written(validate: Validate, block: AdditionalData) -> None:
    written = write(block)
    validate(written)
    assert read(written) == block
    assert write(read(written)) == written


@pytest.mark.parametrize("kind", [ProviderInfo, ServiceInfo, DeviceInfo, SubscriberInfo, Comment])
def test_how_a_block_is_announced(kind: type[AdditionalData]) -> None:
    assert kind.purpose == f"EmergencyCallData.{kind.__name__}"
    assert kind.content_type == f"application/{kind.purpose}+xml"


def test_languages_are_kept_in_lower_case() -> None:
    assert COMPANY.languages == ("en", "fr-ca")


@pytest.mark.parametrize(
    ("name", "block"),
    [
        ("Comment1", Comment("string0987654321@example.org", (CommentText("This is an example of a comment.", "en"),))),
        (
            "DeviceInfo1",
            DeviceInfo(
                "d4b3072df.201409182208075@example.org",
                "fixed",
                "Nokia",
                "Lumia 800",
                (UniqueDeviceId("35788104", "IMEI"),),
            ),
        ),
        ("ServiceInfo1", ServiceInfo("2468.IBOC.MLTS.1359@example.org", ("wireless",), "Mobile", "Unknown")),
    ],
)
def test_small_samples(samples: Path, validate: Validate, name: str, block: AdditionalData) -> None:
    assert read((samples / f"{name}.xml").read_bytes()) == block
    validate(write(block))


def test_sample_of_a_provider(samples: Path, validate: Validate) -> None:
    block = read((samples / "ProvInfo1.xml").read_bytes())
    assert isinstance(block, ProviderInfo)
    card = block.contacts[0]
    assert replace(block, contacts=()) == ProviderInfo(
        "string0987654321@example.org",
        "Smith Telecom Inc.",
        "Telecom Provider",
        "tel:+1-201-555-0123",
        ("en",),
        "urn:nena:companyid:ID123",
        "NENA",
    )
    label = "John Smith\n123 First St.\nNew York, NY 12345"
    assert replace(card, other="") == VCard(
        "John Smith",
        PersonName(surname=("Smith",), given=("John",), suffix=("ENP",)),
        ("Example VoIP Provider",),
        telephones=(Telephone("tel:+1 800-123-4567", ("work", "voice")),),
        emails=(Email("John.Smith@SmithTelecom.com", ("work",)),),
        addresses=(PostalAddress("123 First St.", "New York", "NY", "12345", "USA", types=("work",), label=label),),
    )
    assert card.other.count("<xc:lang ") == 2
    assert "<xc:text>America/Eastern</xc:text>" in card.other
    written = write(block)
    validate(written)
    again = read(written)
    assert isinstance(again, ProviderInfo)
    assert again.contacts[0].other.count("<xc:lang ") == 2
    assert write(again) == written


def test_sample_of_a_subscriber(samples: Path, validate: Validate) -> None:
    block = read((samples / "SubInfo1.xml").read_bytes())
    assert isinstance(block, SubscriberInfo)
    assert block.data_provider_reference == "FEABFECD901@example.org"
    assert block.privacy_requested is False
    (card,) = block.subscribers
    assert replace(card, other="") == VCard(
        "John Smith",
        PersonName(("Smith",), ("John",)),
        ("ABC Corp.",),
        telephones=(
            Telephone("tel:+1 630 681 5006", ("home", "voice")),
            Telephone("tel:+1 630 681 0001", ("cell",)),
        ),
        emails=(Email("JohnSmith@gmail.com", ("home",)), Email("JohnSmith@abc.com", ("work",))),
        addresses=(PostalAddress("500 West St.", "AURORA", "IL", "12345", "USA", types=("home",)),),
    )
    validate(write(block))


def test_provided_by_reference(samples: Path) -> None:
    document = read_pidf_lo((samples / "PidfLoProvidedByByReference.xml").read_bytes())
    provided = document.locations[0].provided_by
    assert provided is not None
    kinds = ("ServiceInfo", "ProviderInfo", "Comment", "ServiceInfo", "DeviceInfo")
    assert provided.references == tuple(
        DataReference(f"EmergencyCallData.{kind}", f"https://example.com/ref{number}")
        for number, kind in enumerate(kinds, 1)
    )
    assert document.locations[1].provided_by is None


def test_provided_by_value(samples: Path) -> None:
    document = read_pidf_lo((samples / "PidfLoProvidedByByValue.xml").read_bytes())
    provided = document.locations[0].provided_by
    assert provided is not None
    assert [type(block) for block in provided.blocks] == [
        Comment,
        DeviceInfo,
        ProviderInfo,
        ServiceInfo,
        SubscriberInfo,
    ]
    subscriber = provided.blocks[4]
    assert isinstance(subscriber, SubscriberInfo)
    assert subscriber.subscribers[0].full_name == "Bill Jones"


@pytest.mark.parametrize("name", ["XcardType1", "Xcards1", "CapExample1", "CapExample2", "CapExample3"])
def test_other_documents_are_refused(samples: Path, name: str) -> None:
    with pytest.raises(DocumentError, match="is not additional data"):
        read((samples / f"{name}.xml").read_bytes())


@pytest.mark.parametrize(
    "block",
    [
        replace(COMPANY, data_provider_reference=""),
        replace(COMPANY, data_provider_string=""),
        replace(COMPANY, type_of_provider=""),
        replace(COMPANY, contact_uri=""),
        replace(COMPANY, languages=()),
        replace(COMPANY, languages=("English please",)),
        replace(COMPANY, subcontractor_priority="first"),
        replace(COMPANY, data_provider_string="\x00"),
        replace(COMPANY, contacts=(VCard(""),)),
        replace(COMPANY, contacts=(replace(CARD, telephones=(Telephone("tel:1", ("Phone",)),)),)),
        replace(COMPANY, contacts=(replace(CARD, emails=(Email("a@b", ("cell",)),)),)),
        ServiceInfo("r@x", (), "Fixed"),
        ServiceInfo("r@x", ("",), "Fixed"),
        ServiceInfo("r@x", ("MLTS-hosted",), ""),
        SubscriberInfo("r@x", ()),
        Comment("r@x", (CommentText("x", "in English"),)),
        DeviceInfo("", "fixed"),
        DeviceInfo("r@x", unique_device_ids=(UniqueDeviceId("1", "\x01"),)),
    ],
)
def test_the_writer_refuses(block: AdditionalData) -> None:
    with pytest.raises(DocumentError):
        write(block)


def test_a_careless_sender_is_read() -> None:
    body = b"""<e:EmergencyCallData.SubscriberInfo xmlns:e="urn:ietf:params:xml:ns:EmergencyCallData:SubscriberInfo"
      privacyRequested=" YES "><e:SubscriberData><vcard><tel><parameters><type><text>Work</text><text>PCS</text></type>
      </parameters><text>+1 802 555 0142</text></tel><fn><text> Ada </text></fn><x-desk/></vcard></e:SubscriberData>
      </e:EmergencyCallData.SubscriberInfo>"""
    assert read(body) == SubscriberInfo(
        "", (VCard("Ada", telephones=(Telephone("+1 802 555 0142", ("work",)),)),), privacy_requested=True
    )
