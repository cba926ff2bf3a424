"""What `up` and `demo` print when all answers, and what they let through from their children."""

import io
from pathlib import Path

from rich.console import Console

from callpoint.ops.config import Config
from callpoint.ops.config_source import load
from callpoint.ops.installation import Installation
from callpoint.ops.up_command import plain, ready_line, welcome


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


def test_with_moved_ports_the_examples_say_where(tmp_path: Path) -> None:
    shown = printed(load(environment={}, data_dir=tmp_path, port_offset=100), demo=True)
    assert "callpoint dial 933 --as E1002 --to 127.0.0.1:5160\n" in shown


def test_production_says_one_line(tmp_path: Path) -> None:
    shown = printed(load(environment={}, data_dir=tmp_path), demo=False)
    assert shown == "Callpoint answers: pages http://127.0.0.1:8911, SIP 127.0.0.1:5060\n"


def test_what_children_write_cannot_steer_the_terminal() -> None:
    assert plain("a\x1b[2Jb\tc\x07") == "a\ufffd[2Jb\tc\ufffd"
