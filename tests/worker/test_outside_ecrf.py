"""Mappings of an outside ECRF: asked ahead over real HTTP, kept through its failures, so many a second and no more."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.directory import cast
from tests.directory.judges import Told, valid
from tests.worker.ecrf import Ecrf, mapping, serving

from callpoint.directory import provision
from callpoint.directory.models import Address, LostMapping, Psap, acting
from callpoint.directory.tenancy import everywhere
from callpoint.i3 import lost
from callpoint.worker import outside_ecrf
from callpoint.worker.lost_over_http import ask
from callpoint.worker.mapping import MappingJob
from callpoint.worker.outside_ecrf import EcrfJob, UnreachableError


class Stage:
    """Both jobs, the server, and the clocks."""

    def __init__(self, ecrf: Ecrf, data: Path) -> None:
        self.ecrf = ecrf
        self.now = datetime.now(UTC)
        self.clock = 1000.0
        self.job = EcrfJob(ask, lambda: self.now, lambda: self.clock)
        self.job.open()
        self.mapping = MappingJob(data / "datasets", lambda _: Told(valid).judge, lambda: self.now, lambda: self.clock)
        self.mapping.open()

    def pass_(self, seconds: float) -> None:
        self.clock += seconds
        self.now += timedelta(seconds=seconds)

    def work(self, seconds: float = 10.0) -> int:
        """Let so many seconds pass, in tenths or sixty pieces; how many questions were put."""
        put, piece = 0, max(0.1, seconds / 60)
        for _ in range(round(seconds / piece)):
            self.pass_(piece)
            put += self.job.step()
            while self.mapping.step():
                pass
        return put


@pytest.fixture
def ecrf() -> Iterator[Ecrf]:
    with serving(lambda asked: (200, mapping())) as server:
        yield server


@pytest.fixture
def stage(people: cast.Cast, ecrf: Ecrf, tmp_path: Path) -> Stage:
    routed_by(ecrf.url)
    return Stage(ecrf, tmp_path)


def routed_by(url: str) -> None:
    with acting("root", "outside"):
        provision.create_organization("acme", "Acme", ecrf_url=url)


def psap_of(address: Address) -> tuple[str, str]:
    with everywhere():
        found = Address.objects.select_related("psap").get(pk=address.pk)
    return (found.psap.name if found.psap else "", found.psap_source)


def kept() -> LostMapping:
    with everywhere():
        return LostMapping.objects.get()


def test_an_address_is_mapped_by_it(real: cast.Cast, ecrf: Ecrf, tmp_path: Path) -> None:
    routed_by(ecrf.url)
    stage = Stage(ecrf, tmp_path)
    assert stage.work() == 1
    assert psap_of(real.building.address) == ("County (by 127.0.0.1)", "lost 127.0.0.1")
    with everywhere():
        assert Psap.objects.get(name="County (by 127.0.0.1)").targets.get().uri == "sip:911@county.example"
        assert Psap.objects.get(name="Montpelier dispatch").source == ""
    (asked,) = ecrf.asked
    assert asked.locations[-1].civic is not None
    assert asked.locations[-1].civic.RD == "State"
    assert ecrf.content_types == ["application/lost+xml;charset=utf-8"]
    assert stage.work(600) == 0
    stage.mapping.close()
    stage.job.close()


def test_it_is_asked_ahead_of_expiry(stage: Stage) -> None:
    until = stage.now + timedelta(hours=1)
    stage.ecrf.answer = lambda asked: (200, mapping(expires=until.strftime("%Y-%m-%dT%H:%M:%SZ")))
    assert stage.work() == 1
    stage.pass_(2800)
    assert stage.work(30) == 0
    stage.pass_(100)
    assert stage.now < until
    assert stage.work() == 1


def test_a_new_answer_moves_the_address(people: cast.Cast, stage: Stage) -> None:
    stage.ecrf.answer = lambda asked: (200, mapping(expires="NO-CACHE"))
    stage.work()
    stage.ecrf.answer = lambda asked: (200, mapping("Town", "sip:911@town.example"))
    stage.pass_(15 * 60)
    stage.work()
    assert psap_of(people.building.address)[0] == "Town (by 127.0.0.1)"
    with everywhere():
        assert not Psap.objects.filter(name="County (by 127.0.0.1)", targets__isnull=True).exists()


def test_a_server_in_trouble_leaves_the_mapping_and_is_told(people: cast.Cast, stage: Stage) -> None:
    stage.ecrf.answer = lambda asked: (200, mapping(expires="NO-CACHE"))
    stage.work()
    stage.ecrf.answer = lambda asked: (503, b"")
    stage.pass_(24 * 3600)
    stage.work()
    assert psap_of(people.building.address)[0] == "County (by 127.0.0.1)"
    assert kept().trouble == "it answered with HTTP status 503"
    failed = len(stage.ecrf.asked)
    stage.ecrf.answer = lambda asked: (200, mapping())
    stage.work(120)
    assert (len(stage.ecrf.asked), kept().trouble, kept().failures) == (failed + 1, "", 0)


def test_an_error_about_one_address_does_not_hold_up_the_others(people: cast.Cast, stage: Stage) -> None:
    """The first of three has a trouble of its own."""
    with acting("test", "more"):
        others = [
            provision.create_building(people.acme, f"B{number}", {"country": "US", "A1": "VT", "HNO": str(number)})
            for number in range(2)
        ]
    bad = lost.write_response(lost.Errors("a.example", (lost.Problem("locationInvalid", "no such number"),)))

    def answer(asked: lost.FindService) -> tuple[int, bytes]:
        civic = asked.locations[-1].civic
        return 200, bad if civic is not None and civic.HNO == "115" else mapping()

    stage.ecrf.answer = answer
    assert stage.work(5) == 3
    assert [psap_of(other.address)[0] for other in others] == ["County (by 127.0.0.1)"] * 2
    with everywhere():
        assert LostMapping.objects.exclude(trouble="").get().trouble == "it answered locationInvalid: no such number"


def test_a_dead_server_is_left_alone_for_longer_and_longer(
    people: cast.Cast, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with acting("test", "more"):
        for number in range(50):
            provision.create_building(people.acme, f"B{number}", {"country": "US", "A1": "VT", "HNO": str(number)})
    with serving(lambda asked: (200, mapping())) as ecrf:
        routed_by(ecrf.url)
    stage = Stage(ecrf, tmp_path)
    assert [stage.work(seconds) for seconds in (9, 10, 19, 42)] == [1, 1, 1, 1]
    with everywhere():
        assert LostMapping.objects.count() == 4, "one question finds out; the others wait for the server"
    assert "gives no answer" in caplog.text
    assert caplog.text.count("gives no answer") == 1


def test_questions_are_spread(people: cast.Cast, stage: Stage) -> None:
    with acting("test", "more"):
        for number in range(30):
            provision.create_building(people.acme, f"B{number}", {"country": "US", "A1": "VT", "HNO": str(number)})
    assert 1 < stage.work(2) <= 2 * outside_ecrf.QUESTIONS_A_SECOND + 1
    for _ in range(4):
        stage.work(5)
    assert len(stage.ecrf.asked) == 31


def test_leaving_it_brings_back_our_own_routes(people: cast.Cast, stage: Stage) -> None:
    stage.work()
    routed_by("")
    stage.work()
    assert psap_of(people.building.address) == ("", "")
    with everywhere():
        assert not LostMapping.objects.exists()


def test_another_organization_is_never_asked_for(people: cast.Cast, stage: Stage) -> None:
    with acting("test", "next door"):
        provision.create_building(people.other, "Next door", {"country": "US", "A1": "VT", "HNO": "9"})
    assert stage.work() == 1


@pytest.mark.parametrize("host", ["127.0.0.1:1", "nowhere.invalid"])
def test_who_cannot_be_reached_is_told_in_words(host: str) -> None:
    with pytest.raises(UnreachableError, match=host):
        ask(f"http://{host}/lost", b"<x/>")


def test_it_waits_no_longer_than_its_next_question(stage: Stage) -> None:
    stop = threading.Event()
    stop.set()
    stage.job.wait(stop)
    stage.pass_(10)
    stage.job.step()
    stage.job.wait(stop)
