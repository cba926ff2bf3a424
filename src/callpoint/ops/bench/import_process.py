"""A process of the import's bench: starts Django for its data directory and runs one of the bench's parts.

`python -m callpoint.ops.bench.import_process PART DATA SCALE`; the database is CALLPOINT_DATABASE_URL, as elsewhere.
"""

import importlib
import sys
from pathlib import Path
from typing import Final

from callpoint.directory.boot import start_django

# Models can only be imported after Django has started, so the parts are named.
PARTS: Final = {
    "session": "callpoint.ops.bench.import_session",
    "worker": "callpoint.ops.bench.import_jobs",
}


def main(part: str, data: Path, scale: int) -> int:
    """The exit status of the part."""
    start_django(data)
    return int(importlib.import_module(PARTS[part]).main(data, scale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
