"""Finding what an address of the interface names, within the scope of whoever asks."""

from datetime import datetime
from typing import Final, TypeVar

from django.db.models import Model, QuerySet

from callpoint.directory.models import Change, Organization
from callpoint.web.api.documents import LARGEST_ID
from callpoint.web.api.problems import Kind, Problem

Row = TypeVar("Row", bound=Model)
API: Final = "/api/v1"


def find(rows: QuerySet[Row], value: int, key: str = "pk") -> Row:
    """The row of this primary key, or other unique number. Raises `Problem` (404), also for a row of somebody else."""
    row = rows.filter(**{key: value}).first() if value <= LARGEST_ID else None
    if row is None:
        raise Problem(Kind.NOT_FOUND)
    return row


def below(organization: Organization, *parts: object) -> str:
    """The path of something of the organization's."""
    return "/".join([f"{API}/organizations/{organization.slug}", *(str(part) for part in parts)])


def touched_since(rows: QuerySet[Row], model: str, organization: Organization, moment: datetime) -> QuerySet[Row]:
    """Those the history has an entry of since then. What was removed is not among them: the audit tells of it."""
    entries = Change.objects.filter(organization=organization, at__gte=moment, model=model)
    return rows.filter(pk__in=entries.values("object_id"))
