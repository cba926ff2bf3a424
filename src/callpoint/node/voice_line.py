"""The node's way to the telephone network: the voice gateway, the ports for audio, how long a phone may ring."""

from callpoint.media.ports import PortRange
from callpoint.node.outbound_call import Gateway, OutboundCall
from callpoint.node.services import Dialogs
from callpoint.sip.errors import SipError
from callpoint.transport.control import ControlError
from callpoint.transport.endpoint import SipEndpoint


class VoiceLine:
    """Makes calls through `gateway`. `host` is our own domain, `ports` for audio; after `ring_seconds` it gives up."""

    def __init__(
        self,
        endpoint: SipEndpoint,
        dialogs: Dialogs,
        gateway: Gateway,
        *,
        host: str,
        ports: PortRange,
        ring_seconds: float,
    ) -> None:
        self._endpoint = endpoint
        self._dialogs = dialogs
        self._gateway = gateway
        self._host = host
        self._ports = ports
        self._ring_seconds = ring_seconds

    def call(self, number: str) -> OutboundCall:
        """A call to `number`, not yet made. Raises ControlError when it cannot be dialled."""
        if not self._gateway.uri:
            raise ControlError("no voice gateway is configured: set voice.gateway")
        try:
            return OutboundCall(self._endpoint, self._dialogs, self._gateway, number, self._host)
        except (SipError, ValueError) as error:
            raise ControlError(f"the number cannot be dialled: {error}") from error

    async def dial(self, call: OutboundCall) -> bool:
        """Whether it was answered; see `OutboundCall.dial`."""
        return await call.dial(self._ports, self._ring_seconds)
