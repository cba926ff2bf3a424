"""TLS both ways: whose certificate is believed for what (RFC 5922)."""

from pathlib import Path

import pytest

from callpoint.sip.events import TransportFailed
from callpoint.sip.uri import Uri
from callpoint.transport.tls import TlsFiles, client_context, server_context
from tests.transport.certificates import Authority
from tests.transport.pair import Heard, loopback, options, until


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


async def meet(ours: TlsFiles, theirs: TlsFiles, name: str = "") -> tuple[Heard, Heard]:
    """An OPTIONS over TLS to an element dialled by `name` (else by its address), until something is known of it."""
    here, there = Heard(tls=ours), Heard(tls=theirs)
    await here.endpoint.listen("udp", "127.0.0.1", 0)
    port = await there.endpoint.listen("tls", "127.0.0.1", 0)
    if name:
        here.endpoint.resolver._known[name] = ("127.0.0.1",)
        hops = here.endpoint.resolver.known_hops(Uri.parse(f"sips:psap@{name}:{port}"))
        assert hops == [loopback("tls", port)]
    here.endpoint.request(options(), loopback("tls", port))
    await until(lambda: here.events)
    await here.endpoint.close()
    await there.endpoint.close()
    return here, there


@pytest.mark.parametrize(
    ("names", "dialled", "reached"),
    [
        (("127.0.0.1",), "", True),
        (("psap.example",), "psap.example", True),
        (("psap.example",), "", False),  # dialled by an address the certificate says nothing of
        (("other.example",), "psap.example", False),
        (("127.0.0.1",), "psap.example", True),  # the very address we connect to
    ],
)
async def test_a_target_must_prove_what_was_dialled(
    authority: Authority, names: tuple[str, ...], dialled: str, reached: bool
) -> None:
    here, there = await meet(authority.files("node.example"), authority.files(*names), dialled)
    assert (here.statuses == [200]) is reached
    assert (here.heard(TransportFailed) == 1) is not reached
    assert bool(there.requests) is reached


async def test_two_names_at_one_address_are_both_tried(authority: Authority) -> None:
    here, there = Heard(tls=authority.files("node.example")), Heard(tls=authority.files("second.example"))
    port = await there.endpoint.listen("tls", "127.0.0.1", 0)
    here.endpoint.resolver._known |= {"first.example": ("127.0.0.1",), "second.example": ("127.0.0.1",)}
    here.endpoint.request(options(), loopback("tls", port))
    await until(lambda: here.statuses == [200])
    await here.endpoint.close()
    await there.endpoint.close()


async def test_a_certificate_of_another_authority_is_refused_both_ways(authority: Authority, tmp_path: Path) -> None:
    foreign = Authority(tmp_path / "foreign", "Foreign CA").files("127.0.0.1")
    here, there = await meet(authority.files("node.example"), foreign)
    assert here.heard(TransportFailed) == 1
    impostor = TlsFiles(foreign.certificate, foreign.key, authority.path)
    here, there = await meet(impostor, authority.files("127.0.0.1"))
    assert there.requests == []


async def test_names_proven_by_a_client(authority: Authority) -> None:
    ours = Heard(tls=authority.files("sbc.example", "sip:corp.example", "192.0.2.1"))
    theirs = Heard(tls=authority.files("127.0.0.1"))
    port = await theirs.endpoint.listen("tls", "127.0.0.1", 0)
    ours.endpoint.request(options(), loopback("tls", port))
    await until(lambda: theirs.requests)
    source = theirs.events[0].source  # type: ignore[attr-defined]
    assert theirs.endpoint.peer_names(source) == ("sbc.example", "corp.example", "192.0.2.1")
    await ours.endpoint.close()
    await theirs.endpoint.close()
    await until(lambda: theirs.endpoint.peer_names(source) == ())


async def test_the_common_name_counts_only_alone(authority: Authority) -> None:
    """RFC 5922 §7.1."""
    for names, proven in [((), ("old.example",)), (("new.example",), ("new.example",))]:
        ours = Heard(tls=authority.files(*names, common_name="old.example"))
        theirs = Heard(tls=authority.files("127.0.0.1"))
        port = await theirs.endpoint.listen("tls", "127.0.0.1", 0)
        ours.endpoint.request(options(), loopback("tls", port))
        await until(lambda theirs=theirs: theirs.requests)
        assert theirs.endpoint.peer_names(theirs.events[0].source) == proven  # type: ignore[attr-defined]
        await ours.endpoint.close()
        await theirs.endpoint.close()


async def test_without_certificates_no_tls_target_can_be_reached() -> None:
    ours = Heard()
    ours.endpoint.request(options(), loopback("tls", 5061))
    await until(lambda: ours.heard(TransportFailed) == 1)
    await ours.endpoint.close()


def test_missing_files_say_what_is_needed(tmp_path: Path, authority: Authority) -> None:
    with pytest.raises(OSError, match="tls_certificate and tls_key"):
        server_context(TlsFiles())
    with pytest.raises(FileNotFoundError):
        server_context(TlsFiles(tmp_path / "none.pem", tmp_path / "none.key"))
    assert client_context(TlsFiles(authorities=authority.path)).check_hostname
