"""What a PIDF-LO says, as values (RFC 4119 §2.2, RFC 5491 §3, RFC 7459 §4)."""

from dataclasses import dataclass, field
from typing import Literal

from callpoint.i3.civic import Civic
from callpoint.i3.data_blocks import ProvidedBy
from callpoint.i3.shapes import Shape

Subject = Literal["device", "person", "tuple"]
Distribution = Literal["unknown", "normal", "rectangular"]


@dataclass(frozen=True, slots=True)
class Confidence:
    """How surely the shape holds the target: per cent, more than 0 and less than 100; None is "unknown".

    A shape without one is to be taken as 95 per cent, distribution unknown (RFC 7459 §4).
    """

    percent: float | None
    distribution: Distribution = "unknown"


@dataclass(frozen=True, slots=True)
class Location:
    """One place of one target: an address, a shape, or both for the same place (RFC 5491 §3).

    `timestamp` and `retention_expiry` are xs:dateTime with a zone. `method` is a token of the IANA registry
    "Method Tokens": Manual, GPS, Wiremap, 802.11, Derived, ... `device_id` is a URI and needed for a device.
    The fields named `...other` keep what is not understood here as XML text: `other` inside location-info,
    `rules_other` inside usage-rules, `geopriv_other` behind provided-by, `subject_other` beside geopriv.
    `id` is only a handle inside its document, so two locations are equal without it.
    """

    civic: Civic | None = None
    shape: Shape | None = None
    method: str = ""
    provided_by: ProvidedBy | None = None
    timestamp: str = ""
    confidence: Confidence | None = None
    device_id: str = ""
    subject: Subject = "device"
    retransmission_allowed: bool = True  # or nobody on the way to the PSAP may pass it on (RFC 4119 §2.2.2)
    retention_expiry: str = ""
    civic_language: str = ""
    other: str = ""
    rules_other: str = ""
    geopriv_other: str = ""
    subject_other: str = ""
    id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PidfLo:
    """The locations of one presentity, the most important first (RFC 5491 §3).

    `entity` is a pres: URI; "" where a peer left it out. `defects` tells in words what a reader had to overlook.
    """

    entity: str
    locations: tuple[Location, ...]
    other: str = ""
    defects: tuple[str, ...] = field(default=(), compare=False)
