"""One notice to one recipient, on its way: what is known of it, and what the record says of each of its steps."""

import json
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from callpoint.dispatcher.own_journal import Work
from callpoint.routing.alert_records import Channel, Recipient
from callpoint.snapshot import fact_kinds

BY_URL: Final = frozenset({"webhook", "teams", "slack"})
MESSAGES: Final = frozenset({"welcome", "update_available", "reminder"})
SELF_TEST: Final = "self_test"

_SAVE: Final = """
INSERT INTO delivery (key, open, at, reference, state) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET open = excluded.open, reference = excluded.reference, state = excluded.state
"""


@dataclass
class Delivery:
    """`key` is its idempotency key: `<alert>/<subscription id>/<step>/<recipient id>`.

    `address` is masked where it is a secret; the real one is looked up in the plan when it is sent. `queued_at` is
    seconds since 1970; `due` and `last_moment` are on the monotonic clock. `uncertain` counts attempts whose answer was
    lost; `words_trouble` is what is wrong with its template. `message` are address, subject and text of one that is no
    alert.
    """

    key: str
    organization: str
    alert: str
    call_id: str
    type: str
    channel: Channel
    recipient_id: str
    recipient: str
    address: str
    queued_at: float
    subscription: str = ""
    subscription_id: str = ""
    step: int = 0
    urgent: bool = False
    test: bool = False
    attempts: int = 0
    uncertain: int = 0
    words_trouble: str = ""
    state: str = "queued"
    reference: str = ""
    open: bool = True
    message: dict[str, str] = field(default_factory=dict)
    due: float = 0.0
    last_moment: float = 0.0

    def say(self, work: Work, state: str, *, trouble: str = "", permanent: bool = False, by: str = "") -> None:
        """Has it come to `state`, and that noted as a fact with `work`."""
        self.state = state
        self.open = state in _OPEN
        if not self.open:
            self.message = {}  # a letter is its reader's: it is not kept once it is sent
        data = {
            "key": self.key,
            "alert": self.alert,
            "type": self.type,
            "subscription": self.subscription,
            "step": self.step,
            "recipient": self.recipient,
            "recipient_id": self.recipient_id,
            "channel": self.channel,
            "address": self.address,
            "state": state,
            "attempt": self.attempts,
            "trouble": trouble,
            "permanent": permanent,
            "reference": self.reference,
            "by": by,
        }
        work.fact(fact_kinds.NOTICE, self.organization, self.call_id, data)
        self.save(work)

    def save(self, work: Work) -> None:
        """Has it written as it is now with `work`."""
        state = {name: value for name, value in vars(self).items() if name not in _OF_THIS_PROCESS}
        work.run(_SAVE, self.key, int(self.open), self.queued_at, self.reference, json.dumps(state))

    @classmethod
    def load(cls, text: str) -> "Delivery":
        """From the table's state."""
        return cls(**json.loads(text))


_OPEN: Final = frozenset({"queued", "retrying"})
_OF_THIS_PROCESS: Final = frozenset({"due", "last_moment", "open"})


def shown_address(recipient: Recipient) -> str:
    """The address as the record may show it: of a URL, whose path is often a secret, only where it goes."""
    if recipient.channel not in BY_URL:
        return recipient.address
    try:
        parts = urlsplit(recipient.address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "…"
    return f"{parts.scheme}://{parts.hostname or ''}{port}/…"
