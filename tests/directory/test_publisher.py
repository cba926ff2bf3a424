"""The publisher, step by step, against a real snapshot file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import Address, FeedState, Outbox, Person, acting
from callpoint.directory.publishing.feed import SqliteFeed
from callpoint.directory.publishing.position import Position, PositionFile
from callpoint.directory.publishing.publisher import EmptyDirectoryError, Publisher
from callpoint.directory.tenancy import everywhere
from callpoint.snapshot.store import Snapshot
from callpoint.snapshot.writer import SnapshotWriter


class Published:
    """A snapshot with its publisher, as the worker holds them."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "snapshot.db"
        self.position = PositionFile(folder / "published.json")
        self.open()

    def open(self) -> None:
        """A publisher as after a (re)start."""
        self.writer = SnapshotWriter(self.path)
        self.publisher = Publisher(self.writer, SqliteFeed(), self.position)
        self.view = Snapshot(self.path, check_seconds=0)

    def catch_up(self) -> int:
        """Steps until nothing is left; how many there were."""
        steps = 0
        while self.publisher.step():
            steps += 1
            assert steps < 100, "the publisher does not come to an end"
        return steps

    def close(self) -> None:
        self.writer.close()
        self.view.close()


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Published]:
    published = Published(tmp_path)
    yield published
    published.close()


@pytest.fixture
def running(people: Cast, published: Published) -> Published:
    """A snapshot that has caught up with the standing cast."""
    assert published.publisher.start() is True
    published.catch_up()
    return published


def test_first_start_publishes_everything(people: Cast, running: Published) -> None:
    ada = running.view.person("acme", "E1")
    assert ada is not None
    assert (ada.name, ada.callback_number) == ("Ada", "+18025550101")
    place = ada.assigned_location
    assert place is not None
    assert place.civic.to_fields() == {
        "country": "US",
        "A1": "VT",
        "A3": "Montpelier",
        "RD": "State",
        "STS": "Street",
        "HNO": "115",
        "FLR": "2",
    }
    assert place.verdict == "unchecked"
    assert place.psap is not None
    assert (place.psap.name, place.psap_source) == ("Montpelier dispatch", "fixed route")
    assert [target.uri for target in place.psap.targets] == ["sip:911@psap.example;transport=tcp"]
    assert [target.kind for target in running.view.provider().relay_center] == ["relay_center"]
    assert running.view.provider().unregistered_fee == "100.00"
    assert [trunk.organization for trunk in running.view.trunks()] == ["acme"]
    organization = running.view.organization("other")
    assert organization is not None
    assert organization.name == "Other"


def test_nothing_new_is_no_step(running: Published) -> None:
    version = running.writer.version
    assert running.publisher.step() is False
    assert running.writer.version == version


def test_a_person_s_change_is_one_step(people: Cast, running: Published) -> None:
    with acting("admin@acme.example", "new phone"):
        people.bob.callback_number = "+18025550199"
        people.bob.save()
    assert running.publisher.step() is True
    bob = running.view.person("acme", "E2")
    assert bob is not None
    assert bob.callback_number == "+18025550199"
    assert running.publisher.backlog == 0


def test_a_renamed_identity_leaves_nothing_behind(people: Cast, running: Published) -> None:
    with acting("admin@acme.example", "new number in the platform"):
        people.bob.device_user_id = "e2"
        people.bob.save()
    running.catch_up()
    assert running.view.person("acme", "E2") is None
    assert running.view.person("acme", "e2") is not None


def test_an_identity_that_changes_hands_is_the_new_one_s(people: Cast, running: Published) -> None:
    with acting("admin@acme.example", "IDs were swapped"):
        people.bob.device_user_id = "E2-old"
        people.bob.save()
        provision.create_person(people.acme, "E2", first_name="Eve")
    running.catch_up()
    eve = running.view.person("acme", "E2")
    assert eve is not None
    assert eve.name == "Eve"


def test_a_deleted_person_is_gone_with_their_home(people: Cast, running: Published) -> None:
    with acting("admin@acme.example", "left"):
        home = provision.create_home(people.bob, {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "6", "RD": "Main"})
        provision.set_current_location(people.bob, home)
        running.catch_up()
        assert running.view.person("acme", "E2") is not None
        people.bob.delete()
    running.catch_up()
    assert running.view.person("acme", "E2") is None
    with everywhere():
        assert not Address.objects.filter(a3="Barre").exists()


def test_current_location_tells_who_and_when_and_leaves_the_shared_record_alone(
    people: Cast, running: Published
) -> None:
    with acting("bob@acme.example", "moved"):
        provision.set_current_location(people.bob, people.desk, method="802.11")
    running.catch_up()
    bob, ada = running.view.person("acme", "E2"), running.view.person("acme", "E1")
    assert bob is not None
    assert bob.current_location is not None
    assert ada is not None
    assert ada.assigned_location is not None
    assert (bob.current_location.method, bob.current_location.source) == ("802.11", "person")
    assert bob.current_location.updated_at == people.bob.current_at.isoformat(timespec="seconds")  # type: ignore[union-attr]
    assert (ada.assigned_location.method, ada.assigned_location.source) == ("Manual", "administrator")


@pytest.mark.parametrize("changed", ["location", "building", "address"])
def test_a_place_s_change_reaches_everybody_there(changed: str, people: Cast, running: Published) -> None:
    with acting("admin@acme.example", "at the desk"):
        provision.set_current_location(people.bob, people.desk)
        running.catch_up()
        if changed == "location":
            people.desk.room = "212"
            people.desk.save()
        elif changed == "building":
            people.building.name = "Annex"
            people.building.save()
        else:
            people.building.address.hno = "117"
            people.building.address.save()
    running.catch_up()
    expected = {"location": ("212", "State House", "115"), "building": ("", "Annex", "115")}
    expected["address"] = ("", "State House", "117")
    for identity, column in (("E1", "assigned_location"), ("E2", "current_location")):
        person = running.view.person("acme", identity)
        place = getattr(person, column)
        assert (place.civic.ROOM, place.building, place.civic.HNO) == expected[changed], identity


def test_a_route_s_change_reaches_everybody_it_serves(people: Cast, running: Published) -> None:
    with acting("root@provider.example", "new dispatch"):
        provision.set_current_location(people.bob, people.desk)
        city = provision.create_psap("City dispatch", [("sip:911@city.example", "i3")])
        route = provision.create_route(city, "US", "VT", "Montpelier")
        running.catch_up()
        for identity, column in (("E1", "assigned_location"), ("E2", "current_location")):
            place = getattr(running.view.person("acme", identity), column)
            assert place.psap.name == "City dispatch"
        route.delete()
        running.catch_up()
    place = getattr(running.view.person("acme", "E2"), "current_location")  # noqa: B009 - as above
    assert place.psap.name == "Montpelier dispatch"


def test_a_psap_s_new_target_is_the_next_call_s(people: Cast, running: Published) -> None:
    with acting("root@provider.example", "moved"):
        provision.create_psap("Montpelier dispatch", [("sips:new@psap.example", "carrier")])
    assert running.publisher.step() is True
    ada = running.view.person("acme", "E1")
    assert ada is not None
    assert ada.assigned_location is not None
    assert ada.assigned_location.psap is not None
    (target,) = ada.assigned_location.psap.targets
    assert (target.uri, target.profile) == ("sips:new@psap.example", "carrier")


def test_an_address_s_own_mapping_beats_the_routes(people: Cast, running: Published) -> None:
    with acting("root@provider.example", "boundary"):
        campus = provision.create_psap("Campus dispatch", [("sip:911@campus.example", "i3")])
        people.building.address.psap, people.building.address.psap_source = campus, "boundary"
        people.building.address.save()
    running.catch_up()
    ada = running.view.person("acme", "E1")
    assert ada is not None
    assert ada.assigned_location is not None
    assert ada.assigned_location.psap is not None
    assert (ada.assigned_location.psap.name, ada.assigned_location.psap_source) == ("Campus dispatch", "boundary")


def test_a_deleted_trunk_is_trusted_no_more(people: Cast, running: Published) -> None:
    with acting("root@provider.example", "contract ended"):
        spare = provision.create_trunk("spare", people.acme, source_networks=["198.51.100.0/24"])
        running.catch_up()
        assert [trunk.name for trunk in running.view.trunks()] == ["acme trunk", "spare"]
        spare.delete()
    running.catch_up()
    assert [trunk.name for trunk in running.view.trunks()] == ["acme trunk"]


def test_restart_goes_on_where_it_stood(people: Cast, running: Published) -> None:
    running.close()
    with acting("admin@acme.example", "while the worker was away"):
        people.bob.first_name = "Robert"
        people.bob.save()
    running.open()
    assert running.publisher.start() is False
    assert running.catch_up() == 1
    bob = running.view.person("acme", "E2")
    assert bob is not None
    assert bob.name == "Robert"


def test_restart_in_the_middle_of_an_import_repeats_it(
    people: Cast, running: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callpoint.directory.publishing.affected.FEW", 1)
    monkeypatch.setattr("callpoint.directory.publishing.affected.ROWS_AT_ONCE", 1)
    with everywhere():
        Person.objects.filter(pk__in=[people.ada.pk, people.bob.pk]).update(last_name="Newname")
    Outbox.objects.create(kind="person", ids=[people.ada.pk, people.bob.pk], gone=[], at=timezone.now())
    before = running.position.read()
    assert running.publisher.step() is True
    assert running.publisher.step() is True
    assert running.publisher.backlog == 1
    assert running.position.read() == before
    running.close()
    running.open()
    assert running.publisher.start() is False
    running.catch_up()
    names = [getattr(running.view.person("acme", identity), "name", "") for identity in ("E1", "E2")]
    assert names == ["Ada Newname", "Bob Newname"]


def test_a_single_change_does_not_wait_behind_an_import(
    people: Cast, running: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callpoint.directory.publishing.affected.FEW", 1)
    monkeypatch.setattr("callpoint.directory.publishing.affected.ROWS_AT_ONCE", 1)
    for _ in range(5):
        Outbox.objects.create(kind="person", ids=[people.ada.pk, people.stranger.pk], gone=[], at=timezone.now())
    assert running.publisher.step() is True
    assert running.publisher.backlog == 5
    with acting("admin@acme.example", "urgent"):
        people.bob.first_name = "Urgent"
        people.bob.save()
    assert running.publisher.step() is True
    bob = running.view.person("acme", "E2")
    assert bob is not None
    assert bob.name == "Urgent"
    assert running.publisher.backlog == 5


def test_a_missing_snapshot_is_made_anew(people: Cast, running: Published) -> None:
    running.close()
    for file in running.path.parent.glob("snapshot.db*"):
        file.unlink()
    running.open()
    assert running.publisher.start() is True
    running.catch_up()
    assert running.view.person("acme", "E1") is not None


def test_another_database_replaces_the_snapshot(people: Cast, running: Published) -> None:
    running.close()
    with everywhere():
        Person.objects.filter(pk=people.bob.pk).delete()
    found = running.position.read()
    assert found is not None
    running.position.write(Position("another", found.position, found.version))
    running.open()
    assert running.publisher.start() is True
    running.catch_up()
    assert running.view.person("acme", "E1") is not None
    assert running.view.person("acme", "E2") is None


def test_a_snapshot_older_than_the_pruned_outbox_is_made_anew(people: Cast, running: Published) -> None:
    running.close()
    with acting("admin@acme.example", "long ago"):
        people.bob.first_name = "Robert"
        people.bob.save()
    assert SqliteFeed().prune(timezone.now() + timedelta(seconds=1)) > 0
    assert not Outbox.objects.exists()
    running.open()
    assert running.publisher.start() is True
    running.catch_up()
    bob = running.view.person("acme", "E2")
    assert bob is not None
    assert bob.name == "Robert"


def test_pruning_leaves_a_reader_who_has_seen_it_alone(people: Cast, running: Published) -> None:
    SqliteFeed().prune(timezone.now() + timedelta(seconds=1))
    running.close()
    running.open()
    assert running.publisher.start() is False


def test_a_restored_backup_is_noticed(people: Cast, running: Published) -> None:
    found = running.position.read()
    assert found is not None
    running.position.write(Position(found.database_id, found.position + 1000, found.version))
    running.close()
    running.open()
    assert running.publisher.start() is True


def test_a_restored_backup_that_was_changed_as_often_since_is_noticed(people: Cast, running: Published) -> None:
    """Its rows bear the numbers of those that were published and lost: numbers alone would look as if all were read."""
    with acting("admin@acme.example", "published, then lost with the database"):
        people.bob.first_name = "Lost"
        people.bob.save()
    running.catch_up()
    running.close()
    newest = Outbox.objects.order_by("seq").last()
    assert newest is not None
    newest.delete()
    with everywhere():
        Person.objects.filter(pk=people.bob.pk).update(first_name="Restored")
    Outbox.objects.create(seq=newest.seq, kind="person", ids=[people.bob.pk], gone=[], at=timezone.now())
    running.open()
    assert running.publisher.start() is True
    running.catch_up()
    bob = running.view.person("acme", "E2")
    assert bob is not None
    assert bob.name.startswith("Restored")


def test_a_position_of_an_older_version_is_followed(people: Cast, running: Published) -> None:
    found = running.position.read()
    assert found is not None
    running.position.write(replace(found, last_row=""))
    running.close()
    running.open()
    assert running.publisher.start() is False


def test_an_empty_database_does_not_empty_a_snapshot(db: None, published: Published) -> None:
    published.writer.apply([])
    with pytest.raises(EmptyDirectoryError, match="left as it is"):
        published.publisher.start()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"database_id": "x"}', '{"database_id": 1, "position": "y"}'])
def test_a_broken_position_is_no_position(text: str, tmp_path: Path) -> None:
    path = tmp_path / "published.json"
    path.write_text(text)
    assert PositionFile(path).read() is None


def test_feed_state_is_one_row(db: None) -> None:
    assert FeedState.current().database_id == FeedState.current().database_id
