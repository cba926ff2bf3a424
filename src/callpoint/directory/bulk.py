"""Writing many recorded rows at once, with the same traces single saves leave: changes, signature, publisher's work.

Call within a transaction. Fixed fields are not looked at: whoever writes in bulk does not touch them.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final, TypeVar

from django.utils import timezone

from callpoint.directory.insert import insert, new_keys, update
from callpoint.directory.models import Change
from callpoint.directory.models.base import RecordedModel, Signature, Values, change_row
from callpoint.directory.models.chain import chain_of, hold, seal
from callpoint.directory.models.change import mark

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
        for row, key in zip(piece, new_keys(model, len(piece)), strict=True):
            row.pk = key
        _touch(piece)
        insert(model, [row.values() for row in piece])
        _trace([(row, None) for row in piece], signed)
        mark(model.outbox_kind, [row.pk for row in piece])


def update_rows(changed: Sequence[tuple[RecordedModel, Values]], signed: Signature) -> None:
    """Write rows that differ from the values they had before, all of one model."""
    for piece in batched(changed):
        model = type(piece[0][0])
        _hold_chains([row for row, _ in piece])
        _touch([row for row, _ in piece])
        update(model, [row.values() for row, _ in piece])
        _trace(piece, signed)
        gone = [key for row, before in piece for key in row.gone_keys(before, row.values())]
        mark(model.outbox_kind, [row.pk for row, _ in piece], gone)


def _touch(rows: Sequence[RecordedModel]) -> None:
    """What Django's `auto_now` does for a single save."""
    if hasattr(rows[0], _WHEN_SAVED):
        now = timezone.now()
        for row in rows:
            setattr(row, _WHEN_SAVED, now)


def _hold_chains(rows: Sequence[RecordedModel]) -> None:
    """Always in the same order, so that two who write for several organizations never wait in a circle."""
    for chain in sorted({chain_of(row.owner_id()) for row in rows}):
        hold(chain)


def _owner(change: dict[str, Any]) -> int:
    return chain_of(change["organization_id"])


def _trace(rows: Sequence[tuple[RecordedModel, Values | None]], signed: Signature) -> None:
    changes: list[dict[str, Any]] = [change_row(row, signed, before, row.values()) for row, before in rows]
    for _, same in groupby(sorted(changes, key=_owner), key=_owner):
        seal(list(same))
    for change, key in zip(changes, new_keys(Change, len(changes)), strict=True):
        change["id"] = key
    insert(Change, changes)
