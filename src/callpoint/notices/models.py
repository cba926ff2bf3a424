"""What the portal keeps of alerts. All of it but deliveries is published into the snapshot (`notices.publishing`)."""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from callpoint.directory.models import Building, Organization
from callpoint.directory.models.account import EVERY_PLAN
from callpoint.directory.models.base import RecordedModel, TenantModel
from callpoint.directory.tenancy import TenantManager
from callpoint.routing.alert_records import ALERT_TYPES, CHANNELS

OUTBOX_KIND = "alerts"
BY_URL = frozenset({"webhook", "teams", "slack"})
"""Channels whose address is a URL."""


class PublishedModel(TenantModel):
    """A row that stands in its organization's alert plan."""

    outbox_kind = OUTBOX_KIND

    class Meta:
        abstract = True

    def published_ids(self) -> list[int]:
        return [self.organization_id]


class Recipient(PublishedModel):
    """Somebody or something that can be told: an address of one channel. `secret` is sealed (`directory.sealing`).

    `language` is "" for the organization's. A recipient in a group cannot be removed. What the last self-test found
    is written by the worker and leaves no history: `test_state` "" (never), `sent`, `delivered` or `failed`.
    """

    channel = models.CharField(max_length=8, choices=[(name, name) for name in CHANNELS])
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=500)
    language = models.CharField(max_length=8, default="", blank=True)
    secret = models.CharField(max_length=500, default="", blank=True)
    enabled = models.BooleanField(default=True)

    secret_fields = frozenset({"secret"})
    fixed_fields = frozenset({"organization_id", "channel"})

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "name", "channel"], name="recipient_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.channel})"

    def masked_fields(self) -> frozenset[str]:
        """Whoever knows the URL of a webhook can write there: it works like a password."""
        return self.secret_fields | ({"address"} if self.channel in BY_URL else set())


class RecipientTest(models.Model):
    """What the last test of a recipient came to; `state` as `Delivery.State`, null times for never."""

    recipient = models.OneToOneField(Recipient, on_delete=models.CASCADE, primary_key=True, related_name="test")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=12, default="", blank=True)
    at = models.DateTimeField(null=True)
    good_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=500, default="", blank=True)

    objects = TenantManager[Self]()

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.state}"


class Group(PublishedModel):
    """Recipients who are told together, with their duty times:
    `[{"days": [0, 1], "begins": "08:00", "ends": "17:00"}]`.

    `members` are primary keys of recipients. No duty times mean always.
    """

    name = models.CharField(max_length=120)
    members = models.JSONField(default=list)
    duty = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "name"], name="group_once")]

    def __str__(self) -> str:
        return self.name


class Template(RecordedModel):
    """Words for one type, channel and language; without an organization the provider's, for all of them.

    `trouble` is why it cannot be used ("" = it can): then the built-in words are, and its administrator is told.
    """

    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=24)  # an alert type, or "welcome", "update_available", "reminder"
    channel = models.CharField(max_length=8, choices=[(name, name) for name in CHANNELS])
    language = models.CharField(max_length=8, default="en")
    subject = models.CharField(max_length=500, default="", blank=True)
    body = models.TextField(max_length=10_000)
    trouble = models.CharField(max_length=500, default="", blank=True)

    objects = TenantManager[Self]()
    outbox_kind = OUTBOX_KIND
    fixed_fields = frozenset({"organization_id"})

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "name"], name="template_once"),
            models.UniqueConstraint(
                fields=["name"], name="template_provider_once", condition=models.Q(organization__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def owner_id(self) -> int | None:
        return self.organization_id

    def published_ids(self) -> list[int]:
        return [self.organization_id or EVERY_PLAN]


class Subscription(PublishedModel):
    """What is told to whom. Filters are lists, empty for everything: `buildings` and `locations` of primary keys,
    `trunks` of names, `people` of identities exactly as calls carry them.

    `steps` are `[{"after_seconds": 0, "group": 3}]` in the order of their seconds, `templates` primary keys.
    """

    name = models.CharField(max_length=120)
    type = models.CharField(max_length=24, choices=[(name, name) for name in ALERT_TYPES])
    buildings = models.JSONField(default=list)
    locations = models.JSONField(default=list)
    trunks = models.JSONField(default=list)
    people = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    templates = models.JSONField(default=list)
    quiet_tests = models.BooleanField(default=True)
    enabled = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "name"], name="subscription_once")]

    def __str__(self) -> str:
        return self.name


class Screen(PublishedModel):
    """An installation of Onsite, in a browser or as a program. Of its token only the digest is kept.

    `buildings` (primary keys) limit what it shows. `start` is shown so that tokens can be told apart.
    """

    name = models.CharField(max_length=120)
    start = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    buildings = models.JSONField(default=list)
    language = models.CharField(max_length=8, default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    secret_fields = frozenset({"digest"})
    fixed_fields = frozenset({"organization_id", "digest"})

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "name"], name="screen_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"


class ScreenSign(models.Model):
    """A screen's last sign of life, as the dispatcher told it: `connected` until it is told otherwise."""

    screen = models.OneToOneField(Screen, on_delete=models.CASCADE, primary_key=True, related_name="sign")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    connected = models.BooleanField(default=False)
    at = models.DateTimeField()
    program = models.CharField(max_length=200, default="", blank=True)
    origin = models.CharField(max_length=64, default="", blank=True)
    volume_checked_at = models.DateTimeField(null=True)

    objects = TenantManager[Self]()

    def __str__(self) -> str:
        return f"{self.screen_id}: {'connected' if self.connected else 'away'} since {self.at}"


class MonitorSettings(PublishedModel):
    """What guards may do with a call under way; one row an organization. `legal_notice_by` said that recording is
    lawful there, and when."""

    class Mode(models.TextChoices):
        OFF = "off"
        LISTEN = "listen"
        JOIN = "join"

    mode = models.CharField(max_length=8, choices=Mode, default=Mode.OFF)
    announce = models.BooleanField(default=False)
    record = models.BooleanField(default=False)
    legal_notice_by = models.CharField(max_length=254, default="", blank=True)
    legal_notice_at = models.DateTimeField(null=True)
    retention_days = models.PositiveSmallIntegerField(default=30)
    dial_in = models.CharField(max_length=16, default="", blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization"], name="monitor_settings_once")]

    def __str__(self) -> str:
        return self.mode


class MonitorPhone(PublishedModel):
    """A guard's phone: called out to, or dialling in with a PIN (`routing.monitor_pin`)."""

    name = models.CharField(max_length=120)
    number = models.CharField(max_length=16)
    pin_digest = models.CharField(max_length=200, default="", blank=True)

    secret_fields = frozenset({"pin_digest"})

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "name"], name="monitor_phone_once")]

    def __str__(self) -> str:
        return self.name


class BuildingPlan(PublishedModel):
    """What responders are shown of a building. `picture` names a file in `floor-plans/` by its digest."""

    building = models.OneToOneField(Building, on_delete=models.CASCADE, related_name="plan")
    directions = models.TextField(max_length=2000, default="", blank=True)
    picture = models.CharField(max_length=80, default="", blank=True)

    fixed_fields = frozenset({"organization_id", "building_id"})

    def __str__(self) -> str:
        return f"plan of {self.building_id}"


class Delivery(models.Model):
    """One notice to one recipient, as the dispatcher told it: a row a key (`dispatcher` makes it of call,
    subscription, step and recipient). Written by `notices.ingest` alone.

    `recipient` and `subscription` are kept as they were called then; `address` is masked where it is a secret.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"  # handed over to the other side
        DELIVERED = "delivered"  # the other side says it arrived
        ACKNOWLEDGED = "acknowledged"
        RETRYING = "retrying"
        FAILED = "failed"
        SKIPPED = "skipped"  # not needed any more: acknowledged before its turn, or quiet

    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=255, unique=True)
    alert = models.CharField(max_length=128, db_index=True)
    call_id = models.CharField(max_length=128, default="", blank=True, db_index=True)
    type = models.CharField(max_length=24)
    subscription = models.CharField(max_length=120, default="", blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    recipient = models.CharField(max_length=120)
    recipient_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=8)
    address = models.CharField(max_length=500, default="", blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=200, default="", blank=True)
    trouble = models.CharField(max_length=500, default="", blank=True)
    reference = models.CharField(max_length=200, default="", blank=True)

    objects = TenantManager[Self]()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "-queued_at"], name="delivery_latest")]

    def __str__(self) -> str:
        return f"{self.recipient} by {self.channel}: {self.state}"


class Reminder(models.Model):
    """When a person was last reminded by e-mail that a location is stale or was never tested."""

    person = models.OneToOneField("directory.Person", on_delete=models.CASCADE, primary_key=True, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=24)
    sent_at = models.DateTimeField()

    objects = TenantManager[Self]()

    def __str__(self) -> str:
        return f"{self.person_id}: {self.reason} at {self.sent_at}"
