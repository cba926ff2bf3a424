"""LoST validation: the question by the book, and answers element by element."""

import pytest
from tests.addresses.remote.answers import ASKED, OTTAWA

from callpoint.addresses.remote import LostValidation, RemoteError
from callpoint.i3.civic import Civic
from callpoint.i3.lost import (
    CONTENT_TYPE,
    DisplayName,
    Errors,
    FindService,
    FindServiceResponse,
    ListServicesResponse,
    LocationValidation,
    Mapping,
    Problem,
    Redirect,
    Response,
    read_request,
    write_response,
)

PROVIDER = LostValidation("https://lost.example/lost")
MAPPING = Mapping(
    source="lvf.example",
    source_id="psap-1",
    last_updated="2026-01-02T03:04:05Z",
    expires="2027-01-01T00:00:00Z",
    service="urn:service:sos",
    uris=("sip:psap@example.net",),
    display_names=(DisplayName("Montpelier"),),
)


def found(validation: LocationValidation | None) -> bytes:
    return write_response(FindServiceResponse((MAPPING,), ("lvf.example",), validation))


def test_the_question_asks_for_validation_of_the_civic_address() -> None:
    request = PROVIDER.request(ASKED)
    assert (request.method, request.url) == ("POST", "https://lost.example/lost")
    assert request.headers["Content-Type"] == CONTENT_TYPE
    question = read_request(request.body)
    assert isinstance(question, FindService)
    assert (question.validate_location, question.recursive, question.service) == (True, True, "urn:service:sos")
    assert [location.civic for location in question.locations] == [ASKED]


@pytest.mark.parametrize(
    ("civic", "served"),
    [(ASKED, True), (OTTAWA, True), (Civic(country="US", RD="State"), False), (Civic(country="DE"), False)],
)
def test_addresses_with_a_street_and_a_state_are_asked_about(civic: Civic, served: bool) -> None:
    assert PROVIDER.serves(civic) is served
    assert not LostValidation("").serves(ASKED)


def test_a_validated_address_keeps_source_and_age() -> None:
    validation = LocationValidation(valid=("country", "A1", "A3", "RD", "STS", "HNO"), unchecked=("PC",))
    evidence = PROVIDER.read(200, found(validation), ASKED)
    assert evidence is not None
    assert (evidence.civic, evidence.point, evidence.accuracy) == (ASKED, None, None)
    assert (evidence.dataset_name, evidence.dataset_version) == ("lvf.example", "2026-01-02T03:04:05Z")
    assert evidence.elements == dict.fromkeys(("country", "A1", "A3", "RD", "STS", "HNO"), "valid") | {
        "PC": "unchecked"
    }
    assert evidence.confirms_door


@pytest.mark.parametrize(
    ("validation", "element", "state"),
    [
        (LocationValidation(valid=("country", "A1", "A3", "RD"), invalid=("HNO",)), "HNO", "invalid"),
        (LocationValidation(valid=("country", "A1", "A3")), "HNO", "unchecked"),
        (LocationValidation(valid=("RD", "HNO"), invalid=("HNO",)), "HNO", "invalid"),
        (LocationValidation(valid=("RD", "HNO"), unchecked=("HNO",)), "HNO", "unchecked"),
        (LocationValidation(valid=("RD", "HNO"), invalid=("PC",)), "PC", "invalid"),
        (LocationValidation(), "country", "unchecked"),
    ],
)
def test_what_is_invalid_or_not_said_confirms_nothing(validation: LocationValidation, element: str, state: str) -> None:
    evidence = PROVIDER.read(200, found(validation), ASKED)
    assert evidence is not None
    assert evidence.elements[element] == state
    assert not evidence.confirms_door


def test_elements_nobody_asked_about_are_left_out() -> None:
    validation = LocationValidation(valid=("RD", "HNO", "BLD", "{urn:example}colour"), invalid=("FLR",))
    evidence = PROVIDER.read(200, found(validation), ASKED)
    assert evidence is not None
    assert not {"BLD", "FLR", "{urn:example}colour"} & evidence.elements.keys()


def test_a_server_that_only_maps_gives_no_evidence() -> None:
    assert PROVIDER.read(200, found(None), ASKED) is None


@pytest.mark.parametrize("kind", ["notFound", "locationInvalid"])
def test_an_address_unknown_there_is_no_evidence(kind: str) -> None:
    errors = Errors("lvf.example", (Problem(kind, "not here"),))
    assert PROVIDER.read(200, write_response(errors), ASKED) is None


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (Errors("lvf.example", (Problem("serverTimeout", "too slow"),)), "serverTimeout too slow"),
        (Errors("lvf.example", (Problem("notFound"), Problem("internalError"))), "internalError"),
        (Redirect("other.example", "lvf.example"), "sends us to 'other.example'"),
        (ListServicesResponse(("urn:service:sos",), ("lvf.example",)), "another question"),
    ],
)
def test_other_answers_are_errors_with_their_reason(response: Response, said: str) -> None:
    with pytest.raises(RemoteError, match=said):
        PROVIDER.read(200, write_response(response), ASKED)


def test_any_other_status_is_an_error() -> None:
    with pytest.raises(RemoteError, match="status 302"):
        PROVIDER.read(302, found(None), ASKED)
