"""A person or company to reach: the xCard (RFC 6351 §3) inside additional data.

The properties a call taker needs are fields; all others are kept in `other` and written back in their place.
Of parameters only the types survive, and the label of an address.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from callpoint.i3.document import (
    add,
    child,
    children,
    from_opaque,
    local_name,
    namespace,
    raw_text_of,
    text_of,
    to_opaque,
)
from callpoint.i3.errors import DocumentError
from callpoint.i3.namespaces import VCARD

# The schema in RFC 7852's reference wants the properties in this order.
_ORDER: Final = (
    *("adr", "anniversary", "bday", "caladruri", "caluri", "categories", "clientpidmap", "email", "fburl", "fn"),
    *("geo", "impp", "key", "kind", "lang", "logo", "member", "n", "nickname", "note", "org", "photo", "prodid"),
    *("related", "rev", "role", "gender", "sound", "source", "tel", "title", "tz", "uid", "url", "group"),
)
_TYPES_OF_TELEPHONE: Final = frozenset({"work", "home", "text", "voice", "fax", "cell", "video", "pager", "textphone"})
_TYPES: Final = frozenset({"work", "home"})
_PLACES: Final = {name: place for place, name in enumerate(_ORDER)}
_SINGLE: Final = frozenset({"fn", "n", "org", "title"})
_REPEATED: Final = frozenset({"tel", "email", "adr"})
_NAME_PARTS: Final = ("surname", "given", "additional", "prefix", "suffix")
_ADDRESS: Final = ("pobox", "ext", "street", "locality", "region", "code", "country")


@dataclass(frozen=True, slots=True)
class Telephone:
    """`uri` as in "tel:+18025550142"; `types` like work, cell, textphone (RFC 6350 §6.4.1)."""

    uri: str
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Email:
    address: str
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Parts of an address for letters (RFC 6350 §6.3.1); where somebody is stands in a PIDF-LO."""

    street: str = ""
    locality: str = ""
    region: str = ""
    code: str = ""
    country: str = ""
    pobox: str = ""
    ext: str = ""
    types: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class PersonName:
    """Each part may have several words of its kind (RFC 6350 §6.2.2)."""

    surname: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    additional: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VCard:
    """`organization` is the name, then units; `other` the further properties as XML text."""

    full_name: str
    name: PersonName | None = None
    organization: tuple[str, ...] = ()
    title: str = ""
    telephones: tuple[Telephone, ...] = ()
    emails: tuple[Email, ...] = ()
    addresses: tuple[PostalAddress, ...] = ()
    other: str = ""


def read_vcard(element: etree._Element) -> VCard:
    """The card of a vcard element, whatever the order of its properties; types not known to the schema are left out."""
    first: dict[str, etree._Element] = {}
    others = []
    for prop in element:
        name = local_name(prop) if namespace(prop) in (VCARD, "") else ""
        if name in _SINGLE and name not in first:
            first[name] = prop
        elif name not in _REPEATED:
            others.append(prop)
    return VCard(
        full_name=text_of(_value(first.get("fn"), "text")),
        name=_read_name(first["n"]) if "n" in first else None,
        organization=tuple(map(text_of, children(first["org"], "text"))) if "org" in first else (),
        title=text_of(_value(first.get("title"), "text")),
        telephones=tuple(_read_telephone(e) for e in children(element, "tel")),
        emails=tuple(Email(text_of(_value(e, "text")), _types(e, _TYPES)) for e in children(element, "email")),
        addresses=tuple(_read_address(e) for e in children(element, "adr")),
        other=to_opaque(others),
    )


def _value(prop: etree._Element | None, name: str) -> etree._Element | None:
    return None if prop is None else child(prop, name)


def _types(prop: etree._Element, known: frozenset[str]) -> tuple[str, ...]:
    kinds = _value(_value(prop, "parameters"), "type")
    words = () if kinds is None else tuple(text_of(e).lower() for e in children(kinds, "text"))
    return tuple(word for word in words if word in known)


def _read_name(prop: etree._Element) -> PersonName:
    return PersonName(*(tuple(filter(None, map(text_of, children(prop, part)))) for part in _NAME_PARTS))


def _read_telephone(prop: etree._Element) -> Telephone:
    uri = _value(prop, "uri")
    return Telephone(text_of(_value(prop, "text") if uri is None else uri), _types(prop, _TYPES_OF_TELEPHONE))


def _read_address(prop: etree._Element) -> PostalAddress:
    parts = {part: ", ".join(filter(None, map(text_of, children(prop, part)))) for part in _ADDRESS}
    label = raw_text_of(_value(_value(_value(prop, "parameters"), "label"), "text"))
    return PostalAddress(**parts, types=_types(prop, _TYPES), label=label)


def add_vcard(parent: etree._Element, card: VCard) -> None:
    """Append the vcard element, its properties in the order of the schema; DocumentError without a full name."""
    if not card.full_name:
        raise DocumentError("a vcard needs a full name")
    properties = [_simple("fn", card.full_name), *map(_address, card.addresses)]
    properties += [_typed("email", "text", email.address, email.types, _TYPES) for email in card.emails]
    properties += [_typed("tel", "uri", tel.uri, tel.types, _TYPES_OF_TELEPHONE) for tel in card.telephones]
    if card.name is not None:
        properties.append(_name(card.name))
    if card.organization:
        properties.append(_simple("org", *card.organization))
    if card.title:
        properties.append(_simple("title", card.title))
    properties += from_opaque(card.other)
    etree.SubElement(parent, _tag("vcard"), nsmap={"xc": VCARD}).extend(sorted(properties, key=_place))


def _place(prop: etree._Element) -> int:
    """Unknown properties come last, as the schema has it; the sort keeps the order among equals."""
    return _PLACES.get(local_name(prop), len(_PLACES)) if namespace(prop) == VCARD else len(_PLACES) + 1


def _tag(name: str) -> str:
    return f"{{{VCARD}}}{name}"


def _simple(name: str, *texts: str) -> etree._Element:
    prop = etree.Element(_tag(name), nsmap={"xc": VCARD})
    for text in texts:
        add(prop, _tag("text"), text)
    return prop


def _parameters(prop: etree._Element, types: Iterable[str], known: frozenset[str], label: str = "") -> None:
    if not types and not label:
        return
    parameters = etree.SubElement(prop, _tag("parameters"))
    if types:
        kinds = etree.SubElement(parameters, _tag("type"))
        for word in types:
            if word not in known:
                raise DocumentError(f"{word!r} is not a type of {local_name(prop)}")
            add(kinds, _tag("text"), word)
    if label:
        add(etree.SubElement(parameters, _tag("label")), _tag("text"), label)


def _typed(name: str, value: str, text: str, types: tuple[str, ...], known: frozenset[str]) -> etree._Element:
    prop = _simple(name)
    _parameters(prop, types, known)
    add(prop, _tag(value), text)
    return prop


def _address(address: PostalAddress) -> etree._Element:
    prop = _simple("adr")
    _parameters(prop, address.types, _TYPES, address.label)
    for part in _ADDRESS:
        text = getattr(address, part)
        if text:
            add(prop, _tag(part), text)
    return prop


def _name(name: PersonName) -> etree._Element:
    prop = _simple("n")
    for part in _NAME_PARTS:
        for word in getattr(name, part):
            add(prop, _tag(part), word)
    return prop
