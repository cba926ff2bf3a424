"""What `up` and `demo` print when all answers, and what they let through from their children."""

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from callpoint.ops.config import Config
from callpoint.ops.config_source import load
from callpoint.ops.installation import Installation
from callpoint.ops.up_command import plain, program, ready_for_calls, ready_line, welcome
from callpoint.routing.records import Provider, Target, Trunk
from callpoint.snapshot.changes import Put
from callpoint.snapshot.writer import SnapshotWriter


def printed(config: Config, demo: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, width=60)
    admin = ("admin@demo.example", "pass[bold]word") if demo else None
    document = Installation(config, with_lab=demo, sample=demo, admin=admin).ready_document()
    (welcome if demo else ready_line)(console, config, document)
    return out.getvalue()


def test_the_demo_tells_where_to_go_and_what_to_try(tmp_path: Path) -> None:
    shown = printed(load(environment={}, data_dir=tmp_path), demo=True)
    assert "http://127.0.0.1:8911   admin@demo.example  pass[bold]word" in shown  # a password is no markup
    assert "http://127.0.0.1:8913" in shown
    assert "callpoint dial 911 --as E1001\n" in shown
    assert f"{tmp_path}/admin-password" in shown


def test_the_examples_can_be_copied_where_the_program_is_not_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    assert program(".venv/bin/callpoint") == ".venv/bin/callpoint"
    assert program("somewhere/callpoint/__main__.py") == f"{sys.executable} -m callpoint"
    (folder / "callpoint").touch(mode=0o755)
    assert program(".venv/bin/callpoint") == "callpoint"


def test_with_moved_ports_the_examples_say_where(tmp_path: Path) -> None:
    shown = printed(load(environment={}, data_dir=tmp_path, port_offset=100), demo=True)
    assert "callpoint dial 933 --as E1002 --to 127.0.0.1:5160\n" in shown


def test_production_says_one_line(tmp_path: Path) -> None:
    shown = printed(load(environment={}, data_dir=tmp_path), demo=False)
    assert shown == "Callpoint answers: pages http://127.0.0.1:8911, SIP 127.0.0.1:5060\n"


def test_production_tells_at_once_that_calls_would_be_lost(tmp_path: Path) -> None:
    config = load(environment={}, data_dir=tmp_path)
    config.node_dir.mkdir()
    with SnapshotWriter(config.node_dir / "snapshot.db") as writer:
        writer.apply([])
        assert said_when_ready(config) == [
            "Callpoint answers: pages http://127.0.0.1:8911, SIP 127.0.0.1:5060",
            "No relay center is configured, neither in the directory nor in sip.fallback_relay. "
            "Set the relay center's targets in the portal (Provider, Relay center), or sip.fallback_relay. "
            "(relay.none)",
            "The node knows no trunk. Add a trunk in the portal (Trunks of the organization) with the addresses, the "
            "digest user or the certificate of your calling platform; the provider sees there who was turned away "
            "(Provider, Strangers). (trunk.none)",
        ]
        relay = Target("Relay", "sip:relay.example", "i3", "relay_center")
        trunk = Trunk("SBC", "acme", ("192.0.2.0/24",))
        writer.apply([Put(Provider(relay_center=(relay,))), Put(trunk)])
        assert [line.split(" ")[0] for line in said_when_ready(config)] == [
            "Callpoint",
            "SBC:",
        ]  # its organization is missing


def said_when_ready(config: Config) -> list[str]:
    out = io.StringIO()
    ready_for_calls(Console(file=out, width=60), config, Installation(config).ready_document())
    return out.getvalue().splitlines()


def test_what_children_write_cannot_steer_the_terminal() -> None:
    assert plain("a\x1b[2Jb\tc\x07") == "a\ufffd[2Jb\tc\ufffd"
