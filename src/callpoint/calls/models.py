"""Call records. Nothing here is typed in by anybody: every row follows from facts of a node's journal."""

from typing import ClassVar, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from callpoint.directory.models import Organization
from callpoint.directory.tenancy import TenantManager


def _text(length: int = 128) -> "models.CharField[str, str]":
    return models.CharField(max_length=length, default="", blank=True)


class TenantFact(models.Model):
    """What belongs to an organization, or (null) to none we know: only the provider sees those."""

    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class CallRecord(TenantFact):
    """One call to 911 or 933 as the facts tell it. `call_id` is the string of its i3 emergency call identifier.

    `location`, `targets` and `reasons` are kept as they were decided, whatever the directory says later.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        DECIDED = "decided"
        DIALLING = "dialling"
        ANSWERED = "answered"
        ENDED = "ended"
        REFUSED = "refused"

    class ReadBack(models.TextChoices):
        CONFIRMED = "confirmed"
        REPORTED_WRONG = "reported_wrong"

    call_id = models.CharField(max_length=128, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    started_at = models.DateTimeField()
    service = _text(16)
    dialled = _text()
    identity = _text()
    identity_source = _text()
    trunk = _text()
    source = _text()
    sip_call_id = _text(255)
    incident_id = _text()
    person = _text(200)
    callback_number = _text(32)
    location = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    location_source = _text()
    psap = _text()
    targets = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    notified = models.JSONField(default=list)
    unregistered = models.BooleanField(default=False)
    cost = _text(16)
    currency = _text(3)
    answered_at = models.DateTimeField(null=True)
    answered_by = _text()
    setup_ms = models.FloatField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = _text(32)
    why_ended = _text(255)
    status = models.PositiveSmallIntegerField(null=True)
    talked_seconds = models.FloatField(null=True)
    read_back = models.CharField(max_length=16, choices=ReadBack, default="", blank=True)

    objects = TenantManager[Self]()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "-started_at"], name="call_latest"),
            models.Index(fields=["trunk", "-started_at"], name="call_of_trunk"),
        ]

    def __str__(self) -> str:
        return f"{self.dialled} by {self.identity or 'unknown'} at {self.started_at:%Y-%m-%d %H:%M:%S}"


class Step(TenantFact):
    """One fact of a call, whole. The journal and its number make it unique, so it is never taken in twice."""

    call = models.ForeignKey(CallRecord, on_delete=models.PROTECT, related_name="steps")
    journal = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=32)
    data = models.JSONField(default=dict)

    objects = TenantManager[Self]()

    class Meta:
        ordering: ClassVar = ["seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["journal", "seq"], name="step_once")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class Misdial(TenantFact):
    """Somebody dialled a prefix before 911 or 933; the guide has people dial the three digits only."""

    journal = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    dialled = _text()
    identity = _text()
    trunk = _text()
    treated_as = _text(8)

    objects = TenantManager[Self]()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["journal", "seq"], name="misdial_once")]

    def __str__(self) -> str:
        return f"{self.dialled} by {self.identity or 'unknown'}"


class Alarm(TenantFact):
    """What an operator must know of, from the node. `cleared_at` is set when the node says it is over."""

    journal = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    alarm = _text(64)
    text = _text(500)
    cleared_at = models.DateTimeField(null=True)

    objects = TenantManager[Self]()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["journal", "seq"], name="alarm_once")]

    def __str__(self) -> str:
        return f"{self.alarm}: {self.text}"


class Stranger(models.Model):
    """Somebody no trunk is known for, who was turned away: one row for each source, way, user and reason.

    Belongs to no organization, as nobody knows whose it is: the provider sees them, and an organization only what
    claims to be a trunk of its own (`calls.strangers`). `count` is how often at least, as `node.stranger_log` folds.
    """

    class Why(models.TextChoices):
        UNKNOWN_SOURCE = "unknown_source"
        NO_CREDENTIALS = "no_credentials"
        UNKNOWN_USER = "unknown_user"
        WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the name of a reason

    source = _text(64)
    transport = _text(8)
    method = _text(32)
    digest_username = _text(120)
    why = models.CharField(max_length=16, choices=Why)
    uri = _text()
    user_agent = _text()
    certificate_names = models.JSONField(default=list)
    count = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "transport", "method", "digest_username", "why"], name="stranger_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} ({self.why}, {self.count})"


class Position(models.Model):
    """How far a journal has been taken in; moved in the transaction of the rows it stands for.

    `last_at` is the time of the last fact, by which a journal is known again: a node that lost its disk starts at 1.
    """

    journal = models.CharField(max_length=64, unique=True)
    seq = models.BigIntegerField(default=0)
    last_at = _text(40)

    def __str__(self) -> str:
        return f"{self.journal} at {self.seq}"
