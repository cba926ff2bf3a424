"""What is written keeps to the schema and reads back equal, whatever is in it."""

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from tests.i3.lost.conftest import Validate
from tests.i3.lost.strategies import NOT_IN_THE_SCHEMA, REQUESTS, RESPONSES

from callpoint.i3.lost import (
    Errors,
    Problem,
    Request,
    Response,
    read_request,
    read_response,
    write_request,
    write_response,
)
from callpoint.i3.lost.elements import LOST
from callpoint.i3.lost.problems import ERROR_KINDS

RELAXED = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@given(REQUESTS)
@RELAXED
def test_requests(valid: Validate, question: Request) -> None:
    document = write_request(question)
    valid(document)
    assert read_request(document) == question


def in_the_schema(document: bytes) -> bool:
    tags = {str(element.tag) for element in etree.fromstring(document).iter()}
    return not any(f"{{{LOST}}}{name}" in tags for name in NOT_IN_THE_SCHEMA)


@given(RESPONSES)
@RELAXED
def test_responses(valid: Validate, response: Response) -> None:
    document = write_response(response)
    if in_the_schema(document):
        valid(document)
    assert read_response(document) == response


@pytest.mark.parametrize("kind", sorted(ERROR_KINDS))
def test_every_error_goes_over_the_wire(kind: str, valid: Validate) -> None:
    profiles = ("civic-eu",) if kind == "locationProfileUnrecognized" else ()
    errors = Errors("lost.example", (Problem(kind, "A sentence.", "en", profiles),))
    document = write_response(errors)
    if kind not in NOT_IN_THE_SCHEMA:
        valid(document)
    assert read_response(document) == errors


def test_lost_is_the_default_name_space_and_the_text_is_utf_8() -> None:
    document = write_response(Errors("lost.example", (Problem("notFound", "Rien à Québec.", "fr"),)))
    assert document.startswith(
        b"<?xml version='1.0' encoding='UTF-8'?>\n<errors xmlns=\"urn:ietf:params:xml:ns:lost1\""
    )
    assert "Rien à Québec.".encode() in document
