"""Whether a GeoPackage arrived whole. GDAL reads the sound pages of a damaged one and says nothing."""

import sqlite3
from pathlib import Path
from typing import Final
from urllib.parse import quote

from callpoint.datasets.errors import DatasetError

_REMEDY: Final = "Copy or export it again."


def check_whole(path: Path, start: bytes) -> None:
    """`start` is the first hundred bytes: the header, which says how many pages there are. DatasetError when not."""
    page_size = int.from_bytes(start[16:18], "big")
    page_size = 65_536 if page_size == 1 else page_size
    pages = int.from_bytes(start[28:32], "big")
    size = path.stat().st_size
    if len(start) < 100 or size < page_size * pages:
        raise DatasetError(f"{path.name} is cut off: {size:,} bytes of {page_size * pages:,}.", _REMEDY)
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        database = sqlite3.connect(address, uri=True)
        try:
            found = [str(row[0]) for row in database.execute("PRAGMA quick_check(1)")]
        finally:
            database.close()
    except sqlite3.Error as error:
        found = [str(error)]
    if found != ["ok"]:
        raise DatasetError(f"{path.name} is damaged: {found[0]}.", _REMEDY)
