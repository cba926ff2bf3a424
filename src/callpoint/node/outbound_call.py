"""A call the node makes itself, through the voice gateway: a user agent client with one leg of audio (RFC 3261 §13).

Theory of operation. The INVITE goes to the gateway's addresses in turn until one can be reached; a challenge is
answered once, and once more for a nonce that is too old. Credentials are for the gateway's own addresses: whoever
answers behind it may name any place as its Contact, and shall not have us log in there. Early media is not listened to:
who answers is wanted, not who rings. The first 2xx is the call; what other branches of a forked call answer is
acknowledged and hung up. It rings for so long and no longer (CANCEL); an answer that crosses the CANCEL is hung up as
well.

    DIALLING --2xx--> ANSWERED --BYE of either--> OVER
    DIALLING --3xx to 6xx, rung too long, unreachable, given up--> OVER
"""

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from callpoint.media.media_port import MediaPort
from callpoint.media.ports import PortRange
from callpoint.node.audio_leg import ALLOWED, AudioLeg
from callpoint.node.bodies import SDP_TYPE
from callpoint.node.leg import Leg
from callpoint.node.services import Dialogs
from callpoint.sip import sdp
from callpoint.sip.dialog import Dialog
from callpoint.sip.digest import authorize, strongest
from callpoint.sip.errors import SipError
from callpoint.sip.events import ClientTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.max_forwards import DEFAULT_HOPS
from callpoint.sip.message import Request, Response
from callpoint.sip.uri import Uri
from callpoint.transport.endpoint import SipEndpoint, token

DIALABLE = re.compile(r"\+?[0-9*#]{2,20}")  # anything else would break the URI it is put into
CHALLENGES = {401: ("WWW-Authenticate", "Authorization"), 407: ("Proxy-Authenticate", "Proxy-Authorization")}
LOGINS_TRIED = 2  # the second for a nonce that had become too old; a wrong password is not tried for ever
NO_AUDIO = 488

# What a person reads in a record of deliveries; the gateway's own words follow where there is no row.
_WORDS = {
    404: "the number does not exist",
    408: "nobody answered",
    410: "the number does not exist any more",
    480: "nobody answers there now",
    484: "the number is not complete",
    486: "the line is busy",
    487: "nobody answered",
    600: "the line is busy",
    603: "the call was declined",
    604: "the number does not exist",
}


@dataclass(frozen=True)
class Gateway:
    """Where calls of ours leave. `uri` has its user replaced by the number; `caller` is the number they come from."""

    uri: str
    username: str = ""
    password: str = field(default="", repr=False)
    caller: str = ""

    def dialling(self, number: str) -> Uri:
        """The URI that rings `number`. Raises ValueError for what is no number, SipError for a bad gateway URI."""
        if not DIALABLE.fullmatch(number):
            raise ValueError(f"{number!r} is no number that can be dialled")
        return replace(Uri.parse(self.uri), user=number.replace("#", "%23"), password=None)

    def caller_uri(self, host: str) -> str:
        """Who calls: `caller` at the gateway, as gateways know their own numbers; without one at `host`, ours."""
        if self.caller.startswith(("sip:", "sips:")):
            return self.caller
        if not self.caller:
            return f"sip:callpoint@{host}"
        at = "" if "@" in self.caller else f"@{Uri.parse(self.uri).host_port}"
        return f"sip:{self.caller}{at}"


class OutboundCall(AudioLeg):
    """One call to `number`. `dial` once; what is said afterwards goes by `start` and `say`.

    `on_ringing(status)` is told once. After a `dial` that failed `status` and `why` say in words what became of it.
    """

    def __init__(self, endpoint: SipEndpoint, dialogs: Dialogs, gateway: Gateway, number: str, host: str) -> None:
        """`host` is our own domain. Raises ValueError or SipError when `number` cannot be dialled that way."""
        super().__init__(endpoint, dialogs, Hop("udp", "127.0.0.1", 5060))
        self._gateway = gateway
        self._uri = gateway.dialling(number)
        self._from_uri = gateway.caller_uri(host)
        self._call_id = f"{token()}@{host}"
        self._from = f"<{self._from_uri}>;tag={token()}"
        self._hops: list[Hop] = []
        self._gateway_hosts: frozenset[str] = frozenset()
        self._invite: Request
        self._tx: ClientTransaction | None = None
        self._logins = 0
        self._credentials: tuple[str, str] | None = None
        self._outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.on_ringing: Callable[[int], None] = _unheard

    async def dial(self, ports: PortRange, ring_seconds: float) -> bool:
        """Whether somebody answered, and can be spoken to. Raises nothing; cancelled, it gives the call up."""
        self._dialogs.expect(self._call_id)
        try:
            async with asyncio.timeout(ring_seconds):
                self._hops = list(await self._endpoint.resolver.hops(self._uri))
                self._gateway_hosts = frozenset(hop.host for hop in self._hops)
                if await self._prepare(ports):
                    self._next_hop()
                    await asyncio.shield(self._outcome)  # which a time-out must leave open
        except TimeoutError:
            self._give_up(487, f"nobody answered within {ring_seconds:g} s")
        except SipError as error:
            self._fail(0, f"the call cannot be made: {error}")
        except asyncio.CancelledError:
            self._give_up(487, "given up")
            raise
        finally:
            self._dialogs.release(self._call_id)
        return self._leg is not None and not self._over

    # --- what the network says (`services.RequestOwner`)

    def on_response(self, tx: ClientTransaction, response: Response) -> None:
        if 200 <= response.status < 300:
            self._answered(tx, response)
        elif tx is not self._tx or self._outcome.done():
            return  # of a hop or a login that was given up
        elif response.status < 200:
            self._rings(response.status)
        elif response.status in CHALLENGES and self._log_in(response):
            self._send(tx.hop)
        else:
            self._fail(response.status, in_words(response))

    def on_timed_out(self, tx: ClientTransaction) -> None:
        if tx is self._tx:
            self._fail(408, "the voice gateway does not answer")

    def on_transport_failed(self, tx: ClientTransaction) -> None:
        if tx is self._tx and not self._outcome.done():
            self._next_hop()

    def on_fault(self, why: str) -> None:
        self._fail(500, why)

    # --- ours

    async def _prepare(self, ports: PortRange) -> bool:
        if not self._hops:
            self._fail(0, f"the voice gateway {self._uri.host} has no address")
            return False
        try:
            self._port = await MediaPort.open(self._endpoint.media_hosts(self._hops[0])[0], ports)
        except OSError as error:
            self._fail(0, f"no port for audio: {error}")
            return False
        return True

    def _next_hop(self) -> None:
        if not self._hops:
            self._fail(503, "the voice gateway cannot be reached")
            return
        hop = self._hop = self._hops.pop(0)
        self._invite = self._compose(hop)
        self._send(hop)

    def _send(self, hop: Hop) -> None:
        self._tx = self._endpoint.request(self._invite, hop)
        self._tx.owner = self

    def _compose(self, hop: Hop) -> Request:
        media = self._port
        port = media.local.port if media is not None else 0
        self._describe(sdp.offer(self._endpoint.media_hosts(hop)[1], port, self._session_id))
        invite = Request("INVITE", str(self._uri))
        invite.extend([("Max-Forwards", str(DEFAULT_HOPS)), ("From", self._from), ("To", f"<{self._uri}>")])
        invite.extend([("Call-ID", self._call_id), ("CSeq", "1 INVITE")])
        invite.add("Contact", self._endpoint.contact("callpoint", hop))
        if self._gateway.caller:
            invite.add("P-Asserted-Identity", f"<{self._from_uri}>")
        invite.add("Allow", ALLOWED)
        invite.set("Content-Type", SDP_TYPE)
        invite.body = self._description
        return invite

    def _rings(self, status: int) -> None:
        if status > 100:
            self.on_ringing(status)
            self.on_ringing = _unheard

    def _log_in(self, response: Response) -> bool:
        """The INVITE anew, with the credentials the gateway asks for (RFC 3261 §22.2); False when there are none."""
        asked, answered = CHALLENGES[response.status]
        challenge = strongest(response.values(asked))
        if challenge is None or not self._gateway.username or self._logins >= LOGINS_TRIED:
            return False
        if self._logins and not challenge.stale:
            return False
        self._logins += 1
        invite = self._invite = self._invite.copy()
        invite.set("CSeq", f"{invite.cseq.number + 1} INVITE")
        invite.set(answered, self._authorization(response, asked, "INVITE", invite.uri))
        self._credentials = (answered, invite.get(answered) or "")
        return True

    def _authorization(self, response: Response, asked: str, method: str, uri: str) -> str:
        challenge = strongest(response.values(asked))
        name, password = self._gateway.username, self._gateway.password
        return authorize(challenge or "", method, uri, name, password, secrets.token_hex(8), 1)

    def _answered(self, tx: ClientTransaction, response: Response) -> None:
        try:
            leg = Leg(self._endpoint, "caller", Dialog.as_caller(self._invite, response, tx.hop))
        except SipError:
            self._fail(500, "its answer cannot be read")
            return
        self._acknowledge(tx, leg)
        if self._over or self._outcome.done():
            self._say_goodbye(leg)
            return
        self._open_dialog(leg)
        try:
            self._listen_to(response)
        except SipError:
            self.status, self.why = NO_AUDIO, "no audio could be agreed on"
            self.hang_up()
            self._outcome.set_result(None)
            return
        self._begin_audio()
        self._outcome.set_result(None)

    def _acknowledge(self, tx: ClientTransaction, leg: Leg) -> None:
        """RFC 3261 §13.2.2.4; with the credentials of the INVITE, as no ACK is ever challenged (§22.1)."""
        ack = leg.request("ACK", cseq=self._invite.cseq.number)

        def send(hop: Hop) -> None:
            if self._credentials is not None and hop.host in self._gateway_hosts:
                ack.set(*self._credentials)
            self._endpoint.acknowledge(tx, ack, hop)

        leg.with_hop(send)

    def _say_goodbye(self, leg: Leg) -> None:
        """To a branch that answered although nobody waits for it any more."""
        bye = leg.request("BYE")
        leg.with_hop(lambda hop: self._forget(bye, hop))

    def _forget(self, request: Request, hop: Hop) -> None:
        self._endpoint.request(request, hop).owner = _LastWord(self, request)

    def log_in_again(self, request: Request, response: Response, hop: Hop) -> None:
        """A BYE that was challenged goes out once more, else the gateway would go on with the call."""
        asked, answered = CHALLENGES[response.status]
        stranger = hop.host not in self._gateway_hosts
        if stranger or strongest(response.values(asked)) is None or not self._gateway.username:
            return
        again = request.copy()
        again.set("CSeq", f"{request.cseq.number + 1} {request.method}")
        again.set(answered, self._authorization(response, asked, request.method, request.uri))
        self._endpoint.request(again, hop)

    def _give_up(self, status: int, why: str) -> None:
        if self._tx is not None and not self._outcome.done():
            self._endpoint.cancel(self._tx)
        self._fail(status, why)

    def _fail(self, status: int, why: str) -> None:
        if self._over or (self._outcome.done() and self._leg is not None):
            return
        self.status, self.why = status, why
        if not self._outcome.done():
            self._outcome.set_result(None)
        self._finish("node")


class _LastWord:
    """Waits for the answer to a BYE (`services.RequestOwner`)."""

    def __init__(self, call: OutboundCall, request: Request) -> None:
        self._call = call
        self._request = request

    def on_response(self, tx: ClientTransaction, response: Response) -> None:
        if response.status in CHALLENGES:
            self._call.log_in_again(self._request, response, tx.hop)

    def on_timed_out(self, tx: ClientTransaction) -> None:
        """It is over all the same."""

    on_transport_failed = on_timed_out

    def on_fault(self, why: str) -> None:
        """It is over all the same."""


def in_words(response: Response) -> str:
    """Why a call was refused, for people."""
    if response.status < 400:
        return "the gateway sends us elsewhere, where we do not follow"
    said = response.reason or f"the gateway answered {response.status}"
    return _WORDS.get(response.status, said)


def _unheard(_status: int) -> None:
    """Nobody asks."""
