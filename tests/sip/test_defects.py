"""Defects and inspection: one thing wrong at a time, and its status."""

import pytest

from callpoint.sip.defect import Defect
from callpoint.sip.defects import defects
from callpoint.sip.inspection import Support, inspect
from callpoint.sip.message import Request, Response, parse

GOOD = [
    "INVITE sip:911@example.com SIP/2.0",
    "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;rport",
    "Max-Forwards: 70",
    'From: "A B" <sip:a@example.com;user=phone>;tag=1',
    "To: <sip:911@example.com>",
    "Call-ID: 1@10.0.0.1",
    "CSeq: 1 INVITE",
    'Contact: A <sip:a@10.0.0.1:5060;transport=tcp>;+sip.instance="<urn:uuid:1>";q=0.5',
]


def build(*lines: str, body: bytes = b"") -> Request | Response:
    return parse(("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + body)


def with_line(line: str) -> Request | Response:
    """The good INVITE with the line of the same name (or the request line) replaced, or one more."""
    name = line.partition(":")[0]
    if " SIP/" in name:
        return build(line, *GOOD[1:])
    if any(good.startswith(f"{name}:") for good in GOOD):
        return build(*[line if good.startswith(f"{name}:") else good for good in GOOD])
    return build(*GOOD, line)


def test_nothing_is_wrong() -> None:
    assert defects(build(*GOOD)) == []


@pytest.mark.parametrize(
    "line",
    [
        "Contact: *",
        "Contact: <sip:a@h>, \"x, y\" <sip:b@h>;expires=3",
        "From: sip:a@h;tag=1",
        "To: <tel:911;phone-context=+1>",
        "To: <urn:service:sos>",
        "Via: SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK1;received=2001:db8::2;x=\"y\"",
        "Date: Sat, 13 Nov 2010 23:29:00 GMT",
        "Date: Sat, 13 Nov 2010 23:29:00 CET",
        "Date: yesterday",
        "Session-Expires: 1800;refresher=uac",
        "Retry-After: 120 (meeting)",
        "Geolocation: nonsense, that is never a reason to refuse",
        "P-Asserted-Identity: <sip:+12125550142@h>, <tel:+12125550142>",
    ],
)  # fmt: skip
def test_all_is_well(line: str) -> None:
    assert defects(with_line(line)) == []


@pytest.mark.parametrize(
    ("line", "status", "header"),
    [
        ("INVITE sip:911@example.com SIP/3.0", 505, ""),
        ("INVITE 911 SIP/2.0", 400, ""),
        ("INVITE sip:911@exa\"mple SIP/2.0", 400, ""),
        ("INVITE sip:a@b@example.com SIP/2.0", 400, ""),
        ("INVITE sip:a@h?X=1 SIP/2.0", 400, ""),
        ("INVITE  sip:a@h SIP/2.0", 400, ""),
        ("INVITE sip:Ren\udce9@h SIP/2.0", 400, ""),
        ("Via: SIP/2.0/UDP 10.0.0.1;;branch=z9hG4bKx", 400, "Via"),
        ("Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK", 400, "Via"),
        ("Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx y", 400, "Via"),
        ("Via: nonsense", 400, "Via"),
        ("From: A, B <sip:a@h>", 400, "From"),
        ("From: A <sip:a@h>;tag=\"x", 400, "From"),
        ("To: sip:a@h?x", 400, "To"),
        ("To: < sip:a@h>", 400, "To"),
        ("To: <a@h>", 400, "To"),
        ("To: ", 400, "To"),
        ("To: a", 400, "To"),
        ("Contact: <sip:a@h>;;", 400, "Contact"),
        ("Route: sip:a b", 400, "Route"),
        ("Call-ID: a b", 400, "Call-ID"),
        ("Call-ID: a@b@c", 400, "Call-ID"),
        ("CSeq: 1 BYE", 400, "CSeq"),
        ("CSeq: x INVITE", 400, "CSeq"),
        ("Max-Forwards: 256", 400, "Max-Forwards"),
        ("Expires: soon", 400, "Expires"),
        ("Content-Type: x", 400, "Content-Type"),
        ("Content-Length: x", 400, "Content-Length"),
        ("RSeq: 4294967296", 400, "RSeq"),
        ("RAck: 1", 400, "RAck"),
        ("Min-SE: x", 400, "Min-SE"),
        ("Session-Expires: x", 400, "Session-Expires"),
        ("Retry-After: x", 400, "Retry-After"),
    ],
)  # fmt: skip
def test_one_thing_is_wrong(line: str, status: int, header: str) -> None:
    found = defects(with_line(line))
    assert [(defect.status, defect.header) for defect in found] == [(status, header)], found


def test_a_method_nobody_knows_is_told_before_its_cseq() -> None:
    message = build("NEWMETHOD sip:911@example.com SIP/2.0", *GOOD[1:])
    assert [defect.status for defect in defects(message)] == [501]


@pytest.mark.parametrize("name", ["Via", "From", "To", "Call-ID", "CSeq"])
def test_a_field_is_missing(name: str) -> None:
    message = build(*[line for line in GOOD if not line.startswith(f"{name}:")])
    assert defects(message) == [Defect(400, f"Missing {name}", name)]


@pytest.mark.parametrize("name", ["From", "To", "Call-ID", "CSeq", "Max-Forwards"])
def test_a_field_stands_twice(name: str) -> None:
    again = next(line for line in GOOD if line.startswith(f"{name}:"))
    assert defects(build(*GOOD, again)) == [Defect(400, f"Several {name}", name)]


def test_a_body_needs_a_type() -> None:
    assert [defect.header for defect in defects(build(*GOOD, body=b"x"))] == ["Content-Type"]


def test_the_status_line_comes_first() -> None:
    found = defects(build("INVITE sip:a@h SIP/7.0", "Via: SIP/7.0/UDP h", *GOOD[2:]))
    assert [defect.status for defect in found] == [505, 400]


@pytest.mark.parametrize(
    ("start", "line", "wrong"),
    [
        ("SIP/2.0 200 OK", "Odd: y", False),
        ("SIP/2.0 200", "Odd: y", False),
        ("SIP/1.0 200 OK", "Odd: y", True),
        ("SIP/2.0 799 Odd", "Odd: y", True),
        ("SIP/2.0 200 OK", "Via: SIP/2.0/UDP other", True),
        ("SIP/2.0 200 OK", "Retry-After: x", True),
    ],
)
def test_responses(start: str, line: str, wrong: bool) -> None:
    assert bool(defects(build(start, *GOOD[1:], line))) is wrong


SUPPORT = Support(methods=("INVITE", "ACK", "BYE", "CANCEL"), extensions=("timer", "100rel"))


def answer(*lines: str, body: bytes = b"") -> tuple[int, str | None]:
    """Status of the refusal and the field that says what would do; 0 for none."""
    request = build(*lines, body=body)
    assert isinstance(request, Request)
    refusal = inspect(request, SUPPORT)
    if refusal is None:
        return 0, None
    names = ("Allow", "Unsupported", "Accept-Encoding", "Accept")
    return refusal.status, next((refusal.get(name) for name in names if refusal.has(name)), None)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["INVITE urn:service:sos SIP/2.0", "Require: timer, 100REL"], (0, None)),
        (["INVITE sip:911@h SIP/2.0", "Require: timer, gruu, x"], (420, "gruu, x")),
        (["CANCEL sip:911@h SIP/2.0", "Require: gruu"], (0, None)),
        (["ACK http:x SIP/2.0", "Require: gruu"], (0, None)),
        (["REGISTER sip:h SIP/2.0"], (405, "INVITE, ACK, BYE, CANCEL")),
        (["FROB sip:h SIP/2.0"], (501, "INVITE, ACK, BYE, CANCEL")),
        (["invite sip:h SIP/2.0"], (501, "INVITE, ACK, BYE, CANCEL")),
        (["INVITE http://h SIP/2.0"], (416, None)),
        (["INVITE sip:h SIP/2.0", "Accept: text/html, application/*;q=0.5"], (0, None)),
        (["INVITE sip:h SIP/2.0", "Accept: */*"], (0, None)),
        (["INVITE sip:h SIP/2.0", "Accept: text/html"], (406, None)),
        (["INVITE sip:h SIP/2.0", "Accept: "], (406, None)),
        (["BYE sip:h SIP/2.0", "Accept: text/html"], (0, None)),
    ],
)
def test_what_is_refused(lines: list[str], expected: tuple[int, str | None]) -> None:
    assert answer(*lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Content-Type: Application/SDP;x=y"], (0, None)),
        (["Content-Type: text/plain"], (415, "application/sdp")),
        (["Content-Type: nonsense"], (415, "application/sdp")),
        (["Content-Type: text/plain", "Content-Disposition: render ; Handling=Optional"], (0, None)),
        (["Content-Type: application/sdp", "Content-Encoding: identity"], (0, None)),
        (["Content-Type: application/sdp", "e: gzip"], (415, "identity")),
        ([], (415, "application/sdp")),
    ],
)
def test_bodies_that_are_refused(lines: list[str], expected: tuple[int, str | None]) -> None:
    assert answer("INVITE sip:h SIP/2.0", *lines, body=b"x") == expected
