"""SIP without I/O: bytes and `now` in, messages and events out (RFC 3261 and its extensions)."""
