"""One emergency call as the node took it in: what arrived, what was decided, and the names it goes by."""

from dataclasses import dataclass

from callpoint.node.recorder import Recorder
from callpoint.routing.plan import CallPlan, IncomingCall
from callpoint.sip.events import ServerTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request


@dataclass(frozen=True)
class CallMarks:
    """What names one call everywhere: the STRINGs of its i3 identifiers, and our host name."""

    call_id: str
    incident_id: str
    host: str


@dataclass(frozen=True)
class CallContext:
    """Everything about a call that does not change while it is being set up. `arrived` is monotonic seconds."""

    invite: Request
    tx: ServerTransaction
    source: Hop
    arrived: float
    incoming: IncomingCall
    plan: CallPlan
    marks: CallMarks
    recorder: Recorder
