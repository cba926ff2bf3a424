"""The node's control socket (`node/control.sock`): what the dispatcher asks of the node beside calls.

`call_out {key, number, organization, alert, text: {language, sentences}, join_call, may_join}` → `{id}`, and each step
as the notification `call_out {id, key, state, digit, status, why}`; states: queued, ringing, answered, spoken,
acknowledged, joined, ended.

`dial_guard {call_id, organization, number, who, mode}` → `{id}`, and each step as the notification
`dial_guard {id, state, status, why}`; states: ringing, answered, listening, ended.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from callpoint.node.call_out import CallOutOrder, CallOuts
from callpoint.node.guard_call import GuardCalls, GuardOrder
from callpoint.transport.control import ControlServer, Params, Peer


class NodeControl:
    """Serves the socket from `start` to `close`."""

    def __init__(self, path: Path, call_outs: CallOuts, guard_calls: GuardCalls) -> None:
        self._call_outs = call_outs
        self._guard_calls = guard_calls
        self._server = ControlServer(path, {"call_out": self._call_out, "dial_guard": self._dial_guard})

    async def start(self) -> None:
        """Raises OSError when the socket cannot be made."""
        await self._server.start()

    async def close(self) -> None:
        """Hangs up what was asked for, then closes the socket."""
        await self._call_outs.close()
        await self._guard_calls.close()
        await self._server.close()

    async def _call_out(self, peer: Peer, params: Params) -> Params:
        def tell(step: Mapping[str, Any]) -> None:
            peer.tell("call_out", **step)

        return {"id": self._call_outs.begin(CallOutOrder.from_params(params), tell)}

    async def _dial_guard(self, peer: Peer, params: Params) -> Params:
        def tell(step: Mapping[str, Any]) -> None:
            peer.tell("dial_guard", **step)

        return {"id": self._guard_calls.begin(GuardOrder.from_params(params), tell)}
