"""Generated values of the documents: any text that XML can carry, in any field."""

import math
from typing import Final

from hypothesis import strategies as st

from callpoint.i3.additional_data import (
    Comment,
    CommentText,
    DataReference,
    DeviceInfo,
    ProvidedBy,
    ProviderInfo,
    ServiceInfo,
    SubscriberInfo,
    UniqueDeviceId,
)
from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS, Civic
from callpoint.i3.pidf_lo import Confidence, Location, PidfLo
from callpoint.i3.shapes import ArcBand, Circle, Ellipse, Ellipsoid, Point, Polygon, Prism, Shape, Sphere
from callpoint.i3.vcard import Email, PersonName, PostalAddress, Telephone, VCard

XML_CHARACTERS: Final = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zs", "Zl", "Zp"))
WORDS: Final = st.text(XML_CHARACTERS, min_size=1, max_size=8)
TOKENS: Final = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
MAYBE: Final = st.just("") | TOKENS
COUNTRIES: Final = st.sampled_from(("", "US", "CA", "MX", "JP"))
# Canonical already, as a reader makes them; one in a name space we know, two that carry a prefix in their text.
FRAGMENTS: Final = st.lists(
    st.sampled_from(
        (
            '<x:lamp xmlns:x="urn:example:x">7</x:lamp>',
            '<gate xmlns="urn:example:airport" side="a&amp;b">36B<note></note>tail</gate>',
            '<q:v xmlns:q="urn:example:q" xmlns:t="urn:example:t" kind="t:word">t:other</q:v>',
            '<gml:Envelope xmlns:gml="http://www.opengis.net/gml"><gml:pos>1 2</gml:pos></gml:Envelope>',
            '<o:outer xmlns:o="urn:example:o"><bare></bare></o:outer>',
        )
    ),
    max_size=2,
).map("".join)
URIS: Final = st.sampled_from(("urn:uuid:1", "mac:00-0d-4b-30-72-df", "sip:+18025550142@corp.example", "cid:p@x"))
TIMES: Final = st.sampled_from(("", "2026-11-23T02:00:00Z", "2024-02-29T23:59:59.5-05:00"))
LANGUAGES: Final = st.sampled_from(("en", "fr-ca", "en-us", "es"))


@st.composite
def civics(draw: st.DrawFn) -> Civic:
    names = st.sampled_from((*CIVIC_ELEMENTS[1:], *EXTENSION_ELEMENTS))
    fields = draw(st.dictionaries(names, TOKENS, max_size=12))
    fields["country"] = draw(COUNTRIES)
    if "RD" not in fields:
        fields.pop("A6", None)  # a street in A6 is moved on reading, which has a test of its own
    fields["other"] = draw(FRAGMENTS)
    return Civic(**fields)


LATITUDES: Final = st.floats(-90, 90)
LONGITUDES: Final = st.floats(-180, 180)
ALTITUDES: Final = st.floats(-12_000, 1e6)
LENGTHS: Final = st.floats(0, 1e7)
ANGLES: Final = st.floats(0, 360)


def _in_order(a: float, b: float) -> tuple[float, float]:
    return min(a, b), max(a, b)


FLAT_POINTS: Final = st.builds(Point, LATITUDES, LONGITUDES)
SOLID_POINTS: Final = st.builds(Point, LATITUDES, LONGITUDES, ALTITUDES)
CIRCLES: Final = st.builds(Circle, FLAT_POINTS, LENGTHS)
ELLIPSES: Final = st.builds(
    lambda centre, a, b, angle: Ellipse(centre, max(a, b), min(a, b), angle), FLAT_POINTS, LENGTHS, LENGTHS, ANGLES
)
ARC_BANDS: Final = st.builds(
    lambda origin, a, b, start, opening: ArcBand(origin, *_in_order(a, b), start, opening),
    FLAT_POINTS,
    LENGTHS,
    LENGTHS,
    ANGLES,
    ANGLES,
)
SPHERES: Final = st.builds(Sphere, SOLID_POINTS, LENGTHS)
ELLIPSOIDS: Final = st.builds(
    lambda centre, a, b, up, angle: Ellipsoid(centre, max(a, b), min(a, b), up, angle),
    SOLID_POINTS,
    LENGTHS,
    LENGTHS,
    LENGTHS,
    ANGLES,
)


@st.composite
def polygons(draw: st.DrawFn, alt: float | None = None) -> Polygon:
    """A ring of 3 to 15 corners on a circle, counter-clockwise."""
    corners = draw(st.integers(3, 15))
    lat, lon = draw(st.floats(-80, 80)), draw(st.floats(-180, 179))
    size = draw(st.floats(0.001, 5))
    angles = [2 * math.pi * i / corners for i in range(corners)]
    points = [Point(lat + size * math.sin(a), _wrapped(lon + size * math.cos(a)), alt) for a in angles]
    return Polygon((*points, points[0]))


def _wrapped(lon: float) -> float:
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


PRISMS: Final = st.builds(Prism, ALTITUDES.flatmap(polygons), LENGTHS)
SHAPES: Final[st.SearchStrategy[Shape]] = st.one_of(
    FLAT_POINTS, SOLID_POINTS, CIRCLES, ELLIPSES, ARC_BANDS, polygons(), SPHERES, ELLIPSOIDS, PRISMS
)

VCARDS: Final = st.builds(
    VCard,
    TOKENS,
    name=st.none() | st.builds(PersonName, *([st.lists(TOKENS, max_size=2).map(tuple)] * 5)),
    organization=st.lists(TOKENS, max_size=2).map(tuple),
    title=MAYBE,
    telephones=st.lists(st.builds(Telephone, URIS, st.sampled_from(((), ("work", "voice")))), max_size=2).map(tuple),
    emails=st.lists(st.builds(Email, TOKENS, st.sampled_from(((), ("home",)))), max_size=2).map(tuple),
    addresses=st.lists(
        st.builds(PostalAddress, MAYBE, MAYBE, MAYBE, types=st.sampled_from(((), ("work", "home"))), label=MAYBE),
        max_size=1,
    ).map(tuple),
    other=st.sampled_from(
        ("", '<xc:gender xmlns:xc="urn:ietf:params:xml:ns:vcard-4.0"><xc:sex>M</xc:sex></xc:gender>')
    ),
)
PROVIDERS: Final = st.builds(
    ProviderInfo,
    TOKENS,
    TOKENS,
    TOKENS,
    URIS,
    st.lists(LANGUAGES, min_size=1, max_size=3).map(tuple),
    MAYBE,
    MAYBE,
    st.lists(VCARDS, max_size=2).map(tuple),
    MAYBE,
    st.sampled_from(("", "sub", "main")),
    FRAGMENTS,
)
SERVICES: Final = st.builds(
    ServiceInfo, TOKENS, st.lists(TOKENS, min_size=1, max_size=3).map(tuple), TOKENS, MAYBE, FRAGMENTS
)
DEVICES: Final = st.builds(
    DeviceInfo,
    TOKENS,
    MAYBE,
    MAYBE,
    MAYBE,
    st.lists(st.builds(UniqueDeviceId, TOKENS, TOKENS), max_size=2).map(tuple),
    st.just("") | URIS,
    MAYBE,
    FRAGMENTS,
)
SUBSCRIBERS: Final = st.builds(
    SubscriberInfo, TOKENS, st.lists(VCARDS, min_size=1, max_size=2).map(tuple), st.booleans(), FRAGMENTS
)
FREE_TEXT: Final = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), include_characters="\r\n\t")
)
COMMENTS: Final = st.builds(
    Comment,
    TOKENS,
    st.lists(st.builds(CommentText, FREE_TEXT, st.just("") | LANGUAGES), max_size=3).map(tuple),
    FRAGMENTS,
)
BLOCKS: Final = st.one_of(PROVIDERS, SERVICES, DEVICES, SUBSCRIBERS, COMMENTS)

PROVIDED_BY: Final = st.builds(
    ProvidedBy,
    st.lists(st.builds(DataReference, TOKENS, URIS), max_size=2).map(tuple),
    st.lists(BLOCKS, max_size=2).map(tuple),
    FRAGMENTS,
).filter(lambda provided: provided != ProvidedBy())


@st.composite
def locations(draw: st.DrawFn) -> Location:
    subject = draw(st.sampled_from(("device", "person", "tuple")))
    civic = draw(st.none() | civics())
    return Location(
        civic=civic,
        civic_language="" if civic is None else draw(st.just("") | LANGUAGES),
        shape=draw(st.none() | SHAPES),
        method=draw(st.sampled_from(("", "Manual", "GPS", "802.11", "LLDP-MED"))),
        provided_by=draw(st.none() | PROVIDED_BY),
        timestamp=draw(TIMES),
        confidence=draw(
            st.none()
            | st.builds(
                Confidence,
                st.none() | st.floats(0, 100, exclude_min=True, exclude_max=True),
                st.sampled_from(("unknown", "normal", "rectangular")),
            )
        ),
        device_id=draw(URIS) if subject == "device" else "",
        subject=subject,
        retransmission_allowed=draw(st.booleans()),
        retention_expiry=draw(TIMES),
        other=draw(FRAGMENTS),
        rules_other=draw(FRAGMENTS),
        geopriv_other=draw(FRAGMENTS),
        subject_other=draw(FRAGMENTS),
        id=draw(st.sampled_from(("", "loc1", "12345", "same", "same"))),
    )


@st.composite
def pidf_los(draw: st.DrawFn) -> PidfLo:
    found = draw(st.lists(locations(), min_size=1, max_size=3))
    found.sort(key=lambda location: location.subject != "tuple")  # the schema's order, and so the writer's
    return PidfLo(draw(st.sampled_from(("pres:+18025550142@corp.example", "pres:é@x"))), tuple(found), draw(FRAGMENTS))
