"""Files in: one module for each kind. Same rules as elsewhere (`directory.rules`), all or nothing, row numbers told.

`import_users(organization, stream, …)` and `import_locations(organization, stream, …)` return a `Result`.
"""

from callpoint.directory.imports.locations import import_locations
from callpoint.directory.imports.result import Result, RowError
from callpoint.directory.imports.users import import_users

__all__ = ["Result", "RowError", "import_locations", "import_users"]
