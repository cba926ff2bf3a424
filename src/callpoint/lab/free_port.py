"""A port that is free for UDP and for TCP: SIP wants the same number on both (RFC 3261 §18.2.1)."""

import socket

ATTEMPTS = 50


def free_port(host: str) -> int:
    """One the system would give us now. Raises OSError when it finds none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    refused = OSError("no port is free for UDP and TCP")
    for _ in range(ATTEMPTS):
        with socket.socket(family, socket.SOCK_STREAM) as stream, socket.socket(family, socket.SOCK_DGRAM) as datagram:
            stream.bind((host, 0))
            port: int = stream.getsockname()[1]
            try:
                datagram.bind((host, port))
            except OSError as error:
                refused = error
                continue
            return port
    raise refused
