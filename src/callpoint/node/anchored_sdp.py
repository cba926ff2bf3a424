"""What each party is told of its audio while it runs through the media process, and when it is given back.

Only the one audio stream between the parties is moved. RFC 3264 §8 has every other m= section repeated in its place
when one is changed, so video, real-time text and MSRP are told on as the other party described them, with its own
address: they go on directly, and nothing of them is lost while somebody listens. A stream that one party has turned
off stays off for the other (port 0, RFC 3264 §8.2).

The audio is offered as PCMU and PCMA with telephone-event in the direction the other party had asked for, so that a
call on hold stays on hold. What a payload type number meant in the session it keeps meaning (RFC 3264 §8.3.2).

What a party says of its audio in answer to such an offer is an answer to the mixer. Of that only the address, the
port and the direction are kept; which codecs it speaks with the other party it said before, and these are what it is
offered when the audio goes back.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

from callpoint.media.g711 import PCMA, PCMU
from callpoint.node.leg import SIDES, Side
from callpoint.node.sdp_memory import SdpMemory, other
from callpoint.node.sdp_text import (
    Description,
    Section,
    attributes,
    connection,
    with_address,
    with_direction,
    with_formats,
    with_port,
)
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.sdp import Direction, Media, Sdp

UNSPECIFIED = frozenset({"0.0.0.0", "::"})
DEFAULT_PTIME: Final = 20  # milliseconds
EVENTS: Final = "TELEPHONE-EVENT/8000"
# A call of a PSAP back to us has the same two legs, and there the PSAP is the one that called.
WORDS: Final[dict[Side, str]] = {"caller": "the side that called", "psap": "the side that answered"}
_RTP = frozenset({"RTP/AVP", "RTP/AVPF"})
_NAMES = {PCMU: "PCMU/8000", PCMA: "PCMA/8000"}
_DYNAMIC: tuple[int, ...] = (101, *range(96, 128))
# RFC 3551 §6: payload types that are often written without a rtpmap.
_STATIC = {3: "GSM/8000", 4: "G723/8000", 9: "G722/8000", 13: "CN/8000", 15: "G728/8000", 18: "G729/8000"}
_NO_SPEECH = frozenset({EVENTS, "CN/8000"})


class NotMixableError(Exception):
    """This call's audio cannot be taken up; the reason in words."""


class Place(NamedTuple):
    """Where audio goes: IP address and UDP port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Remote:
    """A party's audio as the media process must send it; `port` 0: the party does not want to hear now (hold)."""

    host: str
    port: int
    payload_type: int
    event_type: int | None
    ptime: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def stream_to_move(memory: SdpMemory) -> int:
    """The index of the audio stream between the parties; NotMixableError when it cannot be mixed."""
    caller, psap = _said(memory, "caller"), _said(memory, "psap")
    for side in SIDES:
        told = memory.told(side)
        if told is None or Description.parse(told).origin is None:
            raise NotMixableError("a session description of the call has no readable origin line")
    if len(caller.media) != len(psap.media):
        raise NotMixableError("the two parties do not agree on how many streams the call has")
    pairs = zip(caller.media, psap.media, strict=True)
    index = next((at for at, (a, b) in enumerate(pairs) if a.kind == b.kind == "audio" and a.port and b.port), None)
    if index is None:
        raise NotMixableError("the two parties have agreed on no audio")
    for media in (caller.media[index], psap.media[index]):
        _check_protocol(media)
    _check_unguarded(memory, index)
    offerer = memory.offerer
    if offerer is not None and g711_of(_said(memory, offerer).media[index]) is None:
        raise NotMixableError(f"{WORDS[offerer]} does not speak G.711")
    return index


def can_be_mixed(offer: Sdp, index: int) -> bool:
    """Whether a party's new offer leaves its audio where the media process can answer it."""
    if index >= len(offer.media):
        return False
    media = offer.media[index]
    return media.kind == "audio" and media.port > 0 and media.protocol.upper() in _RTP and g711_of(media) is not None


def g711_of(media: Media) -> int | None:
    """The first of payload types 0 and 8 in a section that has its static meaning; None without one."""
    return next((kind for kind in media.payload_types if _NAMES.get(kind, "-") == media.codecs.get(kind)), None)


def offer_of_mixer(memory: SdpMemory, side: Side, index: int, place: Place) -> Description:
    """What `side` is offered: its audio at `place`, everything else as the other party has it."""
    base = as_told_on(memory, side)
    theirs = _said(memory, other(side)).media[index]
    return base.with_section(index, mixer_section(memory, side, index, place, wanted_direction(theirs)))


def mixer_section(memory: SdpMemory, side: Side, index: int, place: Place, direction: Direction) -> Section:
    """The audio section of an offer to `side`."""
    known = [sdp.media[index] for sdp in _all(memory, side) if index < len(sdp.media)]
    first = next((kind for media in reversed(known) if (kind := g711_of(media)) is not None), PCMU)
    codecs = {kind: _NAMES[kind] for kind in (first, PCMA if first == PCMU else PCMU)}
    codecs[_event_number(known)] = EVENTS
    protocol = known[0].protocol if known else "RTP/AVP"
    told = memory.told(side)
    old = Description.parse(told).sections[index] if told is not None else ()
    return _section(protocol, place, codecs, direction, attributes(old, "mid"))


def answer_of_mixer(offer: Media, old: Section, place: Place, direction: Direction) -> Section:
    """The audio section of an answer to `offer`, which `can_be_mixed`: at `place`, in the offer's own numbers."""
    kind = g711_of(offer)
    if kind is None:
        raise NotMixableError("an offer without G.711 cannot be answered")
    codecs = {kind: offer.codecs[kind]}
    if offer.telephone_event is not None:
        codecs[offer.telephone_event] = EVENTS
    return _section(offer.protocol, place, codecs, direction, attributes(old, "mid"))


def direct_offer(memory: SdpMemory, side: Side, index: int, plain: bool = False) -> Description:
    """What gives `side` back to the other party: the other's own description, with the codecs the two share.

    `plain`: with G.711 alone, which both have shown to speak; also where they share no codec otherwise.
    """
    base = as_told_on(memory, side)
    theirs = _said(memory, other(side)).media[index]
    ours = _said(memory, side).media[index]
    spoken = {codec_name(ours, text) for text in ours.formats}
    shared = [text for text in theirs.formats if codec_name(theirs, text) in spoken]
    if ours.port and (plain or all(codec_name(theirs, text) in _NO_SPEECH for text in shared)):
        place = Place(theirs.address, theirs.port)
        return base.with_section(index, mixer_section(memory, side, index, place, theirs.direction))
    return base.with_section(index, with_formats(base.sections[index], shared))


def as_told_on(memory: SdpMemory, side: Side) -> Description:
    """The other party's description, with those streams off that `side` has turned off."""
    description = Description.parse(memory.said[other(side)])
    for at, media in enumerate(_said(memory, side).media[: len(description.sections)]):
        if media.port == 0:
            description = description.with_section(at, with_port(description.sections[at], 0))
    return description


def amended(said: bytes, answer: Sdp) -> tuple[bytes, list[int]]:
    """`said` with the ports, addresses and directions of `answer`, and which of its sections that has changed."""
    description, before = Description.parse(said), Sdp.parse(said)
    changed = []
    for at, (old, new) in enumerate(zip(before.media, answer.media, strict=False)):
        if (old.port, old.address, old.direction) == (new.port, new.address, new.direction):
            continue
        section = with_port(description.sections[at], new.port)
        if new.address != old.address:
            section = with_address(section, new.address)
        if new.direction != old.direction:
            section = with_direction(section, new.direction)
        description = description.with_section(at, section)
        changed.append(at)
    return (bytes(description) if changed else said), changed


def remote_of(media: Media) -> Remote:
    """A party's audio from its offer or answer; NotMixableError when it cannot be spoken to."""
    kind = g711_of(media)
    if kind is None or media.kind != "audio" or media.protocol.upper() not in _RTP or not media.port:
        raise NotMixableError("its answer has no G.711 audio")
    port = 0 if media.on_hold or media.address in UNSPECIFIED else media.port
    return Remote(media.address, port, kind, media.telephone_event, media.ptime or DEFAULT_PTIME)


def wanted_direction(media: Media) -> Direction:
    """The direction a party asks for; the older hold by address 0.0.0.0 asks for silence towards it."""
    return "sendonly" if media.address in UNSPECIFIED and media.direction == "sendrecv" else media.direction


def codec_name(media: Media, text: str) -> str:
    """What a format of a section stands for, whatever number it has there."""
    if not text.isascii() or not text.isdigit():
        return text
    return media.codecs.get(int(text)) or _STATIC.get(int(text), text)


def _section(protocol: str, place: Place, codecs: dict[int, str], direction: Direction, kept: list[str]) -> Section:
    lines = [f"m=audio {place.port} {protocol} {' '.join(map(str, codecs))}", connection(place.host)]
    for kind, codec in codecs.items():
        if codec == EVENTS:
            lines += [f"a=rtpmap:{kind} telephone-event/8000", f"a=fmtp:{kind} 0-15"]
        else:
            lines.append(f"a=rtpmap:{kind} {codec}")
    return (*lines, "a=ptime:20", *kept, f"a={direction}")


def _event_number(known: list[Media]) -> int:
    for media in known:
        if media.telephone_event is not None:
            return media.telephone_event
    taken = {kind for media in known for kind in media.payload_types}
    return next((kind for kind in _DYNAMIC if kind not in taken), _DYNAMIC[0])


def _all(memory: SdpMemory, side: Side) -> list[Sdp]:
    """What is known of the session with `side`: what it was told last, then what it said itself."""
    texts = (memory.told(side), memory.said.get(side))
    return [Sdp.parse(text) for text in texts if text is not None]


def _said(memory: SdpMemory, side: Side) -> Sdp:
    said = memory.said.get(side)
    if said is None:
        raise NotMixableError(f"it is not known what {WORDS[side]} said of its audio")
    try:
        return Sdp.parse(said)
    except RemoteProtocolError as error:
        raise NotMixableError(f"what {WORDS[side]} said of its audio cannot be read") from error


def _check_protocol(media: Media) -> None:
    protocol = media.protocol.upper()
    if "SAVP" in protocol or "TLS" in protocol:
        raise NotMixableError(f"its audio is encrypted ({media.protocol})")
    if protocol not in _RTP:
        raise NotMixableError(f"its audio goes over {media.protocol}, not over plain RTP")


def _check_unguarded(memory: SdpMemory, index: int) -> None:
    """What both parties have in their descriptions of the audio is agreed on: keys, or a path found by ICE."""
    both = [Description.parse(memory.said[side]) for side in SIDES]
    for name, words in (
        ("crypto", "its audio is encrypted"),
        ("fingerprint", "its audio is encrypted"),
        ("candidate", "the way of its audio was found by ICE, which the two parties alone can do anew"),
    ):
        if all(attributes(one.session + one.sections[index], name) for one in both):
            raise NotMixableError(words)
