"""Going through all addresses: when, how far, what is listed, and what a kill in the middle leaves."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.directory.areas import EAST, EASTERN, NOTHING, NOW, WEST, WESTERN, Squares
from tests.directory.cast import Cast
from tests.directory.judges import VERMONT, Told, area, invalid, valid

from callpoint.addresses.verdict import Verdict
from callpoint.directory import provision
from callpoint.directory.mapping import remapping
from callpoint.directory.mapping.remapping import LoadedSets, due, step
from callpoint.directory.mapping.serving import Sources
from callpoint.directory.mapping.writing import judge_all, write
from callpoint.directory.models import Address, Change, Outbox, RemappedAddress, Remapping, acting
from callpoint.directory.tenancy import everywhere, inside
from callpoint.i3.civic import Civic

BOUNDARIES = LoadedSets([["psaps/kansas", "1"]], [])
ADDRESSES = LoadedSets([], [["address-points/vermont", "1"]])
NOBODY = Told(area)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remapping, "BATCH", 2)


def towns(people: Cast, count: int = 5) -> list[Address]:
    """Buildings of both organizations, the even ones in the west."""
    made = []
    with acting("test", "towns"), everywhere():
        for number in range(count):
            organization = people.other if number == count - 1 else people.acme
            civic = {"country": "US", "A1": "VT", "A3": f"Town {number}", "HNO": "1", "RD": "Main"}
            point = EASTERN if number % 2 else WESTERN
            made.append(provision.create_building(organization, f"Building {number}", civic, point).address)
    return made


def gone_through(sets: LoadedSets, sources: Sources, told: Told = NOBODY, now: datetime = NOW) -> Remapping | None:
    """Everything that is due; the last way through."""
    run = None
    while (found := due(sets, now)) is not None:
        run = found
        step(found, sources, told.judge)
    return run


def listed(run: Remapping | None) -> list[tuple[str, str, str]]:
    assert run is not None
    with everywhere():
        return [(line.what, line.before, line.after) for line in run.lines.order_by("pk")]


def count(address: Address) -> tuple[str, str]:
    with everywhere():
        address = Address.objects.select_related("psap").get(pk=address.pk)
    return address.psap.name if address.psap else "", address.psap_source


# --- boundaries


def test_new_boundaries_map_everything_and_list_what_changed(real: Cast) -> None:
    made = towns(real)
    run = gone_through(BOUNDARIES, Squares().sources())
    assert run is not None
    assert (run.why, run.examined, run.changed, run.superseded) == ("boundaries were exchanged", 6, 5, False)
    assert [count(address)[0] for address in made] == [
        *("Western dispatch", "Eastern dispatch", "Western dispatch", "Eastern dispatch", "Western dispatch"),
    ]
    assert listed(run)[:2] == [("psap", "", "Western dispatch"), ("psap", "", "Eastern dispatch")]
    with everywhere():
        assert {row.kind for row in Outbox.objects.order_by("-seq")[:3]} <= {"address", "psap"}


def test_the_same_sets_again_are_nothing_to_do(people: Cast) -> None:
    towns(people)
    gone_through(BOUNDARIES, Squares().sources())
    assert due(BOUNDARIES, NOW) is None
    assert Remapping.objects.count() == 1


def test_a_new_version_lists_only_what_became_another(people: Cast) -> None:
    made = towns(people)
    gone_through(BOUNDARIES, Squares().sources())
    moved = Squares((WEST, replace(EAST, id="new", display_name="Caledonia dispatch")))
    run = gone_through(LoadedSets([["psaps/kansas", "2"]], []), moved.sources())
    assert listed(run) == [("psap", "Eastern dispatch", "Caledonia dispatch")] * 2
    assert count(made[1]) == ("Caledonia dispatch", "boundary")
    with everywhere():
        assert not Address.objects.filter(psap__name="Eastern dispatch").exists()


def test_a_uri_that_changed_reaches_the_psap_though_no_address_changes(people: Cast) -> None:
    towns(people)
    gone_through(BOUNDARIES, Squares().sources())
    run = gone_through(
        LoadedSets([["psaps/kansas", "2"]], []), Squares((replace(WEST, uri="sip:new@west.example"), EAST)).sources()
    )
    assert (run is not None and run.changed, listed(run)) == (0, [])
    with everywhere():
        target = Change.objects.filter(model="target", action="changed").get()
    assert target.after == {"uri": "sip:new@west.example"}


def test_boundaries_that_are_taken_away_leave_the_fixed_routes(people: Cast) -> None:
    made = towns(people)
    gone_through(BOUNDARIES, Squares().sources())
    run = gone_through(LoadedSets([], []), NOTHING)
    assert run is not None
    assert (run.changed, count(made[0])) == (5, ("", ""))


def test_a_planned_change_is_gone_through_when_it_comes(people: Cast) -> None:
    made = towns(people)
    change = NOW + timedelta(hours=1)
    old = replace(EAST, expires="2026-11-23T13:00:00Z")
    sets = replace(BOUNDARIES, planned=(change,))
    squares = Squares((WEST, old))
    gone_through(sets, squares.sources(NOW))
    assert count(made[1])[0] == "Eastern dispatch"
    assert due(sets, change - timedelta(seconds=1)) is None
    run = gone_through(sets, squares.sources(change), now=change)
    assert run is not None
    assert (run.why, run.changed) == ("a planned change of boundaries came into effect", 2)
    assert count(made[1]) == ("", "")
    assert due(sets, change + timedelta(days=1)) is None


def test_a_killed_worker_goes_on_where_it_was(people: Cast) -> None:
    made = towns(people)
    run = due(BOUNDARIES, NOW)
    assert run is not None
    step(run, Squares().sources(), NOBODY.judge)
    left = due(BOUNDARIES, NOW + timedelta(minutes=5))
    assert left is not None
    assert (left.pk, left.examined, left.as_of) == (run.pk, 2, NOW)
    finished = gone_through(BOUNDARIES, Squares().sources())
    assert finished is not None
    assert (finished.pk, finished.examined, finished.changed) == (run.pk, 6, 5)
    assert len(listed(finished)) == 5
    assert all(count(address)[1] == "boundary" for address in made)


def test_a_batch_that_breaks_off_leaves_nothing(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    towns(people)
    run = due(BOUNDARIES, NOW)
    assert run is not None

    def broken(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(RemappedAddress.objects, "bulk_create", broken)
        with pytest.raises(OSError, match="disk full"):
            step(run, Squares().sources(), NOBODY.judge)
    with everywhere():
        assert not Address.objects.filter(psap__isnull=False).exists()
    left = due(BOUNDARIES, NOW)
    assert left is not None
    assert (left.cursor, left.examined) == (0, 0)


def test_newer_sets_overtake_one_under_way(people: Cast) -> None:
    made = towns(people)
    first = due(BOUNDARIES, NOW)
    assert first is not None
    step(first, Squares().sources(), NOBODY.judge)
    moved = Squares((EAST, WEST))
    run = gone_through(LoadedSets([["psaps/kansas", "2"]], []), moved.sources())
    first.refresh_from_db()
    assert (first.superseded, first.finished_at) == (True, NOW)
    assert run is not None
    assert run.pk != first.pk
    assert [count(address)[0] for address in made[:2]] == ["Eastern dispatch", "Western dispatch"]


def test_each_organization_sees_its_own_lines_alone(people: Cast) -> None:
    towns(people)
    gone_through(BOUNDARIES, Squares().sources())
    with inside(people.other):
        assert RemappedAddress.objects.count() == 1
    with inside(people.acme):
        assert RemappedAddress.objects.count() == 4


def test_no_address_at_all(db: None) -> None:
    run = gone_through(BOUNDARIES, Squares().sources())
    assert run is not None
    assert (run.examined, run.finished_at is not None) == (0, True)


# --- verdicts


def by_town(answers: dict[str, Verdict]) -> Told:
    return Told(lambda civic: answers.get(civic.A3, area(civic)))


def judged_as(people: Cast, address: Address, verdict: str, **more: Any) -> None:
    address.verdict = verdict
    for name, value in more.items():
        setattr(address, name, value)
    with acting("test", "as it was"), everywhere():
        address.save()


def now_of(address: Address) -> tuple[str, str, str]:
    with everywhere():
        address = Address.objects.get(pk=address.pk)
    return address.verdict, address.dataset_version, address.sts


def confirmed(civic: Civic) -> Verdict:
    return valid(replace(civic, STS="Street"))


def test_a_new_set_confirms_what_nobody_could_before(real: Cast) -> None:
    unchecked, only_area = towns(real, 2)
    judged_as(real, only_area, "area")
    run = gone_through(ADDRESSES, NOTHING, Told(confirmed))
    assert run is not None
    assert (run.why, run.judged) == ("sets of addresses were exchanged", True)
    assert now_of(unchecked) == now_of(only_area) == ("valid", "2026-11-01.1", "Street")
    assert ("verdict", "area", "valid") in listed(run)
    assert ("verdict", "unchecked", "valid") in listed(run)


def test_an_address_found_no_more_keeps_its_verdict_and_is_listed(people: Cast) -> None:
    address, _ = towns(people, 2)
    judged_as(people, address, "valid", dataset="vermont", dataset_version="2025")
    answers = {"Town 0": invalid(Civic(), valid().civic)}
    run = gone_through(ADDRESSES, NOTHING, by_town(answers))
    assert now_of(address) == ("valid", "2025", "")
    (line,) = [line for line in listed(run) if line[0] == "not_confirmed"]
    assert line[1] == "valid by vermont 2025"
    assert "did you mean 115 State Street" in line[2]


def test_less_knowledge_never_takes_a_confirmation_away(people: Cast) -> None:
    address, _ = towns(people, 2)
    judged_as(people, address, "valid_corrected", dataset="vermont", dataset_version="2025", chosen={"given": "x"})
    run = gone_through(ADDRESSES, NOTHING, NOBODY)
    assert now_of(address) == ("valid_corrected", "2025", "")
    assert [line[0] for line in listed(run) if line[1].startswith("valid")] == ["not_confirmed"]
    newer = Told(lambda civic: replace(confirmed(civic), dataset=replace(VERMONT, version="2027")))
    gone_through(LoadedSets([], [["address-points/vermont", "2"]]), NOTHING, newer)
    assert now_of(address) == ("valid_corrected", "2027", "Street")
    with everywhere():
        assert Address.objects.get(pk=address.pk).chosen == {"given": "x"}


@pytest.mark.parametrize("before", ["unchecked", "area"])
def test_a_doubt_is_listed_and_changes_nobodys_route(before: str, people: Cast) -> None:
    address, _ = towns(people, 2)
    judged_as(people, address, before)
    run = gone_through(ADDRESSES, NOTHING, by_town({"Town 0": invalid(Civic())}))
    assert now_of(address)[0] == before
    assert ("doubted", before, "State Street has no such number; correct it") in listed(run)


def test_an_address_that_got_its_point_is_mapped_at_once(people: Cast) -> None:
    with acting("test", "no point"):
        building = provision.create_building(people.acme, "X", {"country": "US", "A1": "VT", "A3": "Montpelier"})
    both = LoadedSets(BOUNDARIES.boundaries, ADDRESSES.addresses)
    run = gone_through(both, Squares().sources(), Told(confirmed))
    assert run is not None
    assert run.why == "boundaries were exchanged and sets of addresses were exchanged"
    assert count(building.address) == ("Western dispatch", "boundary")


def test_verdicts_are_asked_for_only_when_sets_of_addresses_changed(people: Cast) -> None:
    towns(people, 2)
    told = Told(confirmed)
    gone_through(BOUNDARIES, Squares().sources(), told)
    assert told.asked == []
    gone_through(LoadedSets(BOUNDARIES.boundaries, ADDRESSES.addresses), Squares().sources(), told)
    assert len(told.asked) == 3
    gone_through(BOUNDARIES, Squares().sources(), told)
    assert len(told.asked) == 3, "with no set left there is nobody to ask"


def test_what_a_remote_provider_confirmed_is_not_for_a_local_set_to_miss(people: Cast) -> None:
    address, other = towns(people, 2)
    for one in (address, other):
        judged_as(people, one, "valid", dataset="Nominatim", dataset_version="2025")
    run = gone_through(ADDRESSES, NOTHING, by_town({"Town 1": invalid(Civic())}))
    assert now_of(address) == ("valid", "2025", "")
    assert [line[:2] for line in listed(run)] == [
        ("verdict", "unchecked"),
        ("not_confirmed", "valid by Nominatim 2025"),
    ]


def test_a_sample_set_confirms_nothing_real(people: Cast) -> None:
    address, _ = towns(people, 2)
    sample = Told(lambda civic: replace(confirmed(civic), dataset=replace(VERMONT, sample=True)))
    run = gone_through(ADDRESSES, NOTHING, sample)
    assert (now_of(address)[0], listed(run)) == ("unchecked", [])


def test_an_address_changed_meanwhile_is_left_to_its_own_change(people: Cast) -> None:
    address, _ = towns(people, 2)
    with everywhere():
        judged = judge_all([address], Told(confirmed).judge)
        judged_as(people, address, "unchecked", hno="2")
        written = write([address.pk], NOTHING, "test", judged)
    assert (written.changed, written.lines, now_of(address)[0]) == (0, [], "unchecked")
