"""What the steps of 933 calls prove, read in pieces and each once."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.directory.cast import Cast

from callpoint.calls.models import CallRecord, Step
from callpoint.directory.models import Organization
from callpoint.directory.tenancy import everywhere
from callpoint.worker import read_backs
from callpoint.worker.read_backs import Proof, proofs_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def record(organization: Organization | None, identity: str = "E1", location: object = "somewhere") -> CallRecord:
    number = CallRecord.objects.count()
    return CallRecord.objects.create(
        organization=organization, call_id=str(number), started_at=NOW, identity=identity, location=location
    )


def step(call: CallRecord, kind: str = "read_back", **data: str) -> Step:
    number = Step.objects.count()
    at = NOW + timedelta(seconds=number)
    return Step.objects.create(call=call, journal="j", seq=number, at=at, kind=kind, data=data)


def test_nothing_yet(people: Cast) -> None:
    with everywhere():
        assert proofs_after(0) == (0, ())


def test_steps_prove_in_their_order(people: Cast) -> None:
    with everywhere():
        call = record(people.acme)
        first = step(call, step="playing")
        step(call, "ended", by="caller")
        step(call, step="digit", digit="7")
        wrong = step(call, step="reported_wrong")
        again = step(call, step="confirmed")
        seen, proofs = proofs_after(0)
    assert seen == again.pk
    assert [proof.at for proof in proofs] == [first.at, None, again.at]
    assert proofs[0] == Proof(people.acme.pk, "E1", first.at)
    assert wrong.pk < again.pk


def test_steps_are_read_once(people: Cast) -> None:
    with everywhere():
        call = record(people.acme)
        step(call, step="playing")
        seen, _ = proofs_after(0)
        assert proofs_after(seen) == (seen, ())
        last = step(call, "ended")
        assert proofs_after(seen) == (last.pk, [])  # nothing of ours, and not looked at again


def test_many_steps_come_in_pieces(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_backs, "STEPS_AT_ONCE", 3)
    with everywhere():
        call = record(people.acme)
        steps = [step(call, step="playing") for _ in range(7)]
        times: list[datetime | None] = []
        seen = 0
        for _ in range(3):
            seen, proofs = proofs_after(seen)
            times += [proof.at for proof in proofs]
        assert times == [one.at for one in steps]
        assert proofs_after(seen) == (seen, ())


def test_a_call_without_a_location_proves_nothing(people: Cast) -> None:
    with everywhere():
        step(record(people.acme, location=None), step="playing")
        assert proofs_after(0)[1] == []


def test_a_call_of_nobody_we_know_proves_nothing(people: Cast) -> None:
    with everywhere():
        step(record(None), step="playing")
        step(record(people.acme, identity=""), step="playing")
        assert proofs_after(0)[1] == []
