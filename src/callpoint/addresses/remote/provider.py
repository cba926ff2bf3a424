"""What every remote provider is: a question as an HTTP request, an answer read into evidence, no I/O of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from callpoint.addresses.verdict import Accuracy, DatasetRef, ElementState, LatLon
from callpoint.i3.civic import Civic

# Far above the answer for one address, far below what would hurt.
MAX_ANSWER_BYTES: Final = 500_000
# How people wait for a page; providers answer in a fraction of it or not at all.
DEFAULT_SECONDS: Final = 5.0


class RemoteError(Exception):
    """A provider could not be asked, or what it answered is no answer; the sentence says which, for people."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Evidence:
    """What a provider says of one address; the validator decides what that is worth.

    `civic` is the address as the provider has it. `point` is (latitude, longitude) and None where the provider
    knows none; then `accuracy` is None, too. `elements` compares it with what was asked: *valid* is the same,
    *invalid* another, *unchecked* not said. `dataset_version` is "" where the provider does not say it.
    """

    civic: Civic
    point: LatLon | None
    accuracy: Accuracy | None
    dataset_name: str
    dataset_version: str
    elements: Mapping[str, ElementState]

    @property
    def dataset(self) -> DatasetRef:
        return DatasetRef(self.dataset_name, self.dataset_version)

    @property
    def confirms_door(self) -> bool:
        """Whether number and street were found in a place or postal code asked for, and nothing asked is wrong."""
        right = {name for name, state in self.elements.items() if state == "valid"}
        return {"RD", "HNO"} <= right and bool(right & {"A3", "PC"}) and "invalid" not in self.elements.values()


class Provider(Protocol):
    """One service. `request` and `read` raise RemoteError and nothing else."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def serves(self, civic: Civic) -> bool:
        """Whether it can be asked about this address at all: its country, and enough of it."""
        ...

    def request(self, civic: Civic) -> HttpRequest: ...

    def read(self, status: int, body: bytes, civic: Civic) -> Evidence | None:
        """None when the provider does not know the address, or knows several as good."""
        ...


class HttpAnswer(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...


class Exchange(Protocol):
    """Sends a request and gives the answer within `total_seconds`; OSError when there is none
    (`transport.http_exchange.exchange`)."""

    def __call__(self, request: HttpRequest, *, total_seconds: float, max_bytes: int) -> HttpAnswer: ...


def ask(
    provider: Provider, civic: Civic, exchange: Exchange, *, total_seconds: float = DEFAULT_SECONDS
) -> Evidence | None:
    """Asks `provider` about `civic`; at most `total_seconds` pass.

    None when it is not asked about such addresses, or does not know this one. Raises RemoteError. Never on a
    call's way: for pages and jobs, where waiting harms nobody.
    """
    if not provider.serves(civic):
        return None
    request = provider.request(civic)
    try:
        answer = exchange(request, total_seconds=total_seconds, max_bytes=MAX_ANSWER_BYTES)
    except OSError as error:
        raise RemoteError(f"{provider.name} gave no answer: {error}") from error
    return provider.read(answer.status, answer.body, civic)
