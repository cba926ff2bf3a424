"""Service URNs, and which layer of boundaries answers one (RFC 5031 §4.2).

Many names mean the same layer: callers ask for `urn:service:sos`, i3 elements for `urn:emergency:service:sos` or
`…sos.psap`, older ones wrote `urn:nena:service:…`, rehearsals put `test.` before it. A *layer* is the one name each of
them stands for here. A service that has no layer of its own is answered by the next broader one: without
the last label, as RFC 5031 §4.2 builds its names; so `urn:service:sos.police` reaches the PSAP.
"""

from collections.abc import Container
from typing import Final

PSAP_LAYER: Final = "urn:service:sos"

_EMERGENCY: Final = "urn:emergency:service:"
_OLD: Final = ("urn:nena:service:",)
_TEST: Final = "urn:service:test."
_PSAP_NAMES: Final = frozenset({PSAP_LAYER, f"{_EMERGENCY}sos", f"{_EMERGENCY}sos.psap", f"{_EMERGENCY}test.sos"})


def layer_of(service: str) -> str:
    """The layer a service URN names, whether or not there is one; compared without regard to case."""
    urn = service.strip().lower()
    for prefix in _OLD:
        if urn.startswith(prefix):
            urn = _EMERGENCY + urn.removeprefix(prefix)
    if urn.startswith(_TEST):
        urn = "urn:service:" + urn.removeprefix(_TEST)
    return PSAP_LAYER if urn in _PSAP_NAMES else urn


def answering_layer(service: str, layers: Container[str]) -> str | None:
    """The narrowest of `layers` that answers for the service; None when it is none of their business.

    When it is not `layer_of(service)`, the answer is a substitution.
    """
    urn = layer_of(service)
    while urn not in layers:
        head, dot, _ = urn.rpartition(".")
        if not dot:
            return None
        urn = layer_of(head)
    return urn
