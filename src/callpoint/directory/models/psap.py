"""Call centers: PSAPs, the routes that lead to them, and the relay center's targets. Provider-wide."""

from typing import Any, ClassVar

from django.db import models, transaction

from callpoint.directory.models.base import RecordedModel, Values
from callpoint.directory.models.organization import COUNTRIES


class Psap(RecordedModel):
    """A public safety answering point. Its name is its key in snapshots and never changes.

    `source` is "" for one an operator set up, whose targets nobody else touches; "boundary" or "lost HOST" for one
    made from there (`source_id` names it within), whose targets follow what is published there. Its calls back come
    from the hosts of its targets or from `callback_networks`.
    """

    name = models.CharField(max_length=255, unique=True)
    source = models.CharField(max_length=255, default="", blank=True)
    source_id = models.CharField(max_length=255, default="", blank=True)
    callback_networks = models.JSONField(default=list)

    outbox_kind = "psap"
    fixed_fields = frozenset({"name"})

    def __str__(self) -> str:
        return self.name

    def snapshot_key(self, values: Values) -> list[str] | None:
        return ["psap", values["name"]]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the PSAP with its targets. Raises `ProtectedError` while a route or an address leads to it."""
        with transaction.atomic():
            for target in self.targets.all():
                target.delete()
            return super().delete(*args, **kwargs)


class Target(RecordedModel):
    """Where a call can be sent: of a PSAP, or (no PSAP) of the relay center; tried in order of `position`."""

    class Profile(models.TextChoices):
        I3 = "i3"
        CARRIER = "carrier"

    psap = models.ForeignKey(Psap, null=True, on_delete=models.PROTECT, related_name="targets")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=255)
    uri = models.CharField(max_length=255)
    profile = models.CharField(max_length=8, choices=Profile, default=Profile.I3)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["psap", "position"], name="target_position"),
            models.UniqueConstraint(
                fields=["position"], name="target_relay_position", condition=models.Q(psap__isnull=True)
            ),
            models.CheckConstraint(
                condition=models.Q(uri__startswith="sip:") | models.Q(uri__startswith="sips:"), name="target_sip_uri"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.uri}>"

    def publishes_as(self) -> str:
        return "psap" if self.psap_id else "provider"


class FixedRoute(RecordedModel):
    """All of a country, state or province (`a1`) or place (`a3`) goes to one PSAP; empty means any, the most specific
    route wins."""

    psap = models.ForeignKey(Psap, on_delete=models.PROTECT, related_name="routes")
    country = models.CharField(max_length=2)
    a1 = models.CharField(max_length=64, default="", blank=True)
    a3 = models.CharField(max_length=128, default="", blank=True)

    outbox_kind = "route"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["country", "a1", "a3"], name="route_area"),
            models.CheckConstraint(condition=models.Q(country__in=COUNTRIES), name="route_us_or_ca"),
            models.CheckConstraint(condition=models.Q(a3="") | ~models.Q(a1=""), name="route_place_within_state"),
        ]

    def __str__(self) -> str:
        return f"{'/'.join(filter(None, [self.country, self.a1, self.a3]))} to {self.psap}"

    def snapshot_key(self, values: Values) -> list[str] | None:
        return ["fixed_route", values["country"], values["a1"], values["a3"]]
