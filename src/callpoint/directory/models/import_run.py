"""Files brought in: what became of each, and what was learned about their columns."""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from callpoint.directory.models.account import Account
from callpoint.directory.models.organization import Organization
from callpoint.directory.tenancy import TenantManager


class ImportRun(models.Model):
    """One file on its way in: uploaded, compared with what is there (preview), then applied, and perhaps undone.

    The file and what the comparison found lie in the data directory (`directory.imports.files`); this row is what
    the worker takes its work from, and what remains. `mapping` is field name → header of the file; `options` what
    was chosen (`skip_wrong`, `missing`: "keep" or "deactivate" or "remove"); `counts` and `trouble` what came of it.
    """

    class Kind(models.TextChoices):
        USERS = "users"
        LOCATIONS = "locations"

    class State(models.TextChoices):
        UPLOADED = "uploaded"  # its columns wait to be confirmed
        COMPARING = "comparing"  # work for the worker
        COMPARED = "compared"  # the preview waits to be accepted
        APPLYING = "applying"  # work for the worker
        APPLIED = "applied"
        UNDOING = "undoing"  # work for the worker
        UNDONE = "undone"
        FAILED = "failed"  # nothing of it was written; `trouble` says why
        CANCELLED = "cancelled"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    state = models.CharField(max_length=16, choices=State, default=State.UPLOADED)
    file_name = models.CharField(max_length=255)
    bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    trouble = models.CharField(max_length=500, default="", blank=True)
    by = models.CharField(max_length=254)
    origin = models.CharField(max_length=64, default="", blank=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    state_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = TenantManager[Self]()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "-created_at"], name="import_latest"),
            models.Index(fields=["state"], name="import_work"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.kind}): {self.state}"


class ColumnMapping(models.Model):
    """How an organization's files of one shape are read: remembered from the last one that was applied.

    `headers` is a digest of the header line as `imports.table.plain` writes it.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=ImportRun.Kind)
    headers = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager[Self]()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "kind", "headers"], name="column_mapping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} columns of {self.organization}"
