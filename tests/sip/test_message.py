"""Messages: what is read, what an edit changes and what it leaves alone, and what a response takes over."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sip import strategies

from callpoint.sip.defects import defects
from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.fields import COMPACT_FORMS
from callpoint.sip.message import Message, Request, Response, parse
from callpoint.sip.name_addr import NameAddr
from callpoint.sip.parsing import MAX_BODY, MAX_FIELDS, MAX_HEAD

INVITE = (
    b"INVITE urn:service:sos SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP a;branch=z9hG4bK1 , SIP/2.0/TCP b;branch=z9hG4bK2\r\n"
    b"v : SIP/2.0/TLS c;branch=z9hG4bK3\r\n"
    b'f: "Ren\xe9, 1<2" <sip:r@h>;tag=7\r\n'
    b"To : <urn:service:sos>\r\n"
    b"i: 1@h\r\n"
    b"CSeq: 1 INVITE\r\n"
    b"Subject: two,\r\n\twords\r\n"
    b"Route: <sip:p1;lr>,<sip:x,y@p2;lr>\r\n"
    b"Geolocation: <cid:a@h>, <https://l/?a,b>\r\n"
    b"X-Employee-ID: E1001\r\n"
    b"Content-Type: application/sdp\r\n"
    b"l: 3\r\n"
    b"\r\n"
    b"v=0"
)


def invite() -> Request:
    message = parse(INVITE)
    assert isinstance(message, Request)
    return message


def test_fields_are_found_by_any_of_their_names() -> None:
    message = invite()
    assert (message.method, message.uri, message.version) == ("INVITE", "urn:service:sos", "SIP/2.0")
    assert message.get("Call-ID") == message.get("i") == message.get("CALL-id") == message.call_id == "1@h"
    assert message.get("To") == "<urn:service:sos>"
    assert message.get("Subject") == "two, words"
    assert message.get("x-employee-id") == "E1001"
    assert message.get("Nothing") is None
    assert (message.has("From"), message.has("Date")) == (True, False)
    assert message.from_.display == "Ren\udce9, 1<2"
    assert message.body == b"v=0"
    assert bytes(message) == INVITE
    assert defects(message) == []


def test_comma_lists_are_split_outside_quotes_and_brackets() -> None:
    message = invite()
    assert message.values("Via") == [
        "SIP/2.0/UDP a;branch=z9hG4bK1",
        "SIP/2.0/TCP b;branch=z9hG4bK2",
        "SIP/2.0/TLS c;branch=z9hG4bK3",
    ]
    assert message.values("Route") == ["<sip:p1;lr>", "<sip:x,y@p2;lr>"]
    assert message.values("Geolocation") == ["<cid:a@h>", "<https://l/?a,b>"]
    assert message.values("Subject") == ["two, words"]
    assert [str(address.parsed_uri.host) for address in message.addresses("Route")[:1]] == ["p1"]
    assert message.values("Date") == []


@pytest.mark.parametrize(("letter", "name"), COMPACT_FORMS.items())
def test_compact_forms(letter: str, name: str) -> None:
    message = parse(f"OPTIONS sip:h SIP/2.0\r\n{letter}: 0\r\n\r\n".encode())
    assert message.get(name) == message.get(letter.upper()) == "0"


def test_items_tell_every_field() -> None:
    names = [name for name, _ in invite().items()]
    assert names == [
        "Via",
        "v",
        "f",
        "To",
        "i",
        "CSeq",
        "Subject",
        "Route",
        "Geolocation",
        "X-Employee-ID",
        "Content-Type",
        "l",
    ]


def test_set_replaces_in_place() -> None:
    message = invite()
    message.set("Via", "SIP/2.0/UDP x;branch=z9hG4bK9")
    message.set("Date", "now")
    lines = bytes(message).split(b"\r\n")
    assert lines[1] == b"Via: SIP/2.0/UDP x;branch=z9hG4bK9"
    assert lines[2].startswith(b"f: ")
    assert lines[-3] == b"Date: now"
    assert message.via.branch == "z9hG4bK9"


def test_prepend_add_and_remove() -> None:
    message = invite()
    message.prepend("Via", "SIP/2.0/UDP x")
    message.prepend("Route", "<sip:p0;lr>")
    message.prepend("Max-Forwards", "70")
    message.add("Route", "<sip:p9;lr>")
    message.remove("Geolocation")
    lines = bytes(message).split(b"\r\n")
    assert lines[1:4] == [
        b"Max-Forwards: 70",
        b"Via: SIP/2.0/UDP x",
        b"Via: SIP/2.0/UDP a;branch=z9hG4bK1 , SIP/2.0/TCP b;branch=z9hG4bK2",
    ]
    assert message.values("Route") == ["<sip:p0;lr>", "<sip:p1;lr>", "<sip:x,y@p2;lr>", "<sip:p9;lr>"]
    assert not message.has("Geolocation")


def test_pop_first_takes_single_values_out_of_lists() -> None:
    message = invite()
    popped = [message.pop_first("Via") for _ in range(4)]
    assert popped == [
        "SIP/2.0/UDP a;branch=z9hG4bK1",
        "SIP/2.0/TCP b;branch=z9hG4bK2",
        "SIP/2.0/TLS c;branch=z9hG4bK3",
        None,
    ]
    assert message.pop_first("Route") == "<sip:p1;lr>"
    assert b"\r\nRoute: <sip:x,y@p2;lr>\r\n" in bytes(message)


def test_pop_first_passes_over_empty_values() -> None:
    message = parse(b"OPTIONS sip:h SIP/2.0\r\nRoute: \r\nRoute: , ,\r\nRoute: ,<sip:a>\r\n\r\n")
    assert message.pop_first("Route") == "<sip:a>"
    assert message.pop_first("Route") is None


def test_views_follow_edits() -> None:
    message = invite()
    assert message.to.tag is None
    message.set("To", str(message.to.with_tag("9")))
    assert message.to == NameAddr(None, "urn:service:sos", (("tag", "9"),))
    assert message.via.host == "a"
    message.pop_first("Via")
    assert message.via.host == "b"
    assert message.contact is None
    message.add("m", "<sip:a@b>, <sip:c@d>")
    assert message.contact == NameAddr(None, "sip:a@b")
    assert message.max_forwards is None
    message.remove("Via")
    with pytest.raises(RemoteProtocolError, match="Missing Via"):
        _ = message.via


def test_a_message_shows_itself_without_its_content() -> None:
    assert repr(invite()) == "<Request 'INVITE urn:service:sos SIP/2.0', 12 fields, body of 3 bytes>"


def test_fields_are_copied_from_another_message() -> None:
    copied = Request("INVITE", "sip:911@h")
    copied.copy_fields(invite(), "Subject", "i", "Date", "Route")
    assert copied.items() == [
        ("Subject", "two, words"),
        ("i", "1@h"),
        ("Route", "<sip:p1;lr>,<sip:x,y@p2;lr>"),
    ]
    assert copied.call_id == "1@h"
    assert b"\r\n\t" not in bytes(copied)


def test_a_copy_is_its_own() -> None:
    message = invite()
    twin = message.copy()
    assert bytes(twin) == INVITE
    twin.set("To", "<sip:other@h>")
    twin.uri = "sip:911@h"
    twin.method = "OPTIONS"
    assert bytes(message) == INVITE
    assert bytes(twin).startswith(b"OPTIONS sip:911@h SIP/2.0\r\n")
    response = message.response(200).copy()
    response.status, response.reason = 202, "Fine"
    assert bytes(response).startswith(b"SIP/2.0 202 Fine\r\n")


def test_a_new_body_has_its_length() -> None:
    message = invite()
    message.body = b"12345"
    assert message.get("Content-Length") == "5"
    assert bytes(message).endswith(b"\r\nContent-Length: 5\r\n\r\n12345")
    made = Request("OPTIONS", "sip:h", [("Max-Forwards", "70")])
    assert bytes(made) == b"OPTIONS sip:h SIP/2.0\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    made = Request("MESSAGE", "sip:h", body=b"ab")
    assert bytes(made).endswith(b"Content-Length: 2\r\n\r\nab")


def test_a_response_takes_over_what_it_must() -> None:
    request = invite()
    request.add("Record-Route", "<sip:rr;lr>")
    request.add("Timestamp", "54")
    ringing = request.response(180, to_tag="us")
    assert bytes(ringing) == (
        b"SIP/2.0 180 Ringing\r\n"
        b"Via: SIP/2.0/UDP a;branch=z9hG4bK1 , SIP/2.0/TCP b;branch=z9hG4bK2\r\n"
        b"v : SIP/2.0/TLS c;branch=z9hG4bK3\r\n"
        b'f: "Ren\xe9, 1<2" <sip:r@h>;tag=7\r\n'
        b"To : <urn:service:sos>;tag=us\r\n"
        b"i: 1@h\r\n"
        b"CSeq: 1 INVITE\r\n"
        b"Record-Route: <sip:rr;lr>\r\n"
        b"Content-Length: 0\r\n\r\n"
    )
    trying = request.response(100, to_tag="us")
    assert (trying.to.tag, trying.get("Timestamp"), trying.has("Record-Route")) == (None, "54", False)
    assert not request.response(486).has("Record-Route")


def test_a_response_keeps_the_tag_that_is_there_and_unfolds() -> None:
    request = parse(b"BYE sip:h SIP/2.0\r\nTo: <sip:a@h>\r\n ;tag=theirs\r\nFrom: x\r\n\r\n")
    assert isinstance(request, Request)
    response = request.response(481, "Gone", to_tag="ours")
    assert bytes(response) == b"SIP/2.0 481 Gone\r\nFrom: x\r\nTo: <sip:a@h> ;tag=theirs\r\nContent-Length: 0\r\n\r\n"


def test_nothing_grows_a_line_of_its_own() -> None:
    message = invite()
    for name, value in (("X", "a\r\nVia: evil"), ("X", "a\nb"), ("X Y", "a"), ("X:", "a"), ("", "a")):
        with pytest.raises(LocalProtocolError):
            message.set(name, value)
        with pytest.raises(LocalProtocolError):
            message.prepend(name, value)
    for method, uri in (("IN VITE", "sip:h"), ("INVITE", "sip:h x"), ("INVITE", "sip:h\r\nVia:"), ("INVITE", "")):
        with pytest.raises(LocalProtocolError):
            Request(method, uri)
    for status, reason in ((99, "x"), (700, "x"), (200, "O\r\nK")):
        with pytest.raises(LocalProtocolError):
            Response(status, reason)
    assert bytes(message) == INVITE
    bare = parse(b"OPTIONS sip:h SIP/2.0\r\nX: a\nVia: evil\r\n\r\n")
    assert bare.get("X") == "a Via: evil"
    assert not bare.has("Via")
    assert "Bare Line Break in Header" in [defect.reason for defect in defects(bare)]


def test_a_line_break_in_a_reason_is_not_passed_on() -> None:
    response = parse(b"SIP/2.0 486 Bu\nsy\rHere\r\n\r\n")
    assert isinstance(response, Response)
    assert response.reason == "Bu sy Here"
    assert Response(response.status, response.reason).start_line == "SIP/2.0 486 Bu sy Here"
    with pytest.raises(RemoteProtocolError):
        parse(b"INVITE sip:a\nb SIP/2.0\r\n\r\n")


def test_text_that_is_no_unicode_is_ours_to_mend() -> None:
    message = invite()
    message.set("Subject", "\ud800")
    with pytest.raises(LocalProtocolError):
        bytes(message)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"INVITE sip:h\r\n\r\n", 400),
        (b"INVITE SIP/2.0\r\n\r\n", 400),
        (b"\xff\xfe sip:h SIP/2.0\r\n\r\n", 400),
        (b"SIP/2.0 20 OK\r\n\r\n", 400),
        (b"SIP/2.0 020 OK\r\n\r\n", 400),
        (b"SIP/2.0 2000 OK\r\n\r\n", 400),
        (b"SIP/2.0 \xc2\xb2\xc2\xb2\xc2\xb2 OK\r\n\r\n", 400),
        (b"OPTIONS sip:h SIP/2.0\r\n" + b"A: b\r\n" * MAX_FIELDS + b"\r\n", 513),
        (b"OPTIONS sip:h SIP/2.0\r\nA: " + b"b" * MAX_HEAD + b"\r\n\r\n", 513),
        (b"OPTIONS sip:h SIP/2.0\r\n\r\n" + b"b" * (MAX_BODY + 1), 413),
    ],
)
def test_nothing_to_be_done_with_it(data: bytes, status: int) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        parse(data)
    assert caught.value.status == status


def test_a_datagram_is_cut_at_its_length_and_may_end_early() -> None:
    head = b"OPTIONS sip:h SIP/2.0\r\nContent-Length: 3\r\n"
    assert parse(head + b"\r\nabcdef").body == b"abc"
    short = parse(head + b"\r\nab")
    assert short.body == b"ab"
    assert "Body Shorter Than Content-Length" in [defect.reason for defect in defects(short)]
    assert parse(b"\r\n\r\n" + head + b"\r\nabc").body == b"abc"
    ended = parse(b"OPTIONS sip:h SIP/2.0\r\nTo: x\r\n")
    assert bytes(ended) == b"OPTIONS sip:h SIP/2.0\r\nTo: x\r\n"
    assert ended.tolerated == ()
    ended.set("To", "y")
    assert bytes(ended) == b"OPTIONS sip:h SIP/2.0\r\nTo: y\r\n\r\n"
    cut = parse(b"OPTIONS sip:h SIP/2.0\r\nTo: x")
    assert [defect.reason for defect in cut.tolerated] == ["Header Is Cut Off"]


def test_lines_that_are_no_fields_are_kept_and_told() -> None:
    data = b"OPTIONS sip:h SIP/2.0\r\n folded\r\nno colon\r\nb\xc3\xa4d: x\r\n\r\n"
    message = parse(data)
    assert bytes(message) == data
    assert [defect.reason for defect in message.tolerated] == [
        "Folded Start Line",
        "Line That Is No Header Field",
        "Line That Is No Header Field",
    ]
    assert message.items() == [("bäd", "x")]


field_names = strategies.tokens | st.sampled_from(
    ["Via", "v", "Route", "Contact", "m", "Subject", "X-Employee-ID", "TO", "Call-ID"]
)
# Any bytes but line breaks, and folds between them.
field_values = st.lists(
    st.binary(max_size=12).map(
        lambda data: data.replace(b"\r", b"").replace(b"\n", b"").decode("utf-8", "surrogateescape")
    ),
    max_size=3,
).map("\r\n ".join)
separators = st.sampled_from([":", ": ", " : ", "\t:\t"])
raw_lines = st.tuples(field_names, separators, field_values).map("".join)


def build(lines: list[str], body: bytes) -> bytes:
    head = "\r\n".join(["INVITE sip:911@h SIP/2.0", *lines])
    return head.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


@settings(max_examples=300)
@given(st.lists(raw_lines, max_size=8), st.binary(max_size=40))
def test_any_message_comes_out_as_it_went_in(lines: list[str], body: bytes) -> None:
    data = build(lines, body)
    message = parse(data)
    if not message.has("Content-Length"):
        assert bytes(message) == data
        assert bytes(message.copy()) == data
    assert bytes(parse(bytes(message))) == bytes(message)


EDITS = ("set", "add", "prepend", "remove", "pop_first")


@settings(max_examples=400)
@given(st.lists(raw_lines, max_size=8), st.sampled_from(EDITS), field_names, strategies.tokens)
def test_an_edit_leaves_all_other_lines_alone(lines: list[str], edit: str, name: str, value: str) -> None:
    message = parse(build(lines, b"body"))
    others = others_than(name, message)
    if edit in ("set", "add", "prepend"):
        getattr(message, edit)(name, value)
    else:
        getattr(message, edit)(name)
    assert others_than(name, message) == others
    again = parse(bytes(message))
    assert others_than(name, again) == others
    assert again.values(name) == message.values(name)
    if edit == "set":
        assert message.values(name) == [value]
    elif edit == "add":
        assert message.values(name)[-1] == value
    elif edit == "prepend":
        assert message.values(name)[0] == value
    elif edit == "remove":
        assert not message.has(name)


@settings(max_examples=200)
@given(st.lists(raw_lines, max_size=8), st.sampled_from(["Via", "Route", "Contact", "Subject"]))
def test_popping_all_gives_all_values(lines: list[str], name: str) -> None:
    message = parse(build(lines, b""))
    expected = [value for value in message.values(name) if value]
    popped: list[str] = []
    while (value := message.pop_first(name)) is not None:
        popped.append(value)
    assert popped == expected
    assert not message.has(name)


def others_than(name: str, message: Message) -> list[tuple[str, str]]:
    key = COMPACT_FORMS.get(name.lower(), name.lower())
    return [field for field in message.raw_fields() if field[0] != key]
