"""Certificates of every kind of wrongness, made here."""

import ipaddress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.ops.doctor_cases import NOW, ids, one, subject

from callpoint.ops.config import Address
from callpoint.ops.doctor import certificates
from callpoint.ops.doctor.check import Subject
from callpoint.ops.self_signed import ensure_certificate

LISTENING = (Address("127.0.0.1", 5061),)
NAME = "e911.example.com"


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


class Authority:
    """Signs certificates, as a public one would."""

    def __init__(self, days: float = 3650) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder("Authority", "Authority", self.key, days)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.certificate = builder.sign(self.key, hashes.SHA256())

    def issue(self, folder: Path, days: float = 90, since: float = -1, name: str = NAME) -> dict[str, Any]:
        """Writes certificate.pem and key.pem; gives them as settings of `[sip]`."""
        key = ec.generate_private_key(ec.SECP256R1())
        general = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("192.0.2.9"))]
        builder = _builder(name, "Authority", key, days, since)
        certificate = builder.add_extension(x509.SubjectAlternativeName(general), critical=False).sign(
            self.key, hashes.SHA256()
        )
        chain = [certificate, self.certificate]
        (folder / "certificate.pem").write_bytes(b"".join(pem(each) for each in chain))
        write_key(folder / "key.pem", key)
        return {"tls_certificate": folder / "certificate.pem", "tls_key": folder / "key.pem"}


def _builder(
    name: str, issuer: str, key: ec.EllipticCurvePrivateKey, days: float, since: float = -1
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=min(since, days - 1)))
        .not_valid_after(NOW + timedelta(days=days))
    )


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def write_key(path: Path, key: ec.EllipticCurvePrivateKey, password: bytes | None = None) -> None:
    how: Any = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how))
    path.chmod(0o600)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def looked(data: Path, **sip: Any) -> list[Any]:
    return list(certificates.look(subject(data, **({"tls": LISTENING} | sip))))


def test_a_certificate_of_an_authority_in_time(tmp_path: Path, authority: Authority) -> None:
    found = looked(tmp_path, **authority.issue(tmp_path), advertised_host="E911.example.com")
    assert ids(found) == ["tls.fine"]
    assert "good until 2027-02-18" in found[0].sentence


@pytest.mark.parametrize(
    ("days", "since", "expected", "words"),
    [
        (-2.0, -90.0, "tls.expired", "expired on 2026-11-18"),
        (29.5, -60.0, "tls.expires", "expires in 29 days"),
        (1.5, -60.0, "tls.expires", "expires in 1 day."),
        (90.0, 1.0, "tls.not-yet", "from 2026-11-21"),
    ],
)
def test_time(tmp_path: Path, authority: Authority, days: float, since: float, expected: str, words: str) -> None:
    found = looked(tmp_path, **authority.issue(tmp_path, days, since))
    assert ids(found) == [expected]
    assert words in found[0].sentence


def test_thirty_days_are_enough(tmp_path: Path, authority: Authority) -> None:
    assert ids(looked(tmp_path, **authority.issue(tmp_path, 30.5))) == ["tls.fine"]


def test_a_key_of_another_certificate(tmp_path: Path, authority: Authority) -> None:
    settings = authority.issue(tmp_path)
    write_key(tmp_path / "key.pem", ec.generate_private_key(ec.SECP256R1()))
    assert ids(looked(tmp_path, **settings)) == ["tls.other-key"]


def test_a_chain_in_the_wrong_order_is_told_as_another_key(tmp_path: Path, authority: Authority) -> None:
    settings = authority.issue(tmp_path)
    file = tmp_path / "certificate.pem"
    first, second = x509.load_pem_x509_certificates(file.read_bytes())
    file.write_bytes(pem(second) + pem(first))
    assert "tls.other-key" in ids(looked(tmp_path, **settings))


def test_a_key_with_a_password_a_broken_key_and_none(tmp_path: Path, authority: Authority) -> None:
    settings = authority.issue(tmp_path)
    write_key(tmp_path / "key.pem", ec.generate_private_key(ec.SECP256R1()), b"secret")
    assert "private key" in one(looked(tmp_path, **settings), "tls.unreadable").sentence
    (tmp_path / "key.pem").write_text("no key")
    assert "private key" in one(looked(tmp_path, **settings), "tls.unreadable").sentence
    (tmp_path / "key.pem").unlink()
    assert "No such file" in one(looked(tmp_path, **settings), "tls.unreadable").sentence


def test_a_certificate_that_is_none(tmp_path: Path, authority: Authority) -> None:
    settings = authority.issue(tmp_path)
    (tmp_path / "certificate.pem").write_text("-----BEGIN NOTHING-----\n")
    assert ids(looked(tmp_path, **settings)) == ["tls.unreadable"]


def test_a_key_others_can_read(tmp_path: Path, authority: Authority) -> None:
    settings = authority.issue(tmp_path)
    (tmp_path / "key.pem").chmod(0o640)
    assert "(mode 640)" in one(looked(tmp_path, **settings), "tls.open-key").sentence


def test_the_name_others_use_must_be_proved(tmp_path: Path, authority: Authority) -> None:
    settings = authority.issue(tmp_path)
    other = one(looked(tmp_path, **settings, advertised_host="sip.example.com"), "tls.other-name")
    assert "192.0.2.9, e911.example.com, but not sip.example.com" in other.sentence
    assert ids(looked(tmp_path, **settings, advertised_host="192.0.2.9")) == ["tls.fine"]


def test_a_certificate_without_any_name(tmp_path: Path, authority: Authority) -> None:
    authority_files = {"tls_certificate": tmp_path / "c.pem", "tls_key": tmp_path / "k.pem"}
    (tmp_path / "c.pem").write_bytes(pem(authority.certificate))
    write_key(tmp_path / "k.pem", authority.key)
    found = looked(tmp_path, **authority_files, advertised_host=NAME)
    assert "proves no name" in one(found, "tls.other-name").sentence


def test_what_only_openssl_refuses_is_told_in_its_words(tmp_path: Path, authority: Authority) -> None:
    settings = authority.issue(tmp_path)
    with (tmp_path / "certificate.pem").open("ab") as file:
        file.write(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    found = looked(tmp_path, **settings)
    assert "tls.unreadable" in ids(found)
    assert "tls.fine" not in ids(found)


def test_the_self_signed_one_of_a_trial(tmp_path: Path) -> None:
    assert ids(looked(tmp_path)) == ["tls.not-made"]
    trial = subject(tmp_path, now=datetime.now(UTC), tls=LISTENING)
    ensure_certificate(*trial.config.tls_files, ("localhost",), trial.now)
    found = list(certificates.look(trial))
    assert ids(found) == ["tls.self-signed", "tls.fine"]
    assert one(found, "tls.self-signed").severity == "notice"


def test_tls_switched_off_is_a_notice(tmp_path: Path) -> None:
    assert ids(looked(tmp_path, tls=())) == ["tls.none"]


def test_authorities(tmp_path: Path, authority: Authority) -> None:
    settings = authority.issue(tmp_path) | {"tls_ca": tmp_path / "ca.pem"}
    (tmp_path / "ca.pem").write_bytes(pem(authority.certificate))
    assert ids(looked(tmp_path, **settings)) == ["tls.fine"]
    (tmp_path / "ca.pem").write_bytes(pem(authority.certificate) + pem(Authority(-5).certificate))
    old = one(looked(tmp_path, **settings), "tls.old-authority")
    assert "CN=Authority expired on 2026-11-15" in old.sentence
    (tmp_path / "ca.pem").write_text("")
    assert "tls.authorities" in ids(looked(tmp_path, **settings))


def test_the_authorities_are_judged_before_the_first_start_as_well(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("none")
    assert ids(looked(tmp_path, tls_ca=tmp_path / "ca.pem")) == ["tls.authorities", "tls.not-made"]


def test_the_time_is_the_subjects(tmp_path: Path, authority: Authority) -> None:
    now = subject(tmp_path, tls=LISTENING, **authority.issue(tmp_path))
    later = Subject(replace(now.config), NOW + timedelta(days=365))
    assert ids(certificates.look(later)) == ["tls.expired"]
