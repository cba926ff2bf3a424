"""What was changed, by whom and why; and the outbox from which snapshots are kept up to date."""

from collections.abc import Sequence
from typing import ClassVar, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone

from callpoint.directory.models.transaction_id import TransactionIdField
from callpoint.directory.tenancy import TenantManager

OUTBOX_CHANNEL = "callpoint_outbox"
IDS_PER_ROW = 1000  # keeps a row small enough that the worker can publish it between two other changes


class Change(models.Model):
    """One change of one object: the values before and after (only those that differ when it was edited).

    Written in the transaction of the change itself, so neither is ever there without the other.
    `organization` is null for what belongs to the whole installation (PSAPs, fixed routes, provider).
    `origin` is where it was done from: an IP address, "command line", or "" within this installation.
    Each organization's entries, and the installation's own (`chain` 0), are numbered without gaps from 1 and chained:
    `digest` covers the entry and `previous`, the digest of the one before (`models.chain`).
    """

    class Action(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        DELETED = "deleted"
        NOTED = "noted"  # nothing stored changed: a sign-in, an export, a provider looking into an organization

    organization = models.ForeignKey("directory.Organization", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    who = models.CharField(max_length=254)
    why = models.CharField(max_length=254)
    model = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    action = models.CharField(max_length=7, choices=Action)
    origin = models.CharField(max_length=64, default="", blank=True)
    import_run = models.ForeignKey("directory.ImportRun", null=True, on_delete=models.PROTECT, related_name="+")
    chain = models.BigIntegerField(default=0)
    number = models.BigIntegerField(default=0)
    previous = models.CharField(max_length=64, default="", blank=True)
    digest = models.CharField(max_length=64, default="", blank=True)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    objects = TenantManager[Self]()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["model", "object_id"], name="change_object"),
            models.Index(fields=["organization", "at"], name="change_when"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "number"], name="change_number"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id} {self.action} by {self.who}"


class ChainHead(models.Model):
    """Where a chain of changes ends: number and digest of its last entry. Its row is locked by whoever appends.

    `chain` is the organization's primary key, 0 for the installation's own changes.
    """

    chain = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="", blank=True)

    def __str__(self) -> str:
        return f"chain {self.chain} at {self.number}"


class Outbox(models.Model):
    """One row of work for the publisher: objects touched by a transaction, and identities that are gone.

    `seq` grows in commit order on SQLite, which has one writer at a time. On PostgreSQL it does not: a
    lower number may be committed later, so the feed reads by `xid` there.
    `gone` lists records to take out of the snapshot, each as kind and key: `["identity", slug, identity]`.
    """

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=16)
    ids = models.JSONField(default=list)
    gone = models.JSONField(default=list)
    xid = TransactionIdField(db_index=True)

    def __str__(self) -> str:
        return f"{self.seq}: {self.kind} ({len(self.ids)} touched, {len(self.gone)} gone)"


def mark(kind: str, ids: Sequence[int], gone: Sequence[list[str]] = ()) -> None:
    """Leave work for the publisher, within the transaction that made the change.

    On PostgreSQL the doorbell rings at commit; the worker finds the rows by itself if nobody hears it.
    """
    now = timezone.now()
    pieces = [ids[start : start + IDS_PER_ROW] for start in range(0, len(ids), IDS_PER_ROW)] or [[]]
    rows = [Outbox(kind=kind, ids=list(piece), gone=[], at=now) for piece in pieces]
    rows[0].gone = list(gone)
    Outbox.objects.bulk_create(rows)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {OUTBOX_CHANNEL}")
