"""Everything `TransactionLayer` tells its user, in one place to import from.

| event | what the user does |
|---|---|
| `RequestReceived` | answers through `layer.respond` |
| `CancelReceived` | answers the INVITE with 487, unless a final answer is out |
| `AckReceived` | takes the session description out of it, if one is there |
| `AckMissing` | ends the call with BYE |
| `RefusalUnconfirmed` | nothing |
| `ResponseReceived` | for a 2xx to INVITE: `layer.acknowledge`, each To tag once |
| `TimedOut`, `TransportFailed` | tries the next target |
| `StrayResponse` | nothing; a 2xx to an INVITE may be acknowledged and ended with BYE |
"""

from callpoint.sip.machine import Event, Outgoing
from callpoint.sip.transaction_client import (
    ClientTransaction,
    InviteClient,
    ResponseReceived,
    StrayResponse,
    TimedOut,
    TransportFailed,
)
from callpoint.sip.transaction_server import (
    AckMissing,
    AckReceived,
    CancelReceived,
    InviteServer,
    RefusalUnconfirmed,
    RequestReceived,
    ServerTransaction,
)

__all__ = [
    "AckMissing",
    "AckReceived",
    "CancelReceived",
    "ClientTransaction",
    "Event",
    "InviteClient",
    "InviteServer",
    "Outgoing",
    "RefusalUnconfirmed",
    "RequestReceived",
    "ResponseReceived",
    "ServerTransaction",
    "StrayResponse",
    "TimedOut",
    "TransportFailed",
]
