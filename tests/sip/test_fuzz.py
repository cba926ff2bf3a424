"""Whatever comes in, nothing leaves the parsers but the two protocol errors."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.sip import strategies, torture

from callpoint.sip.auth import Challenge, Credentials
from callpoint.sip.content_type import ContentType
from callpoint.sip.cseq import CSeq
from callpoint.sip.defects import defects
from callpoint.sip.digest import NonceCounts, check, strongest
from callpoint.sip.errors import SipError
from callpoint.sip.framing import StreamFramer
from callpoint.sip.inspection import inspect
from callpoint.sip.max_forwards import MaxForwards
from callpoint.sip.message import Message, Request, Response, parse
from callpoint.sip.multipart import parse_multipart
from callpoint.sip.name_addr import NameAddr
from callpoint.sip.rack import RAck
from callpoint.sip.reason import Reason
from callpoint.sip.retry_after import RetryAfter
from callpoint.sip.sdp import Sdp, answer
from callpoint.sip.session_expires import SessionExpires
from callpoint.sip.uri import Uri
from callpoint.sip.via import Via

MUTATIONS = 3_000
"""Mutated messages in one run: about three seconds. Another seed for a longer hunt: change SEED."""
SEED = 4475

VALUES: list[Callable[[str], object]] = [
    Uri.parse,
    NameAddr.parse,
    Via.parse,
    CSeq.parse,
    MaxForwards.parse,
    SessionExpires.parse,
    RAck.parse,
    Reason.parse,
    RetryAfter.parse,
    ContentType.parse,
    Challenge.parse,
    Credentials.parse,
]
VIEWS: list[Callable[[Message], object]] = [
    lambda m: (m.via.branch, m.via.received, m.via.rport, m.via.wants_rport, str(m.via.with_source("h", 1))),
    lambda m: (m.from_.tag, m.from_.parsed_uri, str(m.from_)),
    lambda m: (m.to.tag, m.to.parsed_uri.user_text, m.to.with_tag("x")),
    lambda m: (m.call_id, m.cseq, m.max_forwards),
    lambda m: m.contact and m.contact.parsed_uri,
    lambda m: [
        address.parsed_uri.host_port for name in ("Route", "Record-Route", "Contact") for address in m.addresses(name)
    ],
    lambda m: parse_multipart(m.required("Content-Type"), m.body),
    lambda m: answer(Sdp.parse(m.body), "192.0.2.1", 4000, 1),
    lambda m: strongest(m.values("WWW-Authenticate")),
    lambda m: check(
        Credentials.parse(m.required("Authorization")), "INVITE", {}, key=b"k", counts=NonceCounts(), now=1.0
    ),
    lambda m: [m.pop_first(name) for name in ("Via", "Route", "Contact", "Subject", "To")],
]
NASTY = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\x00",
    b'"',
    b"\\",
    b"<",
    b">",
    b",",
    b";",
    b"=",
    b":",
    b"@",
    b"[",
    b"]",
    b" ",
    b"\t",
    b"%",
    b"\xff",
    b"\xc3\xa9",
    b"9" * 30,
    b"/",
    b"--",
    b"\xe2\x80\xa8",
]


def attempt(work: Callable[[], object]) -> object:
    """Do it; the two protocol errors are an answer like any other."""
    try:
        return work()
    except SipError as error:
        return error


def devour(data: bytes) -> None:
    """Everything this package can do with a message from outside."""
    message = attempt(lambda: parse(data))
    if not isinstance(message, (Request, Response)):
        return
    twin = bytes(message)
    again = parse(twin)
    assert bytes(again) == twin
    assert all(400 <= defect.status <= 699 for defect in defects(message))
    for name, value in message.items():
        message.values(name)
        for read in VALUES:
            attempt(lambda read=read, value=value: str(read(value)))  # type: ignore[misc]
    if isinstance(message, Request):
        attempt(lambda: inspect(message, torture.UAS))
        bytes(message.response(400, to_tag="t"))
        parse(bytes(message.response(180)))
    for view in VIEWS:
        attempt(lambda view=view: view(message))  # type: ignore[misc]
    bytes(message)


def mutate(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    """A message with some bytes changed, cut out, put in, repeated, or the tail of another."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        at = dice.randrange(len(changed) + 1)
        action = dice.randrange(5)
        if action == 0 and changed:
            changed[at % len(changed)] = dice.randrange(256)
        elif action == 1:
            changed[at:at] = dice.choice(NASTY) * dice.choice((1, 1, 1, 40))
        elif action == 2:
            del changed[at : at + dice.choice((1, 2, 20))]
        elif action == 3:
            changed[at:at] = changed[at : at + dice.randrange(60)]
        else:
            other = dice.choice(others)
            changed[at:] = other[dice.randrange(len(other)) :]
    return bytes(changed)


def test_the_corpora_mutated(shared_data: Path) -> None:
    dice = random.Random(SEED)
    corpus = torture.corpus(shared_data)
    for _ in range(MUTATIONS):
        devour(mutate(dice.choice(corpus), dice, corpus))


def test_the_corpora_through_a_stream(shared_data: Path) -> None:
    dice = random.Random(SEED)
    corpus = torture.corpus(shared_data)
    for _ in range(300):
        stream = b"".join(mutate(dice.choice(corpus), dice, corpus) for _ in range(3))
        framer = StreamFramer()
        at = 0
        while at < len(stream):
            size = dice.choice((1, 7, 200, 1500))
            chunk = stream[at : at + size]
            result = attempt(lambda chunk=chunk, framer=framer: framer.feed(chunk))  # type: ignore[misc]
            at += size
            if isinstance(result, SipError):
                break
            assert isinstance(result, list)
            assert all(isinstance(attempt(lambda m=m: parse(m)), (Message, SipError)) for m in result)  # type: ignore[misc]


@settings(max_examples=300)
@given(st.text(max_size=60) | st.text('<>";:=@,[]%\\ \t0aZ/?&+*()', max_size=40))
@example("9" * 5000)
@example('"' * 5000)
@example("<" * 5000)
@example(";" * 5000)
@example("\udcff\x00")
def test_any_text_as_any_value(text: str) -> None:
    for read in VALUES:
        value = attempt(lambda read=read: read(text))  # type: ignore[misc]
        assert isinstance(value, SipError) or attempt(lambda value=value: str(value))  # type: ignore[misc]


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    devour(data)
    devour(b"INVITE sip:911@h SIP/2.0\r\n" + data)
    attempt(lambda: Sdp.parse(data))
    attempt(lambda: Sdp.parse(b"v=0\nm=audio 1 RTP/AVP 0\n" + data))
    attempt(lambda: parse_multipart("multipart/mixed;boundary=b", b"--b\r\n" + data))
    attempt(lambda: StreamFramer().feed(data))


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["Via", "From", "To", "CSeq", "Contact", "Route", "Authorization", "Content-Type", "Reason"]
            ),
            strategies.values.map(str),
        )
    )
)
def test_good_values_in_the_wrong_places(fields: list[tuple[str, str]]) -> None:
    request = Request("INVITE", "sip:911@h", [(name, value) for name, value in fields if not {"\r", "\n"} & set(value)])
    devour(bytes(request))


@pytest.mark.parametrize(
    "line",
    [
        "From: " + '"' * 30_000,
        "From: " + "a " * 15_000,
        "From: " + "a " * 15_000 + "<",
        "To: <" + "a" * 30_000,
        "To: <sip:a@h>" + ";a" * 15_000 + '="',
        "Via: SIP/2.0/UDP h" + " ; a = b" * 4_000 + " ;",
        "Via: " + "SIP / 2.0 / UDP " * 2_000,
        "Contact: " + '"\\' * 15_000,
        "Contact: " + "<,<" * 10_000,
        "Call-ID: " + "a@" * 15_000,
        "Retry-After: 1" + "(" * 30_000,
        "Date: " + " " * 30_000,
        "X: a" + "\r\n " * 10_000 + "b",
        "X: a" + " \r" * 15_000 + "b",
    ],
)  # fmt: skip
@pytest.mark.timeout(5)
def test_no_line_makes_us_think_for_long(line: str) -> None:
    devour(f"INVITE sip:911@h SIP/2.0\r\n{line}\r\n\r\n".encode())
