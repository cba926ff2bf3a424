"""Everything that can go wrong, as problem documents (RFC 9457): a type with a page of its own, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse, JsonResponse

from callpoint.directory.editing.refused import Refused

MEDIA_TYPE: Final = "application/problem+json"
PAGES: Final = "/api/v1/problems/"
"""Types are references with the full path, so that they mean the same at each host name of an installation
(RFC 9457 §3.1.1)."""


class Kind(StrEnum):
    """A problem type: the last part of its URL."""

    MALFORMED = "malformed-request"
    UNAUTHENTICATED = "no-valid-token"
    FORBIDDEN = "not-allowed"
    NOT_FOUND = "not-found"
    METHOD = "method-not-allowed"
    UNDER_WAY = "still-under-way"
    CHANGED = "changed-meanwhile"
    TOO_LARGE = "too-large"
    MEDIA = "unsupported-media-type"
    REFUSED = "refused"
    KEY_REUSED = "idempotency-key-reused"
    TOO_MANY = "too-many-requests"
    OURS = "internal-error"


@dataclass(frozen=True)
class Told:
    """Status and title of a type, and what its page says: why it happens, what to do."""

    status: HTTPStatus
    title: str
    why: str
    remedy: str


TOLD: Final[dict[Kind, Told]] = {
    Kind.MALFORMED: Told(
        HTTPStatus.BAD_REQUEST,
        "The request cannot be read",
        "The body is no JSON text, is nested too deeply, or holds characters that no text may hold.",
        "Send a JSON object in UTF-8; `detail` says what was found where.",
    ),
    Kind.UNAUTHENTICATED: Told(
        HTTPStatus.UNAUTHORIZED,
        "No valid token",
        "The request has no token, or one that is unknown, expired or revoked, or whose maker has no role any more.",
        "Send `Authorization: Bearer cp_…`. Tokens are made on the page “API tokens” of the portal.",
    ),
    Kind.FORBIDDEN: Told(
        HTTPStatus.FORBIDDEN,
        "The token may not do this",
        "The token lacks the scope, or the account that made it has no right to this any more.",
        "Make a token with the scope that `detail` names.",
    ),
    Kind.NOT_FOUND: Told(
        HTTPStatus.NOT_FOUND,
        "There is nothing here",
        "The address is unknown, the object was removed, or it belongs to an organization the token does not reach.",
        "Check the address; list the collection to see what there is.",
    ),
    Kind.METHOD: Told(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "This method does nothing here",
        "The address exists, but not for this method.",
        "Use one of the methods in the header field Allow.",
    ),
    Kind.UNDER_WAY: Told(
        HTTPStatus.CONFLICT,
        "That cannot be done now",
        "A request with the same Idempotency-Key is still being answered, or the object is not in a state for this.",
        "Wait a moment and ask again; `detail` says for what.",
    ),
    Kind.CHANGED: Told(
        HTTPStatus.PRECONDITION_FAILED,
        "It was changed meanwhile",
        "The object is no longer the one whose ETag was sent in If-Match. Nothing was written.",
        "Read the object again, decide again, and send its new ETag.",
    ),
    Kind.TOO_LARGE: Told(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The request is too large",
        "The body is longer than this address takes.",
        "Send less at a time; `detail` says how much is taken.",
    ),
    Kind.MEDIA: Told(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "This kind of body is not taken",
        "The header field Content-Type is missing, or names something this address does not read.",
        "Send `Content-Type: application/json`; an upload is `multipart/form-data`.",
    ),
    Kind.REFUSED: Told(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Something in the request is not accepted",
        "Values break a rule. Nothing was written.",
        "Correct what `errors` lists: each has the `field` and a `detail` that says what to do.",
    ),
    Kind.KEY_REUSED: Told(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The Idempotency-Key belongs to another request",
        "The key was used for another method, address or body within the last 24 hours.",
        "Make a new key for each write, and repeat a key only with the very same request.",
    ),
    Kind.TOO_MANY: Told(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many requests",
        "The token asks more often than is served.",
        "Wait the seconds that Retry-After says. Write many people at once with `PUT …/people:batch`.",
    ),
    Kind.OURS: Told(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong here",
        "The fault is ours; the server has kept a note of it.",
        "A write with an Idempotency-Key may be sent again without harm. Tell the operator if it stays so.",
    ),
}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: its name as a path (`address.HNO`, `items.3.email`), "" for the whole."""

    field: str
    detail: str


class Problem(Exception):
    """Ends a request with a problem document."""

    def __init__(
        self,
        kind: Kind,
        detail: str = "",
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or TOLD[kind].title)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def document(self) -> dict[str, Any]:
        """The members of RFC 9457 §3.1, and `errors` where single fields are to blame (§3.2)."""
        told = TOLD[self.kind]
        members: dict[str, Any] = {
            "type": PAGES + self.kind,
            "title": told.title,
            "status": told.status.value,
            "detail": self.detail or told.why,
        }
        if self.errors:
            members["errors"] = [{"field": one.field, "detail": one.detail} for one in self.errors]
        return members

    def response(self) -> HttpResponse:
        """As it is sent."""
        status = TOLD[self.kind].status.value
        return JsonResponse(self.document(), status=status, headers=self.headers, content_type=MEDIA_TYPE)


def from_refused(error: Refused, prefix: str = "") -> list[FieldError]:
    """The sentences of the directory's rules, field by field."""
    return [
        FieldError(".".join(filter(None, [prefix, field])), sentence)
        for field, sentences in error.errors.items()
        for sentence in sentences
    ]
