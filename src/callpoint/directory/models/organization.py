"""Tenants and the installation's own settings."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models

from callpoint.directory.models.base import RecordedModel
from callpoint.directory.tenancy import TenantManager

COUNTRIES = ("US", "CA")
UNREGISTERED_FEE = Decimal("100.00")
"""What an unregistered call is charged unless the provider says otherwise (the guide: currently $100 per call)."""


class Organization(RecordedModel):
    """A customer whose people dial through this installation. The slug stands in every routing record.

    `ecrf_url` is the LoST server of somebody else that its addresses are mapped by, "" for our own boundaries; it is
    asked ahead of calls, never during one. With `welcome_people` everybody added after `welcome_since` gets an e-mail;
    with `remind_people` those do whose location is stale or was never read back, now and then.
    A location people gave themselves is stale after `stale_after_days`; a 933 call proves for `test_every_days`.
    """

    class Status(models.TextChoices):
        ONBOARDING = "onboarding"
        ACTIVE = "active"
        WARNED = "warned"
        SUSPENDED = "suspended"

    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=40, unique=True, validators=[RegexValidator(r"\A[a-z0-9][a-z0-9-]*\Z")])
    status = models.CharField(max_length=10, choices=Status, default=Status.ONBOARDING)
    country = models.CharField(max_length=2, default="US")
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=64, default="America/New_York")
    number_location_allowed = models.BooleanField(default=False)
    unregistered_fee = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="USD")
    sample = models.BooleanField(default=False)
    ecrf_url = models.CharField(max_length=255, default="", blank=True)
    welcome_people = models.BooleanField(default=False)
    welcome_since = models.DateTimeField(null=True)
    remind_people = models.BooleanField(default=False)
    stale_after_days = models.PositiveSmallIntegerField(default=180)
    test_every_days = models.PositiveSmallIntegerField(default=365)

    objects = TenantManager[Self]("pk")
    outbox_kind = "organization"
    fixed_fields = frozenset({"slug"})

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(country__in=COUNTRIES), name="organization_us_or_ca"),
        ]

    def __str__(self) -> str:
        return self.name

    def owner_id(self) -> int | None:
        return self.pk


class Provider(RecordedModel):
    """The one row of settings of the whole installation; its relay center targets are `Target` rows without a PSAP.

    With `second_factor_required` administrators cannot do anything before they have set one up.
    """

    name = models.CharField(max_length=120, default="Callpoint")
    provider_id = models.CharField(max_length=120, default="", blank=True)
    unregistered_fee = models.DecimalField(max_digits=8, decimal_places=2, default=UNREGISTERED_FEE)
    currency = models.CharField(max_length=3, default="USD")
    second_factor_required = models.BooleanField(default=True)

    outbox_kind = "provider"

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(pk=1), name="provider_one_row")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
