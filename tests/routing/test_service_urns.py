"""Which layer of boundaries a service URN asks."""

import pytest

from callpoint.routing.service_urns import PSAP_LAYER, answering_layer, layer_of

FIRE = "urn:emergency:service:responder.fire"
LAYERS = frozenset({PSAP_LAYER, FIRE, "urn:service:sos.mountain"})


@pytest.mark.parametrize(
    "service",
    [
        "urn:service:sos",
        " URN:Service:SOS ",
        "urn:service:test.sos",
        "urn:emergency:service:sos",
        "urn:emergency:service:sos.psap",
        "urn:nena:service:sos",
        "urn:nena:service:sos.psap",
        "urn:emergency:service:test.sos",
    ],
)
def test_names_of_the_psap_layer(service: str) -> None:
    assert layer_of(service) == PSAP_LAYER
    assert answering_layer(service, LAYERS) == PSAP_LAYER


@pytest.mark.parametrize(
    ("service", "layer"),
    [
        ("urn:nena:service:responder.fire", FIRE),
        ("urn:emergency:service:responder.fire", FIRE),
        ("urn:emergency:service:responder.fire.volunteer", FIRE),
        ("urn:service:sos.police", PSAP_LAYER),
        ("urn:service:sos.fire.wild", PSAP_LAYER),
        ("urn:service:test.sos.fire", PSAP_LAYER),
        ("urn:emergency:service:sos.ecrf", PSAP_LAYER),
        ("urn:service:sos.mountain", "urn:service:sos.mountain"),
        ("urn:service:sos.mountain.cave", "urn:service:sos.mountain"),
        ("urn:emergency:service:responder.police", None),
        ("urn:service:counseling", None),
        ("sos", None),
        ("", None),
        ("a.b.c", None),
    ],
)
def test_who_answers(service: str, layer: str | None) -> None:
    assert answering_layer(service, LAYERS) == layer


def test_without_a_psap_layer_nobody_stands_in() -> None:
    assert answering_layer("urn:service:sos", {FIRE}) is None
