"""What a user agent server refuses before it looks at the meaning of a well-formed request (RFC 3261 §8.2)."""

from dataclasses import dataclass
from typing import NamedTuple

from callpoint.sip.content_type import ContentType
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.message import Request, Response
from callpoint.sip.methods import KNOWN_METHODS


@dataclass(frozen=True, slots=True)
class Support:
    """What a server can do. Schemes, extensions and media types are in lower case, in the order they are told."""

    methods: tuple[str, ...]
    extensions: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ("sip", "sips", "tel", "urn")
    content_types: tuple[str, ...] = ("application/sdp",)
    body_types: tuple[str, ...] = ("application/sdp",)
    """Media types a response of ours may carry; an INVITE whose Accept allows none of them gets 406."""


def inspect(request: Request, support: Support, to_tag: str | None = None) -> Response | None:
    """The refusal of `request` with `to_tag` in its To, or None when nothing stands against it.

    405 or 501 with Allow, 416, 420 with Unsupported, 415 with Accept, 406: in the order of RFC 3261 §8.2.1 to §8.2.3.
    ACK is never answered, and Require does not count in CANCEL.
    """
    if request.method == "ACK":
        return None
    for check in (_method, _scheme, _extensions, _content, _accept):
        ground = check(request, support)
        if ground is not None:
            refusal = request.response(ground.status, None, to_tag)
            refusal.extend(ground.told)
            return refusal
    return None


class _Ground(NamedTuple):
    """Why a request is refused, and what its sender is told so that it may do better."""

    status: int
    told: tuple[tuple[str, str], ...] = ()


def _method(request: Request, support: Support) -> _Ground | None:
    if request.method in support.methods:
        return None
    return _Ground(405 if request.method in KNOWN_METHODS else 501, (("Allow", ", ".join(support.methods)),))


def _scheme(request: Request, support: Support) -> _Ground | None:
    scheme = request.uri.partition(":")[0].lower()
    return None if scheme in support.schemes else _Ground(416)


def _extensions(request: Request, support: Support) -> _Ground | None:
    if request.method == "CANCEL":
        return None
    unknown = [tag for tag in request.values("Require") if tag and tag.lower() not in support.extensions]
    return _Ground(420, (("Unsupported", ", ".join(unknown)),)) if unknown else None


def _content(request: Request, support: Support) -> _Ground | None:
    if not request.body or _body_optional(request):
        return None
    encodings = [coding for coding in request.values("Content-Encoding") if coding.lower() not in ("", "identity")]
    if not encodings and _essence(request.get("Content-Type") or "") in support.content_types:
        return None
    accept = ("Accept", ", ".join(support.content_types))
    return _Ground(415, (accept, ("Accept-Encoding", "identity")) if encodings else (accept,))


def _accept(request: Request, support: Support) -> _Ground | None:
    # Without Accept an INVITE takes SDP (RFC 3261 §20.1); other methods are answered without a body.
    if request.method != "INVITE" or not request.has("Accept"):
        return None
    ranges = {_essence(value) for value in request.values("Accept")}
    wanted = {choice for kind in support.body_types for choice in (kind, f"{kind.partition('/')[0]}/*", "*/*")}
    return None if ranges & wanted else _Ground(406)


def _body_optional(request: Request) -> bool:
    disposition = request.get("Content-Disposition") or ""
    return any(part.strip().lower() == "handling=optional" for part in disposition.split(";"))


def _essence(value: str) -> str:
    try:
        return ContentType.parse(value).essence
    except RemoteProtocolError:
        return ""
