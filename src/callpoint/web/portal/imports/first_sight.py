"""A file at first sight, looked through once and not for every look at the page: 200,000 rows take seconds.

What was seen lies beside the file and goes with it, because its first rows are people's.
"""

import json
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from callpoint.directory.imports.files import folder_of, upload_path
from callpoint.directory.imports.shape import Shape, shape_of
from callpoint.directory.models import ImportRun

GONE: Final = "the file is no longer there; send it again"
FILE: Final = "shape.json"
KEPT_SECONDS: Final = 600
"""After that a choice of columns that was remembered meanwhile is seen."""


def first_sight(run: ImportRun) -> Shape:
    """The run's file as `shape_of` sees it. Call within the organization's scope."""
    if not upload_path(run).exists():
        return Shape(problems=(GONE,))
    path = folder_of(run) / FILE
    kept = _read(path)
    if kept is None:
        kept = shape_of(upload_path(run), run.kind, run.organization)
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(kept), ensure_ascii=False), "utf-8")
        os.replace(draft, path)
    return kept


def _read(path: Path) -> Shape | None:
    try:
        if time.time() - path.stat().st_mtime > KEPT_SECONDS:
            return None
        values: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    values |= {name: tuple(one) for name, one in values.items() if isinstance(one, list)}
    values["first_rows"] = tuple(tuple(row) for row in values["first_rows"])
    return Shape(**values)
