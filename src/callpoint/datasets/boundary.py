"""A service boundary: the area one agency serves, with what is published about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceBoundary:
    """One polygon of a PsapPolygon, PolicePolygon, FirePolygon, EmsPolygon or ServiceBoundaryPolygon layer.

    `id` is the NGUID, or one made of data set and row where the source has none; `service` a service URN, lower
    case (`urn:service:sos`, `urn:emergency:service:responder.fire`); `uri` where calls go ("" = not published);
    `agency_id` the agency's domain; `effective` and `expires` ISO 8601 in UTC, "" = always; `updated_at` ISO 8601
    in UTC. `sample` polygons are for trying out and never for real routing.
    """

    id: str
    service: str
    display_name: str
    uri: str = ""
    agency_id: str = ""
    service_number: str = ""
    language: str = "en"
    effective: str = ""
    expires: str = ""
    updated_at: str = ""
    dataset: str = ""
    dataset_version: str = ""
    sample: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others loaded: two data sets may use the same IDs."""
        return self.dataset, self.id
