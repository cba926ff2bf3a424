"""Bodies that mean harm: one way to fail, and soon."""

import contextlib
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.cost import soon
from tests.i3.lost.strategies import REQUESTS, RESPONSES

from callpoint.i3.errors import DocumentError
from callpoint.i3.lost import (
    ListServices,
    LostDocumentError,
    Request,
    Response,
    read_request,
    read_response,
    write_request,
    write_response,
)
from callpoint.i3.lost.request_reader import MAX_REQUEST_BYTES

LOST = "urn:ietf:params:xml:ns:lost1"
CIVIC = "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
FILL: Final = MAX_REQUEST_BYTES - 1_000
SPACES: Final = " ".join(f'xmlns:n{n}="u:{n}"' for n in range(900))
STEPS: Final = '<via source="a.b"/>' * 3_000


def civic_question(inside: str, attributes: str = "") -> str:
    return (
        f'<findService xmlns="{LOST}" {attributes}><location id="a" profile="civic"><civicAddress xmlns="{CIVIC}">'
        f"{inside}</civicAddress></location></findService>"
    )


def shape_question(inside: str) -> str:
    return (
        f'<findService xmlns="{LOST}" xmlns:gml="http://www.opengis.net/gml"><location id="a" profile="geodetic-2d">'
        f"{inside}</location></findService>"
    )


REFUSED = {
    "billion laughs": f'<!DOCTYPE p [<!ENTITY l0 "ha">{LAUGHS}]>{civic_question("<A3>&l9;</A3>")}',
    "laughs in an attribute": f'<!DOCTYPE p [<!ENTITY l0 "ha">{LAUGHS}]><findService xmlns="{LOST}" a="&l9;"/>',
    "local file": f'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>{civic_question("<A3>&x;</A3>")}',
    "far away": f'<!DOCTYPE p SYSTEM "http://127.0.0.1:1/x.dtd">{civic_question("<A3>Barre</A3>")}',
    "parameter entity": f'<!DOCTYPE p [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]>{civic_question("")}',
    "unknown entity": civic_question("<A3>&nbsp;</A3>"),
    "deep": civic_question("<A3>" * 3_000 + "</A3>" * 3_000),
    "deep outside": "<findService>" * 3_000 + "</findService>" * 3_000,
    "too large": civic_question("x" * MAX_REQUEST_BYTES),
    "control character": civic_question("<A3>\x01</A3>"),
    "other name space": '<findService xmlns="urn:example:lost"/>',
    "two roots": "<listServices/><listServices/>",
    "a duplicate attribute": '<getServiceBoundary key="a" key="b"/>',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, encoding: str) -> None:
    for reader, kind in ((read_request, "badRequest"), (read_response, "serverError")):
        with pytest.raises(LostDocumentError) as refused:
            reader(REFUSED[name].encode(encoding))
        assert refused.value.kind == kind
        assert "root:" not in str(refused.value)


FILLING = {
    "many address elements": civic_question("<A3>x</A3>" * (FILL // 11)),
    "many strange elements": civic_question('<x xmlns="urn:x">y:z</x>' * (FILL // 26)),
    "many name spaces": civic_question(f"<x:x {SPACES} xmlns:x='u:x'>{'<x:a>n1:b</x:a>' * 2_000}</x:x>"),
    "a huge attribute": civic_question("<A3>Barre</A3>", f'colour="{"x" * FILL}"'),
    "many attributes": civic_question("<A3>Barre</A3>", " ".join(f'a{n}="1"' for n in range(FILL // 12))),
    "a huge name": f"<{'x' * 50_000}/>",
    "many positions": shape_question(
        f"<gml:Polygon><gml:exterior><gml:LinearRing>{'<gml:pos>1 1</gml:pos>' * 2_500}</gml:LinearRing>"
        "</gml:exterior></gml:Polygon>"
    ),
    "one long list": shape_question(
        f"<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>{'1 ' * 30_000}</gml:posList></gml:LinearRing>"
        "</gml:exterior></gml:Polygon>"
    ),
    "one long number": shape_question(f"<gml:Point><gml:pos>{'1' * FILL} 1</gml:pos></gml:Point>"),
    "points in points": shape_question("<gml:Point>" * 200 + "</gml:Point>" * 200),
    "many shapes": shape_question("<gml:Point/>" * (FILL // 13)),
    "many steps": f'<listServices xmlns="{LOST}"><path>{STEPS}</path></listServices>',
}


@pytest.mark.parametrize("name", FILLING)
def test_a_full_size_body_takes_no_time(name: str) -> None:
    """The slowest takes some tens of milliseconds; a second is what no machine of ours needs."""
    body = FILLING[name].encode()
    assert len(body) <= MAX_REQUEST_BYTES
    soon(lambda: survive(body), 1.0)


def survive(body: bytes) -> None:
    """Anything but LostDocumentError out of a reader fails; what comes out can be sent on, or refused in one way."""
    try:
        request = read_request(body)
    except LostDocumentError:
        request = None
    if request is not None:
        ask_again(request)
    try:
        response = read_response(body)
    except LostDocumentError:
        return
    answer_again(response)


def ask_again(request: Request) -> None:
    try:
        written = write_request(request)
    except DocumentError:
        return
    assert write_request(read_request(written)) == written


def answer_again(response: Response) -> None:
    try:
        written = write_response(response)
    except DocumentError:
        return
    assert write_response(read_response(written)) == written


# Bits that are well-formed by themselves or change the meaning of what stands around them.
MORSELS: Final = [
    *(b"", b"<", b">", b"&amp;", b"&#0;", b"&#x10ffff;", b"<![CDATA[x]]>", b"<?pi?>", b"<!-- -->", b"\xff", b"\x00"),
    *(b"<x/>", b'<x xmlns="relative"/>', b'<x xmlns=""/>', b' a="b"', b"NaN", b"1e400", b"-", b"0", b"99999999999"),
    *(
        b"<location/>",
        b"<gml:pos>1 2 3 4</gml:pos>",
        b' xml:lang="??"',
        b" srsName='x'",
        "é".encode(),
        b":",
        b"{",
        b"}",
    ),
    *(b' profile="civic"', b"ca:", b"urn:x ", b"\xd9\xa3", b"&#xd800;", b"9" * 400, b'xmlns:ca="urn:x"', b"lost1"),
]
RELAXED = settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
DOCUMENTS: Final = REQUESTS.map(write_request) | RESPONSES.map(write_response)


@given(DOCUMENTS, st.data())
@RELAXED
def test_mutated_bytes(document: bytes, data: st.DataObject) -> None:
    body = bytearray(document)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(at, min(len(body), at + 30)))
        body[at:end] = data.draw(st.binary(max_size=6) | st.sampled_from(MORSELS))
    survive(bytes(body))


@given(DOCUMENTS, st.data())
@RELAXED
def test_mutated_trees(document: bytes, data: st.DataObject) -> None:
    """Well-formed documents in which elements are renamed, moved, repeated and emptied."""
    root = etree.fromstring(document)
    for _ in range(data.draw(st.integers(1, 4))):
        elements = list(root.iter())
        element = elements[data.draw(st.integers(0, len(elements) - 1))]
        other = elements[data.draw(st.integers(0, len(elements) - 1))]
        match data.draw(st.sampled_from(("rename", "retext", "remove", "copy", "space", "strip"))):
            case "rename":
                element.tag = other.tag
            case "retext":
                element.text = data.draw(
                    st.sampled_from(("", "x", "ca:RD x:y", "1 2", "-91 0", "urn:service:sos", "\u2028"))
                )
            case "remove" if element is not root:
                parent = element.getparent()
                assert parent is not None
                parent.remove(element)
            case "copy":
                element.append(etree.fromstring(etree.tostring(other, with_tail=False)))
            case "space":
                element.tag = f"{{urn:example:x}}{etree.QName(element).localname}"
            case _:
                element.attrib.clear()
    survive(etree.tostring(root))


@given(st.binary(max_size=200))
def test_noise(body: bytes) -> None:
    survive(body)
    survive(b'<findService xmlns="urn:ietf:params:xml:ns:lost1">' + body + b"</findService>")


@given(st.text(max_size=80))
def test_noise_in_the_content_type(header: str) -> None:
    body = f'<listServices xmlns="{LOST}"/>'.encode()
    with contextlib.suppress(LostDocumentError):
        assert read_request(body, f"application/lost+xml; charset={header}") == ListServices()
