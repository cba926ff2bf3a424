"""The node's link to the media process: what each asks of the other while somebody listens in.

The media process listens at `media/control.sock`; the node connects, and again whenever the link is lost.

Media asks:
    anchor {call_id, organization, caller: {host, port}, psap: {host, port}}
        Both parties' audio to these places. Answered with each party's {host, port, payload_type, event_type, ptime}
        (port 0 on hold); refused with the reason, and then the call is direct.
    release {call_id}
        Answered when both parties have each other's audio again; also for a call that is over.
Media tells: session {...}, digit {...}: for whoever asked to `hear` of them.

The node asks:
    ping {}                     every half second; any word in answer is a sign of life
    rooms {} -> {calls: [...]}  when the link stands: the call_ids whose audio the media process holds
The node tells:
    remote_changed {call_id, party, host, port, payload_type, event_type, ptime}  moved, on hold, or back from it
    released {call_id, why}     the audio went elsewhere: its room is of no use any more
    call_ended {call_id}        likewise, the call being over

A link that is lost, or that answers nothing for a second, has every anchored call given back to its parties at once.
When it stands again nothing is taken up by itself: guards come again. After a restart of the node a call that was
anchored stays so only if the media process says that it holds it; otherwise its parties are given back.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from callpoint.node.anchored_sdp import Place
from callpoint.node.anchoring import Anchorage, AnchoredBridge, AnchorError, Anchoring
from callpoint.node.leg import SIDES, Side
from callpoint.transport.control import ControlClient, ControlError, Handler, LinkLostError, Params, Peer

logger = logging.getLogger(__name__)

PING_SECONDS = 0.5
ALIVE_SECONDS = 1.0  # without a sign of life for so long the media process counts as dead
RESTORED_SECONDS = 1.5  # after a restart of ours the media process has so long to say which calls it holds
GIVING_BACK_SECONDS = 15.0  # `release` answers by then, if only that it is not done yet

NO_SUCH_CALL = "There is no answered call of that name."
LOST = "the media process was lost"


class MediaLink:
    """Belongs to one event loop; `run` is its task, to be started once the node listens."""

    def __init__(self, path: Path, anchorage: Anchorage) -> None:
        self._anchorage = anchorage
        self._hearers: dict[str, list[Callable[[Params], None]]] = {"session": [], "digit": []}
        self._lost: list[Callable[[], None]] = []
        self._dead = False
        self._tasks: set[asyncio.Task[None]] = set()
        methods: dict[str, Handler] = {"anchor": self._anchor, "release": self._release}
        methods |= {name: self._told(name) for name in self._hearers}
        self._client = ControlClient(path, methods, on_connected=self._connected, on_lost=self._link_lost)
        anchorage.tell = self._tell

    # --- for other parts of the node

    @property
    def connected(self) -> bool:
        """Whether the media process is there and answers."""
        return self._client.connected and not self._dead

    async def ask(self, method: str, seconds: float = 5.0, **params: Any) -> Params:
        """Asks the media process (`seat_phone`, `seat_remote`, `mode`, `leave`).

        Raises ControlError with its refusal, LinkLostError while it is not there, TimeoutError.
        """
        if self._dead:
            raise LinkLostError("the media process does not answer")
        return await self._client.ask(method, seconds, **params)

    def hear(self, what: str, hearer: Callable[[Params], None]) -> None:
        """`hearer` is told of each notification `what`: "session" or "digit". What it raises is logged."""
        self._hearers[what].append(hearer)

    def hear_lost(self, hearer: Callable[[], None]) -> None:
        """`hearer` is told whenever the media process is lost, and all its rooms with it."""
        self._lost.append(hearer)

    async def run(self) -> None:
        """Until cancelled."""
        work = [self._client.run(), self._watch(), self._after_restart()]
        tasks = [asyncio.create_task(one) for one in work]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in (*tasks, *self._tasks):
                task.cancel()
            await asyncio.gather(*tasks, *self._tasks, return_exceptions=True)

    # --- what media asks

    async def _anchor(self, peer: Peer, params: Params) -> Params:
        bridge = self._anchorage.calls.get(str(params.get("call_id")))
        if bridge is None or params.get("organization", bridge.recorder.organization) != bridge.recorder.organization:
            raise ControlError(NO_SUCH_CALL)
        places = {side: _place(params.get(side)) for side in SIDES}
        # A task of its own: when the link is lost while it runs, the call must still come out of it whole.
        work = asyncio.create_task(bridge.anchor_here().take_up(places))
        work.add_done_callback(_heard)
        try:
            remotes = await asyncio.shield(work)
        except AnchorError as error:
            raise ControlError(str(error)) from error
        return {side: remote.to_json() for side, remote in remotes.items()}

    async def _release(self, peer: Peer, params: Params) -> Params:
        bridge = self._anchorage.calls.get(str(params.get("call_id")))
        if bridge is None or bridge.anchoring is None:
            return {}
        await self._given_back(bridge.anchoring.let_go("nobody listens any more"))
        return {}

    @staticmethod
    async def _given_back(task: "asyncio.Task[None] | None") -> None:
        if task is not None:
            _, waiting = await asyncio.wait([task], timeout=GIVING_BACK_SECONDS)
            if waiting:
                raise ControlError("A party has not taken its audio back yet; it is tried again.")

    def _told(self, what: str) -> Handler:
        async def told(peer: Peer, params: Params) -> None:
            for hearer in self._hearers[what]:
                _call(partial(hearer, params))

        return told

    # --- whether it lives

    def _tell(self, method: str, **params: Any) -> None:
        with contextlib.suppress(LinkLostError):  # then it holds no room any more
            self._client.tell(method, **params)

    def _connected(self, peer: Peer) -> None:
        self._dead = False
        task = asyncio.create_task(self._compare(peer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _compare(self, peer: Peer) -> None:
        """What the media process holds, and what we think it does."""
        try:
            answer = await peer.ask("rooms", ALIVE_SECONDS)
            held = {str(call_id) for call_id in answer.get("calls", ())}
        except (ControlError, TimeoutError) as error:
            logger.warning("the media process does not say which calls it holds: %r", error)
            held = set()
        for call_id, bridge in list(self._anchorage.calls.items()):
            if bridge.anchoring is None or not bridge.anchoring.unconfirmed:
                continue
            if call_id in held:
                bridge.anchoring.unconfirmed = False
            else:
                bridge.anchoring.let_go(LOST)
        for call_id in held - self._anchorage.calls.keys():
            self._tell("call_ended", call_id=call_id)

    def _link_lost(self) -> None:
        self._dead = False  # the next one has nothing to do with what is gone
        task = asyncio.current_task()
        if task is None or not task.cancelling():
            self._give_all_back()
        # Else it is the node that is being stopped: the next one takes its calls up, and asks which are held.

    def _give_all_back(self) -> None:
        for anchoring in self._anchorings():
            anchoring.let_go(LOST)
        for hearer in self._lost:
            _call(hearer)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            if not self._client.connected:
                continue
            try:
                await self._client.ask("ping", ALIVE_SECONDS)
            except LinkLostError:
                continue  # `_link_lost` has been told
            except ControlError:
                pass  # it refuses: so it lives
            except TimeoutError:
                self._hangs()
                continue
            self._dead = False

    def _hangs(self) -> None:
        if self._dead:
            return
        self._dead = True
        logger.warning("the media process answers nothing: its calls are given back to their parties")
        held = [anchoring for anchoring in self._anchorings() if anchoring.wanted]
        self._give_all_back()
        for anchoring in held:
            anchoring.tell_released(LOST)  # should it wake up again

    async def _after_restart(self) -> None:
        """Calls that were anchored when the node died: what was under way is put right, the rest must be confirmed."""
        for anchoring in self._anchorings():
            if not anchoring.established:
                anchoring.let_go("the node was restarted")
        await asyncio.sleep(RESTORED_SECONDS)
        for anchoring in self._anchorings():
            if anchoring.unconfirmed:
                anchoring.let_go(LOST)

    def _anchorings(self) -> list[Anchoring]:
        bridges: list[AnchoredBridge] = list(self._anchorage.calls.values())
        return [bridge.anchoring for bridge in bridges if bridge.anchoring is not None]


def _place(document: object) -> Place:
    if not isinstance(document, dict):
        raise ControlError("Each party needs the host and port its audio shall go to.")
    host, port = document.get("host"), document.get("port")
    if not isinstance(host, str) or not isinstance(port, int):
        raise ControlError("Each party needs the host and port its audio shall go to.")
    return Place(host, port)


def _heard(task: "asyncio.Task[dict[Side, Any]]") -> None:
    """Its outcome has been told, and is of no interest to a link that is gone."""
    if not task.cancelled():
        task.exception()


def _call(hearer: Callable[[], None]) -> None:
    try:
        hearer()
    except Exception:  # the link, and with it the calls that must be given back, do not depend on who listens
        logger.exception("a hearer of the media process failed")
