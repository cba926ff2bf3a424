"""The SIP connections calls come in by."""

from typing import ClassVar, Self

from django.db import models

from callpoint.directory.models.base import RecordedModel, Values
from callpoint.directory.tenancy import TenantManager

DEFAULT_ID_HEADERS = ("X-Employee-ID", "E911-User-ID", "X-E911-User-ID")


def default_id_headers() -> list[str]:
    return list(DEFAULT_ID_HEADERS)


class Trunk(RecordedModel):
    """A SIP peer: how it proves itself (source networks, digest, certificate) and where it carries the ID.

    Without an organization it is provider-wide, and `organization_header` names the header with the slug.
    `callback_uri` is where calls back from a PSAP ring ("" = where the person's call came from).
    `digest_ha1` maps a digest algorithm to its HA1 (RFC 8760 §2.1), so no password is kept.
    """

    class Misdial(models.TextChoices):
        REJECT = "reject"
        TREAT_AS_911 = "treat_as_911"

    organization = models.ForeignKey("directory.Organization", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, unique=True)
    source_networks = models.JSONField(default=list)
    digest_username = models.CharField(max_length=120, default="", blank=True)
    digest_ha1 = models.JSONField(default=dict)
    certificate_names = models.JSONField(default=list)
    id_headers = models.JSONField(default=default_id_headers)
    organization_header = models.CharField(max_length=64, default="", blank=True)
    location_trusted = models.BooleanField(default=False)
    misdial = models.CharField(max_length=16, choices=Misdial, default=Misdial.REJECT)
    callback_uri = models.CharField(max_length=255, default="", blank=True)

    objects = TenantManager[Self]()
    outbox_kind = "trunk"
    secret_fields = frozenset({"digest_ha1"})
    fixed_fields = frozenset({"organization_id", "name"})

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(organization__isnull=False) | ~models.Q(organization_header=""),
                name="trunk_provider_wide_names_organization",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def snapshot_key(self, values: Values) -> list[str] | None:
        return ["trunk", values["name"]]

    def owner_id(self) -> int | None:
        return self.organization_id
