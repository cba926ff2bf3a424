"""Who is ready for 911, worked out ahead so that pages can count and filter 100,000 people."""

from typing import ClassVar, Self

from django.db import models

from callpoint.directory.models.organization import Organization
from callpoint.directory.models.person import Person
from callpoint.directory.tenancy import TenantManager


class Readiness(models.Model):
    """What the decision said of one person's call the last time the worker looked (`worker.readiness`).

    Only what does not change by itself stands in `state`; that a test or a location has grown old follows from
    `tested_at` (last 933 call that read the location back) and `confirmed_at` (when the person last said where they
    are; null for an assigned place, which does not grow old) when the row is read.
    """

    class State(models.TextChoices):
        READY = "ready"
        AREA_ONLY = "area_only"
        UNCONFIRMED = "unconfirmed"  # the address was not checked against any data
        NO_CALLBACK = "no_callback"
        NO_PSAP = "no_psap"  # a location, but nobody known to answer there: the relay center
        NO_LOCATION = "no_location"
        INACTIVE = "inactive"

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="readiness")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=16, choices=State)
    psap = models.CharField(max_length=255, default="", blank=True)
    why = models.CharField(max_length=255, default="", blank=True)
    tested_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    computed_at = models.DateTimeField()

    objects = TenantManager[Self]()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "state", "tested_at", "confirmed_at"], name="readiness_count"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.state}"


class ReadinessState(models.Model):
    """One row: up to where the outbox and the call records have been read for readiness; null before the first time."""

    position = models.BigIntegerField(null=True)
    calls_seen = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"readiness known up to {self.position}"

    @classmethod
    def current(cls) -> "ReadinessState":
        """The row, made when it is not there yet."""
        return cls.objects.get_or_create(pk=1)[0]
