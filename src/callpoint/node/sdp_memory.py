"""What the two parties of a call last said of their audio, and what each was last told of the other's.

Needed only when somebody listens in: then the node speaks for itself in both sessions, and afterwards must give each
party back to the other. Until then every description crosses as it came, and remembering one costs two assignments.

Once the node has spoken in a party's session, the session's o= line is the node's to carry on (RFC 3264 §8: the same
user name, session id and address, each version one higher than the last): the party takes all it was ever told for
the words of one far end. So every later description on that leg goes out under that line (`carry_on`).
"""

from dataclasses import dataclass, field
from typing import Any

from callpoint.node.bodies import SDP_TYPE, part_of_type
from callpoint.node.leg import SIDES, Side
from callpoint.node.sdp_text import Description
from callpoint.sip.message import Message

# After a kill the last version may have been used without being saved: a gap is harmless, a repetition would have the
# party overlook what it is told.
RESTORED_VERSION_GAP = 10


def sdp_of(message: Message) -> bytes | None:
    """The session description in a message, as it stands there."""
    body = message.body
    if not body:
        return None
    if body.startswith(b"v=0"):
        return body  # no multipart begins like that
    part = part_of_type(message, SDP_TYPE)
    return part.body if part is not None and part.body else None


@dataclass(slots=True)
class SdpMemory:
    """`said`: each party's last description that held. `offerer`: whose was the offer of the last exchange."""

    said: dict[Side, bytes] = field(default_factory=dict)
    offerer: Side | None = None
    ours: set[Side] = field(default_factory=set)
    """The legs on which the node has spoken itself."""
    _told: dict[Side, bytes] = field(default_factory=dict)

    def hear(self, side: Side, message: Message) -> None:
        """A message of the call's set-up, which crosses as it is."""
        sdp = sdp_of(message)
        if sdp is not None:
            self.said[side] = sdp
            self._told.pop(other(side), None)
            if self.offerer is None:
                self.offerer = side

    def told(self, side: Side) -> bytes | None:
        """The last description that went to `side`, whether or not it was taken."""
        return self._told.get(side) or self.said.get(other(side))

    def tell(self, side: Side, sdp: bytes) -> None:
        """`sdp` crosses to `side` as it is."""
        self._told[side] = sdp

    def carry_on(self, side: Side, description: Description) -> bytes:
        """What `side` gets to read in place of `description`: in the session it knows, in a version of its own.

        The same words as last time are the last time's version. Without an o= line to carry on it goes as it is.
        """
        told = self.told(side)
        last = Description.parse(told) if told is not None else None
        if told is not None and last is not None and last.origin is not None:
            if description.says_the_same(last):
                return told
            description = description.with_origin(last.origin.later())
        self.ours.add(side)
        self._told[side] = bytes(description)
        return self._told[side]

    def to_json(self) -> dict[str, Any]:
        document: dict[str, Any] = {"said": {side: _text(sdp) for side, sdp in self.said.items()}}
        document["offerer"] = self.offerer
        told = {side: _text(sdp) for side, sdp in self._told.items() if sdp is not self.said.get(other(side))}
        if told:
            document["told"] = told
        if self.ours:
            document["ours"] = sorted(self.ours)
        return document

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "SdpMemory":
        """What `to_json` gave; raises KeyError, TypeError or AttributeError for something else."""
        memory = cls()
        for side in SIDES:
            if side in document["said"]:
                memory.said[side] = _bytes(document["said"][side])
            if side in document.get("told", {}):
                memory._told[side] = _bytes(document["told"][side])
            if side in document.get("ours", []):
                memory.ours.add(side)
            if side == document["offerer"]:
                memory.offerer = side
        for side in memory.ours:
            memory._leave_a_gap(side)
        return memory

    def _leave_a_gap(self, side: Side) -> None:
        told = self.told(side)
        last = Description.parse(told) if told is not None else None
        if last is not None and (origin := last.origin) is not None:
            self._told[side] = bytes(last.with_origin(origin.later(RESTORED_VERSION_GAP)))


def other(side: Side) -> Side:
    """The other party."""
    return "psap" if side == "caller" else "caller"


def _text(sdp: bytes) -> str:
    return sdp.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
