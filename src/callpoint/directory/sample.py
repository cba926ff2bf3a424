"""The sample organization `demo`, with which anybody can try every kind of call. Never for real routing."""

from django.db import transaction

from callpoint.directory import provision
from callpoint.directory.models import Organization, Person, acting
from callpoint.directory.models.trunk import DEFAULT_ID_HEADERS
from callpoint.directory.verdicts import Judge

SLUG = "demo"
WHO = "sample data"
WHY = "sample organization, for trying out"

STATE_STREET = {
    "country": "US",
    "A1": "VT",
    "A2": "Washington",
    "A3": "Montpelier",
    "HNO": "115",
    "RD": "State",
    "STS": "Street",
    "PC": "05633",
}
WELLINGTON_STREET = {
    "country": "CA",
    "A1": "ON",
    "A3": "Ottawa",
    "HNO": "111",
    "RD": "Wellington",
    "STS": "Street",
    "PC": "K1A 0A9",
}
HOME_IN_BARRE = {
    "country": "US",
    "A1": "VT",
    "A2": "Washington",
    "A3": "Barre",
    "HNO": "6",
    "PRD": "North",
    "RD": "Main",
    "STS": "Street",
    "PC": "05641",
}
# Read off a map by hand: good enough to look at, not to send anybody to.
STATE_STREET_POINT = (44.2601, -72.5806)
WELLINGTON_STREET_POINT = (45.4240, -75.6990)
BARRE_POINT = (44.1970, -72.5020)


def build_sample_organization(
    psap_uri: str,
    relay_uri: str,
    admin_email: str,
    admin_password: str,
    judge: Judge | None = None,
    phone_uri: str = "",
) -> Organization:
    """Make the sample organization, or bring it back to how it is meant to be; other organizations stay as they are.

    `psap_uri` and `relay_uri` are the SIP URIs of the lab's simulators, `phone_uri` that of the phones which calls back
    ring ("" = those the calls came from). The administrator's password is set when the account is new. With a judge the
    addresses have its verdicts, but no verdict keeps the sample from being made. Raises `ValidationError` (weak
    password), `RuleError` (e-mail address).
    """
    lenient = Judge(judge.check, lambda: False) if judge is not None else None
    with acting(WHO, WHY), transaction.atomic():
        _call_centers(psap_uri, relay_uri)
        demo = provision.create_organization(
            SLUG, "Sample organization", status="active", time_zone="America/New_York", sample=True
        )
        provision.create_administrator(demo, admin_email, admin_password)
        provision.create_trunk(
            "demo loopback",
            demo,
            source_networks=["127.0.0.1/32", "::1/128"],
            id_headers=list(DEFAULT_ID_HEADERS),
            callback_uri=phone_uri,
        )
        _people(demo, lenient)
    return demo


def _call_centers(psap_uri: str, relay_uri: str) -> None:
    montpelier = provision.create_psap("Montpelier dispatch", [(psap_uri, "i3")])
    ottawa = provision.create_psap("Ottawa dispatch", [(psap_uri, "i3")])
    provision.create_route(montpelier, "US", "VT")
    provision.create_route(ottawa, "CA", "ON")
    provision.set_provider([(relay_uri, "i3")], second_factor_required=False)


def _people(demo: Organization, judge: Judge | None) -> None:
    state_house = provision.create_building(demo, "Vermont State House", STATE_STREET, STATE_STREET_POINT, judge)
    parliament = provision.create_building(demo, "Parliament Hill", WELLINGTON_STREET, WELLINGTON_STREET_POINT, judge)
    second_floor = provision.create_location(state_house, "2nd floor", floor="2")
    centre_block = provision.create_location(parliament, "Default")
    _person(demo, "E1001", "Ada", "Martin", "+1 802 555 0101", assigned_location=second_floor)
    _person(demo, "E1002", "Marc", "Tremblay", "+1 613 555 0102", assigned_location=centre_block)
    _person(demo, "E1099", "Noor", "Haddad", "+1 802 555 0199")
    at_home = _person(demo, "E1003", "Sam", "Rivera", "+1 802 555 0103")
    home = provision.create_home(at_home, HOME_IN_BARRE, point=BARRE_POINT, judge=judge)
    with acting(at_home.email, "sample: works from home"):
        provision.set_current_location(at_home, home)


def _person(demo: Organization, device_user_id: str, first: str, last: str, callback: str, **values: object) -> Person:
    return provision.create_person(
        demo,
        device_user_id,
        first_name=first,
        last_name=last,
        email=f"{device_user_id.lower()}@demo.example",
        callback_number=callback,
        **values,
    )
