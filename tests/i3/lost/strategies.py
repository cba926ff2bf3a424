"""Generated questions and answers: anything the schema has a place for."""

from typing import Final

from hypothesis import strategies as st
from tests.i3.strategies import (
    ARC_BANDS,
    CIRCLES,
    ELLIPSES,
    FLAT_POINTS,
    LANGUAGES,
    TOKENS,
    civics,
    polygons,
)

from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS
from callpoint.i3.lost import (
    CIVIC,
    GEODETIC,
    NO_CACHE,
    NO_EXPIRATION,
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
    ListServicesByLocation,
    ListServicesByLocationResponse,
    ListServicesResponse,
    LocationValidation,
    Mapping,
    Problem,
    Redirect,
    Request,
    RequestLocation,
    Response,
    Ring,
    Warnings,
)
from callpoint.i3.lost.problems import ERROR_KINDS, WARNING_KINDS

SOURCES: Final = st.sampled_from(("lost.example", "ecrf.vt.example", "a-b.c1"))
SERVICES: Final = st.sampled_from(("", "urn:service:sos", "urn:service:sos.police", "urn:emergency:service:sos.psap"))
PATHS: Final = st.lists(SOURCES, max_size=3).map(tuple)
TRACES: Final = st.lists(SOURCES, min_size=1, max_size=3).map(tuple)
MOMENTS: Final = st.sampled_from(("2026-11-23T02:00:00Z", "2024-02-29T23:59:59.5-05:00"))
MAYBE_MOMENTS: Final = st.just("") | MOMENTS
KEYS: Final = st.sampled_from(("7214148E0433AFE2FA2D48003D31172E", "psap 12/7", "ü"))
# The schema knows neither of these two, the text of RFC 5222 §13 does.
NOT_IN_THE_SCHEMA: Final = frozenset({"SRSInvalid", "locationValidationUnavailable"})

_CIVIC_LOCATIONS: Final = st.builds(
    lambda name, civic: RequestLocation(name, CIVIC, civic=civic),
    TOKENS,
    civics().filter(lambda civic: any(name != "other" for name in civic.to_fields())),
)
_SHAPES: Final = st.one_of(FLAT_POINTS, CIRCLES, ELLIPSES, ARC_BANDS, polygons())
_GEODETIC_LOCATIONS: Final = st.builds(
    lambda name, shape: RequestLocation(name, GEODETIC, shape=shape), TOKENS, _SHAPES
)
LOCATIONS: Final = st.lists(_CIVIC_LOCATIONS | _GEODETIC_LOCATIONS, min_size=1, max_size=3).map(tuple)

REQUESTS: Final[st.SearchStrategy[Request]] = st.one_of(
    st.builds(
        FindService,
        LOCATIONS,
        service=SERVICES,
        validate_location=st.booleans(),
        service_boundary=st.sampled_from(("reference", "value")),
        recursive=st.booleans(),
        path=PATHS,
        as_of=MAYBE_MOMENTS,
    ),
    st.builds(GetServiceBoundary, KEYS),
    st.builds(ListServices, SERVICES, PATHS),
    st.builds(ListServicesByLocation, LOCATIONS, service=SERVICES, recursive=st.booleans(), path=PATHS),
)


@st.composite
def rings(draw: st.DrawFn, clockwise: bool = False) -> Ring:
    """A ring as the writer turns it, with no more digits than it keeps."""
    points = draw(polygons()).points
    corners = [(round(point.lat, 7) + 0.0, round(point.lon, 7) + 0.0) for point in points]
    return tuple(corners[::-1] if clockwise else corners)


AREAS: Final = st.builds(Area, rings(), st.lists(rings(clockwise=True), max_size=2).map(tuple))
VALUES: Final = st.builds(
    BoundaryValue,
    st.lists(AREAS, max_size=2).map(tuple),
    st.lists(civics(), max_size=2).map(tuple),
).filter(lambda value: bool(value.areas or value.civics))
BOUNDARIES: Final = st.none() | VALUES | st.builds(BoundaryReference, SOURCES, KEYS)

MAPPINGS: Final = st.builds(
    Mapping,
    SOURCES,
    TOKENS,
    MOMENTS,
    st.sampled_from((NO_CACHE, NO_EXPIRATION)) | MOMENTS,
    service=SERVICES,
    uris=st.lists(st.sampled_from(("sip:psap@vt.example", "xmpp:psap@vt.example")), max_size=2).map(tuple),
    display_names=st.lists(st.builds(DisplayName, TOKENS, LANGUAGES), max_size=2).map(tuple),
    service_number=st.sampled_from(("", "911", "*911#")),
    boundary=BOUNDARIES,
)
NAMES: Final = st.lists(
    st.sampled_from((*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS, "{urn:example:x}Site", "{urn:example:y}Site")),
    max_size=5,
    unique=True,
).map(tuple)
VALIDATIONS: Final = st.none() | st.builds(LocationValidation, NAMES, NAMES, NAMES, MAYBE_MOMENTS)


@st.composite
def problems(draw: st.DrawFn, kinds: frozenset[str]) -> tuple[Problem, ...]:
    chosen = draw(st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=3, unique=True))
    found = []
    for kind in chosen:
        message = draw(st.just("") | TOKENS)
        profiles = ("civic-eu", "3d") if kind == "locationProfileUnrecognized" else ()
        found.append(Problem(kind, message, draw(LANGUAGES) if message else "", profiles))
    return tuple(found)


WARNINGS: Final = st.lists(st.builds(Warnings, SOURCES, problems(WARNING_KINDS)), max_size=2).map(tuple)
ERRORS: Final = st.builds(Errors, SOURCES, problems(ERROR_KINDS))
MAYBE_IDS: Final = st.just("") | TOKENS
SERVICE_LISTS: Final = st.lists(SERVICES.filter(bool), max_size=3).map(tuple)
REDIRECTS: Final = st.builds(Redirect, SOURCES, SOURCES, TOKENS, LANGUAGES)
RESPONSES: Final[st.SearchStrategy[Response]] = st.one_of(
    st.builds(
        FindServiceResponse,
        st.lists(MAPPINGS, min_size=1, max_size=2).map(tuple),
        TRACES,
        VALIDATIONS,
        WARNINGS,
        MAYBE_IDS,
    ),
    st.builds(GetServiceBoundaryResponse, VALUES, TRACES, WARNINGS),
    st.builds(ListServicesResponse, SERVICE_LISTS, TRACES, WARNINGS),
    st.builds(ListServicesByLocationResponse, SERVICE_LISTS, TRACES, WARNINGS, MAYBE_IDS),
    ERRORS,
    REDIRECTS,
)
