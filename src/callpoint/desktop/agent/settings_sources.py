"""Where settings come from, in the order in which they decide.

The command line, the environment (`CALLPOINT_ONSITE_*`), what an administrator manages (macOS preferences, the Windows
registry), the installer's file for the whole machine, the user's own file, and last what was baked in when the program
was built. An administrator stands before the user for the server and its token: a token handed out anew must reach the
program even where somebody once typed the old one. Language, contrast and name are the user's before the machine's.
"""

import json
import os
import plistlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from xml.parsers.expat import ExpatError

from callpoint.desktop.agent.file import write_private
from callpoint.desktop.agent.places import Places
from callpoint.desktop.agent.settings import NAMES, Settings, settings_from

if sys.platform == "win32":
    import winreg

ENVIRONMENT: Final = "CALLPOINT_ONSITE_"
BAKED: Final = "onsite.json"  # beside the program, or in the folder a one-file program unpacks itself into
REGISTRY: Final = (r"Software\Policies\Callpoint\Onsite", r"Software\Callpoint\Onsite")
THE_USERS_OWN: Final = ("language", "contrast", "name")

Source = Mapping[str, Any]


class SettingsFileError(ValueError):
    """A file of settings is there and cannot be read; the text names it."""


def read_settings(places: Places, command_line: Source, environment: Source = os.environ) -> Settings:
    """All sources joined. Raises SettingsFileError, and HostError for a host that is no address."""
    managed = [read_plist(path) for path in places.managed]
    user = read_json(places.user)
    return settings_from(
        [
            command_line,
            from_environment(environment),
            {name: user.get(name) for name in THE_USERS_OWN},
            *managed,
            *from_registry(),
            read_json(places.machine),
            user,
            baked_in(),
        ]
    )


def save_for_user(places: Places, **changed: str) -> None:
    """Keeps settings in the user's own file, beside what stands there. Raises OSError, SettingsFileError."""
    known = {name: value for name, value in read_json(places.user).items() if name in NAMES}
    write_private(places.user, json.dumps({**known, **changed}, indent=2, ensure_ascii=False) + "\n")


def save_for_machine(places: Places, given: Source) -> Settings:
    """Keeps host and token for every user of this computer, who all must be able to read them.

    Raises HostError, SettingsFileError, and OSError where we may not write.
    """
    wanted = settings_from([given])
    said = {name: getattr(wanted, name) for name in ("host", "token") if getattr(wanted, name)}
    places.machine.parent.mkdir(parents=True, exist_ok=True)
    write_private(places.machine, json.dumps({**read_json(places.machine), **said}, indent=2) + "\n")
    places.machine.chmod(0o644)
    return wanted


def from_environment(environment: Source) -> Source:
    """`CALLPOINT_ONSITE_HOST` and its like."""
    return {name: environment.get(f"{ENVIRONMENT}{name.upper()}") for name in NAMES}


def read_json(path: Path) -> Source:
    """An object in a file; {} if there is no such file, or it is not for us to read. Raises SettingsFileError."""
    try:
        plain = json.loads(path.read_text("utf-8-sig"))  # Windows editors put a byte order mark in front
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}
    except (OSError, ValueError) as error:
        raise SettingsFileError(f"{path} cannot be read: {error}") from error
    if not isinstance(plain, dict):
        raise SettingsFileError(f"{path} must hold one JSON object")
    return plain


def read_plist(path: Path) -> Source:
    """macOS preferences, in XML or binary; {} if there are none. Raises SettingsFileError."""
    try:
        plain = plistlib.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}
    except (OSError, ValueError, ExpatError, plistlib.InvalidFileException) as error:
        raise SettingsFileError(f"{path} cannot be read: {error}") from error
    return {str(name).lower(): value for name, value in plain.items()} if isinstance(plain, dict) else {}


def baked_in() -> Source:
    """The server this program was built for; {} when it runs from a checkout. Raises SettingsFileError."""
    folder = getattr(sys, "_MEIPASS", None)
    return read_json(Path(folder) / BAKED) if folder else {}


if sys.platform == "win32":

    def from_registry() -> list[Source]:
        """Group policy, then what the installer wrote (HKEY_LOCAL_MACHINE)."""
        return [_registry_key(path) for path in REGISTRY]

    def _registry_key(path: str) -> Source:
        found: dict[str, Any] = {}
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
                for number in range(winreg.QueryInfoKey(key)[1]):
                    name, value, _ = winreg.EnumValue(key, number)
                    found[name.lower()] = value
        except OSError:  # no such key: nothing is managed there
            return {}
        return found

else:

    def from_registry() -> list[Source]:
        """There is none elsewhere than on Windows."""
        return []
