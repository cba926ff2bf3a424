"""Makes the page of all settings: `python -m callpoint.ops.config_docs > docs/configuration.md`."""

import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from callpoint.ops.config import Address, Addresses, Config
from callpoint.ops.config_source import Setting, all_settings

HEAD = """# Configuration

<!-- Made by `python -m callpoint.ops.config_docs`; a test holds it against src/callpoint/ops/config.py. -->

Callpoint runs without any configuration. What you set is read from `callpoint.toml` in the working directory (or the
file named by `--config` or `CALLPOINT_CONFIG`), then from the environment, then from the command line; the later one
wins. A key that does not exist, or a value of the wrong form, stops the start with the name of the key and the remedy.
In the environment a list is separated by commas.
"""

KINDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    float: "number",
    Path: "path",
    Path | None: "path",
    tuple[str, ...]: "list of texts",
    Addresses: "list of host:port",
}


def render() -> str:
    """The whole page, Markdown, ending in a newline."""
    settings = all_settings()
    lines = [HEAD]
    for section in dict.fromkeys(setting.section for setting in settings):
        lines.append(_heading(section))
        lines.append("| key | environment | kind | default | what it does |\n|---|---|---|---|---|")
        lines.extend(_row(setting) for setting in settings if setting.section == section)
        lines.append("")
    return "\n".join(lines)


def _heading(section: str) -> str:
    if not section:
        return "## At the top of the file\n"
    types = {item.name: get_type_hints(Config)[item.name] for item in fields(Config)}
    described = types[section].__doc__ if is_dataclass(types[section]) else ""
    return f"## `[{section}]`\n\n{described}\n"


def _row(setting: Setting) -> str:
    cells = (f"`{setting.name}`", f"`{setting.variable}`", KINDS[setting.type], _default(setting), setting.explanation)
    return "| " + " | ".join(cells) + " |"


def _default(setting: Setting) -> str:
    value = setting.default
    if value in (None, "", ()):
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{item}"' for item in value) + "]`"
    return f"`{value}`" if isinstance(value, int | float | Address) else f'`"{value}"`'


if __name__ == "__main__":
    sys.stdout.write(render())
