"""What each kind of plan says of a person."""

from datetime import UTC, datetime

import pytest

from callpoint.directory.readiness.outlook import AREA_ONLY, NO_CALLBACK, UNCONFIRMED, Outlook, outlook
from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Shape
from callpoint.routing.records import Identity, LocationRecord, Organization, Provider, Psap, Target, Trunk
from callpoint.routing.rehearsal import rehearse
from callpoint.routing.served_by import NO_BOUNDARIES, STILL_LOADING, BoundaryAnswer
from callpoint.routing.view import DirectoryUnavailable

PSAP = Psap("Dispatch", (Target("Dispatch", "sip:911@psap.example"),))
PLACE = LocationRecord("1", Civic(country="US", A1="VT", A3="Barre"), verdict="valid", psap=PSAP)
ADA = Identity("acme", "device_user_id", "E1", "Ada", callback_number="+18025550101", assigned_location=PLACE)


class View:
    """A directory of one person."""

    def __init__(self, person: Identity | None = ADA, *, relay: bool = True, trouble: str = "", loading: bool = False):
        self._person = person
        self._trouble = trouble
        self._loading = loading
        self._relay = (Target("Relay", "sip:911@relay.example"),) if relay else ()

    def organization(self, slug: str) -> Organization | None:
        return Organization(slug, "Acme")

    def person(self, organization: str, identity: str) -> Identity | None:
        if self._trouble:
            raise DirectoryUnavailable(self._trouble)
        return self._person

    def near_misses(self, organization: str, identity: str) -> tuple[str, ...]:
        return ()

    def provider(self) -> Provider:
        return Provider(self._relay)

    def trunks(self) -> tuple[Trunk, ...]:
        return ()

    def psap_by_boundary(self, shape: Shape, at: str) -> BoundaryAnswer:
        return STILL_LOADING if self._loading else NO_BOUNDARIES

    def psap_for(self, civic: Civic | None, shape: Shape | None) -> Psap | None:
        return None


def of(**changes: object) -> Identity:
    return Identity(**{**ADA.__dict__, **changes})  # type: ignore[arg-type]


def at(**changes: object) -> LocationRecord:
    return LocationRecord(**{**PLACE.__dict__, **changes})  # type: ignore[arg-type]


def said(view: View) -> Outlook | None:
    return outlook(rehearse("E1", "acme", view))


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (ADA, Outlook("ready", "Dispatch")),
        (of(active=False), Outlook("inactive")),
        (of(active=False, assigned_location=None), Outlook("inactive")),
        (of(assigned_location=None), Outlook("no_location", why="no location is registered")),
        (
            of(assigned_location=at(verdict="ambiguous")),
            Outlook("no_location", why="the registered address fits more than one place"),
        ),
        (
            of(assigned_location=at(psap=None)),
            Outlook("no_psap", why="no emergency center is known for that place"),
        ),
        (
            of(assigned_location=at(psap=Psap("Silent"))),
            Outlook("no_psap", why="the emergency center of that place cannot be reached directly"),
        ),
        (of(callback_number=""), Outlook("no_callback", "Dispatch", NO_CALLBACK)),
        (of(callback_number="", assigned_location=at(verdict="area")), Outlook("no_callback", "Dispatch", NO_CALLBACK)),
        (of(assigned_location=at(verdict="area")), Outlook("area_only", "Dispatch", AREA_ONLY)),
        (of(assigned_location=at(verdict="unchecked")), Outlook("unconfirmed", "Dispatch", UNCONFIRMED)),
        (of(assigned_location=at(verdict="valid_corrected")), Outlook("ready", "Dispatch")),
        (
            of(current_location=at(updated_at="2026-11-23T12:00:00+00:00")),
            Outlook("ready", "Dispatch", "", datetime(2026, 11, 23, 12, 0, tzinfo=UTC)),
        ),
    ],
)
def test_states(person: Identity, expected: Outlook) -> None:
    assert said(View(person)) == expected


def test_a_psap_as_last_resort_makes_nobody_ready() -> None:
    """Without a relay center a call without a usable location goes to some PSAP; that is no readiness."""
    found = said(View(of(assigned_location=at(verdict="invalid")), relay=False))
    assert found is not None
    assert found.state == "no_location"


def test_a_number_stands_in_for_a_callback_number() -> None:
    assert said(View(of(kind="phone_number", identity="+18025550101", callback_number=""))) == Outlook(
        "ready", "Dispatch"
    )


def test_somebody_the_view_does_not_know() -> None:
    assert said(View(None)) is None


def test_passing_trouble_says_nothing_of_anybody() -> None:
    with pytest.raises(DirectoryUnavailable, match="disk"):
        said(View(trouble="the disk is gone"))
    with pytest.raises(DirectoryUnavailable, match="boundaries"):
        said(View(of(assigned_location=at(psap=None, point=(44.2, -72.5))), loading=True))


def test_long_names_fit_their_columns() -> None:
    psap = Psap("x" * 400, PSAP.targets)
    found = said(View(of(assigned_location=at(psap=psap))))
    assert found is not None
    assert len(found.psap) == 255
