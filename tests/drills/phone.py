"""A phone with sound, played message by message, so that a drill decides when each of them is sent."""

from contextlib import AsyncExitStack

from tests.node.world import Actor

from callpoint.lab.sound import Sound
from callpoint.media.ports import PortRange
from callpoint.sip.dialog import Dialog
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from callpoint.transport.endpoint import token

HOST = "127.0.0.1"
TONE, OTHER_TONE = 1000, 1300
_PORTS = PortRange(39_000, 39_400)


class Phone:
    """E1001's phone; `sound` is what it hears and says. A context manager."""

    def __init__(self, node: Hop) -> None:
        self._node = node
        self._stack = AsyncExitStack()
        self.actor = Actor("phone")
        self.sound: Sound
        self.dialog: Dialog
        self.call_id = f"{token()}@drill.example"

    async def __aenter__(self) -> "Phone":
        await self.actor.open(self._node.transport)
        self._stack.push_async_callback(self.actor.endpoint.close)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def dial_911(self) -> None:
        """Until it talks."""
        self.sound = await self._speak(TONE)
        invite = self._invite()
        tx = self.actor.endpoint.request(invite, self._node)
        ok = await self.actor.response(200)
        self.dialog = Dialog.as_caller(tx.request, ok, self._node)
        self.actor.endpoint.acknowledge(tx, self.dialog.request("ACK", cseq=1), self._node)
        assert self.sound.connect(ok.body)

    async def move_audio(self) -> Sound:
        """A re-INVITE to another port of ours, with another tone; what is heard there (RFC 3261 §14.1)."""
        moved = await self._speak(OTHER_TONE)
        reinvite = self.dialog.request("INVITE")
        reinvite.set("Contact", self.actor.endpoint.contact("agent", self._node))
        reinvite.set("Content-Type", "application/sdp")
        reinvite.body = moved.offer()
        answered = len([r for r in self.actor.responses if r.status == 200])
        tx = self.actor.endpoint.request(reinvite, self._node)
        await self.actor.until(lambda: len([r for r in self.actor.responses if r.status == 200]) > answered)
        ok = self.actor.responses[-1]
        ack = self.dialog.request("ACK", cseq=reinvite.cseq.number)
        self.actor.endpoint.acknowledge(tx, ack, self._node)
        assert moved.connect(ok.body)
        return moved

    async def hang_up(self) -> None:
        """BYE, until it is answered."""
        self.actor.endpoint.request(self.dialog.request("BYE"), self._node)
        await self.actor.until(lambda: any(r.cseq.method == "BYE" and r.status == 200 for r in self.actor.responses))

    async def _speak(self, tone: int) -> Sound:
        sound = await Sound.open(HOST, _PORTS, 1)
        self._stack.callback(sound.close)
        sound.play_steadily(tone)
        return sound

    def _invite(self) -> Request:
        uri = f"sip:911@{HOST}:{self._node.port}"
        invite = Request("INVITE", uri)
        invite.extend(
            [("Max-Forwards", "70"), ("From", f"<sip:+18025550101@{HOST}>;tag={token()}"), ("To", f"<{uri}>")]
        )
        invite.extend([("Call-ID", self.call_id), ("CSeq", "1 INVITE"), ("X-Employee-ID", "E1001")])
        invite.add("Contact", self.actor.endpoint.contact("agent", self._node))
        invite.set("Content-Type", "application/sdp")
        invite.body = self.sound.offer()
        return invite
