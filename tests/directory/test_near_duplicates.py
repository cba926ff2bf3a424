"""IDs that look the same and are not, on both databases: what each can fold differs."""

from collections.abc import Iterator

import pytest
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.editing.near_duplicates import near_duplicates
from callpoint.directory.editing.people import save_person
from callpoint.directory.models import Person, acting
from callpoint.directory.tenancy import everywhere, inside


@pytest.fixture(autouse=True)
def in_acme(real: Cast) -> Iterator[None]:
    """Every test is somebody at a page of `acme`."""
    with inside(real.acme), acting("admin@acme.example", "in the portal"):
        yield


NEAR = (
    *("e1023", "E 1023", "E1023\u00a0", "E-1023", "E001023", "E1O23", "El023", "EI023", "E#1023"),
    *("\uff25\uff11\uff10\uff12\uff13", "\u04151023"),
)


def test_near_ids_are_found_both_ways(real: Cast) -> None:
    for known, typed in [pair for other in NEAR for pair in (("E1023", other), (other, "E1023"))]:
        person = Person(organization=real.acme, device_user_id=known)
        person.save()
        assert near_duplicates(real.acme, typed) == [person]
        assert near_duplicates(real.acme, typed, but=person) == []
        assert near_duplicates(real.acme, known) == []
        person.delete()


def test_other_ids_are_not_near(real: Cast) -> None:
    save_person(real.acme, {"device_user_id": "E1023"})
    for other in ("E1024", "E10230", "F1023", "E123", "1023", "%", "_____", "E1023E", "", "\u00e91023", "x" * 200):
        assert near_duplicates(real.acme, other) == []


def test_near_ids_of_another_organization_are_none_of_ours(real: Cast) -> None:
    with everywhere():
        provision.create_person(real.other, "E77")
    assert near_duplicates(real.acme, "e77") == []


def test_a_crowd_of_near_ids_is_cut(real: Cast) -> None:
    for zeros in range(30):
        save_person(real.acme, {"device_user_id": f"X{'0' * zeros}5"})
    assert len(near_duplicates(real.acme, "x5")) == 20
