"""TLS for SIP: contexts from files, and which names a peer's certificate proves (RFC 5922 §7.1)."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class TlsFiles:
    """PEM files: our certificate chain and key, and the authorities we believe (None: the system's)."""

    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """For connections to us: a peer may show a certificate, and one that does must show a good one.

    Raises OSError or ssl.SSLError when a file is missing or not PEM.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(_text(files.certificate), _text(files.key))
    _believe(context, files)
    # Optional, because trunks may also prove themselves by address or digest inside TLS.
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def client_context(files: TlsFiles) -> ssl.SSLContext:
    """For connections we open: the target's certificate must be good for what we dial (RFC 5922 §7.3)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if files.certificate is not None:
        context.load_cert_chain(_text(files.certificate), _text(files.key))
    _believe(context, files)
    return context


def certificate_names(ssl_object: Any) -> tuple[str, ...]:
    """DNS names, SIP URIs' hosts and addresses of a verified peer certificate; empty when it showed none."""
    certificate = ssl_object.getpeercert() if ssl_object is not None else None
    if not certificate:
        return ()
    names = []
    for kind, value in certificate.get("subjectAltName", ()):
        if kind in ("DNS", "IP Address"):
            names.append(value.lower())
        elif kind == "URI" and value.lower().startswith(("sip:", "sips:")):
            names.append(value.split(":", 1)[1].lower())
    if not names:
        # RFC 5922 §7.1: the common name counts only where no subjectAltName of use exists.
        names = [value.lower() for part in certificate.get("subject", ()) for key, value in part if key == "commonName"]
    return tuple(names)


def _believe(context: ssl.SSLContext, files: TlsFiles) -> None:
    if files.authorities is not None:
        context.load_verify_locations(cafile=str(files.authorities))
    else:
        context.load_default_certs()


def _text(path: Path | None) -> str:
    if path is None:
        raise OSError("TLS needs tls_certificate and tls_key: name both PEM files")
    return str(path)
