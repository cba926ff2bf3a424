"""`callpoint-onsite`: reads its arguments and settings, then checks, or shows itself."""

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Sequence

from callpoint.desktop.agent.host import HostError
from callpoint.desktop.agent.places import Places, places
from callpoint.desktop.agent.program import NAME, VERSION
from callpoint.desktop.agent.settings_sources import (
    SettingsFileError,
    from_environment,
    read_settings,
    save_for_machine,
)
from callpoint.desktop.onsite.check import check
from callpoint.desktop.onsite.words import words_for


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, 2 for settings that cannot be read, `--check` has its own (`check.py`)."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.DEBUG if given.verbose else logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    here = places()
    try:
        settings = read_settings(here, {"host": given.host, "language": given.language})
    except (SettingsFileError, HostError) as error:
        _say(words_for(given.language or "")("settings_broken", why=error))
        return 2
    if given.check:
        return check(settings, _say)
    if given.save_for_machine:
        return _save_for_machine(here, given.host)
    if sys.platform.startswith("linux") and os.environ.get("DISPLAY"):
        # On Wayland no program may put its window above the others; by way of X it may.
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
    # Not at the top: --check and --version must do without Qt's libraries, which a computer without a screen lacks.
    program = importlib.import_module("callpoint.desktop.onsite.program")
    return int(program.run(settings, here, sys.argv[:1]))


def _save_for_machine(here: Places, host: str | None) -> int:
    try:
        kept = save_for_machine(here, {**from_environment(os.environ), **({"host": host} if host else {})})
    except (SettingsFileError, HostError, OSError) as error:
        _say(words_for("")("setup_not_kept", why=error))
        return 2
    _say(f"{here.machine}: {', '.join(name for name in ('host', 'token') if getattr(kept, name)) or 'nothing new'}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="callpoint-onsite", description="911 calls on this screen, over all windows.")
    parser.add_argument("--host", help="the server, as in https://callpoint.example.com")
    parser.add_argument("--language", choices=("en", "fr"))
    parser.add_argument("--check", action="store_true", help="say version and server, try to reach it, and end")
    parser.add_argument(
        "--save-for-machine",
        action="store_true",
        help="keep host and token (CALLPOINT_ONSITE_HOST, CALLPOINT_ONSITE_TOKEN) for every user; for installers",
    )
    parser.add_argument("--verbose", action="store_true", help="tell in the log what goes on")
    parser.add_argument("--version", action="version", version=f"{NAME} {VERSION}")
    return parser


def _say(line: str) -> None:
    if sys.stdout is not None:  # a windowed program on Windows has none; its exit code tells
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
