"""Writing many recorded rows at once, with the same traces single saves leave: changes, signature, publisher's work.

Call within a transaction, or by `staging.written_at_once`. Fixed fields are not looked at: whoever writes in bulk does
not touch them.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final, TypeVar

from django.utils import timezone

from callpoint.directory.models import Change, Organization
from callpoint.directory.models.base import RecordedModel, Signature, TenantModel, Values, change_row
from callpoint.directory.models.chain import chain_of
from callpoint.directory.staging import writer

T = TypeVar("T")
# Keys in one query; SQLite takes 32,766 of them, and small pieces keep the outbox's rows small.
ROWS_AT_ONCE: Final = 1000
_WHEN_SAVED: Final = "updated_at"


def batched(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """The rows in pieces a single statement can take."""
    return (rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE))


def insert_rows(rows: Sequence[RecordedModel], signed: Signature) -> None:
    """Write new rows, all of one model; they have their keys afterwards."""
    for piece in batched(rows):
        model = type(piece[0])
        _hold_chains(piece)
        for row, key in zip(piece, writer().keys(model, len(piece)), strict=True):
            row.pk = key
        _touch(piece)
        writer().insert(model, [row.values() for row in piece])
        _trace([change_row(row, signed, None, row.values()) for row in piece])
        writer().mark(model.outbox_kind, [row.pk for row in piece], ())


def insert_values(model: type[TenantModel], rows: Sequence[Values], signed: Signature) -> list[int]:
    """Write new rows of organizations, given by column attribute (all columns); gives their keys. Twice as fast as
    `insert_rows`, as no objects are made. A row whose `id` is not None gets that key: it was there before.

    Raises ValueError for a model with secrets, which would stand in the history.
    """
    if model.secret_fields:
        raise ValueError(f"{model.__name__} has secrets; save its rows one by one")
    keys: list[int] = []
    for piece in batched(rows):
        for chain in sorted({chain_of(values["organization_id"]) for values in piece}):
            writer().hold(chain)
        fresh = [values for values in piece if values["id"] is None]
        for values, key in zip(fresh, writer().keys(model, len(fresh)), strict=True):
            values["id"] = key
        now = timezone.now()
        if _WHEN_SAVED in piece[0]:
            for values in piece:
                values[_WHEN_SAVED] = now
        writer().insert(model, piece)
        _trace([_created(model, values, signed) for values in piece])
        written = [values["id"] for values in piece]
        writer().mark(model.outbox_kind, written, ())
        keys += written
    return keys


def update_rows(changed: Sequence[tuple[RecordedModel, Values]], signed: Signature) -> None:
    """Write rows that differ from the values they had before, all of one model."""
    for piece in batched(changed):
        rows = [row for row, _ in piece]
        model = type(rows[0])
        _share_organizations(rows)
        _hold_chains(rows)
        _touch(rows)
        after = [row.values() for row in rows]
        writer().update(model, after)
        _trace([change_row(row, signed, before, now) for (row, before), now in zip(piece, after, strict=True)])
        gone = [key for (row, before), now in zip(piece, after, strict=True) for key in row.gone_keys(before, now)]
        writer().mark(model.outbox_kind, [row.pk for row in rows], gone)


def delete_rows(rows: Sequence[RecordedModel], signed: Signature) -> None:
    """Delete rows, all of one model, keeping their last values in the history; what is kept about them only goes along.

    Raises `ProtectedError` when others refer to one of them.
    """
    for piece in batched(rows):
        model = type(piece[0])
        _share_organizations(piece)
        _hold_chains(piece)
        before = [(row, row.values()) for row in piece]
        _trace([change_row(row, signed, values, None) for row, values in before])
        gone = [key for row, values in before for key in row.gone_keys(values, None)]
        writer().delete(model, [row.pk for row in piece])
        writer().mark(model.outbox_kind, [row.pk for row in piece], gone)


def _share_organizations(rows: Sequence[RecordedModel]) -> None:
    """One object for each organization, so that a thousand rows do not ask for the same one a thousand times."""
    tenants = [row for row in rows if isinstance(row, TenantModel)]
    found = Organization._base_manager.in_bulk({row.organization_id for row in tenants})
    for row in tenants:
        row.organization = found[row.organization_id]


def _touch(rows: Sequence[RecordedModel]) -> None:
    """What Django's `auto_now` does for a single save."""
    if hasattr(rows[0], _WHEN_SAVED):
        now = timezone.now()
        for row in rows:
            setattr(row, _WHEN_SAVED, now)


def _hold_chains(rows: Sequence[RecordedModel]) -> None:
    """Always in the same order, so that two who write for several organizations never wait in a circle."""
    for chain in sorted({chain_of(row.owner_id()) for row in rows}):
        writer().hold(chain)


def _owner(change: dict[str, Any]) -> int:
    return chain_of(change["organization_id"])


def _created(model: type[TenantModel], values: Values, signed: Signature) -> dict[str, Any]:
    """What `change_row` gives for a row that was made with these values."""
    return {
        "organization_id": values["organization_id"],
        "at": timezone.now(),
        "who": signed.who,
        "why": signed.why,
        "model": model._meta.model_name,
        "object_id": values["id"],
        "action": Change.Action.CREATED,
        "origin": signed.origin,
        "import_run_id": signed.import_run,
        "before": None,
        "after": values,
    }


def _trace(changes: list[dict[str, Any]]) -> None:
    for _, same in groupby(sorted(changes, key=_owner), key=_owner):
        writer().record(list(same))
