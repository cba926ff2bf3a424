"""Which services there are, and which lie below which (RFC 5222 §10)."""

from collections.abc import Collection

from callpoint.routing.service_urns import PSAP_LAYER, layer_of


def offered(layers: Collection[str]) -> frozenset[str]:
    """Boundaries or not, there is somebody to ask about the PSAP: routes, other servers, the default mapping."""
    return frozenset(layers) | {PSAP_LAYER}


def children(service: str, layers: Collection[str]) -> tuple[str, ...]:
    """The services of `layers` next below `service`, sorted; the uppermost ones for "" or a bare "urn:service"."""
    under = layer_of(service) if service else ""
    below = [layer for layer in layers if _is_below(layer, under)]
    return tuple(sorted(layer for layer in below if not any(_is_below(layer, other) for other in below)))


def _is_below(layer: str, other: str) -> bool:
    return not other or layer.startswith((f"{other}.", f"{other}:"))
