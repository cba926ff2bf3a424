"""SDP, read just enough to answer an offer and speak or listen ourselves (RFC 4566 §5 and RFC 8866 §5, RFC 3264 §6).

Bodies of relayed calls never come here; they pass as bytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Self

from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.grammar import MAX_PORT, number

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]

MAX_LINES = 2_000
"""Lines of a description; browsers with many candidates send a few hundred."""

STATIC_CODECS = {0: "PCMU/8000", 8: "PCMA/8000"}
"""Payload types that need no rtpmap (RFC 3551 §6); the two that every emergency service takes."""

_OURS = ("PCMU/8000", "PCMA/8000")
_EVENTS = "TELEPHONE-EVENT/8000"
_DIRECTIONS: dict[str, Direction] = {
    "sendrecv": "sendrecv",
    "sendonly": "sendonly",
    "recvonly": "recvonly",
    "inactive": "inactive",
}
_REVERSED: dict[Direction, Direction] = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
_PAYLOAD_TYPE = re.compile(r"[0-9]{1,3}")
_PTIME = re.compile(r"[0-9]{1,4}")
_ADDRESS = re.compile(r"[A-Za-z0-9.:_\-]+")


@dataclass(frozen=True, slots=True)
class Media:
    """One m= section.

    `address` is its own c= or the session's; `codecs` maps payload type to "NAME/rate" in capitals.
    """

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    address: str
    direction: Direction = "sendrecv"
    codecs: dict[int, str] = field(default_factory=dict)
    ptime: int | None = None

    @property
    def payload_types(self) -> tuple[int, ...]:
        """The offered payload types in order of preference."""
        return tuple([int(text) for text in self.formats if _PAYLOAD_TYPE.fullmatch(text)])

    @property
    def telephone_event(self) -> int | None:
        """The payload type of RFC 4733 digits at 8000 Hz, None when not offered."""
        return next((kind for kind in self.payload_types if self.codecs.get(kind) == _EVENTS), None)

    @property
    def on_hold(self) -> bool:
        """Whether the sender of this description does not want to hear us (RFC 3264 §8.4, with the older 0.0.0.0)."""
        return self.direction in ("sendonly", "inactive") or self.address == "0.0.0.0"


@dataclass(frozen=True, slots=True)
class Sdp:
    """A session description: its media in order. What is not needed to answer is not kept."""

    media: tuple[Media, ...]
    timing: str = "0 0"

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a description; RemoteProtocolError 400 when it is none. Unknown lines are passed over."""
        lines = body.decode("utf-8", "surrogateescape").replace("\r", "\n").split("\n")
        if len(lines) > MAX_LINES:
            raise RemoteProtocolError(400, "SDP Too Long")
        pairs = [(line[0], line[2:].strip()) for line in lines if line[1:2] == "="]
        if not pairs or pairs[0] != ("v", "0"):
            raise RemoteProtocolError(400, "Bad SDP")
        starts = [index for index, (kind, _) in enumerate(pairs) if kind == "m"]
        session = pairs[: starts[0]] if starts else pairs
        ends = [*starts[1:], len(pairs)]
        sections = [pairs[start:end] for start, end in zip(starts, ends, strict=False)]
        timing = next((value for kind, value in session if kind == "t"), "0 0")
        return cls(tuple([_read_media(section, session) for section in sections]), timing)

    @property
    def audio(self) -> Media | None:
        """The first audio stream over RTP that is not refused (port 0), None without one."""
        return next((media for media in self.media if media.kind == "audio" and media.port and _is_rtp(media)), None)

    def codec(self) -> int | None:
        """The payload type to speak with: the first offered of PCMU and PCMA, None when neither is."""
        audio = self.audio
        if audio is None:
            return None
        return next((kind for kind in audio.payload_types if audio.codecs.get(kind) in _OURS), None)


def answer(offer: Sdp, host: str, port: int, session_id: int) -> bytes:
    """The answer that takes the offer's audio at `host`:`port` with PCMU or PCMA and digits, and refuses all else.

    RemoteProtocolError 488 when there is no audio we can speak; LocalProtocolError when `host` is no address.
    """
    codec, audio = offer.codec(), offer.audio
    if audio is None or codec is None:
        raise RemoteProtocolError(488, "Not Acceptable Here")
    sections: list[str] = []
    for media in offer.media:
        sections += _accepted(media, codec, port) if media is audio else [_refused(media)]
    return _describe(host, session_id, offer.timing if offer.timing.isascii() else "0 0", sections)


def offer(host: str, port: int, session_id: int) -> bytes:
    """An offer of our audio at `host`:`port`: PCMU, PCMA and digits; LocalProtocolError when `host` is no address."""
    section = _section("RTP/AVP", port, {**STATIC_CODECS, 101: _EVENTS}, "sendrecv")
    return _describe(host, session_id, "0 0", section)


def _describe(host: str, session_id: int, timing: str, sections: list[str]) -> bytes:
    if not _ADDRESS.fullmatch(host):
        raise LocalProtocolError("The host of our SDP is an IP address without brackets")
    family = "IP6" if ":" in host else "IP4"
    origin = f"o=callpoint {session_id} {session_id} IN {family} {host}"
    lines = ["v=0", origin, "s=-", f"c=IN {family} {host}", f"t={timing}", *sections, ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def _section(protocol: str, port: int, codecs: dict[int, str], direction: Direction) -> list[str]:
    lines = [f"m=audio {port} {protocol} {' '.join(map(str, codecs))}"]
    for kind, codec in codecs.items():
        if codec == _EVENTS:
            lines += [f"a=rtpmap:{kind} telephone-event/8000", f"a=fmtp:{kind} 0-15"]
        else:
            lines.append(f"a=rtpmap:{kind} {codec}")
    return [*lines, "a=ptime:20", f"a={direction}"]


def _accepted(media: Media, codec: int, port: int) -> list[str]:
    codecs = {codec: media.codecs[codec]}
    if media.telephone_event is not None:
        codecs[media.telephone_event] = _EVENTS
    return _section(media.protocol, port, codecs, _REVERSED[media.direction])


def _refused(media: Media) -> str:
    # RFC 3264 §6: as many m= lines as the offer, a refused stream at port 0 with some format of the offer.
    return f"m={media.kind} 0 {media.protocol} {' '.join(media.formats)}"


def _is_rtp(media: Media) -> bool:
    return media.protocol.upper() in ("RTP/AVP", "RTP/AVPF")


def _read_media(section: list[tuple[str, str]], session: list[tuple[str, str]]) -> Media:
    parts = section[0][1].split()
    if len(parts) < 4:
        raise RemoteProtocolError(400, "Bad SDP")
    kind, port, protocol, *formats = parts
    address = _address(section) or _address(session) or ""
    ptime = next((value for name, value in _attributes(section) if name == "ptime"), "")
    return Media(
        kind,
        # "49170/2" tells two port pairs; the first is ours.
        number(port.partition("/")[0], MAX_PORT, "SDP"),
        protocol,
        tuple(formats),
        address,
        _direction(section) or _direction(session) or "sendrecv",
        _codecs(section),
        int(ptime) if _PTIME.fullmatch(ptime) else None,
    )


def _attributes(section: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for kind, text in section:
        if kind == "a":
            name, _, value = text.partition(":")
            yield name.strip().lower(), value.strip()


def _address(section: list[tuple[str, str]]) -> str | None:
    for kind, text in section:
        parts = text.split()
        if kind == "c" and len(parts) >= 3:
            address = parts[2].partition("/")[0]
            if not _ADDRESS.fullmatch(address):
                raise RemoteProtocolError(400, "Bad Address in SDP")
            return address
    return None


def _direction(section: list[tuple[str, str]]) -> Direction | None:
    return next((_DIRECTIONS[name] for name, _ in _attributes(section) if name in _DIRECTIONS), None)


def _codecs(section: list[tuple[str, str]]) -> dict[int, str]:
    codecs = dict(STATIC_CODECS)
    for name, value in _attributes(section):
        if name == "rtpmap":
            kind, _, codec = value.partition(" ")
            if _PAYLOAD_TYPE.fullmatch(kind):
                # "PCMU/8000/1" is the same as "PCMU/8000".
                codecs[int(kind)] = codec.strip().upper().removesuffix("/1")
    return codecs
