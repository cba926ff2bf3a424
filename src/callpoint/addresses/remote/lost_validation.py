"""Another's LoST server, asked to validate an address (RFC 5222 §8.4.2): an LVF of the region, or our own."""

from dataclasses import dataclass
from typing import Final

from callpoint.addresses.remote.provider import Evidence, HttpRequest, RemoteError
from callpoint.addresses.verdict import ElementState
from callpoint.i3.civic import Civic
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost import (
    CIVIC,
    CONTENT_TYPE,
    Errors,
    FindService,
    FindServiceResponse,
    LocationValidation,
    Redirect,
    RequestLocation,
    Response,
    read_response,
    write_request,
)

_HTTP_OK: Final = 200
_SERVICE: Final = "urn:service:sos"
# A door is asked about, not who is behind it and where in the house.
_SENT: Final = frozenset(
    [
        *("country", "A1", "A2", "A3", "A4", "A5", "PRM", "PRD", "STP", "RD", "STS", "POD", "POM"),
        *("HNP", "HNO", "HNS", "PC", "PCN", "BLD", "UNIT"),
    ]
)
# Answers that say: this address is not known to me.
_UNKNOWN: Final = frozenset(("notFound", "locationInvalid"))


@dataclass(frozen=True, slots=True)
class LostValidation:
    """`url` is the server's own, as its operator publishes it; no U-NAPTR look-up is made (RFC 5222 §4)."""

    url: str
    user_agent: str = "Callpoint"
    name: str = "LoST server"

    def serves(self, civic: Civic) -> bool:
        return bool(self.url) and civic.country in ("US", "CA") and bool(civic.A1 and civic.RD)

    def request(self, civic: Civic) -> HttpRequest:
        door = Civic.from_fields({name: text for name, text in civic.to_fields().items() if name in _SENT})
        location = RequestLocation("asked", CIVIC, door)
        try:
            body = write_request(FindService((location,), _SERVICE, validate_location=True, recursive=True))
        except DocumentError as error:
            raise RemoteError(f"the address cannot be written for the {self.name}: {error}") from error
        headers = {"Content-Type": CONTENT_TYPE, "Accept": CONTENT_TYPE, "User-Agent": self.user_agent}
        return HttpRequest("POST", self.url, headers, body)

    def read(self, status: int, body: bytes, civic: Civic) -> Evidence | None:
        """None also when the server finds the service but does not validate."""
        answer = self._answer(status, body)
        if isinstance(answer, Errors):
            if _UNKNOWN.issuperset(answer.kinds):
                return None
            said = ", ".join(f"{problem.kind} {problem.message}".strip() for problem in answer.problems)
            raise RemoteError(f"the {self.name} answered with an error: {said[:200]}")
        if isinstance(answer, Redirect):
            raise RemoteError(f"the {self.name} sends us to {answer.target[:100]!r}; configure that server instead")
        if not isinstance(answer, FindServiceResponse):
            raise RemoteError(f"the {self.name} answered another question than was asked")
        if answer.validation is None:
            return None
        mapping = answer.mappings[0]
        source = mapping.source[:100] or self.url
        return Evidence(civic, None, None, source, mapping.last_updated[:40], _states(answer.validation, civic))

    def _answer(self, status: int, body: bytes) -> Response:
        if status != _HTTP_OK:
            raise RemoteError(f"the {self.name} answered with status {status}")
        try:
            return read_response(body)
        except DocumentError as error:
            raise RemoteError(f"the {self.name} did not answer in LoST: {error}") from error


def _states(validation: LocationValidation, civic: Civic) -> dict[str, ElementState]:
    """Of every element asked: what the server said last is kept where it says two things, invalid being the last.

    An element it lists nowhere is unchecked (RFC 5222 §8.4.2).
    """
    states: dict[str, ElementState] = dict.fromkeys(civic.to_fields(), "unchecked")
    states.pop("other", None)
    said: tuple[tuple[ElementState, tuple[str, ...]], ...] = (
        ("valid", validation.valid),
        ("unchecked", validation.unchecked),
        ("invalid", validation.invalid),
    )
    for state, names in said:
        states.update({name: state for name in names if name in states})
    return states
