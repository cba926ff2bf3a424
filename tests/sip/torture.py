"""The torture messages of RFC 4475 and RFC 5118 with what must become of each, as data.

One row a file: its name, the outcome and why. The outcome is what a user agent server (or, for a response, client)
does with it before looking at its meaning:

- an accepted message has no defect and nothing stands against it in `inspection`;
- REJECT(status) is a request answered with that status;
- IGNORE is a response that is dropped without a word.
"""

from dataclasses import dataclass
from pathlib import Path

from callpoint.sip.inspection import Support

RFC4475 = "protocols/rfc4475-torture"
RFC5118 = "protocols/rfc5118-torture-ipv6"

UAS = Support(
    methods=("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "MESSAGE"),
    content_types=("application/sdp", "multipart/mixed", "text/plain"),
)
"""A server that can do what the corpus needs done, so that each message is judged for what it is about."""


@dataclass(frozen=True)
class Row:
    """One torture message: `status` None means accepted, 0 ignored, else the answer."""

    file: str
    status: int | None
    why: str


ACCEPT = None
IGNORE = 0

RFC4475_ROWS = (
    # RFC 4475 §3.1.1: valid messages
    Row("wsinv.dat", ACCEPT, "blanks and folds wherever the grammar allows them, escaped quotes, compact forms"),
    Row("intmeth.dat", 501, "every odd character is legal; only the method is one nobody knows"),
    Row("esc01.dat", ACCEPT, "percent escapes in user and parameters, a user part that looks like a sips URI"),
    Row("escnull.dat", ACCEPT, "escaped NULs are characters of a user part like others"),
    Row("esc02.dat", 501, "an escape is no escape in a method or field name: RE%47IST%45R is not REGISTER"),
    Row("lwsdisp.dat", ACCEPT, "no blank is needed between display name and bracket"),
    Row("longreq.dat", ACCEPT, "34 Vias and very long values of every kind are still within limits"),
    Row(
        "dblreq.dat",
        ACCEPT,
        "Content-Length 0 ends the REGISTER; the INVITE behind it in the datagram is not a message",
    ),
    Row("semiuri.dat", ACCEPT, "a semicolon may stand in the user part"),
    Row("transports.dat", ACCEPT, "any token is a transport in Via"),
    Row("mpart01.dat", ACCEPT, "a multipart body with NULs and line ends in it is bytes"),
    Row("unreason.dat", ACCEPT, "a reason phrase in UTF-8"),
    Row("noreason.dat", ACCEPT, "an empty reason phrase"),
    # RFC 4475 §3.1.2: invalid messages
    Row("badinv01.dat", 400, "empty parameters and values in Via and Contact"),
    Row("clerr.dat", 400, "Content-Length says more than the datagram holds"),
    Row("ncl.dat", 400, "a negative Content-Length"),
    Row("scalar02.dat", 400, "CSeq beyond its range; Max-Forwards and Expires are too"),
    Row("scalarlg.dat", IGNORE, "a response whose CSeq is beyond its range belongs to no request of ours"),
    Row("quotbal.dat", 400, "the quote of a display name is never closed"),
    Row("ltgtruri.dat", 400, "a Request-URI in angle brackets"),
    Row("lwsruri.dat", 400, "a blank inside the Request-URI"),
    Row("lwsstart.dat", 400, "several blanks between the parts of the request line"),
    Row("trws.dat", 400, "blanks at the end of the request line"),
    Row("escruri.dat", 400, "a Request-URI cannot carry header fields"),
    Row("baddate.dat", ACCEPT, "a Date in a zone other than GMT harms nobody who does not read it"),
    Row("regbadct.dat", 400, "a Contact URI with a question mark and no angle brackets"),
    Row("badaspec.dat", 400, "blanks inside the angle brackets"),
    Row("baddn.dat", 400, "a comma in a display name without quotes"),
    Row("badvers.dat", 505, "SIP/7.0"),
    Row("mismatch01.dat", 400, "the method of CSeq is not that of the request line"),
    Row("mismatch02.dat", 501, "the same with a method nobody knows: unknown goes before malformed"),
    Row("bigcode.dat", IGNORE, "a status code beyond three digits is no status"),
    # RFC 4475 §3.2: transaction layer
    Row("badbranch.dat", 400, "a branch of nothing but the magic cookie identifies no transaction"),
    # RFC 4475 §3.3: application layer
    Row("insuf.dat", 400, "no Call-ID, From and To"),
    Row("unkscm.dat", 416, "a Request-URI of a scheme nobody knows"),
    Row("novelsc.dat", 416, "a Request-URI of a known scheme that is not for SIP"),
    Row("unksm2.dat", ACCEPT, "other schemes in To, From and Contact are a registrar's business, not the parser's"),
    Row("bext01.dat", 420, "Require names extensions nobody has"),
    Row("invut.dat", 415, "a body of a type nobody knows"),
    Row("regaut01.dat", ACCEPT, "credentials of an unknown scheme are as good as none, but no error"),
    Row("multi01.dat", 400, "two different values in fields that stand once"),
    Row("mcl01.dat", 400, "two different Content-Length"),
    Row("bcast.dat", IGNORE, "two Vias: the response is another's, and its second Via a broadcast address"),
    Row("zeromf.dat", ACCEPT, "Max-Forwards 0 has arrived: only whoever forwards answers 483"),
    Row("cparam01.dat", ACCEPT, "without brackets the unknown parameter is Contact's"),
    Row("cparam02.dat", ACCEPT, "inside brackets the unknown parameter is the URI's"),
    Row("regescrt.dat", ACCEPT, "an escaped Route inside a Contact URI in brackets"),
    Row("sdp01.dat", 406, "Accept allows no SDP in the answer of an INVITE"),
    # RFC 4475 §3.4: backward compatibility
    Row("inv2543.dat", ACCEPT, "an RFC 2543 INVITE: no branch, no From tag, no Max-Forwards, no Content-Length"),
    # in the RFC's archive, not in its text
    Row("test.dat", 400, "a request line without a version, addresses that are no URIs, a line without a colon"),
)

RFC5118_ROWS = (
    Row("ipv6-good", ACCEPT, "RFC 5118 §4.1: an IPv6 reference in brackets"),
    Row("ipv6-bad", 400, "RFC 5118 §4.2: an IPv6 address without brackets in the Request-URI"),
    Row("port-ambiguous", ACCEPT, "RFC 5118 §4.3: 5070 inside the brackets is part of the address"),
    Row("port-unambiguous", ACCEPT, "RFC 5118 §4.4: 5070 behind the brackets is the port"),
    Row("via-received-param-with-delim", ACCEPT, "RFC 5118 §4.5: received with brackets"),
    Row("via-received-param-no-delim", ACCEPT, "RFC 5118 §4.5: received without brackets"),
    Row("ipv6-in-sdp", 400, "RFC 5118 §4.6: valid but for the file's Content-Length, 17 bytes beyond its body"),
    Row("mult-ip-in-header", ACCEPT, "RFC 5118 §4.7: both families in the Vias"),
    Row("mult-ip-in-sdp", ACCEPT, "RFC 5118 §4.8: both families in the body, an empty session name"),
    Row("ipv4-mapped-ipv6", ACCEPT, "RFC 5118 §4.9: IPv4-mapped addresses"),
    Row("ipv6-bug-abnf-3-colons", ACCEPT, "RFC 5118 §4.10: RFC 3261's own grammar made peers write three colons"),
    Row("ipv6-correct-abnf-2-colons", ACCEPT, "RFC 5118 §4.10: the same address with two"),
)


def read(folder: Path, row: Row) -> bytes:
    """The message of a row. The RFC 5118 files are kept with bare line feeds; on the wire they have CRLF."""
    data = (folder / row.file).read_bytes()
    return data if b"\r\n" in data else data.replace(b"\n", b"\r\n")


def corpus(shared_data: Path) -> list[bytes]:
    """All 62 messages."""
    pairs = ((RFC4475, RFC4475_ROWS), (RFC5118, RFC5118_ROWS))
    return [read(shared_data / folder, row) for folder, rows in pairs for row in rows]
