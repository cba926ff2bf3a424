"""The part of `callpoint import` that works with models; imported after Django has started (`django_start`)."""

import getpass
from pathlib import Path
from typing import Any

from callpoint.directory.boot import migrate
from callpoint.directory.imports.locations import import_locations
from callpoint.directory.imports.users import import_users
from callpoint.directory.models import Organization
from callpoint.directory.tenancy import everywhere
from callpoint.ops.errors import OperatorError

IMPORTS = {"users": import_users, "locations": import_locations}


def import_file(kind: str, file: Path, slug: str, dry_run: bool) -> dict[str, Any]:
    """Imports `file` into the organization; gives the result as plain values. Raises OperatorError, OSError."""
    migrate()
    with everywhere():
        organization = Organization.objects.filter(slug=slug).first()
        known = sorted(Organization.objects.values_list("slug", flat=True))
    if organization is None:
        remedy = (
            f"Known are: {', '.join(known)}." if known else "There is none yet; `callpoint demo` makes a sample one."
        )
        raise OperatorError(f"There is no organization {slug!r}.", remedy)
    with file.open("rb") as stream:
        result = IMPORTS[kind](organization, stream, dry_run, f"{getpass.getuser()} (command line)")
    return result.to_json()
