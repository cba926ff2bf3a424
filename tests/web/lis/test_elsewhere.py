"""Other servers: asking on, sending on, loops, and servers that behave badly (RFC 5222 §6, §8.3.3)."""

import math
import threading
from dataclasses import replace

import pytest
from tests.web.lis.world import (
    ELSEWHERE,
    IN_EAST,
    NOWHERE,
    OWN,
    STREET,
    Routes,
    World,
    location,
    question,
    route,
    uris,
    warnings_of,
)

from callpoint.i3.lost import (
    NO_CACHE,
    Errors,
    FindService,
    FindServiceResponse,
    ListServicesByLocation,
    ListServicesByLocationResponse,
    Mapping,
    Problem,
    Redirect,
    RequestLocation,
    Response,
    read_request,
    write_request,
    write_response,
)
from callpoint.i3.shapes import Circle, Point, Polygon
from callpoint.web.lis.settings import Upstream
from callpoint.web.lis.upstream import AT_ONCE, MOST_HOPS, UnreachableError

HAMPSHIRE = Upstream("US/NH", "lost.nh.example", "http://nh.invalid/lost")
NATION = Upstream("US", "lost.us.example", "http://us.invalid/lost")
FOREST = Upstream("*", "forest.example", "http://forest.invalid/lost")
THEIRS = Mapping(
    "lost.nh.example", "nh-1", "2026-01-01T00:00:00Z", NO_CACHE, "urn:service:sos", ("sip:911@nh.example",)
)


@pytest.fixture
def world() -> World:
    return World().configured(upstream=(HAMPSHIRE, NATION, FOREST))


def found(*path: str) -> bytes:
    return write_response(FindServiceResponse((THEIRS,), path))


def errors(kind: str, source: str = "lost.nh.example") -> bytes:
    return write_response(Errors(source, (Problem(kind, "Told by them."),)))


@pytest.mark.parametrize(
    ("civic", "server"),
    [
        (ELSEWHERE, HAMPSHIRE),
        (replace(ELSEWHERE, A1="nh"), HAMPSHIRE),
        (replace(ELSEWHERE, A1="ME"), NATION),
        (replace(ELSEWHERE, country="CA", A1="ON"), FOREST),
        (NOWHERE, FOREST),
    ],
)
def test_without_recursion_the_client_is_sent_on_by_coverage(world: World, civic: object, server: Upstream) -> None:
    answer = world.answer(question(civic))  # type: ignore[arg-type]
    assert isinstance(answer, Redirect)
    assert (answer.target, answer.source) == (server.source, OWN)
    assert world.elsewhere.asked == []


def test_with_recursion_we_ask_on_and_pass_on_the_answer_as_it_is(world: World) -> None:
    world.elsewhere.answers[HAMPSHIRE.url] = found("first.example", OWN, "lost.nh.example")
    request = question(ELSEWHERE, recursive=True, path=("first.example",), validate_location=True)
    assert world.answer(request) == FindServiceResponse((THEIRS,), ("first.example", OWN, "lost.nh.example"))
    ((url, body, seconds),) = world.elsewhere.asked
    assert url == HAMPSHIRE.url
    assert read_request(body) == replace(request, path=("first.example", OWN))
    assert seconds == pytest.approx(3.0)


def test_what_is_known_here_needs_nobody(world: World) -> None:
    assert uris(world.found(IN_EAST, recursive=True)) == ["sip:911@east.example"]
    world.routes = Routes([route("hampshire", country="US", A1="NH")])
    assert uris(world.found(ELSEWHERE, recursive=True)) == ["sip:911@hampshire.example"]
    assert world.elsewhere.asked == []


def test_services_unknown_here_may_be_known_there(world: World) -> None:
    world.elsewhere.answers[FOREST.url] = found("forest.example")
    assert uris(world.found(IN_EAST, service="urn:service:counseling", recursive=True)) == ["sip:911@nh.example"]


def test_a_question_that_has_been_here_is_a_loop(world: World) -> None:
    assert world.refused(question(IN_EAST, path=("first.example", OWN))) == "loop"
    assert world.refused(question(IN_EAST, path=("first.example", OWN.upper()))) == "loop"
    place = (location(IN_EAST),)
    assert world.refused(ListServicesByLocation(place, path=(OWN,))) == "loop"


def test_a_server_that_is_in_the_path_is_not_asked_again(world: World) -> None:
    assert world.refused(question(NOWHERE, recursive=True, path=("forest.example",))) == "notFound"
    assert world.elsewhere.asked == []


@pytest.mark.parametrize("kind", ["notFound", "loop", "forbidden", "locationInvalid"])
def test_their_errors_are_passed_on_in_their_name(world: World, kind: str) -> None:
    world.elsewhere.answers[HAMPSHIRE.url] = errors(kind)
    answer = world.answer(question(ELSEWHERE, recursive=True))
    assert answer == Errors("lost.nh.example", (Problem(kind, "Told by them.", "en"),))


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (UnreachableError("no answer within 3 s"), "serverTimeout"),
        (b"<html>Bad gateway</html>", "serverError"),
        (b"", "serverError"),
        (b'<!DOCTYPE x [<!ENTITY y "z">]><findServiceResponse>&y;</findServiceResponse>', "serverError"),
        (b'<errors xmlns="urn:ietf:params:xml:ns:lost1"/>', "serverError"),
        (b'<errors xmlns="urn:ietf:params:xml:ns:lost1"><strange/></errors>', "serverError"),
    ],
)
def test_a_server_that_gives_no_answer(world: World, reply: bytes | Exception, kind: str) -> None:
    world.elsewhere.answers[HAMPSHIRE.url] = reply
    assert world.refused(question(ELSEWHERE, recursive=True)) == kind


@pytest.mark.parametrize("reply", [UnreachableError("gone"), errors("notFound"), b"nonsense"])
def test_the_default_mapping_is_better_than_no_answer(world: World, reply: bytes | Exception) -> None:
    world.configured(default_uri="sip:911@relay.example")
    world.elsewhere.answers[HAMPSHIRE.url] = reply
    response = world.found(ELSEWHERE, recursive=True)
    assert uris(response) == ["sip:911@relay.example"]
    assert set(warnings_of(response)) == {"defaultMappingReturned"}


def test_a_redirect_is_better_than_the_default_mapping(world: World) -> None:
    world.configured(default_uri="sip:911@relay.example")
    assert isinstance(world.answer(question(ELSEWHERE)), Redirect)


def test_what_a_sloppy_server_left_out_is_filled_in(world: World) -> None:
    world.elsewhere.answers[HAMPSHIRE.url] = (
        b'<findServiceResponse xmlns="urn:ietf:params:xml:ns:lost1"><mapping><uri>sip:911@nh.example</uri></mapping>'
        b"</findServiceResponse>"
    )
    response = world.found(ELSEWHERE, recursive=True)
    (mapping,) = response.mappings
    assert (mapping.source, mapping.source_id, mapping.expires) == ("lost.nh.example", "unknown", NO_CACHE)
    assert response.path == (OWN, "lost.nh.example")


def redirected(target: str, source: str = "lost.nh.example") -> bytes:
    return write_response(Redirect(target, source, "There."))


def test_a_redirect_to_a_server_of_the_configuration_is_followed(world: World) -> None:
    world.elsewhere.answers = {HAMPSHIRE.url: redirected("forest.example"), FOREST.url: found("forest.example")}
    assert uris(world.found(ELSEWHERE, recursive=True)) == ["sip:911@nh.example"]
    assert [url for url, _, _ in world.elsewhere.asked] == [HAMPSHIRE.url, FOREST.url]


def test_a_redirect_to_anybody_else_is_passed_on_and_never_followed(world: World) -> None:
    world.elsewhere.answers[HAMPSHIRE.url] = redirected("evil.example")
    answer = world.answer(question(ELSEWHERE, recursive=True))
    assert answer == Redirect("evil.example", "lost.nh.example", "There.", "en")
    assert len(world.elsewhere.asked) == 1


def test_servers_that_send_in_circles_are_left(world: World) -> None:
    world.elsewhere.answers = {
        HAMPSHIRE.url: redirected("lost.us.example"),
        NATION.url: redirected("lost.nh.example", "lost.us.example"),
    }
    assert world.refused(question(ELSEWHERE, recursive=True)) == "serverError"
    assert len(world.elsewhere.asked) == MOST_HOPS


def test_all_hops_share_one_time(world: World) -> None:
    ticks = iter((0.0, 0.0, 2.0, 5.0))
    world.clock = lambda: next(ticks)
    world.elsewhere.answers = {
        HAMPSHIRE.url: redirected("lost.us.example"),
        NATION.url: redirected("forest.example", "lost.us.example"),
    }
    assert world.refused(question(ELSEWHERE, recursive=True)) == "serverTimeout"
    assert [round(seconds, 1) for _, _, seconds in world.elsewhere.asked] == [3.0, 1.0]


def test_slow_servers_cannot_take_all_threads(world: World) -> None:
    waiting, go_on = threading.Semaphore(0), threading.Event()

    def slow(url: str, body: bytes, seconds: float) -> tuple[bytes, str]:
        waiting.release()
        assert go_on.wait(10)
        return found("lost.nh.example"), "application/lost+xml"

    world.ask = slow
    server = world.server
    answers: list[Response] = []
    ask = write_request(question(ELSEWHERE, recursive=True))
    threads = [threading.Thread(target=lambda: answers.append(server.answer(ask))) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert waiting.acquire(timeout=10)
    refused = server.answer(ask)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert isinstance(refused, Errors)
    assert refused.kinds == ("serverTimeout",)
    assert [type(answer) for answer in answers] == [FindServiceResponse] * AT_ONCE
    assert isinstance(server.answer(ask), FindServiceResponse)


def test_only_what_is_understood_is_passed_on_and_in_a_form_others_take(world: World) -> None:
    angles = [2 * math.pi * step / 40 for step in range(40)]
    corners = tuple(Point(10 + math.sin(angle) / 10, 10 + math.cos(angle) / 10) for angle in angles)
    polygon = Polygon((*corners, corners[0]))
    strange = RequestLocation("strange", "3d")
    world.elsewhere.answers[FOREST.url] = found("forest.example")
    request = FindService((strange, location(polygon)), "urn:service:sos", recursive=True)
    assert isinstance(world.server._finder.answer(request), FindServiceResponse)
    passed_on = read_request(world.elsewhere.asked[0][1])
    assert isinstance(passed_on, FindService)
    (only,) = passed_on.locations
    assert isinstance(only.shape, Circle)


def test_lists_by_location_are_asked_on_as_well(world: World) -> None:
    request = ListServicesByLocation((location(ELSEWHERE),), "urn:service:sos", recursive=False)
    assert isinstance(world.answer(request), Redirect)
    there = ListServicesByLocationResponse(("urn:service:sos.fire",), (OWN, "lost.nh.example"))
    world.elsewhere.answers[HAMPSHIRE.url] = write_response(there)
    assert world.answer(replace(request, recursive=True)) == there


def test_an_address_of_ours_needs_no_other_server(world: World) -> None:
    assert uris(world.found(STREET, recursive=True)) == ["sip:911@west.example"]
