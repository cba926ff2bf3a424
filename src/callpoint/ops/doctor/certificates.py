"""The certificate of SIP over TLS: is it ours, is it in time, and will a peer believe it?"""

import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from callpoint.ops.config import Config
from callpoint.ops.doctor.check import Check, Subject
from callpoint.ops.doctor.finding import Finding, FindingKind, counted
from callpoint.transport.tls import TlsFiles, server_context

SOON: Final = timedelta(days=30)

UNREADABLE = FindingKind(
    "tls.unreadable",
    "error",
    "Certificate or key cannot be read. The node does not start with it.",
    "Give PEM files (sip.tls_certificate, sip.tls_key) that the user Callpoint runs as may read; the key unencrypted.",
)
OTHER_KEY = FindingKind(
    "tls.other-key",
    "error",
    "The key is not the one the certificate was made for. The node does not start with them.",
    "Set sip.tls_key to the key of this certificate; the host's own certificate must stand first in its file.",
)
EXPIRED = FindingKind(
    "tls.expired",
    "error",
    "The certificate has expired: peers refuse TLS, and calls by TLS fail.",
    "Renew the certificate and restart the node. A self-signed one of a trial is renewed by a restart.",
)
EXPIRES = FindingKind(
    "tls.expires",
    "warning",
    f"The certificate expires within {SOON.days} days.",
    "Renew the certificate and restart the node. A self-signed one of a trial is renewed by a restart.",
)
NOT_YET = FindingKind(
    "tls.not-yet",
    "error",
    "The certificate is not valid yet: peers refuse TLS until then.",
    "Wait, use the former certificate, or set this host's clock right.",
)
SELF_SIGNED = FindingKind(
    "tls.self-signed",
    "notice",
    "The certificate is self-signed: a peer believes it only when it was given this very certificate.",
    "For production set sip.tls_certificate and sip.tls_key to a certificate of an authority your peers believe.",
)
OTHER_NAME = FindingKind(
    "tls.other-name",
    "warning",
    "The certificate does not prove the name under which others reach this node (RFC 5922 §7.1).",
    "Have a certificate made whose subjectAltName holds sip.advertised_host.",
)
OPEN_KEY = FindingKind(
    "tls.open-key",
    "warning",
    "The private key can be read by other users of this machine.",
    "Run chmod 600 on the key file, and replace key and certificate if others had time to read it.",
)
AUTHORITIES = FindingKind(
    "tls.authorities",
    "error",
    "The file of authorities (sip.tls_ca) cannot be read, or holds none: no peer's certificate would be believed.",
    "Give a PEM file with the certificates of the authorities your peers use.",
)
OLD_AUTHORITY = FindingKind(
    "tls.old-authority",
    "warning",
    "An authority in sip.tls_ca has expired: peers whose certificates depend on it are refused.",
    "Replace it by the authority's current certificate.",
)
NOT_MADE = FindingKind(
    "tls.not-made",
    "notice",
    "No certificate is configured, and the self-signed one for trials has not been made yet.",
    "It is made by `callpoint up` or `demo`; for production set sip.tls_certificate and sip.tls_key.",
)
NONE = FindingKind(
    "tls.none",
    "notice",
    "SIP over TLS is switched off: calls, locations and callback numbers travel readable to others.",
    "Set sip.tls to an address, and sip.tls_certificate and sip.tls_key.",
)
FINE = FindingKind("tls.fine", "ok", "Certificate and key fit, and are in time.")


def look(subject: Subject) -> Iterator[Finding]:
    """Certificate, key, name, authorities."""
    config = subject.config
    if not config.sip.tls:
        yield NONE.found("sip.tls is empty: SIP over TLS is switched off.")
        return
    if config.sip.tls_ca is not None:
        yield from _authorities(config.sip.tls_ca, subject.now)
    certificate, key = config.tls_files
    if config.sip.tls_certificate is None and not certificate.exists():
        yield NOT_MADE.found(f"There is no {certificate} yet.")
        return
    try:
        loaded = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    except (OSError, ValueError) as error:
        yield UNREADABLE.found(f"{certificate} cannot be read as a certificate: {error}.")
        return
    wrong = [*_key(loaded, key), *_time(loaded, certificate, subject.now), *_name(loaded, config)]
    wrong = wrong or [*_as_the_node_would(config)]
    yield from wrong
    if _is_self_signed(loaded):
        yield SELF_SIGNED.found(f"{certificate} is self-signed.")
    if not wrong:
        yield FINE.found(f"{certificate} fits its key and is good until {loaded.not_valid_after_utc:%Y-%m-%d}.")


def _key(certificate: x509.Certificate, file: Path) -> Iterator[Finding]:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        yield UNREADABLE.found(f"{file} cannot be read as a private key: {error}.")
        return
    if key.public_key() != certificate.public_key():
        yield OTHER_KEY.found(f"{file} is not the key of the certificate.")
    if file.stat().st_mode & 0o077:
        yield OPEN_KEY.found(f"Other users can reach {file} (mode {file.stat().st_mode & 0o777:03o}).")


def _time(certificate: x509.Certificate, file: Path, now: datetime) -> Iterator[Finding]:
    left = certificate.not_valid_after_utc - now
    if left < timedelta(0):
        yield EXPIRED.found(f"{file} expired on {certificate.not_valid_after_utc:%Y-%m-%d}.")
    elif left < SOON:
        yield EXPIRES.found(f"{file} expires in {counted(left.days, 'day')}.")
    if now < certificate.not_valid_before_utc:
        yield NOT_YET.found(f"{file} is valid from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC only.")


def _name(certificate: x509.Certificate, config: Config) -> Iterator[Finding]:
    host = config.sip.advertised_host.lower()
    if not host:
        return
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        proved: set[str] = set()
    else:
        proved = {name.lower() for name in names.get_values_for_type(x509.DNSName)}
        proved |= {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    if host not in proved:
        yield OTHER_NAME.found(f"The certificate proves {', '.join(sorted(proved)) or 'no name'}, but not {host}.")


def _as_the_node_would(config: Config) -> Iterator[Finding]:
    certificate, key = config.tls_files
    try:
        server_context(TlsFiles(certificate, key, config.sip.tls_ca))
    except (OSError, ssl.SSLError) as error:
        yield UNREADABLE.found(f"TLS cannot start with {certificate}: {error}.")


def _is_self_signed(certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _authorities(file: Path, now: datetime) -> Iterator[Finding]:
    try:
        loaded = x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        yield AUTHORITIES.found(f"{file} cannot be read as certificates: {error}.")
        return
    for authority in loaded:
        if authority.not_valid_after_utc < now:
            name = authority.subject.rfc4514_string()
            yield OLD_AUTHORITY.found(f"{file}: {name} expired on {authority.not_valid_after_utc:%Y-%m-%d}.")


CHECKS = (Check("the certificate", look),)
