"""What every channel is given and what it gives back.

A channel knows how to hand one notice to one recipient, and nothing else: whether, when and how often is decided by
whoever calls it (the dispatcher). It is told which trouble may pass and which may not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from callpoint.routing.alert_records import Recipient


@dataclass(frozen=True)
class Notice:
    """One alert in the words for one recipient.

    `key` is the idempotency key: the same for every attempt, handed on wherever the other side takes one. `alert` is
    the alert's id; `type` an alert type, or "self_test", "welcome", "update_available", "reminder". `subject` is one
    line without control characters, `text` plain text of several. `document` is the alert for programs (JSON).
    `links` may have `acknowledge` and `board`, URLs for this recipient. With `test` nobody is in danger.
    """

    key: str
    alert: str
    type: str
    organization: str
    subject: str
    text: str
    language: str = "en"
    at: str = ""
    test: bool = False
    document: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """The other side took it. `reference` is its name for it ("" = none); `delivered`: it has reached the recipient."""

    reference: str = ""
    delivered: bool = False


class DeliveryError(Exception):
    """It was not taken, in words for people.

    `permanent`: never again in this form (no such address, refused for good). Otherwise it is tried again, not before
    `retry_after` seconds where the other side named some. `uncertain`: it may have been taken all the same (the answer
    was lost), so that trying again may double it.
    """

    def __init__(
        self, why: str, *, permanent: bool = False, retry_after: float | None = None, uncertain: bool = False
    ) -> None:
        super().__init__(why)
        self.permanent = permanent
        self.retry_after = retry_after
        self.uncertain = uncertain


@dataclass(frozen=True)
class Report:
    """What the other side tells later about something it took: `state` delivered | failed | acknowledged."""

    reference: str
    state: str
    why: str = ""
    by: str = ""


OnReport = Callable[[Report], None]


class Sender(Protocol):
    """A channel, set up. Belongs to one event loop; several `send` may be under way."""

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        """Hands it over. Raises DeliveryError; a time-out is whoever called's to set, by cancelling."""
        ...

    async def close(self) -> None:
        """Lets go of connections."""
        ...
