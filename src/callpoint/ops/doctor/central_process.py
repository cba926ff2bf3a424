"""Asks the central database in a process of its own: doctor can end it, and loads no Django itself.

Gets `{"data", "database_url"}` on standard input and gives a `central_database.Report` as JSON on standard output.
"""

import json
import sys
from pathlib import Path

from callpoint.ops.config import Config
from callpoint.ops.django_start import with_django


def main() -> None:
    """One question, one answer."""
    asked = json.load(sys.stdin)
    config = Config(data=Path(asked["data"]), database_url=asked["database_url"])
    report = with_django(config, "callpoint.ops.doctor.central_questions:report", config.node_dir / "published.json")
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
