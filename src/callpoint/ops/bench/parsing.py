"""How many INVITEs a second are parsed and written back."""

import time

from callpoint.sip.message import parse

INVITE = (
    b"INVITE sip:911@callpoint.example;user=phone SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK776asdhds;rport\r\n"
    b"Via: SIP/2.0/TCP sbc.corp.example:5060;branch=z9hG4bK87asdks7;received=192.0.2.4\r\n"
    b"Record-Route: <sip:sbc.corp.example;lr>\r\n"
    b"Max-Forwards: 69\r\n"
    b'From: "Ada Example" <sip:+18025550101@corp.example;user=phone>;tag=1928301774\r\n'
    b"To: <sip:911@callpoint.example;user=phone>\r\n"
    b"Call-ID: a84b4c76e66710@sbc.corp.example\r\n"
    b"CSeq: 314159 INVITE\r\n"
    b"Contact: <sip:ada@192.0.2.10:5060>\r\n"
    b"X-Employee-ID: E1001\r\n"
    b"Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK\r\n"
    b"Supported: timer, 100rel\r\n"
    b"Session-Expires: 1800\r\n"
    b"User-Agent: Contact center platform 12.4\r\n"
    b"Content-Type: application/sdp\r\n"
    b"Content-Length: 238\r\n"
    b"\r\n"
    b"v=0\r\no=ada 2890844526 2890844526 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
    b"m=audio 49170 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    b"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n"
)
BATCH = 500


def measure(seconds: float) -> dict[str, float]:
    """Parse and serialise for that long; by processor time, so that neighbours count less."""
    count = 0
    began = time.process_time()
    while time.process_time() - began < seconds:
        for _ in range(BATCH):
            bytes(parse(INVITE))
        count += BATCH
    return {"parse_serialise_per_second": round(count / (time.process_time() - began))}
