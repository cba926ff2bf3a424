"""Before the transaction layer: who is let in, who is challenged, and how little is spent on everybody else.

A *known trunk's* message always passes (promise 2), and a PSAP's, which may be calling back. A stranger's passes when
it belongs to a call that is here or was a moment ago, or when it carries a right password. Everything else is answered
without keeping anything, and only so often a second: a flood of forged sources must neither fill the memory nor make us
a reflector.
"""

from callpoint.node import faults
from callpoint.node.admission import Admission
from callpoint.node.recorder import Recorder
from callpoint.node.repair import mend
from callpoint.node.services import Dialogs
from callpoint.node.stranger_log import StrangerLog
from callpoint.node.strangers import AnswerBudget
from callpoint.sip.errors import SipError
from callpoint.sip.hop import Hop
from callpoint.sip.matching import to_tag
from callpoint.sip.message import Request, Response
from callpoint.sip.stateless import refusal
from callpoint.transport.endpoint import SipEndpoint


class Gate:
    """`lets_in` is the `screen` of the node's endpoint."""

    def __init__(
        self, admission: Admission, dialogs: Dialogs, endpoint: SipEndpoint, recorder: Recorder, per_second: float
    ) -> None:
        self._admission = admission
        self._dialogs = dialogs
        self._endpoint = endpoint
        self._recorder = recorder
        self._log = StrangerLog(recorder, admission, endpoint.now)
        self._refusals = AnswerBudget(per_second, endpoint.now)
        # Apart, so that those who scan us by OPTIONS and REGISTER do not use up what a trunk's first INVITE needs.
        self._challenges = AnswerBudget(per_second, endpoint.now)

    def lets_in(self, message: Request | Response, source: Hop) -> bool:
        """False: nothing more is spent on it. Mends a known trunk's INVITE in place."""
        if isinstance(message, Response):
            return True
        if self._admission.known(source) is not None or self._admission.psap_of(source):
            if message.method == "INVITE":
                self._mend(message, source)
            return True
        if self._of_our_calls(message):
            return True
        if self._admission.has_right_password(message):
            self._dialogs.remember(message.get("Call-ID") or "")  # its ACK and CANCEL come without
            return True
        if message.method != "ACK":
            self._turn_away(message, source)
            self._log.note(message, source)
        return False

    def _mend(self, invite: Request, source: Hop) -> None:
        try:
            mend(invite, source)
        except Exception as error:  # noqa: BLE001 - what cannot be mended is tried as it came, never dropped
            faults.tell(self._recorder, "mending an INVITE", error)

    def _of_our_calls(self, request: Request) -> bool:
        """Also of one that ended just now, so that a repeated BYE gets its 200 again."""
        inside = request.method == "CANCEL" or bool(to_tag(request))
        return inside and self._dialogs.knew_call_id(request.get("Call-ID") or "")

    def _turn_away(self, request: Request, source: Hop) -> None:
        """403; an INVITE may be a digest trunk's, and gets one 401 without a transaction (RFC 3261 §26.3.2.4)."""
        challenged = request.method == "INVITE" and self._admission.takes_digest
        if not (self._challenges if challenged else self._refusals).spend():
            return
        try:
            refused = refusal(request, source, 401) if challenged else refusal(request, source, 403, "Unknown Source")
        except SipError:
            return  # not even a refusal can be addressed
        if refused is not None:
            response, hop = refused
            if challenged:
                self._admission.challenge(response, stale=False)
            self._endpoint.send_bytes(bytes(response), hop)
