"""What a 911 call of somebody would do, in words, and what would go along with it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.utils import translation
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere
from callpoint.routing.records import Trunk
from callpoint.routing.rehearsal import usual_trunk
from callpoint.web.explanation import Explanation, explanation
from callpoint.web.forecast import forecast
from callpoint.web.installation import snapshot

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def of(people: Cast, published: Callable[[], None]) -> Callable[[str], Explanation]:
    """The explanation for an ID, after what is published by then."""

    def explain(identity: str) -> Explanation:
        published()
        return explanation(identity, "acme", snapshot(), NOW)

    return explain


def test_what_goes_along(of: Callable[[str], Explanation], people: Cast) -> None:
    with everywhere(), acting("test", "a note"):
        people.desk.note = "behind the second stairs"
        people.desk.save()
    found = of("E1")
    assert {one.name: one.value for one in found.sent.elements}["FLR"] == "2"
    assert (found.sent.sure, found.sent.cut) == ("behind the second st", "airs")
    assert (found.sent.name, found.sent.callback_number, found.sent.words) == ("Ada", "+18025550101", "")
    assert [target.name for target in found.targets] == ["Montpelier dispatch", "Relay center"]
    assert (found.level, found.direct, found.known, found.cost) == ("doubtful", True, True, "")


def test_an_address_nobody_could_find_travels_as_words(of: Callable[[str], Explanation], people: Cast) -> None:
    with everywhere(), acting("test", "found wrong"):
        people.building.address.verdict = "invalid"
        people.building.address.save()
    found = of("E1")
    assert found.sent.elements == ()
    assert "115 State Street" in found.sent.words
    assert (found.level, found.direct) == ("bad", False)


def test_somebody_unknown_is_said_to_be(of: Callable[[str], Explanation]) -> None:
    found = of("e1")
    assert not found.known
    assert any("IDs are compared exactly" in reason for reason in found.reasons)
    assert found.cost == "100.00 USD"


def test_933_speaks_the_person_s_language(of: Callable[[str], Explanation], people: Cast) -> None:
    with everywhere(), acting("test", "speaks French"):
        provision.create_person(people.acme, "E1", language="fr-CA")
    found = of("E1")
    assert found.read_back_language == "fr-CA"
    assert any("appel" in line for line in found.read_back)


def test_the_page_speaks_the_reader_s_language(people: Cast, published: object) -> None:
    with translation.override("fr-ca"):
        assert "aucun emplacement n'est inscrit" in forecast(people.bob, "acme", snapshot()).route
    assert "no location is registered" in forecast(people.bob, "acme", snapshot()).route


def test_the_trunk_is_the_one_a_call_would_come_by() -> None:
    own, shared, foreign = Trunk("own", "acme"), Trunk("shared"), Trunk("foreign", "other")
    assert usual_trunk([foreign, shared, own], "acme") == own
    assert usual_trunk([foreign, shared], "acme") == shared
    assert usual_trunk([foreign], "acme").organization == "acme"
