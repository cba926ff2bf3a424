"""The LoST server over a real data directory: what is loaded there is what it answers by, now and after a change."""

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from tests.web.lis.world import question, uris, warnings_of

from callpoint.directory.sample import STATE_STREET, WELLINGTON_STREET
from callpoint.i3.civic import Civic
from callpoint.i3.lost import (
    CONTENT_TYPE,
    BoundaryReference,
    Errors,
    FindServiceResponse,
    GetServiceBoundary,
    GetServiceBoundaryResponse,
    Request,
    Response,
    read_response,
    write_request,
)
from callpoint.i3.shapes import Point
from callpoint.ops.sample_data import build_sample_sets
from callpoint.web import installation
from callpoint.web.lis.application import with_lost
from callpoint.web.lis.http import LostApplication

PATIENCE = 20.0
MONTPELIER, AT_SEA = Point(44.2624, -72.5805), Point(30.0, -50.0)
VARIABLES = {"CALLPOINT_LOST_SOURCE": "lost.callpoint.example"}


def nothing(environ: Any, start_response: Any) -> list[bytes]:
    start_response("404 Not Found", [])
    return []


def ask(application: LostApplication, request: Request) -> Response | None:
    """The answer; None while the boundaries are being read."""
    body = write_request(request)
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/lost",
        "CONTENT_TYPE": CONTENT_TYPE,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    told: list[str] = []
    answer = b"".join(application(environ, lambda status, headers: told.append(status)))
    return read_response(answer) if told == ["200 OK"] else None


def until(condition: Callable[[], Response | None], wanted: Callable[[Response], bool]) -> Response:
    end = time.monotonic() + PATIENCE
    while True:
        answer = condition()
        if answer is not None and wanted(answer):
            return answer
        assert time.monotonic() < end, answer
        time.sleep(0.05)


def is_found(answer: Response) -> bool:
    return isinstance(answer, FindServiceResponse)


@pytest.fixture
def sampled(data: Path) -> LostApplication:
    """Over the sample data sets, once they are read."""
    build_sample_sets(data / "datasets")
    application = with_lost(nothing, installation.lost_knowledge(), VARIABLES)
    until(lambda: ask(application, question(MONTPELIER)), is_found)
    return application


def found(application: LostApplication, request: Request) -> FindServiceResponse:
    answer = ask(application, request)
    assert isinstance(answer, FindServiceResponse), answer
    return answer


def test_a_point_and_the_address_there_have_the_same_psap(sampled: LostApplication) -> None:
    by_point = found(sampled, question(MONTPELIER))
    civic = Civic.from_fields(STATE_STREET)
    by_address = found(sampled, question(civic, validate_location=True))
    assert uris(by_point) == uris(by_address)
    assert uris(by_point)[0].startswith("sip:")
    assert by_address.validation is not None
    assert {"country", "A1", "A3", "RD", "HNO"} <= set(by_address.validation.valid)
    assert by_address.validation.invalid == ()


def test_an_address_in_canada(sampled: LostApplication) -> None:
    ottawa = found(sampled, question(Civic.from_fields(WELLINGTON_STREET)))
    assert uris(ottawa) != uris(found(sampled, question(MONTPELIER)))


def test_a_street_that_is_not_there_is_told_and_its_town_still_has_a_psap(sampled: LostApplication) -> None:
    wrong = Civic.from_fields({**STATE_STREET, "RD": "Nonesuch", "HNO": "9999"})
    answer = found(sampled, question(wrong, validate_location=True))
    assert uris(answer) == uris(found(sampled, question(MONTPELIER)))
    assert answer.validation is not None
    assert "RD" not in answer.validation.valid
    assert {"country", "A1"} <= set(answer.validation.valid)


def test_the_boundary_behind_the_reference(sampled: LostApplication) -> None:
    reference = found(sampled, question(MONTPELIER)).mappings[0].boundary
    assert isinstance(reference, BoundaryReference)
    assert reference.source == "lost.callpoint.example"
    assert isinstance(ask(sampled, GetServiceBoundary(reference.key)), GetServiceBoundaryResponse)


def test_a_place_at_sea(sampled: LostApplication) -> None:
    answer = ask(sampled, question(AT_SEA))
    assert isinstance(answer, Errors)
    assert answer.kinds == ("notFound",)


def test_police_come_from_the_psap_and_that_is_said(sampled: LostApplication) -> None:
    answer = found(sampled, question(MONTPELIER, service="urn:service:sos.police"))
    assert set(warnings_of(answer)) == {"serviceSubstitution"}


def test_what_is_loaded_later_counts_without_a_restart(data: Path) -> None:
    application = with_lost(nothing, installation.lost_knowledge(), VARIABLES)
    answer = ask(application, question(MONTPELIER))
    assert isinstance(answer, Errors)
    build_sample_sets(data / "datasets")
    until(lambda: ask(application, question(MONTPELIER)), is_found)
    until(lambda: ask(application, question(Civic.from_fields(STATE_STREET))), is_found)


def test_settings_that_do_not_do_are_told_at_the_start(data: Path) -> None:
    with pytest.raises(ValueError, match="localhost"):
        with_lost(nothing, installation.lost_knowledge(), {"CALLPOINT_LOST_SOURCE": "localhost"})
