"""The offer and the answer that one request inside a call, its responses and its ACK carry across (RFC 3264 §4).

While nobody listens they cross byte for byte and are remembered when they have become the session. Once the node has
spoken in a party's session, what goes to that party carries the session's o= line on (`sdp_memory`). While the audio
is anchored, the audio section of whatever crosses is exchanged for the mixer's, so that each party keeps talking to
the mixer and all else - other media, hold and resume, refreshes - is agreed on between the parties as ever.

An offer whose audio the mixer could not take (another codec, encryption, the audio turned off) crosses with the
party's own address. With its answer the audio goes directly again: what the parties want comes before listening in.
"""

from typing import Protocol

from callpoint.node.anchored_sdp import (
    NotMixableError,
    Place,
    amended,
    answer_of_mixer,
    can_be_mixed,
    mixer_section,
    wanted_direction,
)
from callpoint.node.leg import Side
from callpoint.node.sdp_memory import SdpMemory, other, sdp_of
from callpoint.node.sdp_text import Description
from callpoint.sip.errors import SipError
from callpoint.sip.message import Message
from callpoint.sip.multipart import Part, parse_multipart, write_multipart
from callpoint.sip.sdp import Media, Sdp
from callpoint.transport.endpoint import token


class Mixer(Protocol):
    """What an exchange needs to know of the audio that was taken up, and what it tells of it (`anchoring`)."""

    @property
    def established(self) -> bool:
        """Both parties talk to the media process."""

    @property
    def index(self) -> int:
        """Which m= section is moved."""

    def place(self, side: Side) -> Place:
        """Where `side` finds the media process, while `established`."""

    def agreed(self, streams: dict[Side, Media]) -> None:
        """The parties renewed their session with the mixer in between; `streams`: what each said of its audio."""

    def agreed_directly(self) -> None:
        """Both parties have each other's own address again."""

    def in_doubt(self) -> None:
        """Where the parties send their audio now is not known."""


class Exchange:
    """Made for one INVITE, UPDATE or PRACK; `mixer` None: the call was never anchored."""

    def __init__(self, memory: SdpMemory, mixer: Mixer | None) -> None:
        self._memory = memory
        self._mixer = mixer
        # Decided once: an answer must fit its offer, whatever becomes of the media process in between.
        self._mixed = mixer is not None and mixer.established
        self._offerer: Side | None = None
        self._said: dict[Side, bytes] = {}
        self._offer: Sdp | None = None
        self._unreadable = False  # the answer to an offer of the mixer

    @property
    def mixed(self) -> bool:
        """Whether the mixer's audio is told in place of the parties' own."""
        return self._mixed

    def cross(self, by: Side, source: Message, ours: Message) -> None:
        """`source` came from `by`; `ours` is it on its way to the other party, and is rewritten where it must be."""
        sdp = sdp_of(source)
        if sdp is None:
            return
        self._said[by] = sdp
        if self._offerer is None:
            self._offerer = by
        to = other(by)
        if not self._memory.ours:
            self._memory.tell(to, sdp)
            return
        rewritten = self._rewritten(by, to, sdp)
        if rewritten != sdp:
            put_sdp(ours, rewritten)

    def hold(self) -> None:
        """The request was granted: what was said is the session now."""
        if self._offerer is None:
            return
        if self._unreadable and self._mixer is not None:
            self._mixer.in_doubt()
            return
        for side, sdp in self._said.items():
            if self._mixed and side != self._offerer:
                self._memory.said[side], _ = amended(self._memory.said[side], Sdp.parse(sdp))
            else:
                self._memory.said[side] = sdp
        self._memory.offerer = self._offerer
        if self._mixer is not None and len(self._said) == 2:
            if self._mixed:
                index = self._mixer.index
                self._mixer.agreed({side: Sdp.parse(sdp).media[index] for side, sdp in self._said.items()})
            else:
                self._mixer.agreed_directly()

    # --- ours

    def _rewritten(self, by: Side, to: Side, sdp: bytes) -> bytes:
        try:
            description, parsed = Description.parse(sdp), Sdp.parse(sdp)
            if self._mixed and self._mixer is not None:
                description = self._with_mixer(self._mixer, by, to, description, parsed)
        except (SipError, NotMixableError, IndexError):  # what cannot be read crosses as it came
            self._unreadable = self._offer is not None
            self._mixed = False
            return sdp
        return self._memory.carry_on(to, description) if to in self._memory.ours else sdp

    def _with_mixer(self, mixer: Mixer, by: Side, to: Side, description: Description, parsed: Sdp) -> Description:
        index = mixer.index
        if by == self._offerer:
            if not can_be_mixed(parsed, index):
                self._mixed = False
                return description
            self._offer = parsed
            direction = wanted_direction(parsed.media[index])
            section = mixer_section(self._memory, to, index, mixer.place(to), direction)
        elif self._offer is None or not parsed.media[index].port:
            return description  # the audio was turned off in the answer: there is nothing to mix
        else:
            answer = parsed.media[index]
            old = description.sections[index]
            section = answer_of_mixer(self._offer.media[index], old, mixer.place(to), wanted_direction(answer))
        return description.with_section(index, section)


def put_sdp(message: Message, sdp: bytes) -> None:
    """`sdp` in place of the session description of `message`, whose other parts stay."""
    if message.body.startswith(b"v=0"):
        message.body = sdp
        return
    content_type = message.get("Content-Type") or ""
    if not content_type.lower().startswith("multipart/"):
        message.body = sdp
        return
    parts = [_with_sdp(part, sdp) for part in parse_multipart(content_type, message.body)]
    written, body = write_multipart(parts, token())
    message.set("Content-Type", written)
    message.body = body


def _with_sdp(part: Part, sdp: bytes) -> Part:
    if part.content_type != "application/sdp":
        return part
    headers = tuple([field for field in part.headers if field[0].lower() != "content-length"])
    return Part(headers, sdp)
