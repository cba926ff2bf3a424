"""Whatever people do in whatever order: the rows end as the decision of each person's call says."""

import random
from pathlib import Path

import pytest
from tests.directory.cast import Cast
from tests.directory.test_publisher_random import Directory

from callpoint.directory.models import Address, Person, Readiness, Target, acting
from callpoint.directory.tenancy import everywhere
from callpoint.routing.decide import decide
from callpoint.routing.plan import CallPlan, IncomingCall
from callpoint.routing.records import Trunk
from callpoint.snapshot.store import Snapshot
from callpoint.worker.publishing import PublishJob
from callpoint.worker.readiness import ReadinessJob

ACTS = 40


class Restless(Directory):
    """Things people do that readiness hears of, besides those of every directory."""

    def act(self) -> None:
        if self.dice.random() < 0.5:
            super().act()
            return
        action = self.dice.choice([self.judge, self.leave, self.call_back, self.relay, self.number, self.allow])
        with acting("random", action.__name__):
            action()

    def judge(self) -> None:
        for address in Address.objects.all():
            if self.dice.random() < 0.5:
                address.verdict = self.dice.choice(Address.Verdict.values)
                address.save()

    def leave(self) -> None:
        if person := self.somebody():
            person.active = not person.active
            person.save()

    def call_back(self) -> None:
        if person := self.somebody():
            person.callback_number = self.dice.choice(["", "+18025550199"])
            person.save()

    def relay(self) -> None:
        relay = Target.objects.filter(psap__isnull=True).first()
        if relay is not None:
            relay.delete()
        else:
            Target(psap=None, position=0, name="Relay center", uri="sip:911@relay.example", profile="carrier").save()

    def number(self) -> None:
        if person := self.somebody():
            person.number_location = self.dice.choice([self.people.desk, None])
            person.save()

    def allow(self) -> None:
        self.people.acme.number_location_allowed = not self.people.acme.number_location_allowed
        self.people.acme.save()


def expected(plan: CallPlan) -> str:
    """The state by the plan alone, said in another way than the code does."""
    assert plan.identity is not None
    if not plan.identity.active:
        return "inactive"
    if plan.unregistered:
        return "no_location"
    if (plan.targets and plan.targets[0].kind == "relay_center") or not plan.targets:
        return "no_psap"
    if not plan.callback_number:
        return "no_callback"
    return {"valid": "ready", "valid_corrected": "ready", "area": "area_only"}.get(plan.verdict, "unconfirmed")


def compare(view: Snapshot) -> None:
    rows = {row.person_id: row for row in Readiness.objects.all()}
    people = list(Person.objects.select_related("organization"))
    assert rows.keys() == {person.pk for person in people}
    for person in people:
        slug = person.organization.slug
        trunk = Trunk("any", slug)
        call = IncomingCall(slug, "911", "emergency", "urn:service:sos", person.identity, "X", trunk)
        plan, row = decide(call, view), rows[person.pk]
        assert row.state == expected(plan), (person.identity, [reason.text for reason in plan.reasons])
        assert bool(row.why) == (row.state not in ("ready", "inactive"))
        if row.state not in ("no_location", "no_psap", "inactive"):
            assert plan.psap is not None
            assert row.psap == plan.psap.name
        said_by_themselves = plan.location_source == "current" and row.state != "inactive"
        assert (row.confirmed_at is not None) == said_by_themselves


@pytest.mark.parametrize("seed", range(8))
def test_rows_end_as_the_decisions_are(people: Cast, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    publisher, job = PublishJob(tmp_path / "node", lambda changes: None), ReadinessJob(tmp_path)
    publisher.open()
    job.open()
    directory = Restless(people, dice)
    for _ in range(ACTS):
        with everywhere():
            directory.act()
        for _ in range(dice.randrange(3)):  # each is now ahead and now behind
            dice.choice([publisher, job]).step()
        if dice.random() < 0.03:
            job.open()
    while publisher.step():
        pass
    while job.step():
        pass
    with everywhere():
        view = Snapshot(tmp_path / "node" / "snapshot.db", check_seconds=0)
        compare(view)
        view.close()
    job.close()
    publisher.close()
