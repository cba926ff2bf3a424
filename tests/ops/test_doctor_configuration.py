"""What is told of a configuration that is readable, and of one that is not."""

from dataclasses import replace
from pathlib import Path

from tests.ops.doctor_cases import ids, one, subject

from callpoint.ops.config import Address, Web
from callpoint.ops.doctor.check import Subject
from callpoint.ops.doctor.command import examined
from callpoint.ops.doctor.configuration import look, unreadable

LOOPBACK = (Address("127.0.0.1", 5060),)
OUTSIDE = (Address("0.0.0.0", 5060),)


def test_a_configuration_for_production_has_nothing_to_be_said_of(tmp_path: Path) -> None:
    good = subject(tmp_path, host_name="e911.example.com", udp=OUTSIDE)
    assert ids(look(good)) == ["configuration.fine"]


def test_a_domain_that_belongs_to_nobody_is_told(tmp_path: Path) -> None:
    found = look(subject(tmp_path, udp=OUTSIDE))
    assert "callpoint.invalid" in one(found, "configuration.host-name").sentence
    assert "configuration.host-name" in ids(look(subject(tmp_path, udp=OUTSIDE, host_name="invalid")))
    assert "configuration.host-name" not in ids(look(subject(tmp_path, udp=OUTSIDE, host_name="notinvalid")))


def test_loopback_only_is_a_notice_and_one_outer_address_is_enough(tmp_path: Path) -> None:
    inner = subject(tmp_path, udp=LOOPBACK, tcp=(Address("localhost", 5060),), tls=(Address("::1", 5061),))
    assert "127.0.0.1, ::1, localhost" in one(look(inner), "configuration.loopback").sentence
    outer = subject(tmp_path, udp=LOOPBACK, tls=(Address("sip.example.com", 5061),))
    assert "configuration.loopback" not in ids(look(outer))


def test_no_listener_at_all_is_an_error(tmp_path: Path) -> None:
    assert one(look(subject(tmp_path)), "configuration.no-listener").severity == "error"


def test_https_pages_want_secure_cookies(tmp_path: Path) -> None:
    plain = subject(tmp_path, udp=OUTSIDE)
    https = replace(plain.config, web=Web(public_url="https://e911.example.com"))
    assert one(look(Subject(https, plain.now)), "configuration.cookies").severity == "warning"
    secure = Subject(replace(https, secure_cookies=True), plain.now)
    assert "configuration.cookies" not in ids(look(secure))


def test_an_unknown_key_is_named_with_its_remedy_and_nothing_else_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "callpoint.toml"
    file.write_text("[sip]\nreroute_second = 2\n")
    findings, code = examined(tmp_path / "data", file, None)
    assert code == 2
    (only,) = findings
    assert only.id == "configuration.unreadable"
    assert only.sentence.startswith("sip.reroute_second:")
    assert only.remedy == "Did you mean sip.reroute_seconds?"
    assert not (tmp_path / "data").exists()


def test_a_file_that_may_not_be_read_is_told() -> None:
    finding = unreadable(PermissionError(13, "Permission denied", "callpoint.toml"))
    assert "Permission denied" in finding.sentence
    assert finding.remedy
