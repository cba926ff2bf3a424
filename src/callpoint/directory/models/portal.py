"""What the portal and the interface for programs keep for themselves."""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from callpoint.directory.models.account import Account, Membership
from callpoint.directory.models.base import RecordedModel, TenantModel
from callpoint.directory.models.organization import Organization
from callpoint.directory.models.person import Person
from callpoint.directory.tenancy import TenantManager


class SavedFilter(models.Model):
    """A search somebody wants to see again, by name: the query string of a list page."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=16, default="people")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, default="", blank=True)

    objects = TenantManager[Self]()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "account", "page", "name"], name="saved_filter_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ApiToken(RecordedModel):
    """A key for programs: of one organization, or (without one) of the provider. Only its digest is kept.

    `scopes` are names of `directory.scopes`. It counts until `expires_at` (null: for ever) or `revoked_at`, and only
    as long as `account`, who made it, still has the right to what it allows. `start` is shown so that people can tell
    their tokens apart.
    """

    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    start = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects = TenantManager[Self]()
    secret_fields = frozenset({"digest"})
    fixed_fields = frozenset({"organization_id", "digest"})

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"

    def owner_id(self) -> int | None:
        return self.organization_id


class IdempotencyKey(models.Model):
    """A write of a program that was answered: the same key gets the same answer again instead of a second write.

    `owner` names who sent it (`token:12`), `request` is a digest of method, path and body, so that the same key with
    another request is refused. `status` is null while the first one is still being answered.
    """

    owner = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.owner}: {self.key}"


class SignOnProvider(TenantModel):
    """An organization's own identity provider, by OpenID Connect or SAML.

    `key` stands in its URLs and never changes. `settings` are those of the protocol (`client_id`, `client_secret`,
    `issuer`; or `metadata_url`, `entity_id`, `certificate`, `sso_url`). Only addresses of `email_domains` are let in
    by it, and with `required` they are let in by nothing else. A newcomer gets `new_role` ("" = nobody new gets in).
    """

    class Kind(models.TextChoices):
        OIDC = "oidc", "OpenID Connect"
        SAML = "saml", "SAML"

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind)
    settings = models.JSONField(default=dict)
    email_domains = models.JSONField(default=list)
    required = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    new_role = models.CharField(max_length=32, choices=Membership.Role, default="", blank=True)

    secret_fields = frozenset({"settings"})
    fixed_fields = frozenset({"organization_id", "key", "kind"})

    def __str__(self) -> str:
        return self.name


class Welcome(models.Model):
    """The e-mail that tells a person of this service: sent, or what kept it from being sent.

    The dispatcher delivers it and tries until `next_at`; null once it is sent or given up.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="welcome")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=255, default="", blank=True)

    objects = TenantManager[Self]()

    def __str__(self) -> str:
        return f"{self.address}: {'sent' if self.sent_at else self.trouble or 'waiting'}"
