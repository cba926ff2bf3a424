"""Fuzzed questions to the whole server: an answer in LoST, soon, and nobody else is asked."""

from random import Random
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cost import soon
from tests.i3.lost.strategies import REQUESTS
from tests.i3.lost.test_hostile import FILLING, MORSELS, REFUSED, shape_question
from tests.web.lis.world import NOWHERE, World, question

from callpoint.i3.lost import Errors, FindServiceResponse, Request, read_response, write_request
from callpoint.web.lis.settings import Upstream

UPSTREAM: Final = Upstream("*", "forest.example", "http://forest.invalid/lost")
SECONDS: Final = 2.0
RELAXED = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])


def ask(body: bytes) -> object:
    """The answer of a server that may ask others only on behalf of a question it has read."""
    world = World()
    answer = read_response(soon(lambda: world.server.respond(body), SECONDS))
    assert world.elsewhere.asked == []
    if isinstance(answer, Errors):
        assert "internalError" not in answer.kinds
    return answer


@pytest.mark.parametrize("name", REFUSED)
def test_harmful(name: str) -> None:
    answer = ask(REFUSED[name].encode())
    assert isinstance(answer, Errors)
    assert answer.kinds == ("badRequest",)


@pytest.mark.parametrize("name", FILLING)
def test_full_of_anything(name: str) -> None:
    ask(FILLING[name].encode())


def polygon_question(corners: int, spread: float) -> bytes:
    """A polygon around the border of two counties, whose edges all cross each other."""
    chance = Random(corners)
    ring = [(43.5 + chance.uniform(-spread, spread), -72 + chance.uniform(-spread, spread)) for _ in range(corners)]
    positions = " ".join(f"{lat:.5f} {lon:.5f}" for lat, lon in (*ring, ring[0]))
    inside = f"<gml:exterior><gml:LinearRing><gml:posList>{positions}</gml:posList></gml:LinearRing></gml:exterior>"
    return shape_question(f"<gml:Polygon>{inside}</gml:Polygon>").encode()


@pytest.mark.parametrize("corners", [15, 16, 17, 200, 2_500])
@pytest.mark.parametrize("spread", [0.001, 0.3])
def test_polygons_in_knots_take_no_time(corners: int, spread: float) -> None:
    assert isinstance(ask(polygon_question(corners, spread)), FindServiceResponse)


@given(REQUESTS)
@RELAXED
def test_any_question(asked: Request) -> None:
    ask(write_request(asked))


@given(REQUESTS.map(write_request), st.data())
@RELAXED
def test_any_question_damaged(document: bytes, data: st.DataObject) -> None:
    body = bytearray(document)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(at, min(len(body), at + 30)))
        body[at:end] = data.draw(st.binary(max_size=6) | st.sampled_from(MORSELS))
    ask(bytes(body))


@given(st.binary(max_size=300))
@RELAXED
def test_any_answer_of_another_server(reply: bytes) -> None:
    world = World().configured(upstream=(UPSTREAM,))
    world.elsewhere.answers[UPSTREAM.url] = reply
    answer = world.answer(question(NOWHERE, recursive=True))
    assert isinstance(answer, Errors)
    assert answer.kinds == ("serverError",)
    assert [url for url, _, _ in world.elsewhere.asked] == [UPSTREAM.url]
