"""Additional data of an emergency call (RFC 7852 §4) as documents: `write(block)` and `read(body)`."""

import re
from collections.abc import Callable, Iterable
from functools import singledispatch
from typing import Final

from lxml import etree

from callpoint.i3.data_blocks import (
    AdditionalData,
    Comment,
    CommentText,
    DataReference,
    DeviceInfo,
    ProvidedBy,
    ProviderInfo,
    ServiceInfo,
    SubscriberInfo,
    UniqueDeviceId,
)
from callpoint.i3.document import (
    add,
    child,
    children,
    from_opaque,
    language_of,
    local_name,
    namespace,
    raw_text_of,
    read_root,
    set_attribute,
    set_language,
    text_of,
    to_opaque,
    write_root,
)
from callpoint.i3.errors import DocumentError
from callpoint.i3.namespaces import ADDITIONAL_DATA
from callpoint.i3.vcard import VCard, add_vcard, read_vcard

__all__ = [
    "AdditionalData",
    "Comment",
    "CommentText",
    "DataReference",
    "DeviceInfo",
    "ProvidedBy",
    "ProviderInfo",
    "ServiceInfo",
    "SubscriberInfo",
    "UniqueDeviceId",
    "read",
    "write",
]

# The pattern of the schema, without the line ends it got in print: BCP 47, lower case.
_LANGUAGE: Final = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[0-9a-z]{5,8}|[0-9][0-9a-z]{3}))*(?:-[0-9a-wyz](?:-[0-9a-z]{2,8})+)*(?:-x(?:-[0-9a-z]{1,8})+)?"
)
_PRIORITIES: Final = ("", "sub", "main")


def read(body: bytes) -> AdditionalData:
    """The block in `body`; DocumentError when it is none of the five. What is missing in it reads as ""."""
    return read_block(read_root(body))


def write(block: AdditionalData) -> bytes:
    """The document of `block`, valid against its schema; DocumentError where the schema asks for more."""
    return write_root(block_element(block))


def block_element(block: AdditionalData) -> etree._Element:
    """The element of `block`, to stand alone or in a provided-by (RFC 7852 §6)."""
    space = f"{ADDITIONAL_DATA}:{block.purpose.partition('.')[2]}"
    root = etree.Element(f"{{{space}}}{block.purpose}", nsmap={"ecd": space})
    _fill(block, root)
    return root


def is_block(element: etree._Element) -> bool:
    return local_name(element) in _READERS


def read_block(element: etree._Element) -> AdditionalData:
    """The block of an element; known by its local name, which carries the kind."""
    if not is_block(element):
        raise DocumentError(f"{local_name(element)} is not additional data")
    return _READERS[local_name(element)](element)


def _text(element: etree._Element, name: str) -> str:
    return text_of(child(element, name))


def _texts(element: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(filter(None, map(text_of, children(element, name))))


def _foreign(element: etree._Element) -> str:
    return to_opaque(e for e in element if namespace(e) != namespace(element))


def _cards(element: etree._Element, name: str) -> tuple[VCard, ...]:
    holder = child(element, name)
    return () if holder is None else tuple(read_vcard(card) for card in holder.iter("{*}vcard"))


def _read_provider(element: etree._Element) -> ProviderInfo:
    priority = _text(element, "SubcontractorPriority").lower()
    return ProviderInfo(
        data_provider_reference=_text(element, "DataProviderReference"),
        data_provider_string=_text(element, "DataProviderString"),
        provider_id=_text(element, "ProviderID"),
        provider_id_series=_text(element, "ProviderIDSeries"),
        type_of_provider=_text(element, "TypeOfProvider"),
        contact_uri=_text(element, "ContactURI"),
        languages=_texts(element, "Language"),
        contacts=_cards(element, "DataProviderContact"),
        subcontractor_principal=_text(element, "SubcontractorPrincipal"),
        subcontractor_priority=priority if priority in _PRIORITIES else "",
        other=_foreign(element),
    )


def _read_service(element: etree._Element) -> ServiceInfo:
    return ServiceInfo(
        data_provider_reference=_text(element, "DataProviderReference"),
        service_environment=_text(element, "ServiceEnvironment"),
        service_types=_texts(element, "ServiceType"),
        service_mobility=_text(element, "ServiceMobility"),
        other=_foreign(element),
    )


def _read_device(element: etree._Element) -> DeviceInfo:
    return DeviceInfo(
        data_provider_reference=_text(element, "DataProviderReference"),
        device_classification=_text(element, "DeviceClassification"),
        device_mfgr=_text(element, "DeviceMfgr"),
        device_model_nr=_text(element, "DeviceModelNr"),
        unique_device_ids=tuple(
            UniqueDeviceId(text_of(e), " ".join(e.get("TypeOfDeviceID", "").split()))
            for e in children(element, "UniqueDeviceID")
        ),
        device_specific_data=_text(element, "DeviceSpecificData"),
        device_specific_type=_text(element, "DeviceSpecificType"),
        other=_foreign(element),
    )


def _read_subscriber(element: etree._Element) -> SubscriberInfo:
    return SubscriberInfo(
        data_provider_reference=_text(element, "DataProviderReference"),
        subscribers=_cards(element, "SubscriberData"),
        privacy_requested=element.get("privacyRequested", "").strip().lower() in ("true", "1", "yes"),
        other=_foreign(element),
    )


def _read_comment(element: etree._Element) -> Comment:
    return Comment(
        data_provider_reference=_text(element, "DataProviderReference"),
        comments=tuple(CommentText(raw_text_of(e), language_of(e)) for e in children(element, "Comment")),
        other=_foreign(element),
    )


_READERS: Final[dict[str, Callable[[etree._Element], AdditionalData]]] = {
    ProviderInfo.purpose: _read_provider,
    ServiceInfo.purpose: _read_service,
    DeviceInfo.purpose: _read_device,
    SubscriberInfo.purpose: _read_subscriber,
    Comment.purpose: _read_comment,
}


def _put(root: etree._Element, name: str, text: str, *, required: bool = False) -> None:
    if text:
        add(root, f"{{{namespace(root)}}}{name}", text)
    elif required:
        raise DocumentError(f"{local_name(root)} needs {name}")


def _put_reference(root: etree._Element, block: AdditionalData) -> None:
    _put(root, "DataProviderReference", block.data_provider_reference, required=True)


def _put_cards(root: etree._Element, name: str, cards: Iterable[VCard]) -> None:
    holder = etree.SubElement(root, f"{{{namespace(root)}}}{name}")
    for card in cards:
        add_vcard(holder, card)


@singledispatch
def _fill(block: AdditionalData, root: etree._Element) -> None:
    raise DocumentError(f"{type(block).__name__} is not additional data")


@_fill.register
def _(block: ProviderInfo, root: etree._Element) -> None:
    if not block.languages or not all(map(_LANGUAGE.fullmatch, block.languages)):
        raise DocumentError(f"languages {block.languages!r} of a provider")
    if block.subcontractor_priority not in _PRIORITIES:
        raise DocumentError(f"subcontractor priority {block.subcontractor_priority!r} is neither sub nor main")
    _put_reference(root, block)
    _put(root, "DataProviderString", block.data_provider_string, required=True)
    _put(root, "ProviderID", block.provider_id)
    _put(root, "ProviderIDSeries", block.provider_id_series)
    _put(root, "TypeOfProvider", block.type_of_provider, required=True)
    _put(root, "ContactURI", block.contact_uri, required=True)
    for language in block.languages:
        _put(root, "Language", language)
    if block.contacts:
        _put_cards(root, "DataProviderContact", block.contacts)
    _put(root, "SubcontractorPrincipal", block.subcontractor_principal)
    _put(root, "SubcontractorPriority", block.subcontractor_priority)
    root.extend(from_opaque(block.other))


@_fill.register
def _(block: ServiceInfo, root: etree._Element) -> None:
    if not block.service_types:
        raise DocumentError("a service has a type")
    _put_reference(root, block)
    _put(root, "ServiceEnvironment", block.service_environment)
    for service_type in block.service_types:
        _put(root, "ServiceType", service_type, required=True)
    _put(root, "ServiceMobility", block.service_mobility, required=True)
    root.extend(from_opaque(block.other))


@_fill.register
def _(block: DeviceInfo, root: etree._Element) -> None:
    _put_reference(root, block)
    _put(root, "DeviceClassification", block.device_classification)
    _put(root, "DeviceMfgr", block.device_mfgr)
    _put(root, "DeviceModelNr", block.device_model_nr)
    for unique in block.unique_device_ids:
        element = add(root, f"{{{namespace(root)}}}UniqueDeviceID", unique.value)
        set_attribute(element, "TypeOfDeviceID", unique.kind)
    _put(root, "DeviceSpecificData", block.device_specific_data)
    _put(root, "DeviceSpecificType", block.device_specific_type)
    root.extend(from_opaque(block.other))


@_fill.register
def _(block: SubscriberInfo, root: etree._Element) -> None:
    if not block.subscribers:
        raise DocumentError("a subscriber has a vcard")
    root.set("privacyRequested", "true" if block.privacy_requested else "false")
    _put_reference(root, block)
    _put_cards(root, "SubscriberData", block.subscribers)
    root.extend(from_opaque(block.other))


@_fill.register
def _(block: Comment, root: etree._Element) -> None:
    _put_reference(root, block)
    for comment in block.comments:
        element = add(root, f"{{{namespace(root)}}}Comment", comment.text)
        set_language(element, comment.language)
    root.extend(from_opaque(block.other))
