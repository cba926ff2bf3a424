"""From a location's ELIN in the directory to where a call from that number goes, through a real snapshot."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.directory.cast import Cast
from tests.directory.test_publisher import Published

from callpoint.directory import provision
from callpoint.directory.bulk import update_rows
from callpoint.directory.models import Location, Organization, Person, acting
from callpoint.directory.models.base import Signature
from callpoint.directory.tenancy import everywhere
from callpoint.routing.decide import decide
from callpoint.routing.plan import CallPlan, IncomingCall
from callpoint.routing.records import LocationRecord, Trunk

ELIN = "+18025550166"


@pytest.fixture
def published(people: Cast, tmp_path: Path) -> Iterator[Published]:
    published = Published(tmp_path)
    published.publisher.start()
    published.catch_up()
    with everywhere(), acting("test", "elin"):
        yield published
    published.close()


def give(location: Location, elin: str) -> None:
    location.elin = elin
    location.save()


def call_from(number: str, published: Published, organization: str = "acme", identity: str = "") -> CallPlan:
    """What a call without an ID (or with one) from that number would get now."""
    published.catch_up()
    trunk = Trunk("pbx", organization)
    call = IncomingCall(organization, "911", "emergency", "urn:service:sos", identity, "", trunk, caller_number=number)
    return decide(call, published.view)


def place(plan: CallPlan) -> str:
    return plan.location.id if isinstance(plan.location, LocationRecord) else ""


@pytest.mark.parametrize("number", [ELIN, "8025550166", "(802) 555-0166"])
def test_a_call_from_an_elin_is_a_call_from_there(number: str, people: Cast, published: Published) -> None:
    assert call_from(number, published).unregistered
    give(people.desk, ELIN)
    plan = call_from(number, published)
    assert place(plan) == str(people.desk.pk)
    assert (plan.location_source, plan.callback_number) == ("number", ELIN)
    assert plan.psap is not None
    assert plan.psap.name == "Montpelier dispatch"
    assert "elin_used" in [reason.code for reason in plan.reasons]


def test_the_number_may_come_as_the_id(people: Cast, published: Published) -> None:
    give(people.desk, ELIN)
    plan = call_from("", published, identity=ELIN)
    assert (place(plan), plan.callback_number) == (str(people.desk.pk), ELIN)


def test_another_organization_s_elin_says_nothing(people: Cast, published: Published) -> None:
    give(people.desk, ELIN)
    assert call_from(ELIN, published, "other").unregistered


def test_an_elin_that_was_taken_away_says_nothing_any_more(people: Cast, published: Published) -> None:
    give(people.desk, ELIN)
    assert place(call_from(ELIN, published))
    give(people.desk, "+18025550167")
    assert call_from(ELIN, published).unregistered
    assert place(call_from("+18025550167", published)) == str(people.desk.pk)
    people.ada.assigned_location = None
    people.ada.save()
    people.desk.delete()
    assert call_from("+18025550167", published).unregistered


def test_an_elin_moves_from_one_location_to_another(people: Cast, published: Published) -> None:
    lobby = provision.create_location(people.building, "Lobby")
    give(people.desk, ELIN)
    published.catch_up()
    give(people.desk, "")
    give(lobby, ELIN)
    assert place(call_from(ELIN, published)) == str(lobby.pk)


def test_a_person_with_that_number_wins_and_the_elin_is_back_when_they_go(people: Cast, published: Published) -> None:
    give(people.desk, ELIN)
    published.catch_up()
    lobby = provision.create_location(people.building, "Lobby")
    guard = Person(
        organization=people.acme, identification_type="phone_number", phone_number=ELIN, assigned_location=lobby
    )
    guard.save()
    assert place(call_from("", published, identity=ELIN)) == str(lobby.pk)
    give(people.desk, "")  # must not take the person's record along
    assert place(call_from("", published, identity=ELIN)) == str(lobby.pk)
    give(people.desk, ELIN)
    assert place(call_from("", published, identity=ELIN)) == str(lobby.pk)
    guard.delete()
    assert place(call_from("", published, identity=ELIN)) == str(people.desk.pk)


def test_a_changed_location_is_where_the_next_call_comes_from(people: Cast, published: Published) -> None:
    give(people.desk, ELIN)
    published.catch_up()
    before = people.desk.values()
    people.desk.room = "212"
    update_rows([(people.desk, before)], Signature("import", "a file"))
    location = call_from(ELIN, published).location
    assert location is not None
    assert location.civic is not None
    assert location.civic.ROOM == "212"


def test_a_new_snapshot_has_them_and_so_has_one_made_anew(people: Cast, published: Published, tmp_path: Path) -> None:
    give(people.desk, ELIN)
    (tmp_path / "afresh").mkdir()
    afresh = Published(tmp_path / "afresh")
    assert afresh.publisher.start() is True
    assert place(call_from(ELIN, afresh)) == str(people.desk.pk)
    (tmp_path / "afresh" / "published.json").unlink()
    afresh.open()
    assert afresh.publisher.start() is True  # all of it again, over what is there
    assert place(call_from(ELIN, afresh)) == str(people.desk.pk)
    afresh.close()


def test_it_speaks_the_organization_s_language(people: Cast, published: Published) -> None:
    give(people.desk, ELIN)
    organization = Organization.objects.get(pk=people.acme.pk)
    organization.language = "fr-ca"
    organization.save()
    published.catch_up()
    found = published.view.person("acme", ELIN)
    assert found is not None
    assert (found.language, found.elin) == ("fr-ca", True)
