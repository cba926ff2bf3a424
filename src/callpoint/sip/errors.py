"""The two ways a protocol is broken: by us or by them. No other exception leaves a parser."""


class SipError(Exception):
    """Anything the SIP code refuses to do."""


class LocalProtocolError(SipError):
    """We asked for something that SIP does not allow, e.g. a line break inside a header value."""


class RemoteProtocolError(SipError):
    """The peer sent something unusable; `status` and `reason` are what a request of it is answered with."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason
