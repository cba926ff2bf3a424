"""TLS around peers that speak none (Debian's SIPp has none built in): a certificate authority, and a tunnel."""

import asyncio
import contextlib
import datetime
import ipaddress
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID_FOR = datetime.timedelta(days=2)


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key as PEM files."""

    certificate: Path
    key: Path


class Authority:
    """A certificate authority that lives in `folder`; `path` is what the others must trust."""

    def __init__(self, folder: Path, name: str = "Callpoint test authority") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.path = folder / "authority.pem"
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        built = self._builder(self._name, self._key).add_extension(constraints, critical=True)
        self.path.write_bytes(built.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str, addresses: tuple[str, ...] = ("127.0.0.1", "::1")) -> Certificate:
        """A certificate for the host `name`, good for TLS server and client."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives: list[x509.GeneralName] = [x509.DNSName(name)]
        alternatives += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        built = self._builder(subject, key).add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        files = Certificate(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        signed = built.sign(self._key, hashes.SHA256())
        files.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        plain = serialization.NoEncryption()
        files.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
        files.key.chmod(0o600)
        return files

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + VALID_FOR)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )


class TlsTunnel:
    """Takes TCP on a loopback port and carries it as TLS to `target` (`into_tls`), or takes TLS and carries it as TCP.

    Runs on a thread of its own between `with` and its end; `refused` counts the handshakes that failed.
    """

    def __init__(self, target: tuple[str, int], context: ssl.SSLContext, *, into_tls: bool) -> None:
        self.target = target
        self.refused = 0
        self.port = 0
        self._context = context
        self._into_tls = into_tls
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tls-tunnel", daemon=True)

    @property
    def address(self) -> str:
        """host:port it listens on."""
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(5):
            raise TimeoutError("the TLS tunnel did not come up")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        accepted_with = None if self._into_tls else self._context
        server = self._loop.run_until_complete(asyncio.start_server(self._carry, "127.0.0.1", 0, ssl=accepted_with))
        self.port = server.sockets[0].getsockname()[1]
        self._loop.set_exception_handler(self._count_refusal)
        self._ready.set()
        self._loop.run_forever()
        server.close()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    def _count_refusal(self, loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        if isinstance(context.get("exception"), ssl.SSLError | ConnectionError):
            self.refused += 1

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self.target
        dialled_with = self._context if self._into_tls else None
        try:
            onward_reader, onward_writer = await asyncio.open_connection(host, port, ssl=dialled_with)
        except OSError:  # ssl.SSLError is one
            self.refused += 1
            writer.close()
            return
        await asyncio.gather(_pump(reader, onward_writer), _pump(onward_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


def client_context(authority: Path, certificate: Certificate | None = None) -> ssl.SSLContext:
    """What a TLS client uses that trusts `authority` and shows `certificate`, if any."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(authority))
    if certificate is not None:
        context.load_cert_chain(certificate.certificate, certificate.key)
    return context


def server_context(certificate: Certificate, clients: Path | None = None) -> ssl.SSLContext:
    """What a TLS server uses that shows `certificate` and, with `clients`, asks for one signed by that authority."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate, certificate.key)
    if clients is not None:
        context.load_verify_locations(str(clients))
        context.verify_mode = ssl.CERT_REQUIRED
    return context
