"""What alerts are limited to stays, and the pages of places and trunks say why."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.directory.cast import MONTPELIER, Cast
from tests.notices import rows
from tests.web.portal.alerts_pages import plain, sent, setting_up

from callpoint.directory import provision
from callpoint.directory.models import Building, Location, Trunk
from callpoint.directory.tenancy import everywhere
from callpoint.notices.models import Subscription

ClientOf = Callable[[str], Client]
ACME = "/organizations/acme/"


@pytest.fixture
def admin(client_of: ClientOf) -> Client:
    return client_of("organization_administrator")


def limited(people: Cast, **values: object) -> Subscription:
    with setting_up():
        desk = rows.group(people.acme, "Desk", rows.recipient(people.acme))
        return rows.subscription(people.acme, "911 calls", desk, **values)


def gone(one: Subscription) -> None:
    with setting_up():
        one.delete()


def test_a_building(admin: Client, people: Cast) -> None:
    with setting_up():
        annex = provision.create_building(people.acme, "Annex", MONTPELIER)
    one = limited(people, buildings=[annex.pk])
    path = f"{ACME}locations/{annex.pk}/remove/"
    told = "Annex stays: The subscription “911 calls” is limited to it; change that one first."
    assert told in plain(sent(admin, path, {}))
    gone(one)
    assert sent(admin, path, {}).status_code == 302
    with everywhere():
        assert not Building.objects.filter(pk=annex.pk).exists()


def test_a_location(admin: Client, people: Cast) -> None:
    with setting_up():
        spot = provision.create_location(people.building, "Lab")
    one = limited(people, locations=[spot.pk])
    path = reverse("location-remove", args=["acme", spot.pk])
    assert "Lab stays: The subscription “911 calls” is limited to it" in plain(sent(admin, path, {}))
    gone(one)
    assert sent(admin, path, {}).status_code == 302
    with everywhere():
        assert not Location.objects.filter(pk=spot.pk).exists()


def test_a_trunk(admin: Client, people: Cast) -> None:
    one = limited(people, trunks=["acme trunk"])
    with everywhere():
        pk = Trunk.objects.get(name="acme trunk").pk
    path = f"{ACME}trunks/{pk}/remove/"
    told = "The subscription “911 calls” is limited to it; change that one first."
    assert told in plain(sent(admin, path, {}, follow=True))
    with everywhere():
        assert Trunk.objects.filter(pk=pk).exists()
    gone(one)
    assert "acme trunk is removed" in plain(sent(admin, path, {}, follow=True))
