"""Secrets and the trial certificate: made once, private, and renewed in time."""

import datetime
import os
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509

from callpoint.ops.data_dir import (
    admin_password,
    make_data_dir,
    operator_token,
    read_secret,
    secret,
    sole_installation,
)
from callpoint.ops.errors import OperatorError
from callpoint.ops.self_signed import VALID_DAYS, ensure_certificate

NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
NAMES = ("127.0.0.1", "::1", "localhost")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_directory_is_private_and_a_second_start_finds_it(tmp_path: Path) -> None:
    made = make_data_dir(tmp_path / "deep" / "data")
    assert made.is_absolute()
    assert mode(made) == 0o700
    assert (made / "node").is_dir()
    assert make_data_dir(made) == made


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorError, match="cannot be made"):
        make_data_dir(tmp_path / "file" / "data")


def test_two_installations_never_share_a_directory(tmp_path: Path) -> None:
    with sole_installation(tmp_path):
        with pytest.raises(OperatorError, match=rf"process {os.getpid()}\) runs on the data directory"):
            sole_installation(tmp_path).__enter__()
        with sole_installation(make_data_dir(tmp_path / "other")):
            pass
    with sole_installation(tmp_path):  # given back, though the file is still there
        assert mode(tmp_path / "running") == 0o600


def test_the_directory_of_a_killed_installation_is_free_again_at_once(tmp_path: Path) -> None:
    program = f"""
import pathlib, time
from callpoint.ops.data_dir import sole_installation
with sole_installation(pathlib.Path({str(tmp_path)!r})):
    print("held", flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(OperatorError, match=f"process {holder.pid}"):
            sole_installation(tmp_path).__enter__()
        holder.kill()
        holder.wait()
    with sole_installation(tmp_path):
        pass


def test_a_secret_is_made_once_kept_and_private(tmp_path: Path) -> None:
    before = os.umask(0)  # the most careless of shells
    try:
        first = admin_password(tmp_path)
        token = operator_token(tmp_path)
    finally:
        os.umask(before)
    assert len(first) >= 32
    assert first != token
    assert admin_password(tmp_path) == first
    assert mode(tmp_path / "admin-password") == mode(tmp_path / "operator-token") == 0o600


def test_an_empty_or_unreadable_secret_is_told_not_used(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(OperatorError, match="is empty"):
        secret(tmp_path / "empty")
    with pytest.raises(OperatorError, match="cannot be read"):
        read_secret(tmp_path / "absent")


def test_the_certificate_serves_tls_names_this_host_and_has_a_private_key(tmp_path: Path) -> None:
    certificate, key = tmp_path / "tls" / "certificate.pem", tmp_path / "tls" / "key.pem"
    assert ensure_certificate(certificate, key, NAMES, NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    assert mode(key) == 0o600
    loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]


def test_the_certificate_is_kept_until_shortly_before_its_end(tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    assert ensure_certificate(certificate, key, NAMES, NOW)
    first = certificate.read_bytes()
    assert not ensure_certificate(certificate, key, NAMES, NOW + datetime.timedelta(days=VALID_DAYS - 40))
    assert certificate.read_bytes() == first
    assert ensure_certificate(certificate, key, NAMES, NOW + datetime.timedelta(days=VALID_DAYS - 20))
    assert certificate.read_bytes() != first


def test_a_damaged_certificate_or_a_lost_key_is_replaced(tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    ensure_certificate(certificate, key, NAMES, NOW)
    certificate.write_text("damaged")
    assert ensure_certificate(certificate, key, NAMES, NOW)
    key.unlink()
    assert ensure_certificate(certificate, key, NAMES, NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
