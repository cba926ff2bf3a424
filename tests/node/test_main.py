"""The process around the node: what it asks of the system, and what it tells of faults nobody caught."""

import asyncio
import logging
import resource

import pytest

from callpoint.node.config import NodeConfig
from callpoint.node.main import fallback_provider, raise_descriptor_limit, tell_fault, tls_files
from callpoint.node.recorder import Recorder
from tests.node.world import MemoryJournal, World


async def test_a_fault_nobody_caught_becomes_an_alarm(caplog: pytest.LogCaptureFixture) -> None:
    journal = MemoryJournal()
    loop = asyncio.get_running_loop()
    with caplog.at_level(logging.ERROR):
        tell_fault(Recorder(journal), loop, {"message": "Timer broke.", "exception": KeyError("x")})  # type: ignore[arg-type]
    assert journal.of_kind("alarm")[0]["alarm"] == "internal_fault"
    assert "Timer broke." in journal.of_kind("alarm")[0]["text"]
    assert "Timer broke." in caplog.text


def test_the_limit_of_open_files_is_raised() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
    try:
        raise_descriptor_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_limit_that_cannot_be_raised_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("not allowed")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (10, 20))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    raise_descriptor_limit()
    assert "stays at 10" in caplog.text


async def test_what_the_configuration_becomes(world: World) -> None:
    config = NodeConfig(data_dir=world.folder, listen=(), fallback_relay=("sip:relay@127.0.0.1",))
    assert tls_files(config) is None
    target = fallback_provider(config).relay_center[0]
    assert (target.uri, target.kind, target.profile) == ("sip:relay@127.0.0.1", "relay_center", "i3")
