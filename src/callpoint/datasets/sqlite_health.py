"""Whether a GeoPackage arrived whole. GDAL reads the sound pages of a damaged one and says nothing."""

import re
import sqlite3
from pathlib import Path
from typing import Final
from urllib.parse import quote

from callpoint.datasets.errors import DatasetError

_REMEDY: Final = "Copy or export it again."
_HEADER_BYTES: Final = 100
# The check also tells of rows that break a table's own rules (an empty cell that must not be): those are told row by
# row when they are read. Damage is what it says of pages.
_DAMAGE: Final = re.compile(r"\*\*\*|Tree|Page|Freelist|.*(?:malformed|btree|out of order|never used)", re.IGNORECASE)
_MOST_TOLD: Final = 100


def check_whole(path: Path, start: bytes) -> None:
    """`start` is the beginning of the file, 100 bytes or more where it has them. DatasetError for a damaged one."""
    needed = _said_size(start)
    size = path.stat().st_size
    if len(start) < _HEADER_BYTES or size < needed:
        raise DatasetError(f"{path.name} is cut off: {size:,} bytes of {needed:,}.", _REMEDY)
    if path.with_name(path.name + "-wal").exists():
        return  # changes not yet written back: what the pages say alone is not what the file says
    damage = next(filter(_DAMAGE.match, _findings(path)), None)
    if damage is not None:
        raise DatasetError(f"{path.name} is damaged: {damage.splitlines()[-1]}.", _REMEDY)


def _said_size(start: bytes) -> int:
    """What the header says; 0 where a writer did not keep it up to date."""

    def number(at: int, width: int) -> int:
        return int.from_bytes(start[at : at + width], "big")

    page_size = 65_536 if number(16, 2) == 1 else number(16, 2)
    return page_size * number(28, 4) if number(24, 4) == number(92, 4) else 0


def _findings(path: Path) -> list[str]:
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    database = sqlite3.connect(address, uri=True)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")  # damaged names within the words of damage
    try:
        return [str(row[0]) for row in database.execute(f"PRAGMA quick_check({_MOST_TOLD})")]
    except sqlite3.OperationalError:  # it asks for a module or function that SQLite has only inside GIS programs
        return []
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [f"malformed: {error}"]
    finally:
        database.close()
