"""The audio of one call on its way through the media process, and back to the direct way.

Theory of operation. Both parties are sent a re-INVITE at the same moment, each naming its own port of the media
process; the gap in the audio is the difference of their answers. When either refuses, or stays silent too long, the
other one is given back at once, so that the call is whole again before the listener hears why. A 491 (both sides had
something to say, RFC 3261 §14.1) gives back too, waits as that section says, and tries again.

    direct --anchor--> both asked --both took it--> established --release, media lost, a party's own wish--> giving back
           <--either refused-- giving back <--------'                                                            |
    direct <--both have each other's own description again-------------------------------------------------------'

Giving back is two re-INVITEs with offers, at the same moment, each with what the other party last said of itself
(`anchored_sdp.direct_offer`), and not the offerless re-INVITE of RFC 3725 whose offer is carried to the other side:
that takes the one after the other, keeps the first party's INVITE open on the second's, is refused by many border
controllers, and has a phone on hold offer anew as if it were not. What the parties said is known, so nothing need be
asked. It goes on until both have taken it or the call ends: refused, it is tried again with G.711 alone, in growing
steps.

The call comes first. Nothing here ends it: also a party that answers 481 or 408 is only told of (a border controller
that has forgotten a dialog may still pass its audio; whoever really has gone is missed by the other party, who hangs
up). While a re-INVITE of ours is under way, one of a party gets 491 and comes again, as RFC 3261 §14.2 has it.
Whatever goes wrong in here is told as a fault, and the bridge stays as it is.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from callpoint.media.g711 import PCMU
from callpoint.node import faults
from callpoint.node.anchored_sdp import (
    DEFAULT_PTIME,
    WORDS,
    NotMixableError,
    Place,
    Remote,
    amended,
    direct_offer,
    offer_of_mixer,
    remote_of,
    stream_to_move,
)
from callpoint.node.bodies import SDP_TYPE
from callpoint.node.leg import SIDES, Leg, Side
from callpoint.node.own_offer import Answer, OwnOffer
from callpoint.node.recorder import Recorder
from callpoint.node.sdp_memory import SdpMemory, other, sdp_of
from callpoint.sip.errors import SipError
from callpoint.sip.message import Request, Response
from callpoint.sip.sdp import Media, Sdp
from callpoint.snapshot import fact_kinds

ATTEMPTS = 3  # how often both parties are asked while one answers 491
ANSWER_SECONDS = 3.0  # how long a party may take to answer before it is left alone
QUIET_SECONDS = 5.0  # how long a change of the parties' own may take before listening in is given up
ALARMING_TRIES = 3
BACK_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)  # seconds between tries to give a party back
MAX_ROUNDS = 4  # a party that names another address in each answer is followed so often

Tell = Callable[..., None]


class AnchorError(Exception):
    """The audio could not be taken up; the reason in words. The call goes on directly."""


class AnchoredBridge(Protocol):
    """What is needed of the call (`bridge.Bridge`)."""

    memory: SdpMemory
    anchoring: "Anchoring | None"

    def anchor_here(self) -> "Anchoring":
        """Its `anchoring`, made when there is none yet."""

    @property
    def recorder(self) -> Recorder: ...

    def leg(self, side: Side) -> Leg:
        """That party's dialog; both are there in an answered call."""

    def ours(self, side: Side) -> Request:
        """A re-INVITE inside that party's dialog, without a body yet."""

    async def quiet(self) -> None:
        """Returns when no offer of a party's own is under way."""

    def refreshed(self) -> None:
        """A party has taken a re-INVITE of ours: its session timer begins anew."""

    def save(self) -> None:
        """Something to be kept over a restart has changed."""


@dataclass
class Anchorage:
    """The answered calls of a node by call_id, and `tell(method, **params)` for the media process."""

    calls: dict[str, AnchoredBridge] = field(default_factory=dict)
    tell: Tell = lambda method, **params: None


class Anchoring:
    """One call's audio (`exchange.Mixer` for what crosses meanwhile)."""

    def __init__(self, bridge: AnchoredBridge, anchorage: Anchorage) -> None:
        self._bridge = bridge
        self._anchorage = anchorage
        self.index = 0
        self.established = False
        self.unconfirmed = (
            False  # taken up again after a restart; whether the media process still has it is to be asked
        )
        self._places: dict[Side, Place] = {}
        self._at: dict[Side, Place | None] = {"caller": None, "psap": None}  # None: with the other party
        self._outdated: set[Side] = set()  # who was told something of the other party that has changed since
        self._remotes: dict[Side, Remote] = {}
        self._offers: dict[Side, OwnOffer] = {}
        self._settling: dict[Side, asyncio.Task[Answer]] = {}
        self._returning: asyncio.Task[None] | None = None
        self._why = ""
        self._over = False

    # --- what the link asks

    @property
    def wanted(self) -> bool:
        """Whether the audio is at the media process, or on its way there."""
        return bool(self._places)

    @property
    def busy(self) -> bool:
        """Whether a re-INVITE of ours is unanswered: one of a party must wait."""
        return bool(self._offers)

    async def take_up(self, places: dict[Side, Place]) -> dict[Side, Remote]:
        """Both parties to the media process; raises AnchorError when that cannot be, with the call direct again."""
        if self._over:
            raise AnchorError("the call has ended")
        if self._places or self._away():
            raise AnchorError("its audio is taken up already, or just being given back")
        self._places = places
        try:
            self.index = stream_to_move(self._bridge.memory)
            await self._attempts(places)
            self._bridge.recorder.fact(fact_kinds.MONITOR, step="anchored", by="", how="", why="", recording="")
            return dict(self._remotes)
        except (AnchorError, NotMixableError) as error:
            raise self._failed(places, str(error)) from error
        except Exception as error:  # listening in may fail in any way; the call must not
            faults.tell(self._bridge.recorder, "taking up a call's audio", error)
            raise self._failed(places, "a fault of the node; its log has the trace") from error

    def let_go(self, why: str) -> "asyncio.Task[None] | None":
        """Both parties back to each other, from now on; the task that sees to it, None when they are."""
        if self.wanted:
            self._why = why
            if self.established:
                self._bridge.recorder.fact(fact_kinds.MONITOR, step="released", by="", how="", why=why, recording="")
        self._places = {}
        self.established = self.unconfirmed = False
        return self._give_back()

    def tell_released(self, why: str) -> None:
        """The media process need not hold this call any more."""
        self._anchorage.tell("released", call_id=self._bridge.recorder.call_id, why=why)

    def abandon(self) -> None:
        """The call is over."""
        self._over = True
        if self.wanted:
            self._anchorage.tell("call_ended", call_id=self._bridge.recorder.call_id)
        if self.established:
            self._bridge.recorder.fact(
                fact_kinds.MONITOR, step="released", by="", how="", why="the call ended", recording=""
            )
        self._places, self.established, self._why = {}, False, "the call has ended"
        for offer in list(self._offers.values()):
            offer.abandon()

    # --- what crosses (`exchange.Mixer`)

    def place(self, side: Side) -> Place:
        return self._places[side]

    def agreed(self, streams: dict[Side, Media]) -> None:
        for side, media in streams.items():
            try:
                remote = remote_of(media)
            except NotMixableError:  # it has turned its audio off for now
                remote = Remote(media.address, 0, PCMU, None, DEFAULT_PTIME)
            if remote != self._remotes.get(side):
                self._remotes[side] = remote
                call_id = self._bridge.recorder.call_id
                self._anchorage.tell("remote_changed", call_id=call_id, party=side, **remote.to_json())
        self._bridge.save()

    def agreed_directly(self) -> None:
        self._at = {"caller": None, "psap": None}
        self._outdated.clear()
        if self.wanted:
            self._lose("a party wants its audio in a way that cannot be mixed")
        self._bridge.save()

    def in_doubt(self) -> None:
        self._outdated = set(SIDES)
        self._lose("a party's answer could not be read")

    # --- over a restart

    def to_json(self) -> dict[str, Any]:
        """Only where one of the parties may talk to the media process."""
        return {
            "index": self.index,
            "established": self.established,
            "places": {side: list(place) for side, place in self._places.items()},
            "at": {side: None if place is None else list(place) for side, place in self._at.items()},
        }

    @property
    def worth_keeping(self) -> bool:
        return self.wanted or self._away()

    def restore(self, document: dict[str, Any]) -> None:
        """What `to_json` gave; raises KeyError, TypeError, ValueError for something else.

        Whether the media process still has the call must be asked (`established` says it had); else `let_go`.
        """
        self.index = int(document["index"])
        at = {side: document["at"][side] for side in SIDES}
        self._at = {side: None if place is None else _place(place) for side, place in at.items()}
        if document["established"]:
            self._places = {side: _place(document["places"][side]) for side in SIDES}
            self.established = self.unconfirmed = True

    def _lose(self, why: str) -> None:
        """Not of the listeners' will: they are told."""
        self.tell_released(why)
        self.let_go(why)

    # --- ours: towards the media process

    async def _attempts(self, places: dict[Side, Place]) -> None:
        for _ in range(ATTEMPTS):
            try:
                async with asyncio.timeout(QUIET_SECONDS):
                    await self._bridge.quiet()
            except TimeoutError:
                raise AnchorError("the parties are changing the call themselves") from None
            self._still_wanted(places)
            answers = await self._ask_both(places)
            self._still_wanted(places)
            refused = {side: answer for side, answer in answers.items() if not answer.taken}
            if not refused:
                self.established = True
                self._bridge.save()
                return
            await self._whole_again()
            self._still_wanted(places)
            for side, answer in refused.items():
                if not answer.wait:
                    raise AnchorError(f"{WORDS[side]} did not take it: {answer.status} {answer.reason}")
            if self._away():
                raise AnchorError("a party could not be given back at once")
            await asyncio.sleep(max(answer.wait for answer in refused.values()))
        raise AnchorError("each time one of the parties was just changing the call itself")

    async def _ask_both(self, places: dict[Side, Place]) -> dict[Side, Answer]:
        """What came of it within the time; a re-INVITE that is still unanswered then goes on by itself."""
        answers: dict[Side, Answer] = {}
        for _ in range(MAX_ROUNDS):
            asked = {side: self._start(side, places[side]) for side in SIDES if self._wrong(side, places[side])}
            if not asked:
                break
            await asyncio.wait(asked.values(), timeout=ANSWER_SECONDS)
            for side, task in asked.items():
                if task.done():
                    answers[side] = task.result()
                    continue
                if side in self._offers:
                    self._offers[side].cancel()
                answers[side] = Answer(408, f"no answer within {ANSWER_SECONDS:g} s")
            if not all(answer.taken for answer in answers.values()):
                break
        return answers

    def _still_wanted(self, places: dict[Side, Place]) -> None:
        if self._over or self._places is not places:
            raise AnchorError(self._why or "it was given up")

    def _failed(self, places: dict[Side, Place], why: str) -> AnchorError:
        self._bridge.recorder.fact(fact_kinds.MONITOR, step="failed", by="", how="", why=why, recording="")
        if self._places is places:
            self._places = {}
            self.established = False
            self._give_back()
        return AnchorError(why)

    async def _whole_again(self) -> None:
        """Whoever had moved is given back; not held up by one who does not answer at all."""
        task = self._give_back()
        if task is not None:
            await asyncio.wait([task], timeout=ANSWER_SECONDS)

    # --- ours: back to each other

    def _give_back(self) -> "asyncio.Task[None] | None":
        if self._over or not self._away():
            return None
        if self._returning is None or self._returning.done():
            self._returning = self._bridge.leg("caller").endpoint.spawn(self._return_both())
        return self._returning

    def _away(self) -> bool:
        return any(self._wrong(side, None) for side in SIDES)

    def _still_away(self, side: Side) -> bool:
        return not self._over and self._wrong(side, None)

    def _wrong(self, side: Side, place: Place | None) -> bool:
        return self._at[side] != place or side in self._outdated

    async def _return_both(self) -> None:
        try:
            for _ in range(MAX_ROUNDS):
                await asyncio.gather(*(self._return(side) for side in SIDES))
                if self._over or not self._away():
                    return
            self._outdated.clear()
        except Exception as error:  # noqa: BLE001 - what goes wrong here must not reach the call
            faults.tell(self._bridge.recorder, "giving a call's audio back", error)

    async def _return(self, side: Side) -> None:
        """Until it has taken the other party's description; what the other's answer changes is a round of its own."""
        tries = refusals = 0
        while self._still_away(side):
            await self._idle(side)
            if not self._still_away(side):
                return
            answer = await self._start(side, None, plain=refusals % 2 == 1)
            if answer.taken:
                return
            tries += 1
            refusals += answer.refused and not answer.wait
            if tries == ALARMING_TRIES:
                self._alarm(side, answer)
            await asyncio.sleep(answer.wait or BACK_PAUSES[min(tries, len(BACK_PAUSES)) - 1])

    async def _idle(self, side: Side) -> None:
        settling = self._settling.get(side)
        if settling is not None and not settling.done():
            await asyncio.wait([settling])
        await self._bridge.quiet()

    def _alarm(self, side: Side, answer: Answer) -> None:
        self._bridge.recorder.alarm(
            "audio_not_given_back",
            f"The call {self._bridge.recorder.call_id} was listened in on, and {WORDS[side]} does not take its audio "
            f"back: {answer.status} {answer.reason}. It is tried again until the call ends; call the person back.",
        )

    # --- ours: one re-INVITE

    def _start(self, side: Side, place: Place | None, plain: bool = False) -> "asyncio.Task[Answer]":
        """Sends it before anything else can happen; the task hears what came of it."""
        before, outdated = self._at[side], side in self._outdated
        memory, leg = self._bridge.memory, self._bridge.leg(side)
        if place is None:
            description = direct_offer(memory, side, self.index, plain)
        else:
            description = offer_of_mixer(memory, side, self.index, place)
            self._at[side] = place  # until it is refused: should we die now, that is what must be put right
        self._outdated.discard(side)
        request = self._bridge.ours(side)
        request.set("Content-Type", SDP_TYPE)
        request.body = memory.carry_on(side, description)
        self._bridge.save()
        offer = self._offers[side] = OwnOffer(leg, request, owns_call_id=side == "psap")
        self._settling[side] = asyncio.create_task(self._settle(side, place, offer, before, outdated))
        return self._settling[side]

    async def _settle(
        self, side: Side, place: Place | None, offer: OwnOffer, before: Place | None, outdated: bool
    ) -> Answer:
        try:
            answer = await offer.answer()
            self._offers.pop(side, None)
            if answer.refused:
                self._at[side] = before
                if outdated:
                    self._outdated.add(side)
            elif answer.response is not None and not self._over:
                answer = self._taken(side, place, answer, answer.response)
            self._bridge.save()
            return answer
        except Exception as error:  # noqa: BLE001 - a session that came out odd is put right by giving back
            faults.tell(self._bridge.recorder, "moving a call's audio", error)
            return Answer(500, "a fault of the node")
        finally:
            self._offers.pop(side, None)

    def _taken(self, side: Side, place: Place | None, answer: Answer, response: Response) -> Answer:
        """A 2xx: the session is the offered one. Not `taken` all the same when its audio is of no use."""
        self._bridge.leg(side).dialog.refresh_target(response)
        self._bridge.refreshed()
        memory = self._bridge.memory
        try:
            described = Sdp.parse(sdp_of(response) or b"")
            media = described.media[self.index]
            if place is not None:
                self._remotes[side] = remote_of(media)
            elif not media.port and Sdp.parse(memory.said[other(side)]).media[self.index].port:
                return Answer(488, "it has turned its audio off")
        except (SipError, NotMixableError, IndexError):
            if place is not None:
                return Answer(488, "it answered without audio that can be mixed")
            self._at[side] = None  # it has taken the way back; what it says of itself can only be what it said before
            return answer
        memory.said[side], changed = amended(memory.said[side], described)
        if [at for at in changed if place is None or at != self.index]:
            self._outdated.add(other(side))
        self._at[side] = place
        return answer


def _place(pair: Any) -> Place:
    host, port = pair
    return Place(str(host), int(port))
