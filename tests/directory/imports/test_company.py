"""A fiftieth of the bench's company, on both databases: everything in, and nothing changed by the same files again."""

from itertools import islice
from pathlib import Path

from tests.directory.cast import Cast
from tests.directory.imports.bringing import LOCATIONS, USERS, applied, numbers, undone
from tests.directory.judges import Told, valid

from callpoint.addresses.parsing import parse_fields
from callpoint.directory.models import Address, Building, Change, Location, Outbox, Person
from callpoint.directory.models.chain import START, chain_of, digest
from callpoint.directory.tenancy import everywhere, inside
from callpoint.ops.bench import synthetic_people as company
from callpoint.ops.bench.synthetic_points import points

PEOPLE, SPOTS, DOORS = 100_000 // 50, 23_131 // 50, 670 // 50
JUDGE = Told(lambda civic: valid(parse_fields(civic).civic)).judge


def test_a_fiftieth_of_the_company(real: Cast, tmp_path: Path) -> None:
    seats = list(company.places(list(islice(points(1000), 0, 1000, 1000 // DOORS))[:DOORS], SPOTS))
    company.write(tmp_path / "l.csv", company.PLACE_HEADER, iter(seats))
    company.write(tmp_path / "u.csv", company.PERSON_HEADER, company.people(seats, PEOPLE))
    files = {kind: (tmp_path / name).read_bytes() for kind, name in ((LOCATIONS, "l.csv"), (USERS, "u.csv"))}
    first = [applied(real.acme, kind, data, JUDGE) for kind, data in files.items()]
    assert [numbers(run) for run in first] == [{"new": SPOTS, "missing": 1}, {"new": PEOPLE, "missing": 2}]
    with inside(real.acme):
        assert Building.objects.count() == Address.objects.count() == DOORS + 1
        assert Location.objects.count() == SPOTS + 1
        assert Person.objects.filter(assigned_location__isnull=False).count() == PEOPLE + 1
    with everywhere():
        before = (Change.objects.count(), Outbox.objects.count())
    again = [applied(real.acme, kind, data, JUDGE) for kind, data in files.items()]
    assert [numbers(run) for run in again] == [{"unchanged": SPOTS, "missing": 1}, {"unchanged": PEOPLE, "missing": 2}]
    with everywhere():
        assert (Change.objects.count(), Outbox.objects.count()) == before
        entries = list(Change.objects.filter(chain=chain_of(real.acme.pk)).order_by("number").values())
    previous = START
    for entry in entries:
        assert (entry["previous"], entry["digest"]) == (previous, digest(entry))
        previous = entry["digest"]
    assert undone(again[1]).counts["undone"] == 0
    assert undone(first[1]).counts["undone"] == PEOPLE
    with inside(real.acme):
        assert Person.objects.count() == 2
