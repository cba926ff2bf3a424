"""A provider beside the data sets: it may raise an area to valid under its own name, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from tests.addresses.remote.answers import ASKED, census_answer, census_match
from tests.transport.http_server import ByteServer, answer

from callpoint.addresses.remote.census import Census
from callpoint.addresses.remote.provider import MAX_ANSWER_BYTES, HttpRequest
from callpoint.addresses.remote.second_opinion import PAUSE_SECONDS, SecondOpinion, second_opinion
from callpoint.addresses.remote.settings import RemoteSettings
from callpoint.addresses.verdict import Reason, Status, Verdict
from callpoint.i3.civic import Civic
from callpoint.transport.http_exchange import HttpResponse, exchange

JSON = "Content-Type: application/json"
AREA = Verdict(
    "115 State St", "area", ASKED, (44.2, -72.5), "area", {"PC": "valid"}, reasons=(Reason("area", "Only."),)
)


@dataclass
class Answers:
    """An exchange that gives one body again and again, or fails."""

    body: bytes = b""
    fails: bool = False
    asked: list[HttpRequest] = field(default_factory=list)

    def __call__(self, request: HttpRequest, *, total_seconds: float, max_bytes: int) -> HttpResponse:
        self.asked.append(request)
        assert (total_seconds, max_bytes) == (3.0, MAX_ANSWER_BYTES)
        if self.fails:
            raise TimeoutError("nobody answered")
        return HttpResponse(200, self.body)


def opinion_of(answers: Answers, clock: Callable[[], float] = lambda: 0.0) -> SecondOpinion:
    return SecondOpinion(Census("https://census.example"), answers, 3.0, clock)


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def test_a_door_the_provider_confirms_is_valid_by_its_name() -> None:
    found = opinion_of(Answers(census_answer(census_match()))).on(AREA)
    assert found.status == "valid"
    assert found.accuracy == "range"
    assert found.point is not None
    assert found.point != AREA.point
    assert found.dataset is not None
    assert "census" in found.dataset.name.casefold()
    assert codes(found) == ["remote_confirmed"]
    assert found.civic == ASKED  # our own standard form stays


@pytest.mark.parametrize("status", ["valid", "valid_corrected", "ambiguous", "invalid", "refused"])
def test_nothing_but_an_area_is_asked_about(status: Status) -> None:
    answers = Answers(census_answer(census_match()))
    verdict = Verdict("115 State St", status, ASKED)
    assert opinion_of(answers).on(verdict) is verdict
    assert answers.asked == []


@pytest.mark.parametrize("missing", ["HNO", "RD"])
def test_an_area_without_a_door_is_not_asked_about(missing: str) -> None:
    fields = {name: text for name, text in ASKED.to_fields().items() if name != missing}
    answers = Answers(census_answer(census_match()))
    opinion_of(answers).on(Verdict("", "area", Civic.from_fields(fields)))
    assert answers.asked == []


def test_who_does_not_know_it_changes_nothing_but_says_so() -> None:
    found = opinion_of(Answers(census_answer())).on(AREA)
    assert (found.status, found.point, found.dataset) == ("area", AREA.point, None)
    assert codes(found) == ["area", "remote_unknown"]


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"", b"{"])
def test_a_broken_answer_changes_nothing_but_says_so(body: bytes) -> None:
    found = opinion_of(Answers(body)).on(AREA)
    assert (found.status, codes(found)) == ("area", ["area", "remote_silent"])


def test_a_silent_provider_is_left_alone_for_a_while() -> None:
    now = [0.0]
    answers = Answers(fails=True)
    opinion = opinion_of(answers, lambda: now[0])
    assert codes(opinion.on(AREA)) == ["area", "remote_silent"]
    now[0] = PAUSE_SECONDS - 1
    assert opinion.on(AREA) is AREA
    now[0] = PAUSE_SECONDS
    answers.fails, answers.body = False, census_answer(census_match())
    assert opinion.on(AREA).status == "valid"
    assert len(answers.asked) == 2


def test_over_a_real_socket() -> None:
    with ByteServer(answer(census_answer(census_match()), "200 OK", JSON)) as server:
        opinion = second_opinion(RemoteSettings("census", server.url, 5.0), exchange)
        assert opinion is not None
        assert opinion.on(AREA).status == "valid"


def test_nobody_is_asked_unless_the_operator_says_so() -> None:
    assert second_opinion(RemoteSettings(), exchange) is None


def test_settings_cross_the_environment() -> None:
    settings = RemoteSettings("nominatim", "https://geo.example", 2.5, "ops@example.com", "Us")
    assert RemoteSettings.from_environment(settings.to_environment()) == settings
    assert RemoteSettings.from_environment({}) == RemoteSettings()
