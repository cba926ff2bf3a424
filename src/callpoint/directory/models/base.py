"""Recorded rows: saving writes the change, its reason and the publisher's work in one transaction.

A save outside `with acting(who, why)` raises: there is no way to change the directory unsigned
short of bulk queries, which are left to `directory.bulk`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils import timezone

from callpoint.directory.models.chain import chain_of, hold, seal
from callpoint.directory.models.change import Change, mark
from callpoint.directory.tenancy import TenantManager


class UnsignedChangeError(RuntimeError):
    """Something tried to change the directory without saying who does it and why."""


@dataclass(frozen=True)
class Signature:
    """Who changes something, as shown in the history (an e-mail address or a program), and the reason.

    `origin` is where from: an IP address, "command line", or "" for this installation's own processes; `import_run`
    is the primary key of the `ImportRun` the change belongs to.
    """

    who: str
    why: str
    origin: str = ""
    import_run: int | None = None


_signature: ContextVar[Signature | None] = ContextVar("signature", default=None)


@contextmanager
def acting(who: str, why: str, origin: str = "", import_run: int | None = None) -> Iterator[None]:
    """Everything saved within the block is recorded under this name, reason and origin (an IP address, mostly)."""
    token = _signature.set(Signature(who, why, origin, import_run))
    try:
        yield
    finally:
        _signature.reset(token)


def signature() -> Signature:
    """Who is acting. Raises `UnsignedChangeError` outside `acting`."""
    current = _signature.get()
    if current is None:
        raise UnsignedChangeError("no change without a name: wrap it in `with acting(who, why)`")
    return current


Values = dict[str, Any]


class RecordedModel(models.Model):
    """A row whose every change leaves a `Change` and, where calls depend on it, an `Outbox` row."""

    outbox_kind: ClassVar[str] = ""
    secret_fields: ClassVar[frozenset[str]] = frozenset()
    fixed_fields: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def values(self) -> Values:
        """Column values by field name, as they are kept in the history."""
        return {field.attname: field.value_from_object(self) for field in self._meta.concrete_fields}

    def owner_id(self) -> int | None:
        """Primary key of the organization that the history of this row belongs to."""
        return None

    def publishes_as(self) -> str:
        """Which kind of work this row is to the publisher; "" when no call depends on it."""
        return self.outbox_kind

    def masked_fields(self) -> frozenset[str]:
        """Which fields the history of this row never shows."""
        return self.secret_fields

    def published_ids(self) -> list[int]:
        """Primary keys the publisher is told of, of rows of the kind `publishes_as`."""
        return [self.pk]

    def snapshot_key(self, values: Values) -> list[str] | None:
        """Kind and key of the snapshot's record of a row with these values (`["trunk", name]`); None without one."""
        return None

    def gone_keys(self, before: Values | None, after: Values | None) -> list[list[str]]:
        """Which record this change leaves behind in the snapshot, to be taken out there."""
        old = self.snapshot_key(before) if before is not None else None
        new = self.snapshot_key(after) if after is not None else None
        return [old] if old is not None and old != new else []

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row if it differs from the stored one. Raises `UnsignedChangeError`, `ValueError` (fixed field)."""
        signed = signature()
        with transaction.atomic():
            self._hold_chain()
            before = None if self._state.adding else self._stored_values()
            if before is not None and before == self.values():
                return
            self._refuse_fixed(before)
            super().save(*args, **kwargs)
            self._record(signed, before, self.values())

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, keeping its last values in the history."""
        signed = signature()
        with transaction.atomic():
            self._hold_chain()
            before, key = self.values(), self.pk
            self._record(signed, before, None)
            result = super().delete(*args, **kwargs)
        self.pk = key
        return result

    def _hold_chain(self) -> None:
        """Before the row itself is locked (`models.chain`); a new organization has no chain to wait for yet."""
        if self.owner_id() is not None or not self._state.adding:
            hold(chain_of(self.owner_id()))

    def _stored_values(self) -> Values | None:
        stored = type(self)._base_manager.filter(pk=self.pk).first()
        return stored.values() if isinstance(stored, RecordedModel) else None

    def _refuse_fixed(self, before: Values | None) -> None:
        if before is None:
            return
        for name in self.fixed_fields:
            if before[name] != self.values()[name]:
                raise ValueError(f"{self._meta.model_name}.{name} never changes; make a new one instead")

    def _record(self, signed: Signature, before: Values | None, after: Values | None) -> None:
        row = change_row(self, signed, before, after)
        seal([row])
        Change.objects.create(**row)
        if kind := self.publishes_as():
            mark(kind, self.published_ids(), self.gone_keys(before, after))


def change_row(row: RecordedModel, signed: Signature, before: Values | None, after: Values | None) -> Values:
    """Column values of the `Change` for one row; secrets are told as changed, never shown."""
    action = Change.Action.CHANGED
    if before is None:
        action = Change.Action.CREATED
    elif after is None:
        action = Change.Action.DELETED
    else:
        differing = {name for name in after if before.get(name) != after[name]}
        before, after = _only(before, differing), _only(after, differing)
    return {
        "organization_id": row.owner_id(),
        "at": timezone.now(),
        "who": signed.who,
        "why": signed.why,
        "model": row._meta.model_name,
        "object_id": row.pk,
        "action": action,
        "origin": signed.origin,
        "import_run_id": signed.import_run,
        "before": _masked(before, row.masked_fields()),
        "after": _masked(after, row.masked_fields()),
    }


def _only(values: Values, names: set[str]) -> Values:
    return {name: value for name, value in values.items() if name in names}


def _masked(values: Values | None, secrets: frozenset[str]) -> Values | None:
    if values is None or not secrets & values.keys():
        return values
    return {name: "(not shown)" if name in secrets else value for name, value in values.items()}


class TenantModel(RecordedModel):
    """A row of one organization; it never moves to another one."""

    organization = models.ForeignKey("directory.Organization", on_delete=models.PROTECT, related_name="+")

    objects = TenantManager[Self]()
    fixed_fields = frozenset({"organization_id"})

    class Meta:
        abstract = True

    def owner_id(self) -> int | None:
        return self.organization_id
