"""Writers refuse what the schema has no place for."""

from dataclasses import replace

import pytest
from tests.i3.lost.conftest import Validate

from callpoint.i3.civic import Civic
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost import (
    NO_CACHE,
    Area,
    BoundaryReference,
    BoundaryValue,
    DisplayName,
    Errors,
    FindService,
    FindServiceResponse,
    GetServiceBoundary,
    GetServiceBoundaryResponse,
    ListServices,
    ListServicesResponse,
    LocationValidation,
    Mapping,
    Problem,
    Redirect,
    Request,
    RequestLocation,
    Response,
    Warnings,
    read_request,
    write_request,
    write_response,
)
from callpoint.i3.lost.location_xml import flattened
from callpoint.i3.shapes import Circle, Ellipse, Ellipsoid, Point, Polygon, Prism, Shape, Sphere

HERE = RequestLocation("a", "geodetic-2d", shape=Point(44.26, -72.57))
MAPPING = Mapping(
    "lost.example", "psap-1", "2026-01-01T00:00:00Z", NO_CACHE, "urn:service:sos", ("sip:psap@a.example",)
)
FOUND = FindServiceResponse((MAPPING,), ("lost.example",))
TRIANGLE = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0))


@pytest.mark.parametrize(
    "question",
    [
        FindService(()),
        FindService((RequestLocation("a", "civic"),)),
        FindService((HERE,), service="urn:service: sos"),
        FindService((HERE,), path=("localhost",)),
        FindService((HERE,), path=("a.example ",)),
        FindService((HERE,), as_of="tomorrow"),
        FindService((replace(HERE, id="a\nb"),)),
        FindService((replace(HERE, shape=Point(91.0, 0.0)),)),
        FindService((RequestLocation("a", "civic", civic=Civic(country="usa")),)),
        FindService((RequestLocation("a", "civic", civic=Civic(RD="\x00")),)),
        GetServiceBoundary(""),
        GetServiceBoundary("\x01"),
        ListServices("urn service"),
    ],
)
def test_no_such_question(question: Request) -> None:
    with pytest.raises(DocumentError):
        write_request(question)


@pytest.mark.parametrize(
    "response",
    [
        replace(FOUND, mappings=()),
        replace(FOUND, path=()),
        replace(FOUND, path=("here",)),
        replace(FOUND, location_used=" a"),
        replace(FOUND, warnings=(Warnings("lost.example", ()),)),
        replace(FOUND, warnings=(Warnings("lost.example", (Problem("notFound"),)),)),
        replace(FOUND, validation=LocationValidation(valid=("Street",))),
        replace(FOUND, validation=LocationValidation(valid=("{urn:x}a b",))),
        replace(FOUND, validation=LocationValidation(valid=("{urn:x",))),
        replace(FOUND, validation=LocationValidation(revalidate_after="never")),
        Errors("lost.example", ()),
        Errors("lost.example", (Problem("notFound"), Problem("notFound"))),
        Errors("lost.example", (Problem("serviceSubstitution"),)),
        Errors("lost.example", (Problem("lost"),)),
        Errors("lost.example", (Problem("notFound", "two\nlines"),)),
        Errors("lost.example", (Problem("notFound", "fine", "no language"),)),
        Errors("lost.example", (Problem("locationProfileUnrecognized"),)),
        Errors("lost.example", (Problem("locationProfileUnrecognized", unsupported_profiles=("a b",)),)),
        Errors("here", (Problem("notFound"),)),
        Redirect("", "lost.example"),
        Redirect("sip:a", "lost.example"),
        ListServicesResponse(("urn:service sos",), ("lost.example",)),
        GetServiceBoundaryResponse(BoundaryValue(), ("lost.example",)),
        GetServiceBoundaryResponse(BoundaryValue((Area(TRIANGLE[:3]),)), ("lost.example",)),
        GetServiceBoundaryResponse(BoundaryValue((Area((*TRIANGLE[:3], (0.5, 0.5))),)), ("lost.example",)),
        GetServiceBoundaryResponse(BoundaryValue((Area(TRIANGLE, (TRIANGLE[:2],)),)), ("lost.example",)),
        GetServiceBoundaryResponse(
            BoundaryValue((Area(((0.0, 0.0), (0.0, 200.0), *TRIANGLE[2:])),)), ("lost.example",)
        ),
        GetServiceBoundaryResponse(
            BoundaryValue((Area(((0.0, 0.0), (float("nan"), 1.0), *TRIANGLE[2:])),)), ("lost.example",)
        ),
    ],
)
def test_no_such_answer(response: Response) -> None:
    with pytest.raises(DocumentError):
        write_response(response)


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "lost"},
        {"source_id": ""},
        {"last_updated": ""},
        {"last_updated": "2026-01-01T00:00:00"},
        {"expires": ""},
        {"expires": "NEVER"},
        {"service": "urn:service\n"},
        {"uris": ("sip:a b",)},
        {"uris": ("",)},
        {"service_number": "nine"},
        {"service_number": "٩١١"},
        {"display_names": (DisplayName("\x00"),)},
        {"display_names": (DisplayName("x", "x y"),)},
        {"boundary": BoundaryReference("lost.example", "")},
        {"boundary": BoundaryReference("", "k")},
    ],
)
def test_no_such_mapping(changes: dict[str, object]) -> None:
    with pytest.raises(DocumentError):
        write_response(replace(FOUND, mappings=(replace(MAPPING, **changes),)))  # type: ignore[arg-type]


def test_neither_a_question_nor_an_answer() -> None:
    with pytest.raises(DocumentError):
        write_request(FOUND)  # type: ignore[arg-type]
    with pytest.raises(DocumentError):
        write_response(ListServices())  # type: ignore[arg-type]


def test_locations_get_ids_of_their_own(valid: Validate) -> None:
    document = write_request(FindService((replace(HERE, id=""), replace(HERE, id=""))))
    valid(document)
    request = read_request(document)
    assert isinstance(request, FindService)
    assert [location.id for location in request.locations] == ["location-1", "location-2"]


SQUARE = tuple(Point(lat, lon, 10.0) for lat, lon in ((0, 0), (0, 1), (1, 1), (1, 0), (0, 0)))
FLAT_SQUARE = Polygon(tuple(Point(point.lat, point.lon) for point in SQUARE))


@pytest.mark.parametrize(
    ("shape", "flat"),
    [
        (Point(1.0, 2.0, 3.0), Point(1.0, 2.0)),
        (Sphere(Point(1.0, 2.0, 3.0), 4.0), Circle(Point(1.0, 2.0), 4.0)),
        (Ellipsoid(Point(1.0, 2.0, 3.0), 5.0, 4.0, 3.0, 90.0), Ellipse(Point(1.0, 2.0), 5.0, 4.0, 90.0)),
        (Prism(Polygon(SQUARE), 3.0), FLAT_SQUARE),
        (Polygon(SQUARE), FLAT_SQUARE),
        (Circle(Point(1.0, 2.0), 4.0), Circle(Point(1.0, 2.0), 4.0)),
    ],
)
def test_the_geodetic_profile_has_no_height(shape: Shape, flat: Shape, valid: Validate) -> None:
    assert flattened(shape) == flat
    document = write_request(FindService((replace(HERE, shape=shape),)))
    valid(document)
    request = read_request(document)
    assert isinstance(request, FindService)
    assert request.locations[0].shape == flat
