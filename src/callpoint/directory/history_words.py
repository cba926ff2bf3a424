"""What the tables and fields of the directory are called in the history, and values that stand for words.

The field's own terms, as the pages show them. A name that is not here is shown as it is kept, with blanks.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OBJECTS: Final[Mapping[str, Promise]] = {
    "organization": _("Organization"),
    "provider": _("Provider settings"),
    "person": _("Person"),
    "building": _("Building"),
    "location": _("Location"),
    "address": _("Address"),
    "trunk": _("Trunk"),
    "psap": _("PSAP"),
    "target": _("Target"),
    "fixedroute": _("Fixed route"),
    "membership": _("Role"),
    "apitoken": _("API token"),
    "signonprovider": _("Single sign-on"),
    "account": _("Account"),
    "importrun": _("Import"),
    "chain": _("History"),
}

FIELDS: Final[Mapping[str, Promise]] = {
    "name": _("Name"),
    "slug": _("Short name"),
    "status": _("Status"),
    "country": _("Country"),
    "language": _("Language"),
    "time_zone": _("Time zone"),
    "number_location_allowed": _("Location by phone number"),
    "unregistered_fee": _("Fee for an unregistered call"),
    "currency": _("Currency"),
    "sample": _("Sample data"),
    "ecrf_url": _("LoST server"),
    "welcome_people": _("Welcome e-mails"),
    "remind_people": _("Reminders by e-mail"),
    "welcome_since": _("Welcome e-mails since"),
    "stale_after_days": _("Days until a location is stale"),
    "test_every_days": _("Days a test call proves for"),
    "second_factor_required": _("Second factor required"),
    "provider_id": _("Provider ID"),
    "identification_type": _("Identification type"),
    "device_user_id": _("Device User ID"),
    "phone_number": _("Phone number"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail"),
    "callback_number": _("Callback number"),
    "active": _("Active"),
    "assigned_location_id": _("Assigned location"),
    "current_location_id": _("Current location"),
    "current_at": _("Current location set at"),
    "current_by": _("Current location set by"),
    "current_method": _("Current location set by means of"),
    "number_location_id": _("Location of the phone number"),
    "building_id": _("Building"),
    "person_id": _("Person"),
    "address_id": _("Address"),
    "floor": _("Floor"),
    "unit": _("Unit"),
    "room": _("Room"),
    "note": _("Note"),
    "elin": _("ELIN"),
    "a1": _("State or province"),
    "a2": _("County"),
    "a3": _("City"),
    "hnp": _("House number prefix"),
    "hno": _("House number"),
    "hns": _("House number suffix"),
    "prm": _("Street name modifier before"),
    "prd": _("Direction before the street"),
    "stp": _("Street type before"),
    "rd": _("Street"),
    "sts": _("Street type"),
    "pod": _("Direction after the street"),
    "pom": _("Street name modifier after"),
    "pc": _("Postal code"),
    "pcn": _("Postal place"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "accuracy": _("What the point is"),
    "verdict": _("Verdict"),
    "dataset": _("Data set"),
    "dataset_version": _("Version of the data set"),
    "elements": _("Verdict of each element"),
    "chosen": _("Suggestion taken"),
    "psap_id": _("PSAP"),
    "psap_source": _("PSAP found by"),
    "source": _("Source"),
    "source_id": _("ID at the source"),
    "position": _("Position"),
    "uri": _("URI"),
    "profile": _("Profile"),
    "source_networks": _("Source networks"),
    "digest_username": _("Digest user name"),
    "digest_ha1": _("Digest password"),
    "certificate_names": _("Names in the certificate"),
    "id_headers": _("ID headers"),
    "organization_header": _("Organization header"),
    "location_trusted": _("Location of the call trusted"),
    "misdial": _("Misdials"),
    "callback_uri": _("Where calls back ring"),
    "callback_networks": _("Networks calls back come from"),
    "account_id": _("Account"),
    "role": _("Role"),
    "scopes": _("Scopes"),
    "start": _("Begins with"),
    "digest": _("Digest"),
    "expires_at": _("Expires"),
    "revoked_at": _("Revoked"),
    "last_used_at": _("Last used"),
    "key": _("Key"),
    "kind": _("Kind"),
    "settings": _("Settings"),
    "email_domains": _("E-mail domains"),
    "required": _("Required"),
    "enabled": _("Enabled"),
    "new_role": _("Role of newcomers"),
    "entered": _("Looked in"),
    "exported": _("Exported"),
    "entries": _("Entries"),
    "checked": _("Checked"),
    "finding": _("Finding"),
}

VALUES: Final[Mapping[str, Mapping[str, Promise]]] = {
    "identification_type": {"device_user_id": _("Device User ID"), "phone_number": _("Phone number")},
    "status": {
        "onboarding": _("onboarding"),
        "active": _("active"),
        "warned": _("warned"),
        "suspended": _("suspended"),
    },
    "verdict": {
        "unchecked": _("unchecked"),
        "valid": _("valid"),
        "valid_corrected": _("valid, corrected"),
        "ambiguous": _("ambiguous"),
        "area": _("area only"),
        "invalid": _("invalid"),
        "refused": _("refused"),
    },
    "role": {
        "provider_administrator": _("provider administrator"),
        "organization_administrator": _("organization administrator"),
        "security": _("security"),
        "auditor": _("auditor"),
    },
    "country": {"US": _("United States"), "CA": _("Canada")},
    "language": {"en": _("English"), "fr": _("French"), "fr-ca": _("French (Canada)")},
    "misdial": {"reject": _("refuse"), "treat_as_911": _("treat as 911")},
}

ACTIONS: Final[Mapping[str, Promise]] = {
    "created": _("created"),
    "changed": _("changed"),
    "deleted": _("removed"),
    "noted": _("noted"),
}

# Of no use to anybody who reads: keys of the database, and what the entry itself says already.
UNTOLD: Final = frozenset({"id", "organization_id", "updated_at", "created_at"})
MASKED: Final = "(not shown)"


def object_word(model: str) -> str:
    """What a kind of object is called."""
    return str(OBJECTS.get(model, model))


def field_word(name: str) -> str:
    """What a field is called."""
    return str(FIELDS[name]) if name in FIELDS else name.removesuffix("_id").replace("_", " ")
