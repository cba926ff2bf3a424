"""The methods there are, so that one we do not serve can be told from one nobody knows (RFC 3261 §8.2.1)."""

KNOWN_METHODS = frozenset(
    ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "UPDATE", "INFO", "SUBSCRIBE", "NOTIFY", "REFER",
     "MESSAGE", "PUBLISH")
)  # fmt: skip
"""Methods of the IANA registry: a known one that is not served gets 405, an unknown one 501 (RFC 3261 §21.5.2)."""
