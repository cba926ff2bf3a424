"""The part of `callpoint import` that works with models; imported after Django has started (`django_start`)."""

import getpass
from pathlib import Path
from typing import Any

from callpoint.addresses.remote.second_opinion import second_opinion
from callpoint.addresses.remote.settings import RemoteProvider
from callpoint.datasets.errors import DatasetError
from callpoint.directory.boot import migrate
from callpoint.directory.imports import Result, import_locations, import_users
from callpoint.directory.imports.judge import whole_judge
from callpoint.directory.models import Organization
from callpoint.directory.tenancy import everywhere
from callpoint.ops.errors import OperatorError
from callpoint.transport.http_exchange import exchange


def import_file(
    kind: str, file: Path, slug: str, dry_run: bool, datasets: Path, remote: RemoteProvider
) -> dict[str, Any]:
    """Imports `file` into the organization; gives the result as plain values. Raises OperatorError, OSError.

    Addresses are judged by the data sets below `datasets`, and by the `remote` provider where those know the area only.
    """
    migrate()
    with everywhere():
        organization = Organization.objects.filter(slug=slug).first()
        known = sorted(Organization.objects.values_list("slug", flat=True))
    if organization is None:
        remedy = (
            f"Known are: {', '.join(known)}." if known else "There is none yet; `callpoint demo` makes a sample one."
        )
        raise OperatorError(f"There is no organization {slug!r}.", remedy)
    try:
        return _imported(kind, file, organization, dry_run, datasets, remote).to_json()
    except DatasetError as error:
        raise OperatorError(error.sentence, error.remedy) from error


def _imported(
    kind: str, file: Path, organization: Organization, dry_run: bool, datasets: Path, remote: RemoteProvider
) -> Result:
    actor = f"{getpass.getuser()} (command line)"
    with file.open("rb") as stream:
        if kind == "users":
            return import_users(organization, stream, dry_run, actor)
        judge = whole_judge(datasets, second_opinion(remote, exchange))
        return import_locations(organization, stream, dry_run, actor, judge=judge)
