"""The call as people are told of it: made from the facts of its decision, so from the very record the PSAP was sent.

One plain form for screens, texts, webhooks and the record: `AlertCall.to_json()`. Nothing here is looked up again, as
the directory may say something else by the time somebody reads it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

_NO_LOCATION: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True)
class AlertCall:
    """All that can be said of a call. Texts are "" where nothing is known; `at` is ISO 8601 in UTC.

    `location` is the dispatchable location in one line and `civic` its elements, exactly those of the PIDF-LO;
    `location_unsure` holds the words of one that could not be confirmed and went along as a comment only.
    `floor`, `unit`, `room` and `note` are parts of it, `point` is [latitude, longitude]. `cost` is decimal text in
    `currency`. `reasons` are the sentences of the decision. `about` is what an alert of no call is about.
    """

    call_id: str = ""
    organization: str = ""
    service: str = ""
    dialled: str = ""
    at: str = ""
    person: str = ""
    device_user_id: str = ""
    callback_number: str = ""
    caller_number: str = ""
    trunk: str = ""
    location: str = ""
    civic: Mapping[str, str] = field(default_factory=dict)
    location_source: str = ""
    location_unsure: str = ""
    verdict: str = ""
    building: str = ""
    building_id: str = ""
    location_id: str = ""
    floor: str = ""
    unit: str = ""
    room: str = ""
    note: str = ""
    point: tuple[float, float] | None = None
    psap: str = ""
    direct: bool = False
    unregistered: bool = False
    cost: str = ""
    currency: str = ""
    reasons: tuple[str, ...] = ()
    about: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "AlertCall":
        """Reads `to_json` back; keys of other versions are passed over."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in plain.items() if name in known}
        values["reasons"] = tuple(values.get("reasons", ()))
        point = values.get("point")
        values["point"] = (float(point[0]), float(point[1])) if point else None
        return cls(**values)

    @property
    def location_digest(self) -> str:
        """SHA-256 of the civic elements: the same for the notice and the PIDF-LO when they tell the same place."""
        return hashlib.sha256(json.dumps(dict(self.civic), sort_keys=True).encode()).hexdigest()


def alert_call(
    call_id: str, organization: str, at: str, received: Mapping[str, Any], decided: Mapping[str, Any]
) -> AlertCall:
    """From the data of the facts *received* and *decided* (`snapshot.fact_kinds`); `at` is when it arrived."""
    location = decided.get("location") or _NO_LOCATION
    unsure = decided.get("unusable_location") or _NO_LOCATION
    place = location or unsure
    civic = {str(name): str(value) for name, value in (location.get("civic") or {}).items()}
    spot = civic or {str(name): str(value) for name, value in (unsure.get("civic") or {}).items()}
    point = location.get("point")
    return AlertCall(
        call_id=call_id,
        organization=organization,
        service=_text(received, "service"),
        dialled=_text(received, "dialled"),
        at=at,
        person=_text(decided, "person"),
        device_user_id=_text(decided, "device_user_id") or _text(received, "identity"),
        callback_number=_text(decided, "callback_number"),
        caller_number=_text(received, "caller"),
        trunk=_text(received, "trunk"),
        location=_text(location, "formatted"),
        civic=civic,
        location_source=_text(decided, "location_source"),
        location_unsure=_text(unsure, "formatted"),
        verdict=_text(location, "verdict"),
        building=_text(place, "building"),
        building_id=_text(place, "building_id"),
        location_id=_text(place, "id").partition("@")[0],
        floor=spot.get("FLR", ""),
        unit=spot.get("UNIT", ""),
        room=spot.get("ROOM", ""),
        note=_text(place, "note"),
        point=(float(point[0]), float(point[1])) if point else None,
        psap=_text(decided, "psap"),
        direct=bool(decided.get("direct")),
        unregistered=bool(decided.get("unregistered")),
        cost=_text(decided, "cost"),
        currency=_text(decided, "currency"),
        reasons=tuple(str(reason.get("text", "")) for reason in decided.get("reasons") or ()),
    )


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
