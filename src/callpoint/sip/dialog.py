"""A dialog: what two sides of a call share, and how requests inside it are made and judged (RFC 3261 §12).

A dialog knows nothing of transactions. It is plain data: `to_json` and `from_json` carry it over a restart, so that a
BYE after the crash still finds its way. The caller makes one with `as_caller` from each response with a new To tag, the
callee with `as_callee` from the response it sends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias

from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.matching import from_tag, to_tag
from callpoint.sip.max_forwards import DEFAULT_HOPS
from callpoint.sip.message import Message, Request, Response
from callpoint.sip.name_addr import NameAddr
from callpoint.sip.uri import Uri

DialogId: TypeAlias = tuple[str, str, str]
"""Call-ID, our tag, their tag."""

TARGET_REFRESH = frozenset({"INVITE", "UPDATE"})
"""Methods whose Contact replaces the remote target (RFC 3261 §12.2, RFC 3311 §5.1)."""

WITH_CONTACT = TARGET_REFRESH | {"SUBSCRIBE", "NOTIFY", "REFER"}
"""Requests that must say where we are (RFC 3261 §8.1.1.8 and the RFCs of those methods)."""


@dataclass(slots=True)
class Dialog:
    """One dialog, seen from our side.

    `local` and `remote` are From/To values with their tags; `local_cseq` is the last number we used (0: none yet),
    `remote_cseq` the last of theirs (None: none yet). `route_set` holds Route values, the nearest first. `local_target`
    is our Contact value. `hop` is where requests go when `next_hop` gives nothing better: where the peer is heard from.
    """

    call_id: str
    local: str
    remote: str
    local_tag: str
    remote_tag: str
    local_cseq: int
    remote_cseq: int | None
    route_set: tuple[str, ...]
    remote_target: str
    local_target: str
    secure: bool
    confirmed: bool
    hop: Hop | None = None

    @classmethod
    def as_caller(cls, request: Request, response: Response, hop: Hop | None = None) -> Self:
        """From our `request` and a response to it that is above 100 (RFC 3261 §12.1.2).

        A response without Contact (they exist) leaves the Request-URI as remote target. RemoteProtocolError without
        readable From, To or CSeq.
        """
        return cls(
            call_id=request.call_id,
            local=request.required("From"),
            remote=response.required("To"),
            local_tag=request.from_.tag or "",
            remote_tag=response.to.tag or "",
            local_cseq=request.cseq.number,
            remote_cseq=None,
            route_set=tuple(reversed(response.values("Record-Route"))),
            remote_target=_contact_uri(response) or request.uri,
            local_target=request.get("Contact") or "",
            secure=_is_secure(request, hop),
            confirmed=response.status >= 200,
            hop=hop,
        )

    @classmethod
    def as_callee(cls, request: Request, response: Response, hop: Hop | None = None) -> Self:
        """From their `request` and the response above 100 we send, which has our To tag (RFC 3261 §12.1.1).

        A request without Contact leaves its From URI as remote target: such a caller is reached at `hop` all the same.
        RemoteProtocolError without readable From, To or CSeq; LocalProtocolError when our response has no To tag.
        """
        local_tag = response.to.tag
        if local_tag is None:
            raise LocalProtocolError("the response that makes a dialog needs a To tag")
        return cls(
            call_id=request.call_id,
            local=response.required("To"),
            remote=request.required("From"),
            local_tag=local_tag,
            remote_tag=request.from_.tag or "",
            local_cseq=0,
            remote_cseq=request.cseq.number,
            route_set=tuple(request.values("Record-Route")),
            remote_target=_contact_uri(request) or request.from_.uri,
            local_target=response.get("Contact") or "",
            secure=_is_secure(request, hop),
            confirmed=response.status >= 200,
            hop=hop,
        )

    @property
    def id(self) -> DialogId:
        """What tells this dialog from all others."""
        return self.call_id, self.local_tag, self.remote_tag

    @property
    def local_uri(self) -> str:
        """Our URI as the call was set up with."""
        return NameAddr.parse(self.local).uri

    @property
    def remote_uri(self) -> str:
        """Their URI as the call was set up with."""
        return NameAddr.parse(self.remote).uri

    def request(self, method: str, cseq: int | None = None) -> Request:
        """A request inside the dialog, with the next CSeq number; an ACK takes that of its INVITE (`cseq`).

        Request-URI and Route by RFC 3261 §12.2.1.1: a loose router first in the set leaves the remote target in the
        Request-URI, a strict one takes its place. LocalProtocolError for CANCEL, and for ACK without `cseq`.
        """
        if method == "CANCEL" or (method == "ACK" and cseq is None):
            raise LocalProtocolError(f"{method} needs the INVITE it belongs to")
        if cseq is None:
            self.local_cseq += 1
            cseq = self.local_cseq
        uri, routes = self._way()
        request = Request(method, uri)
        request.extend([("Max-Forwards", str(DEFAULT_HOPS)), *(("Route", route) for route in routes)])
        request.extend([("From", self.local), ("To", self.remote), ("Call-ID", self.call_id)])
        request.add("CSeq", f"{cseq} {method}")
        if self.local_target and method in WITH_CONTACT:
            request.add("Contact", self.local_target)
        return request

    def accept(self, request: Request) -> None:
        """Take a request of the peer inside the dialog: its CSeq number must not be lower than the last one.

        RemoteProtocolError 481 when it is not of this dialog, 500 out of order (RFC 3261 §12.2.2). ACK is not counted.
        """
        if (request.get("Call-ID"), to_tag(request), from_tag(request)) != self.id:
            raise RemoteProtocolError(481, "Call/Transaction Does Not Exist")
        if request.method == "ACK":
            return
        number = request.cseq.number
        if self.remote_cseq is not None and number < self.remote_cseq:
            raise RemoteProtocolError(500, "CSeq Out Of Order")
        self.remote_cseq = number

    def confirm(self, response: Response) -> None:
        """The caller's early dialog has been answered with a 2xx: route set and target anew (RFC 3261 §13.2.2.4)."""
        self.route_set = tuple(reversed(response.values("Record-Route")))
        self.remote_target = _contact_uri(response) or self.remote_target
        self.confirmed = True

    def refresh_target(self, message: Request | Response) -> bool:
        """Take the peer's Contact as the new remote target; True when it changed.

        Only in an INVITE or UPDATE of the peer, and in the 2xx to one of ours (RFC 3261 §12.2.1.2, RFC 3311 §5.1);
        anything else leaves the target alone.
        """
        if isinstance(message, Request):
            refreshes = message.method in TARGET_REFRESH
        else:
            refreshes = 200 <= message.status < 300 and message.cseq.method in TARGET_REFRESH
        target = _contact_uri(message) if refreshes else ""
        if not target or target == self.remote_target:
            return False
        self.remote_target = target
        return True

    def next_hop(self) -> Uri:
        """The URI whose host the next request is sent to: the first route, else the remote target.

        RemoteProtocolError when the peer gave one that cannot be read.
        """
        if self.route_set:
            return NameAddr.parse(self.route_set[0]).parsed_uri
        return Uri.parse(self.remote_target)

    def to_json(self) -> dict[str, Any]:
        """The dialog as what json.dumps takes. Without the connection: its number means nothing to another process."""
        # Written out: dataclasses.asdict copies deeply and took a tenth of a call's time.
        plain: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        plain["route_set"] = list(self.route_set)
        hop = self.hop
        plain["hop"] = None if hop is None else {"transport": hop.transport, "host": hop.host, "port": hop.port}
        return plain

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """What `to_json` gave; LocalProtocolError when it is something else."""
        try:
            hop = data["hop"]
            where = None if hop is None else Hop(hop["transport"], hop["host"], hop["port"])
            return cls(**data | {"route_set": tuple(data["route_set"]), "hop": where})
        except (KeyError, TypeError) as error:
            raise LocalProtocolError(f"this is no dialog: {error}") from error

    def _way(self) -> tuple[str, tuple[str, ...]]:
        if not self.route_set or _is_loose(self.route_set[0]):
            return self.remote_target, self.route_set
        first = NameAddr.parse(self.route_set[0]).parsed_uri.without_param("method")
        return str(replace(first, headers=())), (*self.route_set[1:], f"<{self.remote_target}>")


def dialog_id(request: Request) -> DialogId:
    """The `id` of the dialog that a request of the peer belongs to; the second element is "" outside of any."""
    return request.get("Call-ID") or "", to_tag(request), from_tag(request)


def _contact_uri(message: Message) -> str:
    try:
        contact = message.contact
    except RemoteProtocolError:
        return ""
    return "" if contact is None or contact.uri == "*" else contact.uri


def _is_secure(request: Request, hop: Hop | None) -> bool:
    return request.uri.lower().startswith("sips:") and (hop is None or hop.transport == "tls")


def _is_loose(route: str) -> bool:
    try:
        return NameAddr.parse(route).parsed_uri.param("lr") is not None
    except RemoteProtocolError:
        return True  # nothing to put into a Request-URI
