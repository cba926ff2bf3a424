"""Files in, by the rules of the pages (`directory.rules`): compared first, then written in one transaction.

`table` reads a file, `shape` says what it looks like, `users` and `locations` turn rows into what they want, `people`
and `places` compare that with what is there, `compare` makes a `plan` of it, `apply` carries the plan out and `undo`
takes it back. `run` is what pages do with an import, `work` what the worker does with it; `direct` does it all at once.
"""

from callpoint.directory.imports.direct import import_locations, import_users
from callpoint.directory.imports.result import Result, RowError

__all__ = ["Result", "RowError", "import_locations", "import_users"]
