"""Two people at one form: whoever saves second is told instead of undoing the other's work unseen."""

import hashlib
import json
from typing import Final, TypeVar

from django.core.serializers.json import DjangoJSONEncoder

from callpoint.directory.editing.refused import WHOLE, Refused
from callpoint.directory.models.base import RecordedModel

Row = TypeVar("Row", bound=RecordedModel)
CHANGED_MEANWHILE: Final = (
    "Somebody else has changed this since you opened it. Nothing was saved: look at what it is now, then change it"
    " again"
)
GONE: Final = "Somebody else has removed this since you opened it. Nothing was saved"


class Outdated(Refused):
    """The row is no longer what the person saw who changes it; nothing was written."""

    def __init__(self, sentence: str = CHANGED_MEANWHILE) -> None:
        super().__init__({WHOLE: [sentence]})


def version_of(row: RecordedModel) -> str:
    """A short text that is another one as soon as any value of the row is another one."""
    plain = json.dumps(row.values(), cls=DjangoJSONEncoder, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()[:24]


def as_stored(row: Row, version: str = "") -> Row:
    """The row as it is now. Call within a transaction that holds the organization's chain.

    Raises `Outdated` when it is gone, or (with a version) another one than the one that was seen.
    """
    found = type(row)._default_manager.filter(pk=row.pk).first()
    if found is None:
        raise Outdated(GONE)
    if version and version_of(found) != version:
        raise Outdated
    return found
