"""Relay center and targets: what can be read, found and reached, asked of real sockets."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.ops.doctor_cases import (
    ORGANIZATION,
    RELAY,
    free_port,
    ids,
    one,
    publish,
    saying,
    sip_server,
    subject,
)

from callpoint.ops.config import Address
from callpoint.ops.doctor import targets
from callpoint.ops.doctor.sip_question import ask
from callpoint.ops.self_signed import ensure_certificate
from callpoint.routing.records import Provider, Psap, Target
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from callpoint.transport.tls import TlsFiles, client_context, server_context

# --- one question


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_any_final_response_is_an_answer(transport: str) -> None:
    heard: list[Request] = []

    def answer(request: Request) -> list[bytes]:
        heard.append(request)
        return [bytes(request.response(100)), bytes(request.response(403))]

    with sip_server(answer, transport) as port:
        assert ask(Hop(transport, "127.0.0.1", port), 5, "example.com").status == 403  # type: ignore[arg-type]
    (request,) = heard
    assert request.method == "OPTIONS"
    assert (
        request.get(
            "From",
        )
        is not None
    )
    assert "doctor@example.com" in str(request.get("From"))


def test_a_lost_datagram_is_repeated() -> None:
    heard: list[Request] = []

    def answer(request: Request) -> list[bytes]:
        heard.append(request)
        return [bytes(request.response(200))] if len(heard) > 1 else []

    with sip_server(answer) as port:
        assert ask(Hop("udp", "127.0.0.1", port), 10, "example.com").status == 200
    assert len(heard) == 2


def test_answers_to_others_are_passed_over() -> None:
    def answer(request: Request) -> list[bytes]:
        strange = request.response(500)
        strange.set("Call-ID", "somebody-else")
        return [bytes(strange), bytes(request.response(200))]

    with sip_server(answer) as port:
        assert ask(Hop("udp", "127.0.0.1", port), 10, "example.com").status == 200


@pytest.mark.parametrize(("kind", "words"), [("udp", "no SIP server"), ("tcp", "no SIP server")])
def test_what_is_no_sip_server_is_told(kind: str, words: str) -> None:
    with sip_server(lambda request: [b"220 mail.example.com ready\r\n\r\n"], kind) as port:
        assert words in ask(Hop(kind, "127.0.0.1", port), 5, "example.com").trouble  # type: ignore[arg-type]


def test_silence_refusal_and_hanging_up_are_told_apart() -> None:
    with sip_server(lambda request: []) as port:
        began = time.monotonic()
        assert ask(Hop("udp", "127.0.0.1", port), 0.2, "x").trouble == "no answer within 0.2 s"
        assert time.monotonic() - began < 5
    with sip_server(lambda request: [], "tcp") as port:
        assert "closed the connection" in ask(Hop("tcp", "127.0.0.1", port), 5, "x").trouble
    assert ask(Hop("tcp", "127.0.0.1", free_port()), 5, "x").trouble == "Connection refused"


# --- relay center


def test_without_a_relay_center_there_is_an_error(tmp_path: Path) -> None:
    assert ids(targets.look_for_relay(subject(tmp_path))) == ["relay.none"]
    publish(tmp_path, ORGANIZATION)
    assert ids(targets.look_for_relay(subject(tmp_path))) == ["relay.none"]


def test_the_configured_relay_center_counts_while_the_directory_names_none(tmp_path: Path) -> None:
    configured = subject(tmp_path, fallback_relay=("sip:911@relay.example.net",))
    assert "sip:911@relay.example.net" in one(targets.look_for_relay(configured), "relay.fine").sentence
    publish(tmp_path, Provider((RELAY,)))
    assert RELAY.uri in one(targets.look_for_relay(configured), "relay.fine").sentence


# --- targets


def asked(data: Path, *uris: str, **sip: object) -> list[targets.Finding]:
    """What is found with these URIs as the targets of one PSAP."""
    publish(data, Psap("Town", tuple(Target(f"T{number}", uri) for number, uri in enumerate(uris))))
    return list(targets.look_at_targets(subject(data, **sip)))


def test_a_target_that_answers_by_tcp(tmp_path: Path) -> None:
    with sip_server(saying(405), "tcp") as port:
        assert ids(asked(tmp_path, f"sip:127.0.0.1:{port};transport=tcp")) == ["target.fine"]


def test_a_target_by_udp_answers_and_is_too_small(tmp_path: Path) -> None:
    with sip_server(saying(200)) as port:
        found = asked(tmp_path, f"sip:127.0.0.1:{port};transport=udp")
    assert ids(found) == ["target.fine", "target.udp"]


def test_without_a_transport_tcp_is_tried_before_udp(tmp_path: Path) -> None:
    with sip_server(saying(200), "tcp") as port:
        assert ids(asked(tmp_path / "tcp", f"sip:127.0.0.1:{port}")) == ["target.fine"]
    with sip_server(saying(200)) as port:
        assert ids(asked(tmp_path / "udp", f"sip:127.0.0.1:{port}")) == ["target.fine", "target.udp"]


def test_a_target_that_says_it_is_unavailable(tmp_path: Path) -> None:
    with sip_server(saying(503), "tcp") as port:
        assert ids(asked(tmp_path, f"sip:127.0.0.1:{port};transport=tcp")) == ["target.unavailable"]


def test_a_dead_target_is_told_with_the_reason(tmp_path: Path) -> None:
    found = asked(tmp_path, f"sip:127.0.0.1:{free_port()};transport=tcp")
    assert "Connection refused" in one(found, "target.silent").sentence


def test_a_silent_target_is_told_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "ANSWER_SECONDS", 0.2)
    with sip_server(lambda request: []) as port:
        found = asked(tmp_path, f"sip:127.0.0.1:{port};transport=udp")
    assert ids(found) == ["target.silent", "target.udp"]
    assert "no answer within 0.2 s" in found[0].sentence


@pytest.mark.parametrize("uri", ["sip:", "tel:+18025550100", "not a uri", "sip:host:99999999"])
def test_a_uri_nobody_can_read(tmp_path: Path, uri: str) -> None:
    found = asked(tmp_path, uri)
    assert one(found, "target.uri").severity == "error"
    assert uri in found[0].sentence


def test_a_name_without_address_and_a_name_server_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def look_up(host: str) -> tuple[str, ...]:
        if host == "slow.example":
            release.wait(30)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(targets, "_look_up", look_up)
    monkeypatch.setattr(targets, "LOOKUP_SECONDS", 0.2)
    found = asked(tmp_path, "sip:gone.example", "sip:slow.example")
    release.set()
    assert ids(found) == ["target.no-address"] * 2
    assert "gone.example has no address (Name or service not known)" in found[0].sentence
    assert "slow.example has no address (no result within 0.2 s)" in found[1].sentence


def test_a_name_is_looked_up(tmp_path: Path) -> None:
    with sip_server(saying(200), "tcp") as port:
        found = asked(tmp_path, f"sip:localhost:{port};transport=tcp")
    assert ids(found) == ["target.fine"]


def test_targets_that_share_a_uri_are_asked_once_and_all_named(tmp_path: Path) -> None:
    heard: list[Request] = []

    def answer(request: Request) -> list[bytes]:
        heard.append(request)
        return [bytes(request.response(200))]

    with sip_server(answer, "tcp") as port:
        uri = f"sip:127.0.0.1:{port};transport=tcp"
        found = asked(tmp_path, uri, uri)
    assert "T0, T1 (sip:" in one(found, "target.fine").sentence
    assert len(heard) == 1


def test_of_very_many_targets_the_last_ones_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "MOST_ASKED", 2)
    found = asked(tmp_path, *(f"sip:127.0.0.1:{free_port()};transport=tcp" for _ in range(5)))
    assert "3 of 5 targets were not asked" in one(found, "target.not-all-asked").sentence
    assert [finding.sentence[:2] for finding in found[1:]] == ["T3", "T4"]


# --- TLS


@pytest.fixture
def files(tmp_path: Path) -> TlsFiles:
    folder = tmp_path / "tls"
    made = TlsFiles(folder / "certificate.pem", folder / "key.pem", folder / "certificate.pem")
    ensure_certificate(
        folder / "certificate.pem", folder / "key.pem", ("localhost",), datetime.datetime.now(datetime.UTC)
    )
    return made


@pytest.fixture
def tls_port(files: TlsFiles) -> Iterator[int]:
    """A SIP server on TLS whose certificate proves the name localhost."""
    context = server_context(files)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    plain, _ = server.accept()
                    with plain, context.wrap_socket(plain, server_side=True) as connection:
                        request = Request("OPTIONS", "sip:x")
                        lines = connection.recv(65_535).decode().split("\r\n")
                        request.extend(
                            tuple(line.split(": ", 1))  # type: ignore[misc]
                            for line in lines
                            if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")
                        )
                        connection.sendall(bytes(request.response(200)))
                except (TimeoutError, OSError):
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        stop.set()
        thread.join()


def test_the_certificate_must_prove_the_name_in_the_uri(files: TlsFiles, tls_port: int) -> None:
    hop = Hop("tls", "127.0.0.1", tls_port)
    believing = client_context(files)
    assert ask(hop, 5, "x", believing, "localhost").status == 200
    assert "certificate is not believed" in ask(hop, 5, "x", believing, "psap.example").trouble
    doubting = ssl.create_default_context()
    assert "self-signed" in ask(hop, 5, "x", doubting, "localhost").trouble


def test_a_sips_target_is_asked_with_the_nodes_own_files(tmp_path: Path, files: TlsFiles, tls_port: int) -> None:
    listening = (Address("127.0.0.1", 0),)
    uri = f"sips:localhost:{tls_port}"
    assert ids(asked(tmp_path, uri, tls=listening, tls_ca=files.authorities)) == ["target.fine"]
    assert "not believed" in one(asked(tmp_path, uri, tls=listening), "target.silent").sentence


def test_a_tls_target_without_tls_is_an_error(tmp_path: Path) -> None:
    found = asked(tmp_path, "sips:psap.example", "sip:psap.example;transport=tls")
    assert ids(found) == ["target.no-tls"] * 2
    assert "sip.tls is empty" in found[0].sentence
    broken = asked(tmp_path, "sips:psap.example", tls=(Address("127.0.0.1", 0),))
    assert "cannot be used" in one(broken, "target.no-tls").sentence


def test_the_relay_center_is_among_those_asked(tmp_path: Path) -> None:
    with sip_server(saying(200), "tcp") as port:
        publish(tmp_path, Provider((replace(RELAY, uri=f"sip:127.0.0.1:{port};transport=tcp"),)))
        found = list(targets.look_at_targets(subject(tmp_path)))
    assert "Relay center" in one(found, "target.fine").sentence
