"""Sign-in accounts, and what they may do in which organization."""

from typing import Any, ClassVar, Final, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from callpoint.directory.models.base import RecordedModel
from callpoint.directory.tenancy import TenantManager

EVERY_PLAN: Final = 0
"""In the outbox, in place of an organization: this stands in the alert plans of all of them."""


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by e-mail address whatever its case: people type their own address as they like."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """Somebody who signs in to the portal, by e-mail address (kept in lower case) and password.

    `language` is a language tag of the pages, "" for what the browser asks for. With `must_change_password` nothing
    but choosing a new password is possible: the one there is was chosen by somebody else.
    """

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, default="", blank=True)
    language = models.CharField(max_length=8, default="", blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)


class Membership(RecordedModel):
    """A role of an account: in one organization, or (provider administrator only) in all of them."""

    class Role(models.TextChoices):
        PROVIDER_ADMINISTRATOR = "provider_administrator"
        ORGANIZATION_ADMINISTRATOR = "organization_administrator"
        SECURITY = "security"
        AUDITOR = "auditor"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey("directory.Organization", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32, choices=Role)

    objects = TenantManager[Self]()
    outbox_kind = "alerts"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "organization", "role"], name="membership_once"),
            models.UniqueConstraint(
                fields=["account"], name="membership_provider_once", condition=models.Q(organization__isnull=True)
            ),
            models.CheckConstraint(
                condition=models.Q(role="provider_administrator", organization__isnull=True)
                | models.Q(~models.Q(role="provider_administrator"), organization__isnull=False),
                name="membership_organization_unless_provider",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} as {self.get_role_display()}"

    def owner_id(self) -> int | None:
        return self.organization_id

    def published_ids(self) -> list[int]:
        """Who may see calls as they happen stands in the alert plan of the organization; a provider's role in all."""
        return [self.organization_id or EVERY_PLAN]
