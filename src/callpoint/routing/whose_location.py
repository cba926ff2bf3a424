"""Whose location goes with a call: the design's chain of six, each skipped step with its reason.

The first step that has something to say decides, even when what it says turns out to be of no use. A person who
moved home and mistyped the new address has told us that the office is wrong; sending the ambulance to the office,
because that address at least is valid, would pass an address off as the person's that the person took back
(promise 3). Such a call goes to the relay center with the words of the newer one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from callpoint.routing.plan import CallLocation, IncomingCall, LocationSource, Reason
from callpoint.routing.reasons import reason
from callpoint.routing.records import Identity, LocationRecord, Organization

NumberLookup = Callable[[], Identity | None]
"""Asks the directory for the record of the calling number; only done when the steps before found nothing."""


@dataclass(frozen=True)
class Found:
    """A location and where it comes from, or None and "none". `owner` is whose record it was read from."""

    location: LocationRecord | CallLocation | None
    source: LocationSource
    owner: Identity | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class _Step:
    source: LocationSource
    location: LocationRecord | CallLocation | None
    reason: Reason


def whose_location(
    call: IncomingCall, organization: Organization | None, person: Identity | None, number_record: NumberLookup
) -> Found:
    """The location of the first step that has one."""
    reasons: list[Reason] = []
    for step in _first_steps(call, person):
        reasons.append(step.reason)
        if step.location is not None:
            return Found(step.location, step.source, person, tuple(reasons))
    return _by_number(organization, person, number_record, reasons)


def _first_steps(call: IncomingCall, person: Identity | None) -> Iterator[_Step]:
    yield _from_call(call)
    if person is not None and person.elin:
        yield _from_elin(person)
    elif person is not None:
        yield from _from_record(person)


def _from_call(call: IncomingCall) -> _Step:
    location = call.location
    if location is None:
        return _Step("call", None, reason("call_location_none"))
    if not call.trunk.location_trusted:
        return _Step("call", None, reason("call_location_untrusted", trunk=call.trunk.name))
    if not names_a_place(location):
        return _Step("call", None, reason("call_location_empty"))
    return _Step("call", location, reason("call_location_used", place=in_words(location)))


def names_a_place(location: CallLocation) -> bool:
    """False for a location no one could be sent to: no shape, and no town, postal code, street or landmark.

    A bare country or state would otherwise push aside the address the person registered.
    """
    civic = location.civic
    return location.shape is not None or (
        civic is not None and any((civic.A3, civic.PC, civic.PCN, civic.RD, civic.LMK, civic.MP, civic.PN))
    )


def _from_record(record: Identity) -> Iterator[_Step]:
    yield _from_network(record)
    current, assigned = record.current_location, record.assigned_location
    if current is None:
        yield _Step("current", None, reason("current_location_none"))
    else:
        words = {"place": in_words(current), "who": current.source or "somebody", "since": _since(current)}
        yield _Step("current", current, reason("current_location_used", **words))
    if assigned is None:
        yield _Step("assigned", None, reason("assigned_location_none"))
    else:
        yield _Step("assigned", assigned, reason("assigned_location_used", place=in_words(assigned)))


def _from_network(record: Identity) -> _Step:
    seen, chosen = record.network_location, record.current_location
    if seen is None:
        return _Step("network", None, reason("network_location_none"))
    words = {"place": in_words(seen), "since": _since(seen)}
    if chosen is not None and not _fresher(seen, chosen):
        return _Step("network", None, reason("network_location_older", chosen=_since(chosen), **words))
    return _Step("network", seen, reason("network_location_used", **words))


def _from_elin(record: Identity) -> _Step:
    place = record.assigned_location
    if place is None:
        return _Step("number", None, reason("number_location_none"))
    return _Step("number", place, reason("elin_used", number=record.identity, place=in_words(place)))


def _by_number(
    organization: Organization | None, person: Identity | None, lookup: NumberLookup, reasons: list[Reason]
) -> Found:
    record = lookup() if organization is not None else None
    if record is not None and record.elin:
        # Whoever gave a location an ELIN has allowed it: the switch is about numbers people carry with them.
        step = _from_elin(record)
        reasons.append(step.reason)
        if step.location is not None:
            return Found(step.location, "number", person or record, tuple(reasons))
        record = None
    if organization is not None and organization.number_location_allowed:
        if person is not None and person.number_location is not None:
            reasons.append(reason("number_location_used", place=in_words(person.number_location)))
            return Found(person.number_location, "number", person, tuple(reasons))
        found = _of_number_record(record, person, reasons)
        if found is not None:
            return found
        reasons.append(reason("number_location_none"))
    elif organization is not None:
        reasons.append(reason("number_location_not_allowed", organization=organization.name))
    reasons.append(reason("no_location"))
    return Found(None, "none", person, tuple(reasons))


def _of_number_record(record: Identity | None, person: Identity | None, reasons: list[Reason]) -> Found | None:
    """The number's own record is asked as a person's is: its user may have chosen a place since it was assigned."""
    if record is None:
        return None
    number = {"number": record.identity, "name": record.name or "nobody by name"}
    for location in (
        *[step.location for step in _from_record(record) if step.location is not None],
        record.number_location,
    ):
        if location is not None:
            reasons.append(reason("number_record_used", **number))
            reasons.append(reason("number_location_used", place=in_words(location)))
            return Found(location, "number", person or record, tuple(reasons))
    return None


def in_words(location: LocationRecord | CallLocation) -> str:
    """One line for people: building and address, else the point, else what the shape says of itself."""
    civic = location.civic
    line = civic.formatted() if civic is not None else ""
    if isinstance(location, LocationRecord):
        building = location.building if location.building not in line else ""
        point = "{:.5f}, {:.5f}".format(*location.point) if location.point and not line else ""
        return ", ".join([part for part in (building, line, point) if part]) or location.note or "a place without words"
    centre = location.shape.centre if location.shape is not None else None
    return line or (f"{centre.lat:.5f}, {centre.lon:.5f}" if centre is not None else "a place without words")


def _since(location: LocationRecord) -> str:
    return location.updated_at or "time unknown"


def _fresher(seen: LocationRecord, chosen: LocationRecord) -> bool:
    seen_at, chosen_at = _moment(seen.updated_at), _moment(chosen.updated_at)
    return seen_at is not None and (chosen_at is None or seen_at > chosen_at)


def _moment(text: str) -> datetime | None:
    """None for a time nobody can read: it then proves nothing about which location is newer."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
