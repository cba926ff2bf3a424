"""All of RFC 4475 and RFC 5118, each message held to its row in `torture.py`."""

from pathlib import Path

import pytest
from tests.sip import torture

from callpoint.sip.defects import defects
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.inspection import inspect
from callpoint.sip.message import Request, Response, parse
from callpoint.sip.multipart import parse_multipart
from callpoint.sip.name_addr import NameAddr
from callpoint.sip.sdp import Sdp
from callpoint.sip.uri import Uri


def outcome(data: bytes) -> int | None:
    """What a server does with `data`: None accept, 0 ignore, else the status of the answer."""
    is_response = data.startswith(b"SIP/")
    try:
        message = parse(data)
    except RemoteProtocolError as error:
        return torture.IGNORE if is_response else error.status
    found = defects(message)
    if isinstance(message, Response):
        return torture.IGNORE if found else torture.ACCEPT
    if found:
        return found[0].status
    refusal = inspect(message, torture.UAS)
    return refusal.status if refusal else torture.ACCEPT


def load(shared_data: Path, name: str) -> bytes:
    folder, rows = (
        (torture.RFC4475, torture.RFC4475_ROWS) if name.endswith(".dat") else (torture.RFC5118, torture.RFC5118_ROWS)
    )
    return torture.read(shared_data / folder, next(row for row in rows if row.file == name))


def request(shared_data: Path, name: str) -> Request:
    message = parse(load(shared_data, name))
    assert isinstance(message, Request)
    return message


@pytest.mark.parametrize("row", torture.RFC4475_ROWS, ids=lambda row: row.file)
def test_rfc_4475(row: torture.Row, shared_data: Path) -> None:
    assert outcome(torture.read(shared_data / torture.RFC4475, row)) == row.status, row.why


@pytest.mark.parametrize("row", torture.RFC5118_ROWS, ids=lambda row: row.file)
def test_rfc_5118(row: torture.Row, shared_data: Path) -> None:
    assert outcome(torture.read(shared_data / torture.RFC5118, row)) == row.status, row.why


def test_ipv6_in_a_body_is_accepted_with_its_length_put_right(shared_data: Path) -> None:
    data = load(shared_data, "ipv6-in-sdp")
    assert outcome(data.replace(b"Content-Length: 268", b"Content-Length: 251")) == torture.ACCEPT


def test_no_message_of_the_corpora_is_left_out(shared_data: Path) -> None:
    for folder, rows, count in (
        (torture.RFC4475, torture.RFC4475_ROWS, 50),
        (torture.RFC5118, torture.RFC5118_ROWS, 12),
    ):
        assert sorted(row.file for row in rows) == sorted(path.name for path in (shared_data / folder).iterdir())
        assert len(rows) == count


@pytest.mark.parametrize(
    "row",
    [row for row in torture.RFC4475_ROWS if row.file not in ("bigcode.dat", "test.dat")],
    ids=lambda row: row.file,
)
def test_unchanged_messages_leave_as_they_came(row: torture.Row, shared_data: Path) -> None:
    data = torture.read(shared_data / torture.RFC4475, row)
    whole = data[: data.index(b"\r\n\r\n") + 4] if row.file == "dblreq.dat" else data
    assert bytes(parse(data)) == whole


@pytest.mark.parametrize("row", torture.RFC5118_ROWS, ids=lambda row: row.file)
def test_bare_line_feeds_are_read_and_held_against_the_sender(row: torture.Row, shared_data: Path) -> None:
    data = (shared_data / torture.RFC5118 / row.file).read_bytes()
    message = parse(data)
    assert bytes(message) == data
    assert any(defect.reason == "Lines Do Not End in CRLF" for defect in defects(message))
    assert message.call_id.endswith(("hlau_4100", "lau_4100"))


def test_the_short_tortuous_invite_is_understood(shared_data: Path) -> None:
    invite = request(shared_data, "wsinv.dat")
    assert invite.to == NameAddr(None, "sip:vivekg@chair-dnrc.example.com", (("tag", "1918181833n"),))
    assert invite.from_ == NameAddr('J Rosenberg \\"', "sip:jdrosen@example.com", (("tag", "98asjd8"),))
    assert [str(value) for value in invite.values("Via")][2:] == [
        "SIP  /    2.0   / UDP  192.168.255.111   ; branch= z9hG4bK30239"
    ]
    assert (invite.via.transport, invite.via.host, invite.via.branch) == ("UDP", "192.0.2.2", "390skdjuw")
    assert (invite.cseq.number, invite.cseq.method) == (9, "INVITE")
    assert invite.max_forwards is not None
    assert invite.max_forwards.hops == 68
    assert invite.get("Subject") == ""
    assert invite.get("NewFangledHeader") == "newfangled value continued newfangled value"
    assert invite.contact is not None
    assert invite.contact.display == 'Quoted string ""'
    assert (invite.contact.param("newparam"), invite.contact.param("secondparam"), invite.contact.param("Q")) == (
        "newvalue",
        "",
        "0.33",
    )


def test_parts_of_the_odd_uris_are_told_apart(shared_data: Path) -> None:
    uri = Uri.parse(request(shared_data, "intmeth.dat").uri)
    assert uri.user == "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
    assert uri.password == "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"
    assert uri.host == "example.com"
    assert Uri.parse(request(shared_data, "semiuri.dat").uri).user == "user;par=u%40example.net"
    assert Uri.parse(request(shared_data, "esc01.dat").uri).user_text == "sips:user@example.com"
    assert Uri.parse(request(shared_data, "escruri.dat").uri).headers == (("Route", "%3Csip:example.com%3E"),)
    assert Uri.parse(request(shared_data, "port-ambiguous").uri).host_port == "[2001:db8::10:5070]"
    unambiguous = Uri.parse(request(shared_data, "port-unambiguous").uri)
    assert (unambiguous.host, unambiguous.port) == ("2001:db8::10", 5070)


def test_the_parameter_belongs_to_contact_or_to_its_uri(shared_data: Path) -> None:
    outside = request(shared_data, "cparam01.dat").contact
    inside = request(shared_data, "cparam02.dat").contact
    assert outside is not None
    assert inside is not None
    assert (outside.param("unknownparam"), outside.parsed_uri.param("unknownparam")) == ("", None)
    assert (inside.param("unknownparam"), inside.parsed_uri.param("unknownparam")) == (None, "")


def test_an_escaped_field_name_is_another_field(shared_data: Path) -> None:
    register = request(shared_data, "esc02.dat")
    assert register.method == "RE%47IST%45R"
    assert [address.parsed_uri.user for address in register.addresses("Contact")] == ["alias1", "alias3"]


@pytest.mark.parametrize("name", ["via-received-param-with-delim", "via-received-param-no-delim"])
def test_received_is_the_same_with_and_without_brackets(name: str, shared_data: Path) -> None:
    assert request(shared_data, name).via.received == "2001:db8::9:255"


def test_the_refusals_say_what_is_lacking(shared_data: Path) -> None:
    def refuse(name: str) -> Response:
        refusal = inspect(request(shared_data, name), torture.UAS)
        assert refusal is not None
        return refusal

    assert refuse("bext01.dat").get("Unsupported") == "nothingSupportsThis, nothingSupportsThisEither"
    assert refuse("invut.dat").get("Accept") == "application/sdp, multipart/mixed, text/plain"
    assert refuse("intmeth.dat").get("Allow") == "INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER, MESSAGE"


def test_a_request_without_its_fields_is_still_answered(shared_data: Path) -> None:
    response = request(shared_data, "insuf.dat").response(400, to_tag="t")
    assert response.values("Via") == ["SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf"]
    assert not response.has("To")


def test_bodies_of_the_corpus(shared_data: Path) -> None:
    message = request(shared_data, "mpart01.dat")
    text, signature = parse_multipart(message.required("Content-Type"), message.body)
    assert (text.content_type, text.body) == ("text/plain", b"Hello")
    assert signature.content_type == "application/octet-stream"
    assert signature.body.startswith(b"\x30\x82\x01\x52")
    first, second = Sdp.parse(request(shared_data, "mult-ip-in-sdp").body).media
    assert (first.address, second.address) == ("192.0.2.1", "2001:db8::1")
    assert Sdp.parse(request(shared_data, "ipv6-in-sdp").body).media[0].address == "2001:db8::20"


EDITS = (("Via", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKn"), ("Max-Forwards", "69"), ("Contact", "<sip:n@192.0.2.9>"))


@pytest.mark.parametrize("name", [row.file for row in (*torture.RFC4475_ROWS, *torture.RFC5118_ROWS)])
def test_an_edit_leaves_the_other_lines_as_they_came(name: str, shared_data: Path) -> None:
    try:
        message = parse(load(shared_data, name))
    except RemoteProtocolError:
        assert name in ("bigcode.dat", "test.dat")
        return
    for field, value in EDITS:
        others = [(key, line) for key, line in message.raw_fields() if key != field.lower()]
        message.set(field, value)
        again = parse(bytes(message))
        assert [(key, line) for key, line in again.raw_fields() if key != field.lower()] == others
        assert again.values(field) == [value]
        assert again.body == message.body
