"""Additional data of an emergency call as values (RFC 7852 §4): who carries it, for whom, from what.

Every block has `content_type`, the body's media type, and `purpose`, the Call-Info parameter that announces it
(RFC 7852 §6.1). All blocks of one provider in one call share one `data_provider_reference` (RFC 7852 §4).
"""

from dataclasses import dataclass
from typing import ClassVar

from callpoint.i3.vcard import VCard


@dataclass(frozen=True, slots=True)
class ProviderInfo:
    """The company that handles the call and how to reach it at any hour (RFC 7852 §4.1)."""

    data_provider_reference: str
    data_provider_string: str  # its name in plain language
    type_of_provider: str  # "Telecom Provider", "Relay Provider", ...
    contact_uri: str
    languages: tuple[str, ...]  # spoken there, the preferred one first; kept in lower case
    provider_id: str = ""
    provider_id_series: str = ""  # NENA, EENA, domain
    contacts: tuple[VCard, ...] = ()
    subcontractor_principal: str = ""
    subcontractor_priority: str = ""  # sub or main: whom to call first
    other: str = ""

    purpose: ClassVar[str] = "EmergencyCallData.ProviderInfo"
    content_type: ClassVar[str] = "application/EmergencyCallData.ProviderInfo+xml"

    def __post_init__(self) -> None:
        object.__setattr__(self, "languages", tuple(language.lower() for language in self.languages))


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """What kind of line the call comes from (RFC 7852 §4.2)."""

    data_provider_reference: str
    service_types: tuple[str, ...]  # MLTS-hosted, MLTS-local, wireless, POTS, VOIP, ...
    service_mobility: str  # Mobile, Fixed, Nomadic, Unknown
    service_environment: str = ""  # Business, Residence, unknown
    other: str = ""

    purpose: ClassVar[str] = "EmergencyCallData.ServiceInfo"
    content_type: ClassVar[str] = "application/EmergencyCallData.ServiceInfo+xml"


@dataclass(frozen=True, slots=True)
class UniqueDeviceId:
    """`kind` is MEID, ESN, MAC, WiMAX, IMEI, IMSI, UDI, RFID, SN, ...."""

    value: str
    kind: str


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """The phone or program that dialled (RFC 7852 §4.3)."""

    data_provider_reference: str
    device_classification: str = ""  # fixed, cordless, desktop, soft phone, ...
    device_mfgr: str = ""
    device_model_nr: str = ""
    unique_device_ids: tuple[UniqueDeviceId, ...] = ()
    device_specific_data: str = ""  # a URI
    device_specific_type: str = ""
    other: str = ""

    purpose: ClassVar[str] = "EmergencyCallData.DeviceInfo"
    content_type: ClassVar[str] = "application/EmergencyCallData.DeviceInfo+xml"


@dataclass(frozen=True, slots=True)
class SubscriberInfo:
    """Who the service belongs to (RFC 7852 §4.4); that need not be who is speaking."""

    data_provider_reference: str
    subscribers: tuple[VCard, ...]
    privacy_requested: bool = False
    other: str = ""

    purpose: ClassVar[str] = "EmergencyCallData.SubscriberInfo"
    content_type: ClassVar[str] = "application/EmergencyCallData.SubscriberInfo+xml"


@dataclass(frozen=True, slots=True)
class CommentText:
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """Words for the call taker (RFC 7852 §4.5)."""

    data_provider_reference: str
    comments: tuple[CommentText, ...] = ()
    other: str = ""

    purpose: ClassVar[str] = "EmergencyCallData.Comment"
    content_type: ClassVar[str] = "application/EmergencyCallData.Comment+xml"


AdditionalData = ProviderInfo | ServiceInfo | DeviceInfo | SubscriberInfo | Comment


@dataclass(frozen=True, slots=True)
class DataReference:
    """Additional data to be fetched: `uri` is cid: or https: (RFC 7852 §6)."""

    purpose: str
    uri: str


@dataclass(frozen=True, slots=True)
class ProvidedBy:
    """Who provided a location: the content of provided-by in a PIDF-LO (RFC 7852 §6)."""

    references: tuple[DataReference, ...] = ()
    blocks: tuple[AdditionalData, ...] = ()
    other: str = ""
