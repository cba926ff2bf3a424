"""The bench's company, on both databases: everything in, and nothing changed by the same files again."""

from itertools import islice
from pathlib import Path

import pytest
from tests.directory.cast import Cast
from tests.directory.imports.bringing import LOCATIONS, USERS, applied, numbers, undone
from tests.directory.judges import Told, valid

from callpoint.addresses.parsing import parse_fields
from callpoint.directory.models import Address, Building, Change, Location, Outbox, Person
from callpoint.directory.models.chain import START, chain_of, digest
from callpoint.directory.tenancy import everywhere, inside
from callpoint.ops.bench import synthetic_people as company
from callpoint.ops.bench.synthetic_points import points

PEOPLE, SPOTS, DOORS = 100_000, 23_131, 670
JUDGE = Told(lambda civic: valid(parse_fields(civic).civic)).judge


@pytest.mark.parametrize(
    "share", [50, pytest.param(1, marks=[pytest.mark.peers, pytest.mark.timeout(900)], id="whole")]
)
def test_the_company_comes_in_once(share: int, real: Cast, tmp_path: Path) -> None:
    people, spots, doors = PEOPLE // share, SPOTS // share, DOORS // share
    seats = list(company.places(list(islice(points(1000), 0, 1000, 1000 // doors))[:doors], spots))
    company.write(tmp_path / "l.csv", company.PLACE_HEADER, iter(seats))
    company.write(tmp_path / "u.csv", company.PERSON_HEADER, company.people(seats, people))
    files = {kind: (tmp_path / name).read_bytes() for kind, name in ((LOCATIONS, "l.csv"), (USERS, "u.csv"))}
    first = [applied(real.acme, kind, data, JUDGE) for kind, data in files.items()]
    assert [numbers(run) for run in first] == [{"new": spots, "missing": 1}, {"new": people, "missing": 2}]
    with inside(real.acme):
        assert Building.objects.count() == Address.objects.count() == doors + 1
        assert Location.objects.count() == spots + 1
        assert Person.objects.filter(assigned_location__isnull=False).count() == people + 1
    with everywhere():
        before = (Change.objects.count(), Outbox.objects.count())
    again = [applied(real.acme, kind, data, JUDGE) for kind, data in files.items()]
    assert [numbers(run) for run in again] == [{"unchanged": spots, "missing": 1}, {"unchanged": people, "missing": 2}]
    with everywhere():
        assert (Change.objects.count(), Outbox.objects.count()) == before
        previous = START
        for entry in Change.objects.filter(chain=chain_of(real.acme.pk)).order_by("number").values().iterator():
            assert (entry["previous"], entry["digest"]) == (previous, digest(entry))
            previous = entry["digest"]
    assert undone(again[1]).counts["undone"] == 0
    assert undone(first[1]).counts["undone"] == people
    with inside(real.acme):
        assert Person.objects.count() == 2
