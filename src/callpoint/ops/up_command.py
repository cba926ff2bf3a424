"""`callpoint up` and `callpoint demo`."""

import asyncio
import datetime
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from callpoint.ops.config import Config
from callpoint.ops.console import show_calls
from callpoint.ops.data_dir import ADMIN_PASSWORD_FILE, admin_password, screen_token
from callpoint.ops.doctor import targets, trunks
from callpoint.ops.doctor.check import Check, Subject, run_checks
from callpoint.ops.installation import Installation, run_installation
from callpoint.ops.options import ConfigOption, DataOption, OffsetOption, ReadyOption, configure
from callpoint.ops.processes.start import begin
from callpoint.ops.sample import ADMIN_EMAIL
from callpoint.ops.supervisor import run_until_signal

NAME_WIDTH = 10
CHECK_SECONDS = 2.0  # the supervisor waits meanwhile; both read the snapshot, in milliseconds

Announce = Callable[[Console, Config, dict[str, Any]], None]


def up(
    data: DataOption = None,
    config: ConfigOption = None,
    port_offset: OffsetOption = None,
    ready_file: ReadyOption = None,
) -> None:
    """Start Callpoint for production: node, media, dispatcher, worker and web, each restarted alone when it dies."""
    begin("up")
    settings = configure(data, config, port_offset)
    _run(Installation(settings, config, ready_file), ready_for_calls)


def demo(
    data: DataOption = None,
    config: ConfigOption = None,
    port_offset: OffsetOption = None,
    ready_file: ReadyOption = None,
) -> None:
    """Start everything, with simulated PSAP and relay center and a sample organization, and show calls as they happen.

    Start it again on the same data directory and it goes on where it was.
    """
    begin("demo")
    settings = configure(data, config, port_offset)
    admin = (ADMIN_EMAIL, admin_password(settings.data))
    _run(Installation(settings, config, ready_file, with_lab=True, sample=True, admin=admin), welcome)


def _run(installation: Installation, announce: Announce) -> None:
    console = Console(file=sys.stdout)
    errors = Console(file=sys.stderr)

    def say(name: str, line: str) -> None:
        errors.print(Text.assemble((f"{name:<{NAME_WIDTH}} ", "dim"), plain(line)), soft_wrap=True)

    async def body(stop: asyncio.Event) -> None:
        folders = (installation.config.node_dir, installation.config.dispatcher_dir)
        shown = [asyncio.create_task(show_calls(folder / "journal.db", console)) for folder in folders]
        try:
            await run_installation(
                installation, say, stop, lambda document: announce(console, installation.config, document)
            )
        finally:
            for task in shown:
                task.cancel()
            await asyncio.gather(*shown, return_exceptions=True)

    asyncio.run(run_until_signal(body))


def plain(line: str) -> str:
    """What a child wrote, without what could steer the terminal."""
    return "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line)


def ready_for_calls(console: Console, config: Config, document: dict[str, Any]) -> None:
    """The line of `ready_line`; then, as doctor says it, what would lose every call, or every stray one."""
    ready_line(console, config, document)
    subject = Subject(config, datetime.datetime.now(datetime.UTC))
    checks = (
        Check("the relay center", targets.look_for_relay, CHECK_SECONDS),
        Check("trunks", trunks.look, CHECK_SECONDS),
    )
    for finding in run_checks(subject, checks):
        if finding.severity == "error":
            console.print(Text(f"{finding.sentence} {finding.remedy} ({finding.id})", "bold red"), soft_wrap=True)


def ready_line(console: Console, config: Config, document: dict[str, Any]) -> None:
    """For a log: one line."""
    console.print(f"Callpoint answers: pages {escape(document['web'])}, SIP {document['sip']}", soft_wrap=True)


def program(started_as: str) -> str:
    """What to type for `callpoint` in this terminal: in a checkout it lies in .venv, which is on nobody's PATH."""
    if shutil.which("callpoint"):
        return "callpoint"
    return started_as if Path(started_as).name == "callpoint" else f"{sys.executable} -m callpoint"


def welcome(console: Console, config: Config, document: dict[str, Any]) -> None:
    """For somebody who tries Callpoint: where to look, who to be, what to type."""
    offset = f" --to {document['sip']}" if config.port_offset else ""
    callpoint = program(sys.argv[0])
    rows = (
        ("Portal", f"{document['web']}   {document['admin']['email']}  {document['admin']['password']}"),
        ("PSAP screen", document["lab"]),
        ("Onsite", f"{document['streams']}/onsite/#token={screen_token(config.data)}"),
        ("SIP", f"{document['sip']} (UDP, TCP)   {document['sips']} (TLS)"),
        ("Try", f"{callpoint} dial 911 --as E1001{offset}"),
        ("", f"{callpoint} dial 933 --as E1002{offset}"),
        ("", f"{callpoint} explain E1099 --data {config.data}"),
        ("Password in", str(config.data / ADMIN_PASSWORD_FILE)),
    )
    console.rule("[bold]Callpoint is ready[/bold]")
    for name, value in rows:
        console.print(Text.assemble((f"{name:<12} ", "bold"), value), soft_wrap=True)
    console.rule("calls appear below, Ctrl-C stops everything")
