"""Reads the configuration: `callpoint.toml`, then `CALLPOINT_*`, then what the command line says."""

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from callpoint.ops.config import Address, Addresses, Config, check, move_ports
from callpoint.ops.errors import ConfigError

PREFIX = "CALLPOINT_"
DEFAULT_FILE = Path("callpoint.toml")
# Where the tests' data lies, which file to read, and secrets that must not stand in one: no settings of this class.
FOREIGN = frozenset({"CALLPOINT_TEST_DATA", "CALLPOINT_CONFIG", "CALLPOINT_SECRET_KEY", "CALLPOINT_DIAL_PASSWORD"})


@dataclass(frozen=True)
class Setting:
    """One key as an operator meets it: `sip.reroute_seconds` in the file, `CALLPOINT_SIP_REROUTE_SECONDS` outside."""

    section: str  # "" for the keys at the top of the file
    name: str
    type: Any
    default: Any
    explanation: str

    @property
    def key(self) -> str:
        return f"{self.section}.{self.name}" if self.section else self.name

    @property
    def variable(self) -> str:
        return PREFIX + self.key.replace(".", "_").upper()


def all_settings() -> list[Setting]:
    """Every setting in the order of the documentation."""
    found: list[Setting] = []
    for item in fields(Config):
        section = get_type_hints(Config)[item.name]
        if is_dataclass(section):
            found += _settings_of(section, item.name)
        else:
            found.append(Setting("", item.name, section, item.default, item.metadata["explanation"]))
    return found


def _settings_of(section: Any, prefix: str) -> list[Setting]:
    hints = get_type_hints(section)
    return [Setting(prefix, i.name, hints[i.name], i.default, i.metadata["explanation"]) for i in fields(section)]


def load(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    data_dir: Path | None = None,
    port_offset: int | None = None,
) -> Config:
    """The configuration of this installation, checked, with its ports moved by the offset.

    `file` defaults to `$CALLPOINT_CONFIG`, then to `callpoint.toml` in the working directory, which may be absent;
    a file that was named must exist. `data_dir` and `port_offset` are the command line's and win. Raises ConfigError.
    """
    variables = os.environ if environment is None else environment
    values = _from_file(_chosen_file(file, variables))
    values.update(_from_environment(variables))
    if data_dir is not None:
        values["data"] = data_dir
    if port_offset is not None:
        values["port_offset"] = port_offset
    return move_ports(check(_built(values)))


def _chosen_file(file: Path | None, variables: Mapping[str, str]) -> Path | None:
    named = file or (Path(variables["CALLPOINT_CONFIG"]) if variables.get("CALLPOINT_CONFIG") else None)
    if named is None:
        return DEFAULT_FILE if DEFAULT_FILE.is_file() else None
    if not named.is_file():
        raise ConfigError(str(named), "this configuration file does not exist.", "Check --config or CALLPOINT_CONFIG.")
    return named


def _from_file(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), f"it is not readable as TOML: {error}.", "Correct the line named.") from error
    except OSError as error:
        raise ConfigError(str(file), f"it cannot be read: {error.strerror}.", "Let this user read it.") from error
    known = {setting.key: setting for setting in all_settings()}
    values = {}
    for key, value in _flattened(table).items():
        if key not in known:
            raise ConfigError(key, f"{file} sets it, but there is no such setting.", _did_you_mean(key, known))
        values[key] = _converted(known[key].type, value, key)
    return values


def _flattened(table: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": item for inner, item in value.items()}
        else:
            flat[name] = value
    return flat


def _from_environment(variables: Mapping[str, str]) -> dict[str, Any]:
    known = {setting.variable: setting for setting in all_settings()}
    values = {}
    for name in sorted(variables):
        if not name.startswith(PREFIX) or name in FOREIGN:
            continue
        if name not in known:
            sentence = "the environment sets it, but there is no such setting."
            raise ConfigError(name, sentence, _did_you_mean(name, known))
        values[known[name].key] = _converted(known[name].type, variables[name], name)
    return values


def _did_you_mean(key: str, known: Mapping[str, Setting]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"Did you mean {near[0]}?" if near else "docs/configuration.md lists them all."


def _converted(wanted: Any, value: Any, key: str) -> Any:
    convert, remedy = CONVERTERS[wanted]
    try:
        return convert(value)
    except (TypeError, ValueError) as error:
        raise ConfigError(key, f"{value!r} does not do: {error}.", remedy) from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("it must be a text in quotes")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("it must be a whole number")
    try:
        return int(value)
    except ValueError as error:
        raise ValueError("it is no whole number") from error


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("it must be a number")
    try:
        return float(value)
    except ValueError as error:
        raise ValueError("it is no number") from error


def _truth(value: Any) -> bool:
    words = {True: True, False: False, "1": True, "0": False, "true": True, "false": False}
    known = value.lower() if isinstance(value, str) else value
    if known not in words or (isinstance(value, int) and not isinstance(value, bool)):
        raise ValueError("it must be true or false")
    return words[known]


def _path(value: Any) -> Path:
    text = _text(value) if not isinstance(value, Path) else str(value)
    if not text:
        raise ValueError("the path is empty")
    return Path(text)


def _optional_path(value: Any) -> Path | None:
    return None if value == "" else _path(value)


def _texts(value: Any) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list):
        raise TypeError("it must be a list of texts")
    return tuple(text for text in (_text(item).strip() for item in items) if text)


def _addresses(value: Any) -> Addresses:
    return tuple(Address.parse(text) for text in _texts(value))


CONVERTERS: dict[Any, tuple[Callable[[Any], Any], str]] = {
    str: (_text, 'Write it in quotes: key = "value".'),
    int: (_whole, "Give a whole number."),
    bool: (_truth, "Write true or false; 1 or 0 in the environment."),
    float: (_number, "Give a number, such as 2.0."),
    Path: (_path, "Give a path."),
    Path | None: (_optional_path, "Give the path of a file, or leave it empty."),
    tuple[str, ...]: (_texts, 'Give a list: ["one", "two"]; in the environment separated by commas.'),
    Addresses: (_addresses, 'Give a list of host:port, as in ["127.0.0.1:5060", "[::1]:5060"].'),
}


def _built(values: Mapping[str, Any]) -> Config:
    arguments: dict[str, Any] = {}
    for item in fields(Config):
        section = get_type_hints(Config)[item.name]
        if is_dataclass(section):
            names = {i.name: f"{item.name}.{i.name}" for i in fields(section)}
            given = {name: values[key] for name, key in names.items() if key in values}
            arguments[item.name] = section(**given)  # type: ignore[operator]
        elif item.name in values:
            arguments[item.name] = values[item.name]
    return Config(**arguments)
