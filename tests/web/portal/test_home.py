"""An organization's first page: readiness in one picture, how far it is, what to hand over, the latest calls."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.portal.call_records import AT, call, rehearsal

from callpoint.directory import provision
from callpoint.directory.models import Organization, Person, Readiness, Trunk, acting
from callpoint.directory.readiness.counting import BY_RISK, Category, Counts
from callpoint.directory.readiness.progress import ProgressFile
from callpoint.directory.tenancy import everywhere, inside
from callpoint.notices.editing.first_alerts import tell_of_every_call
from callpoint.notices.models import Subscription
from callpoint.web.portal.alerts.coverage import coverage
from callpoint.web.portal.home import picture
from callpoint.web.portal.home.setup_path import SetupPath, State, setup_path
from callpoint.worker.readiness import ReadinessJob

ClientOf = Callable[[str], Client]
HOME = "/organizations/acme/"


@pytest.fixture
def worked_out(published: Callable[[], None], data: Path) -> Iterator[Callable[[], None]]:
    """Publish the directory and work everybody out, now and whenever called."""
    job = ReadinessJob(data)
    job.open()

    def work() -> None:
        published()
        while job.step():
            pass

    work()
    yield work
    job.close()


def page_of(client: Client, path: str = HOME) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))


def counts_of(**numbers: int) -> Counts:
    return Counts({category: numbers.get(category.value, 0) for category in Category})


# --- the picture -----------------------------------------------------------------------------------------


def test_readiness_by_the_very_decision(client_of: ClientOf, people: Cast, worked_out: Callable[[], None]) -> None:
    page = page_of(client_of("auditor"))
    assert "0 of 2 active people are ready" in plain(page)
    assert f"{HOME}people/?readiness=no_location" in page
    assert f"{HOME}people/?readiness=unconfirmed" in page
    assert f"{HOME}people/?readiness=ready" not in page  # nobody is
    with acting("test", "checked"), everywhere():
        people.building.address.verdict = "valid"
        people.building.address.save()
    worked_out()
    assert f"{HOME}people/?readiness=never_tested" in page_of(client_of("auditor"))


def test_a_guard_sees_numbers_without_people(client_of: ClientOf, people: Cast, worked_out: object) -> None:
    page = page_of(client_of("security"))
    assert "0 of 2 active people are ready" in plain(page)
    assert "readiness=" not in page
    assert f"{HOME}people/" not in page
    assert f"{HOME}trunks/" not in page
    assert "For the telephony engineer" not in page
    assert "Getting ready" not in page


def test_nobody_yet(client_of: ClientOf, people: Cast) -> None:
    with acting("test", "emptied"), everywhere():
        for person in Person.objects.filter(organization=people.acme):
            person.delete()
    page = page_of(client_of("auditor"))
    assert "Nobody is registered yet" in page
    assert "<rect" not in page


def test_parts_fill_the_picture(people: Cast) -> None:
    found = picture.parts(counts_of(no_location=3, no_psap=1, ready=99_996), people.acme, linked=True)
    widths = {part.category: part.width for part in found}
    assert sum(widths.values()) == pytest.approx(picture.WIDTH, abs=0.1)
    assert widths[Category.NO_LOCATION] == widths[Category.NO_PSAP] == picture.NARROWEST
    assert widths[Category.STALE] == 0.0
    assert [part.category for part in found] == list(BY_RISK)
    begins = [part.x for part in found if part.width]
    assert begins == sorted(begins)
    assert next(part for part in found if part.category == Category.NO_LOCATION).share == pytest.approx(0.003)


def test_parts_of_nobody_have_no_width(people: Cast) -> None:
    assert {part.width for part in picture.parts(counts_of(), people.acme, linked=True)} == {0.0}
    everybody_alike = picture.parts(
        counts_of(**dict.fromkeys((one.value for one in BY_RISK), 5)), people.acme, linked=True
    )
    assert {part.width for part in everybody_alike} == {125.0}


def test_whoever_is_not_worked_out_yet_is_counted_and_not_called_ready(people: Cast) -> None:
    counts = counts_of(no_location=1, ready=1, pending=8)
    assert (counts.active, counts.expected, counts.ready) == (2, 10, 1)
    lost, well = (one for one in picture.parts(counts, people.acme, linked=True) if one.count)
    (awaited,) = picture.others(counts, people.acme, linked=True)
    assert (lost.share, well.share, awaited.share) == (10.0, 10.0, 80.0)
    with inside(people.acme):
        assert "without a location" not in path_of(people.acme, counts).steps[1].said
        assert "1 without a location" in path_of(people.acme, counts_of(no_location=1)).steps[1].said


# --- how up to date it is --------------------------------------------------------------------------------


def tell(data: Path, organization: Organization, known_at: datetime | None, done: int = 0, of: int = 0) -> None:
    told = ProgressFile(data)
    if known_at is not None:
        told.complete(known_at)
    told.more({organization.pk: of})
    told.did({organization.pk: done})
    told.write()


def test_it_says_as_of_when(client_of: ClientOf, people: Cast, worked_out: object) -> None:
    page = plain(page_of(client_of("auditor")))
    assert "worked out from the very decision a call would get" in page
    assert "not in them yet" not in page


def test_it_says_when_it_is_not_up_to_date(client_of: ClientOf, people: Cast, data: Path) -> None:
    assert "has not been worked out yet" in page_of(client_of("auditor"))
    tell(data, people.acme, None, 40_000, 100_000)
    assert "40,000 of 100,000 people so far" in plain(page_of(client_of("auditor")))
    tell(data, people.acme, timezone.now() - timedelta(hours=2))
    assert "changes made since are not in them yet" in plain(page_of(client_of("auditor")))
    tell(data, people.acme, timezone.now(), 500, 5_000)
    assert "500 of 5,000 people so far" in plain(page_of(client_of("auditor")))


def test_another_organization_s_progress_is_not_told(client_of: ClientOf, people: Cast, data: Path) -> None:
    tell(data, people.other, timezone.now(), 7_000, 8_000)
    assert "8,000" not in page_of(client_of("auditor"))


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"known_at": 5, "organizations": []})])
def test_a_note_that_cannot_be_read_is_none(client_of: ClientOf, people: Cast, data: Path, text: str) -> None:
    (data / "readiness.json").write_text(text)
    assert "has not been worked out yet" in page_of(client_of("auditor"))


# --- the way to get there --------------------------------------------------------------------------------


def path_of(organization: Organization, counts: Counts) -> SetupPath:
    return setup_path(organization, counts, coverage(organization, AT))


def states(organization: Organization) -> dict[str, State]:
    with inside(organization):
        return {step.title: step.state for step in path_of(organization, counts_of(no_location=1)).steps}


def test_the_path_of_a_new_organization(people: Cast) -> None:
    with acting("test", "new"):
        fresh = provision.create_organization("fresh", "Fresh")
    with inside(fresh):
        path = path_of(fresh, counts_of())
    assert [(step.title, step.state) for step in path.steps] == [
        ("Locations", State.NEXT),
        ("People", State.OPEN),
        ("Networks", State.LATER_VERSION),
        ("Alerts", State.OPEN),
        ("Trunk", State.OPEN),
        ("First 933 call", State.OPEN),
    ]
    assert not path.complete
    assert "later version; nothing to do" in path.steps[2].said
    assert path.steps[2].url == ""


def tell_somebody(organization: Organization) -> None:
    with acting("test", "alerts"), inside(organization):
        tell_of_every_call(organization, {"addresses": "desk@acme.example"})


def test_alerts_are_done_when_somebody_is_told_of_every_911_call(people: Cast) -> None:
    assert states(people.acme)["Alerts"] == State.NEXT
    tell_somebody(people.other)
    assert states(people.acme)["Alerts"] == State.NEXT
    tell_somebody(people.acme)
    assert states(people.acme)["Alerts"] == State.DONE
    with inside(people.acme):
        step = path_of(people.acme, counts_of()).steps[3]
    assert (step.said, step.url) == ("1 recipient is told of 911 calls", "/organizations/acme/alerts/")
    with acting("test", "narrowed"), everywhere():
        for one in Subscription.objects.filter(organization=people.acme):
            one.buildings = [people.building.pk]
            one.save()
    with inside(people.acme):
        step = path_of(people.acme, counts_of()).steps[3]
    assert step.said == "1 recipient is told of 911 calls, with something in the way"
    assert states(people.acme)["Alerts"] == State.NEXT


def test_the_path_ends_with_a_933_call(client_of: ClientOf, people: Cast) -> None:
    tell_somebody(people.acme)
    assert states(people.acme)["First 933 call"] == State.NEXT
    rehearsal(people.acme, location=None)
    assert states(people.acme)["First 933 call"] == State.NEXT  # nothing was read back
    rehearsal(people.other, "2")
    assert states(people.acme)["First 933 call"] == State.NEXT
    rehearsal(people.acme, "3")
    assert states(people.acme)["First 933 call"] == State.DONE
    assert "every step is done" in page_of(client_of("auditor"))


def test_calls_by_a_trunk_of_the_provider_are_a_trunk(people: Cast) -> None:
    with acting("test", "no own trunk"), everywhere():
        Trunk.objects.get(name="acme trunk").delete()
    tell_somebody(people.acme)
    assert states(people.acme)["Trunk"] == State.NEXT
    call(people.acme, trunk="everybody's")
    assert states(people.acme)["Trunk"] == State.DONE


# --- what to hand over, and the latest calls -------------------------------------------------------------


def test_what_a_telephony_engineer_needs(client_of: ClientOf, people: Cast) -> None:
    with override_settings(SIP_ADDRESSES=["udp sip.example:5060", "tls sip.example:5061"]):
        page = plain(page_of(client_of("auditor")))
    for words in ("acme", "UDP sip.example:5060", "TLS sip.example:5061", "X-Employee-ID", "acme trunk"):
        assert words in page
    with override_settings(SIP_ADDRESSES=[]):
        assert "does not know the SIP addresses" in page_of(client_of("auditor"))


def test_the_latest_calls(client_of: ClientOf, people: Cast) -> None:
    for number in range(12):
        call(people.acme, str(number), identity=f"L{number:02d}", started_at=AT + timedelta(minutes=number))
    call(people.other, "x", identity="E-THEIRS")
    page = page_of(client_of("security"))
    assert "<code>L11</code>" in page
    assert "<code>L02</code>" in page
    assert "<code>L01</code>" not in page
    assert "E-THEIRS" not in page


def test_the_latest_calls_come_by_themselves_unless_held(client_of: ClientOf, people: Cast) -> None:
    client = client_of("security")
    part = page_of(client, f"{HOME}latest-calls/")
    assert 'hx-trigger="every 5s"' in part
    assert "<html" not in part
    held = page_of(client, f"{HOME}latest-calls/?calls=paused")
    assert "every 5s" not in held
    assert "Show new calls by themselves" in held
    assert "every 5s" not in page_of(client, f"{HOME}?calls=paused")


def test_a_list_whose_session_has_ended_leads_to_signing_in(client_of: ClientOf, people: Cast) -> None:
    answer = client_of("nobody").get(f"{HOME}latest-calls/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert not answer.content
    outsider = client_of("outsider").get(f"{HOME}latest-calls/", headers={"HX-Request": "true"})
    assert outsider.status_code == 404


def test_names_are_text(client_of: ClientOf, people: Cast) -> None:
    call(people.acme, person="<script>alert(1)</script>")
    with acting("test", "attack"), everywhere():
        people.acme.name = "<b>Acme</b>"
        people.acme.save()
    page = page_of(client_of("auditor"))
    assert "<script>alert" not in page
    assert "<b>Acme" not in page


def test_the_page_counts_everybody_once(client_of: ClientOf, people: Cast, worked_out: object) -> None:
    """The numbers beside the picture add up to everybody active."""
    with everywhere():
        active = Readiness.objects.filter(organization=people.acme).exclude(state="inactive").count()
    numbers = re.findall(r"<strong>(\d+)</strong> (?:<a|[A-Z])", page_of(client_of("auditor")))
    assert sum(int(number) for number in numbers) == active == 2
