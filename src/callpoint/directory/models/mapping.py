"""How addresses are kept mapped to PSAPs: what was gone through when, what changed, what outside ECRFs said."""

from typing import ClassVar, Self
from urllib.parse import urlsplit

from django.db import models

from callpoint.directory.models.organization import Organization
from callpoint.directory.models.place import Address
from callpoint.directory.tenancy import TenantManager


class Remapping(models.Model):
    """One way through all addresses, because data sets were exchanged or a planned boundary came into effect.

    `boundary_sets` and `address_sets` list `[name, version]` of the sets it goes by, `as_of` the instant boundaries
    are asked for. `cursor` is the last address dealt with: a worker that is killed goes on from there. One that was
    overtaken by newer sets ends as `superseded`. Counts are of the whole installation, the lines are each tenant's.
    """

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    superseded = models.BooleanField(default=False)
    why = models.CharField(max_length=254)
    as_of = models.DateTimeField()
    boundary_sets = models.JSONField(default=list)
    address_sets = models.JSONField(default=list)
    judged = models.BooleanField(default=False)
    cursor = models.BigIntegerField(default=0)
    examined = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        state = "superseded" if self.superseded else "done" if self.finished_at else "under way"
        return f"{self.why}: {self.examined} examined, {self.changed} changed, {state}"


class RemappedAddress(models.Model):
    """One line of a `Remapping`: an address whose PSAP or verdict became another, or that is no longer confirmed."""

    class What(models.TextChoices):
        PSAP = "psap"
        VERDICT = "verdict"
        NOT_CONFIRMED = "not_confirmed", "no longer confirmed"
        DOUBTED = "doubted", "not found"

    remapping = models.ForeignKey(Remapping, on_delete=models.CASCADE, related_name="lines")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=16, choices=What)
    before = models.CharField(max_length=255)
    after = models.CharField(max_length=255)

    objects = TenantManager[Self]()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["remapping", "address", "what"], name="remapped_once"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.before or 'nothing'} → {self.after or 'nothing'}"


class MappingState(models.Model):
    """One row: up to where the outbox has been read for addresses to be mapped; null before the first time."""

    position = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"addresses mapped up to {self.position}"

    @classmethod
    def current(cls) -> "MappingState":
        """The row, made when it is not there yet."""
        return cls.objects.get_or_create(pk=1)[0]


class LostMapping(models.Model):
    """What an outside ECRF said of one address (RFC 5222 §5): kept until it says something else.

    `url` is who was asked and `question` a digest of what, so that a moved address is asked for again; `looked_at` is
    when the address was last held against it. `expires` is null for NO-CACHE and NO-EXPIRATION. An answer outlives
    `expires` while the server cannot be asked: an old PSAP is better than none, and `trouble` tells of it. `uris` is
    empty where the server knows no PSAP, or has never answered.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    address = models.OneToOneField(Address, on_delete=models.CASCADE, related_name="lost_mapping")
    url = models.CharField(max_length=255)
    question = models.CharField(max_length=64, default="", blank=True)
    uris = models.JSONField(default=list)
    display_name = models.CharField(max_length=120, default="", blank=True)
    service_number = models.CharField(max_length=32, default="", blank=True)
    source = models.CharField(max_length=255, default="", blank=True)
    source_id = models.CharField(max_length=255, default="", blank=True)
    expires = models.DateTimeField(null=True)
    looked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ask_again_at = models.DateTimeField(db_index=True)
    failures = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=255, default="", blank=True)

    objects = TenantManager[Self]()

    def __str__(self) -> str:
        return f"{self.address} by {self.host}: {self.display_name or self.trouble or 'no PSAP'}"

    @property
    def host(self) -> str:
        """The server's host, by which its answers are named."""
        return urlsplit(self.url).hostname or ""
