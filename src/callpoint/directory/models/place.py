"""Addresses, the buildings that have them, and the spots in buildings where people sit."""

from typing import ClassVar

from django.db import models

from callpoint.directory.models.base import TenantModel, Values
from callpoint.directory.models.organization import COUNTRIES
from callpoint.directory.models.psap import Psap


def _civic(length: int = 64) -> "models.CharField[str, str]":
    return models.CharField(max_length=length, default="", blank=True)


class Address(TenantModel):
    """A civic address, one column per CLDXF/PIDF-LO element (RFC 5139 §3.1, RFC 6848 §5) and how true it is.

    `verdict` is what a reference data set (`dataset`, `dataset_version`) said, with `elements` mapping an element
    name to valid/invalid/unchecked and `chosen` keeping the suggestion somebody picked. `accuracy` tells what the
    point is: "point" or "range" of a data set, "" given by hand; the middle of a postal area is never kept here.
    `psap` is a mapping made for this address, `psap_source` says from what: `directory.mapping` makes and follows
    those of boundaries and outside ECRFs, one set by hand stays. Without any the fixed routes decide.
    """

    class Verdict(models.TextChoices):
        UNCHECKED = "unchecked"
        VALID = "valid"
        VALID_CORRECTED = "valid_corrected"
        AMBIGUOUS = "ambiguous"
        AREA = "area"
        INVALID = "invalid"
        REFUSED = "refused"

    country = models.CharField(max_length=2)
    a1 = _civic()
    a2 = _civic(128)
    a3 = _civic(128)
    a4 = _civic(128)
    a5 = _civic(128)
    a6 = _civic(128)
    prm = _civic()
    prd = _civic()
    stp = _civic()
    rd = _civic(160)
    sts = _civic()
    pod = _civic()
    pom = _civic()
    rdsec = _civic()
    rdbr = _civic()
    rdsubbr = _civic()
    hnp = _civic()
    hno = _civic()
    hns = _civic()
    mp = _civic()
    pn = _civic()
    lmk = _civic(160)
    loc = _civic(160)
    flr = _civic()
    nam = _civic(160)
    pc = _civic(16)
    bld = _civic(160)
    unit = _civic()
    room = _civic()
    seat = _civic()
    plc = _civic()
    pcn = _civic(128)
    pobox = _civic()
    addcode = _civic()

    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy = models.CharField(max_length=8, default="", blank=True)
    verdict = models.CharField(max_length=16, choices=Verdict, default=Verdict.UNCHECKED)
    dataset = models.CharField(max_length=120, default="", blank=True)
    dataset_version = models.CharField(max_length=64, default="", blank=True)
    elements = models.JSONField(default=dict)
    chosen = models.JSONField(null=True)
    psap = models.ForeignKey(Psap, null=True, on_delete=models.PROTECT, related_name="+")
    psap_source = models.CharField(max_length=255, default="", blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    outbox_kind = "address"

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(country__in=COUNTRIES), name="address_us_or_ca"),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                # A check that comes to NULL passes, so both halves are asked for by name.
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="address_point",
            ),
        ]

    def __str__(self) -> str:
        street = " ".join(filter(None, [self.hno, self.prd, self.rd, self.sts, self.pod]))
        return ", ".join(filter(None, [street, self.a3, self.a1]))


class Building(TenantModel):
    """A building: a name and exactly one address."""

    name = models.CharField(max_length=120)
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="buildings")

    outbox_kind = "building"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "name"], name="building_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Location(TenantModel):
    """A dispatchable location: a spot in a building, or (with `person` and an address of its own) a person's home.

    `note` is free text for those who come looking; PSAP screens show 20 characters of it surely. `elin` is the
    emergency location identification number (E.164): calls from it are calls from here.
    """

    building = models.ForeignKey(Building, null=True, on_delete=models.PROTECT, related_name="locations")
    person = models.ForeignKey("directory.Person", null=True, on_delete=models.PROTECT, related_name="own_locations")
    address = models.ForeignKey(Address, null=True, on_delete=models.PROTECT, related_name="locations")
    name = models.CharField(max_length=120)
    floor = models.CharField(max_length=32, default="", blank=True)
    unit = models.CharField(max_length=32, default="", blank=True)
    room = models.CharField(max_length=32, default="", blank=True)
    note = models.CharField(max_length=60, default="", blank=True)
    elin = models.CharField(max_length=16, default="", blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    outbox_kind = "location"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["building", "name"], name="location_name", condition=models.Q(building__isnull=False)
            ),
            models.CheckConstraint(
                condition=models.Q(building__isnull=False, person__isnull=True, address__isnull=True)
                | models.Q(building__isnull=True, person__isnull=False, address__isnull=False),
                name="location_in_building_or_own",
            ),
            models.UniqueConstraint(
                fields=["organization", "elin"], name="location_elin_once", condition=~models.Q(elin="")
            ),
            models.CheckConstraint(
                condition=models.Q(elin="") | models.Q(elin__regex=r"^\+1[2-9][0-9]{9}\Z"), name="location_elin_e164"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def snapshot_key(self, values: Values) -> list[str] | None:
        return ["location", str(self.pk)]

    def gone_keys(self, before: Values | None, after: Values | None) -> list[list[str]]:
        """With a location its ELIN goes, which is published as an identity of its own."""
        old = before["elin"] if before is not None else ""
        lost = old and (after is None or after["elin"] != old)
        return super().gone_keys(before, after) + ([["identity", self.organization.slug, old]] if lost else [])
