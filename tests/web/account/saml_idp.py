"""A SAML identity provider in a few lines: responses signed as real ones are, and bad ones."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from secrets import token_hex

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.utils import OneLogin_Saml2_Utils

ENTITY = "https://login.acme.example/saml"
SSO = "https://login.acme.example/saml/sso"
EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


@cache
def keys(name: str) -> tuple[str, str]:
    """A key and its certificate in PEM, made once for all tests."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


def metadata(entity: str = ENTITY, sso: str = SSO, key: str = "right") -> str:
    """What such an identity provider hands out about itself."""
    body = "".join(line for line in keys(key)[1].splitlines() if "CERTIFICATE" not in line)
    spaces = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    protocol = "urn:oasis:names:tc:SAML:2.0:protocol"
    bindings = "urn:oasis:names:tc:SAML:2.0:bindings"
    return f"""<?xml version="1.0"?>
<md:EntityDescriptor {spaces} entityID="{entity}">
  <md:IDPSSODescriptor protocolSupportEnumeration="{protocol}">
    <md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data>
      <ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>
{body}
    </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="{bindings}:HTTP-POST" Location="{sso}/post"/>
    <md:SingleSignOnService Binding="{bindings}:HTTP-Redirect" Location="{sso}"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"""


@dataclass
class Answer:
    """A response about somebody, as it is told to our assertion consumer service; each value can be made wrong."""

    request_id: str
    acs: str
    audience: str
    email: str
    subject: str = "subject-1"
    name_format: str = PERSISTENT
    issuer: str = ENTITY
    key: str = "right"
    lifetime: timedelta = timedelta(minutes=5)
    age: timedelta = timedelta()
    attributes: bool = True
    sign_assertion: bool = True
    sign_response: bool = False
    algorithm: str = SHA256

    def xml(self) -> str:
        assertion = self._sign(self._assertion()) if self.sign_assertion else self._assertion()
        response = self._response(assertion)
        return self._sign(response) if self.sign_response else response

    def posted(self) -> dict[str, str]:
        return {"SAMLResponse": b64encode(self.xml().encode()).decode(), "RelayState": ""}

    def _response(self, assertion: str) -> str:
        return (
            '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
            'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" '
            f'ID="_{token_hex(16)}" Version="2.0" IssueInstant="{self._at(timedelta())}" Destination="{self.acs}" '
            f'InResponseTo="{self.request_id}"><saml:Issuer>{self.issuer}</saml:Issuer><samlp:Status>'
            '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
            f"{assertion}</samlp:Response>"
        )

    def _assertion(self) -> str:
        end = self._at(self.lifetime)
        attributes = (
            '<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>'
            f"{self.email}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>"
            if self.attributes
            else ""
        )
        return (
            '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" '
            f'ID="_{token_hex(16)}" Version="2.0" IssueInstant="{self._at(timedelta())}">'
            f"<saml:Issuer>{self.issuer}</saml:Issuer>"
            f'<saml:Subject><saml:NameID Format="{self.name_format}">{self.subject}</saml:NameID>'
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
            f'<saml:SubjectConfirmationData NotOnOrAfter="{end}" Recipient="{self.acs}" '
            f'InResponseTo="{self.request_id}"/></saml:SubjectConfirmation></saml:Subject>'
            f'<saml:Conditions NotBefore="{self._at(timedelta(minutes=-1))}" NotOnOrAfter="{end}">'
            f"<saml:AudienceRestriction><saml:Audience>{self.audience}</saml:Audience></saml:AudienceRestriction>"
            f'</saml:Conditions><saml:AuthnStatement AuthnInstant="{self._at(timedelta())}" SessionIndex="_s">'
            "<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
            f"</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>{attributes}</saml:Assertion>"
        )

    def _at(self, when: timedelta) -> str:
        return (datetime.now(UTC) - self.age + when).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _sign(self, xml: str) -> str:
        private, certificate = keys(self.key)
        digest = SHA1.replace("rsa-", "") if self.algorithm == SHA1 else "http://www.w3.org/2001/04/xmlenc#sha256"
        signed: bytes = OneLogin_Saml2_Utils.add_sign(xml, private, certificate, False, self.algorithm, digest)
        return signed.decode().removeprefix('<?xml version="1.0"?>').strip()
