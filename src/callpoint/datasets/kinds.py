"""The kinds of data sets, the form of their files, and where a set of a given name lies."""

import re
from pathlib import Path
from typing import Final, Literal, get_args

from callpoint.datasets.errors import DatasetError

Kind = Literal["address-points", "roads", "psaps"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

# Marks our files among all SQLite files ("CPDS"), so that a stray one is told by name and not by a missing table.
APPLICATION_ID: Final = 0x43504453
# The tables inside. A number is raised when readers can no longer read what older programs built.
FORMATS: Final[dict[Kind, int]] = {"address-points": 1, "roads": 1, "psaps": 1}

LONGEST_NAME: Final = 60  # with the suffix of an unfinished file well below the 255 bytes of a file name
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?", re.ASCII)


def check_name(name: str) -> str:
    """The name itself; DatasetError unless it is letters, digits and dashes, which is safe as a file name anywhere."""
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        raise DatasetError(
            f"{name!r} is no name for a data set.",
            f"Use letters, digits and dashes, at most {LONGEST_NAME}, for example --name vermont-2024.",
        )
    return name


def name_from(file: Path) -> str:
    """A name made of a file's: `Kansas_PSAP boundaries.gpkg` becomes `kansas-psap-boundaries`."""
    words = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")
    return words[:LONGEST_NAME].strip("-") or "unnamed"


def dataset_path(directory: Path, kind: Kind, name: str) -> Path:
    """Where the set lies below the data sets' directory."""
    return directory / kind / f"{name}.sqlite"
