"""Whatever people do in whatever order, and wherever the publisher is cut: the snapshot ends as the directory is."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models import Q
from tests.directory.cast import MONTPELIER, Cast

from callpoint.directory import provision
from callpoint.directory.editing.places import people_in
from callpoint.directory.models import FixedRoute, Location, Organization, Person, Psap, Trunk, acting
from callpoint.directory.publishing.elins import elin_identities
from callpoint.directory.publishing.feed import feed_for_database
from callpoint.directory.publishing.people import COLUMNS, identities
from callpoint.directory.publishing.places import Places
from callpoint.directory.publishing.position import PositionFile
from callpoint.directory.publishing.publisher import Publisher
from callpoint.directory.tenancy import everywhere
from callpoint.snapshot.store import Snapshot
from callpoint.snapshot.writer import SnapshotWriter

IDENTITIES = ["E1", "E2", "E3", "e1", "E1 x"]
NUMBERS = ["+18025550171", "+18025550172"]
SPOTS = ["Lobby", "Dock"]
TOWNS = ["Montpelier", "Barre", "Stowe"]


class Directory:
    """Things people do, each of them a change or nothing."""

    def __init__(self, people: Cast, dice: random.Random) -> None:
        self.people = people
        self.dice = dice

    def act(self) -> None:
        action: Callable[[], object] = self.dice.choice(
            [
                self.hire,
                self.rename,
                self.dismiss,
                self.move,
                self.go_home,
                self.edit_spot,
                self.readdress,
                self.reroute,
                self.drop_route,
                self.retarget,
                self.speak,
                self.trunks,
                self.give_elin,
                self.take_elin,
                self.close_spot,
                self.number_somebody,
            ]
        )
        with acting("random", action.__name__):
            action()

    def somebody(self) -> Person | None:
        return self.dice.choice([*Person.objects.filter(organization=self.people.acme), None])

    def free_identity(self) -> str | None:
        taken = set(Person.objects.filter(organization=self.people.acme).values_list("device_user_id", flat=True))
        return self.dice.choice([*sorted(set(IDENTITIES) - taken), None])

    def hire(self) -> None:
        if identity := self.free_identity():
            provision.create_person(self.people.acme, identity, first_name=self.dice.choice(["Kim", "Lee"]))

    def rename(self) -> None:
        person, identity = self.somebody(), self.free_identity()
        if person and identity:
            person.device_user_id = identity
            person.save()

    def dismiss(self) -> None:
        if person := self.somebody():
            person.delete()

    def move(self) -> None:
        if person := self.somebody():
            person.assigned_location = self.dice.choice([*Location.objects.filter(building__isnull=False), None])
            person.save()

    def go_home(self) -> None:
        if person := self.somebody():
            home = provision.create_home(person, MONTPELIER | {"HNO": str(self.dice.randrange(9)), "A3": "Barre"})
            provision.set_current_location(person, self.dice.choice([home, self.people.desk, None]))

    def edit_spot(self) -> None:
        provision.create_location(self.people.building, "Front desk", floor=str(self.dice.randrange(3)))

    def readdress(self) -> None:
        provision.create_building(self.people.acme, "State House", MONTPELIER | {"A3": self.dice.choice(TOWNS)})

    def reroute(self) -> None:
        psap = provision.create_psap(self.dice.choice(TOWNS), [("sip:911@town.example", "i3")])
        provision.create_route(psap, "US", "VT", self.dice.choice([*TOWNS, ""]))

    def drop_route(self) -> None:
        if route := FixedRoute.objects.exclude(a3="").first():
            route.delete()

    def retarget(self) -> None:
        for psap in Psap.objects.all()[:1]:
            provision.create_psap(psap.name, [(f"sip:911@host{self.dice.randrange(5)}.example", "carrier")])

    def speak(self) -> None:
        provision.create_organization("acme", "Acme", language=self.dice.choice(["en", "fr"]))

    def trunks(self) -> None:
        spare = Trunk.objects.filter(name="spare").first()
        if spare:
            spare.delete()
        else:
            provision.create_trunk("spare", self.people.acme)

    def give_elin(self) -> None:
        spot = provision.create_location(self.people.building, self.dice.choice(SPOTS))
        number = self.dice.choice(NUMBERS)
        if not Location.objects.filter(elin=number).exclude(pk=spot.pk).exists():
            spot.elin = number
            spot.save()

    def take_elin(self) -> None:
        for spot in Location.objects.filter(elin=self.dice.choice(NUMBERS)):
            spot.elin = ""
            spot.save()

    def close_spot(self) -> None:
        for spot in Location.objects.filter(name=self.dice.choice(SPOTS)):
            if not people_in(spot):
                spot.delete()

    def number_somebody(self) -> None:
        """Somebody is known by a number instead, or by the ID again."""
        person, number = self.somebody(), self.dice.choice(NUMBERS)
        if person and person.device_user_id and not Person.objects.filter(phone_number=number).exclude(pk=person.pk):
            person.phone_number = number
            person.identification_type = self.dice.choice(["phone_number", "device_user_id"])
            person.save()


def compare(path: Path) -> None:
    """Every record of the snapshot against one built from the directory at once."""
    view = Snapshot(path, check_seconds=0)
    expected = {
        (record.organization, record.identity): record
        for record in [
            *elin_identities(Q(), Places()),
            *identities(list(Person.objects.values(*COLUMNS)), Places()),
        ]
    }
    for organization in Organization.objects.all():
        for identity in {*IDENTITIES, *NUMBERS, *(identity for _, identity in expected)}:
            assert view.person(organization.slug, identity) == expected.get((organization.slug, identity)), identity
    assert {trunk.name for trunk in view.trunks()} == set(Trunk.objects.values_list("name", flat=True))
    routes = Places().routes
    for town in [*TOWNS, "Elsewhere"]:
        address = {"psap_id": None, "country": "US", "a1": "VT", "a3": town}
        person = next(iter(expected.values()))
        civic = type(person.assigned_location.civic) if person.assigned_location else None
        if civic is not None:
            found = view.psap_for(civic(country="US", A1="VT", A3=town), None)
            assert found == routes.psap_for(address)[0], town
    view.close()


@pytest.mark.parametrize("seed", range(12))
def test_snapshot_ends_as_the_directory_is(
    seed: int, people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    monkeypatch.setattr("callpoint.directory.publishing.affected.ROWS_AT_ONCE", dice.choice([1, 2, 1000]))
    monkeypatch.setattr("callpoint.directory.publishing.affected.FEW", dice.choice([0, 20]))
    path = tmp_path / "snapshot.db"
    position = PositionFile(tmp_path / "published.json")
    writer = SnapshotWriter(path)
    publisher = Publisher(writer, feed_for_database(), position)
    publisher.start()
    with everywhere():
        directory = Directory(people, dice)
        for _ in range(60):
            for _ in range(dice.randrange(4)):
                directory.act()
            for _ in range(dice.randrange(4)):
                publisher.step()
            if dice.random() < 0.1:  # killed, at any moment between two steps
                writer.close()
                writer = SnapshotWriter(path)
                publisher = Publisher(writer, feed_for_database(), position)
                publisher.start()
        while publisher.step():
            pass
        compare(path)
        writer.close()
    shutil.rmtree(tmp_path)
