"""Where the program keeps its files on each system."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAME: Final = "Callpoint Onsite"
UNIX_NAME: Final = "callpoint-onsite"
DOMAIN: Final = "org.callpoint.onsite"  # of the settings an administrator distributes on macOS


@dataclass(frozen=True)
class Places:
    """`machine` is the installer's file of settings; `managed` are files a management system writes (macOS)."""

    machine: Path
    managed: tuple[Path, ...]
    user: Path
    state: Path
    cache: Path


def places(system: str = sys.platform, environment: Mapping[str, str] = os.environ, home: Path | None = None) -> Places:
    """For `system` as `sys.platform` names it; anything but Windows and macOS is treated as Linux."""
    at_home = home or Path.home()
    if system == "win32":
        return _windows(environment, at_home)
    return _mac(at_home) if system == "darwin" else _linux(environment, at_home)


def _windows(environment: Mapping[str, str], home: Path) -> Places:
    everybody = Path(environment.get("PROGRAMDATA") or "C:/ProgramData") / NAME
    roaming = Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / NAME
    local = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / NAME
    return Places(everybody / "settings.json", (), roaming / "settings.json", local / "state.json", local / "cache")


def _mac(home: Path) -> Places:
    support = home / "Library" / "Application Support" / NAME
    managed = (
        Path("/Library/Managed Preferences") / f"{DOMAIN}.plist",
        Path("/Library/Preferences") / f"{DOMAIN}.plist",
    )
    machine = Path("/Library/Application Support") / NAME / "settings.json"
    return Places(machine, managed, support / "settings.json", support / "state.json", home / "Library/Caches" / NAME)


def _linux(environment: Mapping[str, str], home: Path) -> Places:
    def base(variable: str, usual: str) -> Path:
        return Path(environment.get(variable) or home / usual) / UNIX_NAME

    user = base("XDG_CONFIG_HOME", ".config") / "settings.json"
    state = base("XDG_STATE_HOME", ".local/state") / "state.json"
    machine = Path("/etc") / f"{UNIX_NAME}.json"
    return Places(machine, (), user, state, base("XDG_CACHE_HOME", ".cache"))
