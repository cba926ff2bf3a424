"""Prints what builds the package (`[build-system] requires`), one requirement a line: `make lock` pins it."""

import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"

if __name__ == "__main__":
    print("\n".join(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["build-system"]["requires"]))
