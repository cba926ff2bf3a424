"""What a SAML identity provider's metadata, or its certificate alone, says: pasted by somebody, so read with care."""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext
from lxml import etree

from callpoint.directory.rules import RuleError

LONGEST: Final = 200_000
"""Characters of metadata; those of large identity providers have some ten thousand."""
_MD: Final = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"
_REDIRECT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_ARMOUR: Final = re.compile(r"-----(BEGIN|END) CERTIFICATE-----")


@dataclass(frozen=True)
class Metadata:
    """An identity provider: its name for itself, where people are sent to, and the certificate it signs with."""

    entity_id: str
    sso_url: str
    certificate: str


def read(xml: str) -> Metadata:
    """The identity provider described. Raises `RuleError` when there is not exactly one that people can be sent to.

    Of several signing certificates the first is taken.
    """
    root = _root(xml)
    entities = [one for one in root.iter(f"{_MD}EntityDescriptor") if one.find(f"{_MD}IDPSSODescriptor") is not None]
    if len(entities) != 1:
        raise RuleError(gettext("describes %(count)s identity providers; paste that of one") % {"count": len(entities)})
    entity_id = str(entities[0].get("entityID", "")).strip()
    descriptor = entities[0].find(f"{_MD}IDPSSODescriptor")
    services = descriptor.findall(f"{_MD}SingleSignOnService") if descriptor is not None else []
    addresses = [str(one.get("Location", "")).strip() for one in services if one.get("Binding") == _REDIRECT]
    keys = descriptor.findall(f"{_MD}KeyDescriptor") if descriptor is not None else []
    signing = [key for key in keys if key.get("use", "signing") == "signing"]
    certificates = [one.text or "" for key in signing for one in key.iter(f"{_DS}X509Certificate")]
    if not (entity_id and addresses and certificates):
        raise RuleError(gettext("lacks an entity ID, a signing certificate or an address for the redirect binding"))
    return Metadata(entity_id, addresses[0], certificate(certificates[0]))


def certificate(text: str) -> str:
    """An X.509 certificate, with or without its BEGIN and END lines, as base64 without breaks. Raises `RuleError`."""
    der = _load(text).public_bytes(Encoding.DER)
    return b64encode(der).decode()


def valid_until(text: str) -> datetime:
    """When the certificate ends, in UTC."""
    return _load(text).not_valid_after_utc


def _load(text: str) -> x509.Certificate:
    try:
        der = b64decode("".join(_ARMOUR.sub("", text).split()), validate=True)
        return x509.load_der_x509_certificate(der)
    except (Base64Error, ValueError) as error:
        raise RuleError(gettext("is no X.509 certificate; paste it whole, with its BEGIN and END lines")) from error


def _root(xml: str) -> etree._Element:
    if len(xml) > LONGEST:
        raise RuleError(gettext("is longer than the metadata of an identity provider ever is"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml.strip().encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        raise RuleError(gettext("is no XML; paste the metadata file whole")) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise RuleError(gettext("declares a document type, which metadata has no need of"))
    return root
