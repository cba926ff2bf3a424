"""The people who may dial."""

from typing import Any, ClassVar

from django.db import models, transaction

from callpoint.directory.models.base import TenantModel, Values
from callpoint.directory.models.place import Location


def identity_of(values: Values) -> str:
    """The text calls carry for a person with these column values."""
    by_number = values["identification_type"] == Person.Identification.PHONE_NUMBER
    return str(values["phone_number"] if by_number else values["device_user_id"])


class Person(TenantModel):
    """Somebody who may dial, known by a device user ID (compared exactly, case and blanks included) or a phone number.

    Numbers are E.164. `current_location` is where the person said they are (`current_by` says who set it,
    `current_method` how); `assigned_location` is their corporate place; `number_location` is registered
    for their phone number and counts only where the organization allows it.
    """

    class Identification(models.TextChoices):
        DEVICE_USER_ID = "device_user_id"
        PHONE_NUMBER = "phone_number"

    identification_type = models.CharField(max_length=16, choices=Identification, default=Identification.DEVICE_USER_ID)
    device_user_id = models.CharField(max_length=128, null=True)
    phone_number = models.CharField(max_length=16, null=True)
    first_name = models.CharField(max_length=80, default="", blank=True)
    last_name = models.CharField(max_length=80, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    callback_number = models.CharField(max_length=16, default="", blank=True)
    language = models.CharField(max_length=8, default="", blank=True)
    active = models.BooleanField(default=True)
    assigned_location = models.ForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    current_location = models.ForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    current_at = models.DateTimeField(null=True)
    current_by = models.CharField(max_length=254, default="", blank=True)
    current_method = models.CharField(max_length=32, default="", blank=True)
    number_location = models.ForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")

    outbox_kind = "person"

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "last_name", "first_name"], name="person_by_name")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "device_user_id"], name="person_device_user_id"),
            models.UniqueConstraint(fields=["organization", "phone_number"], name="person_phone_number"),
            models.CheckConstraint(
                condition=models.Q(identification_type="device_user_id", device_user_id__isnull=False)
                | models.Q(identification_type="phone_number", phone_number__isnull=False),
                name="person_has_identity",
            ),
            models.CheckConstraint(condition=~models.Q(device_user_id=""), name="person_device_user_id_filled"),
            models.CheckConstraint(
                condition=models.Q(callback_number="") | models.Q(callback_number__regex=r"^\+1[2-9][0-9]{9}\Z"),
                name="person_callback_e164",
            ),
            models.CheckConstraint(
                condition=models.Q(phone_number__isnull=True) | models.Q(phone_number__regex=r"^\+1[2-9][0-9]{9}\Z"),
                name="person_phone_e164",
            ),
            models.CheckConstraint(
                condition=models.Q(current_location__isnull=True)
                | (models.Q(current_at__isnull=False) & ~models.Q(current_by="") & ~models.Q(current_method="")),
                name="person_current_told_by",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.identity

    @property
    def name(self) -> str:
        return " ".join(filter(None, [self.first_name, self.last_name]))

    @property
    def identity(self) -> str:
        return identity_of(self.values())

    def snapshot_key(self, values: Values) -> list[str] | None:
        return ["identity", self.organization.slug, identity_of(values)]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the person together with the homes only they have."""
        with transaction.atomic():
            if self.current_location_id or self.assigned_location_id or self.number_location_id:
                self.current_location = self.assigned_location = self.number_location = None
                self.save()
            for home in Location._base_manager.filter(person=self):
                address = home.address
                home.delete()
                if address is not None:
                    address.delete()
            return super().delete(*args, **kwargs)
