"""Routing records: what the directory publishes and a call is decided by.

Plain frozen values with a plain JSON form (`to_json`, `from_json`), so that the publisher, the snapshot and
the tests speak of the same things. A reader ignores keys it does not know and fills in defaults for keys that
are missing: a node of one version reads the snapshot written by the next one.
"""

import dataclasses
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

from callpoint.i3.civic import Civic

Profile = Literal["i3", "carrier"]
TargetKind = Literal["psap", "relay_center"]
Verdict = Literal["unchecked", "valid", "valid_corrected", "ambiguous", "area", "invalid", "refused"]
IdentityKind = Literal["device_user_id", "phone_number"]
Misdial = Literal["reject", "treat_as_911"]


class RecordError(ValueError):
    """A JSON form that is not a record of the wanted kind; says which field is wrong."""


@dataclass(frozen=True)
class Target:
    """One place a call can be sent to. `uri` is a sip: or sips: URI, with `;transport=` where it matters."""

    name: str
    uri: str
    profile: Profile = "i3"
    kind: TargetKind = "psap"


@dataclass(frozen=True)
class Psap:
    """A public safety answering point. Its name is its key; its targets are tried in order.

    Its calls back come from the hosts of its targets, or from `callback_networks` (CIDR texts).
    """

    name: str
    targets: tuple[Target, ...] = ()
    callback_networks: tuple[str, ...] = ()


@dataclass(frozen=True)
class LocationRecord:
    """A dispatchable location as registered, with what is known about its truth.

    `point` is (latitude, longitude) in WGS 84 degrees; `verdict` and `dataset` say who confirmed the address
    ("" = nobody); `psap_source` says where the mapping comes from ("boundary", "lost", "fixed route", ...);
    `method` is the PIDF-LO method token (RFC 4119 §2.2.3); `source` says who set it ("administrator",
    "person", ...); `updated_at` is ISO 8601 in UTC; `building` and `note` are shown to people only;
    `building_id` is what alerts are filtered by ("" for a home).
    """

    id: str
    civic: Civic
    point: tuple[float, float] | None = None
    verdict: Verdict = "unchecked"
    dataset: str = ""
    psap: Psap | None = None
    psap_source: str = ""
    method: str = "Manual"
    source: str = ""
    updated_at: str = ""
    building: str = ""
    note: str = ""
    building_id: str = ""


@dataclass(frozen=True)
class Identity:
    """A person as the calling platform names them: by `device_user_id` or by phone number, compared exactly.

    `callback_number` is E.164 ("+1...") or "". `notified` names who is told of a call. `elin`: no person, but the
    number of a place, its `assigned_location`: whoever calls from it calls from there.
    """

    organization: str
    kind: IdentityKind
    identity: str
    name: str = ""
    email: str = ""
    language: str = ""
    callback_number: str = ""
    active: bool = True
    network_location: LocationRecord | None = None
    current_location: LocationRecord | None = None
    assigned_location: LocationRecord | None = None
    number_location: LocationRecord | None = None
    notified: tuple[str, ...] = ()
    elin: bool = False


@dataclass(frozen=True)
class Organization:
    """A customer. `status`: onboarding, active, warned or suspended. The fee is decimal text, "" = the provider's.

    `notified` names who is told of a call by somebody the directory does not know.
    """

    slug: str
    name: str
    status: str = "active"
    country: str = "US"
    language: str = "en"
    time_zone: str = "UTC"
    number_location_allowed: bool = False
    unregistered_fee: str = ""
    currency: str = ""
    notified: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trunk:
    """How calls of an organization arrive, and how they prove it.

    `organization` is "" for a provider-wide trunk, whose calls name theirs in `organization_header`.
    `source_networks` are CIDR texts; `digest_ha1` maps an algorithm ("MD5", "SHA-256") to its HA1.
    `id_headers` are read in order. Why `misdial` defaults to "reject" is argued in `dialled`. Calls back from a PSAP go
    to `callback_uri`, a SIP URI whose user is replaced by the number ("" = to where the person's call came from).
    """

    name: str
    organization: str = ""
    source_networks: tuple[str, ...] = ()
    digest_username: str = ""
    digest_ha1: Mapping[str, str] = dataclasses.field(default_factory=dict)
    certificate_names: tuple[str, ...] = ()
    id_headers: tuple[str, ...] = ("X-Employee-ID", "E911-User-ID", "X-E911-User-ID")
    organization_header: str = ""
    location_trusted: bool = False
    misdial: Misdial = "reject"
    callback_uri: str = ""


@dataclass(frozen=True)
class Provider:
    """Who runs this installation: the relay center every call can end at, and the default fee."""

    relay_center: tuple[Target, ...] = ()
    unregistered_fee: str = ""
    currency: str = "USD"
    name: str = ""
    provider_id: str = ""


@dataclass(frozen=True)
class FixedRoute:
    """A PSAP for every location in a country, state or town; "" matches any. The most specific route wins."""

    psap: Psap
    country: str = ""
    A1: str = ""
    A3: str = ""


class Record(Protocol):
    """Any of the dataclasses above."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


R = TypeVar("R", bound=Record)
_Reader = Callable[[Any, str], Any]


def to_json(record: Record, without: Set[str] = frozenset()) -> dict[str, Any]:
    """The record as plain JSON values; fields at their default are left out, to keep a million of them small.

    So are those named in `without`.
    """
    plain: dict[str, Any] = {}
    for name, default in _defaults(type(record)):
        value = getattr(record, name)
        if value != default and name not in without:
            plain[name] = value if type(value) is str else _plain(value)
    return plain


def from_json(cls: type[R], data: Mapping[str, Any]) -> R:
    """Read a record back. Raises RecordError naming the field when `data` is not one."""
    record: R = _record_reader(cls)(data, cls.__name__)
    return record


@cache
def _defaults(cls: type[Record]) -> tuple[tuple[str, Any], ...]:
    return tuple([(field.name, _default(field)) for field in dataclasses.fields(cls)])


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _plain(value: Any) -> Any:
    if isinstance(value, Civic):
        return value.to_fields()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_json(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value


@cache
def _record_reader(cls: type[Any]) -> _Reader:
    hints = get_type_hints(cls)
    readers = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(cls)}
    needed = {field.name for field in dataclasses.fields(cls) if _default(field) is dataclasses.MISSING}

    def read(data: Any, where: str) -> Any:
        if not isinstance(data, Mapping):
            raise RecordError(f"{where}: an object is expected, not {type(data).__name__}")
        if missing := needed - data.keys():
            raise RecordError(f"{where}: {', '.join(sorted(missing))} missing")
        return cls(**{key: readers[key](value, f"{where}.{key}") for key, value in data.items() if key in readers})

    return read


def _reader(kind: Any) -> _Reader:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (UnionType, Union):
        return _optional(_reader(next(argument for argument in arguments if argument is not NoneType)))
    if origin is tuple:
        return _fixed_tuple(arguments) if arguments[-1] is not Ellipsis else _any_tuple(_reader(arguments[0]))
    if origin is Literal:
        return _one_of(arguments)
    if kind is Civic:
        return _civic
    if dataclasses.is_dataclass(kind):
        return _record_reader(kind)  # type: ignore[arg-type]
    return _mapping if origin is not None else _scalar(kind)


def _optional(inner: _Reader) -> _Reader:
    return lambda value, where: None if value is None else inner(value, where)


def _any_tuple(item: _Reader) -> _Reader:
    def read(value: Any, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise RecordError(f"{where}: a list is expected")
        return tuple([item(part, where) for part in value])

    return read


def _fixed_tuple(kinds: tuple[Any, ...]) -> _Reader:
    readers = [_reader(kind) for kind in kinds]

    def read(value: Any, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or len(value) != len(readers):
            raise RecordError(f"{where}: a list of {len(readers)} is expected")
        return tuple([reader(part, where) for reader, part in zip(readers, value, strict=True)])

    return read


def _one_of(allowed: tuple[Any, ...]) -> _Reader:
    def read(value: Any, where: str) -> Any:
        if value not in allowed:
            raise RecordError(f"{where}: {value!r} is none of {', '.join(allowed)}")
        return value

    return read


def _scalar(kind: type[Any]) -> _Reader:
    # JSON writes 44.0 as 44 in some hands, so a whole number is a fine coordinate.
    accepted = (int, float) if kind is float else kind

    def read(value: Any, where: str) -> Any:
        if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
            raise RecordError(f"{where}: {kind.__name__} is expected, not {type(value).__name__}")
        return float(value) if kind is float else value

    return read


def _civic(value: Any, where: str) -> Civic:
    _mapping(value, where)
    return Civic.from_fields(value)


def _mapping(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise RecordError(f"{where}: an object of texts is expected")
    return dict(value)
