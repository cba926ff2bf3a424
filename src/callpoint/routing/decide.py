"""The decision: one call and one directory give one plan. Pure, so that `explain` and a real call cannot differ."""

from callpoint.routing.callback import callback_number
from callpoint.routing.destination import destination
from callpoint.routing.identity import difference, us_or_canadian
from callpoint.routing.plan import CallPlan, IncomingCall, Reason
from callpoint.routing.reasons import reason
from callpoint.routing.records import Identity, Organization
from callpoint.routing.view import DirectoryUnavailable, DirectoryView
from callpoint.routing.whose_location import whose_location

# More would bury the reasons that matter; a directory with that many look-alikes needs its own report.
NEAR_MISSES_NAMED = 5


def decide(call: IncomingCall, view: DirectoryView) -> CallPlan:
    """What happens to `call`, with every reason. Raises nothing: any caller reaches somebody (promise 2).

    The reasons stand in the order of the questions: who, whose location, how good it is, which PSAP, which number
    to call back. Tests (933, `urn:service:test.sos`) go through the same questions and get no targets.
    """
    reasons: list[Reason] = []
    organization = _organization(call, view, reasons)
    person = _person(call, organization, view, reasons) if organization is not None else None
    found = whose_location(
        call, organization, person, lambda: _number_record(call, organization, person, view, reasons)
    )
    goal = destination(found, view, call.at)
    owner = found.owner
    callback, why_callback = callback_number(owner, call.caller_number)
    reasons += [*found.reasons, *goal.reasons, *why_callback]
    if call.service != "emergency":
        reasons.append(reason("not_sent"))
    unregistered = goal.location is None
    cost, currency = _fee(organization, view) if unregistered and call.service == "emergency" else ("", "")
    return CallPlan(
        kind=call.service,
        organization=call.organization,
        identity=owner,
        callback_number=callback,
        location=goal.location,
        location_source=found.source if goal.location is not None else "none",
        psap=goal.psap,
        targets=goal.targets if call.service == "emergency" else (),
        unregistered=unregistered,
        reasons=tuple(reasons),
        notified=_notified(organization, owner),
        cost=cost,
        currency=currency,
        verdict=goal.verdict,
        unusable_location=goal.unusable,
    )


def _organization(call: IncomingCall, view: DirectoryView, reasons: list[Reason]) -> Organization | None:
    if not call.organization:
        reasons.append(reason("organization_missing", trunk=call.trunk.name))
        return None
    try:
        organization = view.organization(call.organization)
    except DirectoryUnavailable as trouble:
        reasons.append(reason("directory_unavailable", why=str(trouble)))
        return None
    if organization is None:
        reasons.append(reason("organization_unknown", organization=call.organization))
    elif organization.status == "suspended":
        reasons.append(reason("organization_suspended", organization=organization.name))
    return organization


def _person(
    call: IncomingCall, organization: Organization, view: DirectoryView, reasons: list[Reason]
) -> Identity | None:
    if not call.identity:
        reasons.append(reason("identity_missing", headers=", ".join(call.trunk.id_headers) or "no header"))
        return None
    words = {"identity": call.identity, "source": call.identity_source or "no header named"}
    try:
        person = view.person(organization.slug, call.identity)
        others = view.near_misses(organization.slug, call.identity) if person is None else ()
    except DirectoryUnavailable as trouble:
        reasons.append(reason("directory_unavailable", why=str(trouble)))
        return None
    if person is None:
        reasons.append(reason("identity_unknown", organization=organization.name, **words))
        reasons += [
            reason("identity_near_miss", other=other, difference=difference(call.identity, other))
            for other in others[:NEAR_MISSES_NAMED]
        ]
        return None
    if person.elin:
        reasons.append(reason("identity_elin", **words))
        return person
    name = person.name or "a person without a name"
    reasons.append(reason("identity_known", name=name, **words))
    if not person.active:
        # Two lists that drifted apart are likelier than an ID used by somebody else: the location stays, and is
        # called doubtful.
        reasons.append(reason("person_inactive", name=name))
    return person


def _number_record(
    call: IncomingCall,
    organization: Organization | None,
    person: Identity | None,
    view: DirectoryView,
    reasons: list[Reason],
) -> Identity | None:
    """The record identified by the calling number, unless it is the person already looked at."""
    number = us_or_canadian(call.caller_number)
    if organization is None or not number or (person is not None and person.identity == number):
        return None
    try:
        record = view.person(organization.slug, number)
    except DirectoryUnavailable as trouble:
        failure = reason("directory_unavailable", why=str(trouble))
        if failure not in reasons:
            reasons.append(failure)
        return None
    return record if record is not None and record.kind == "phone_number" else None


def _fee(organization: Organization | None, view: DirectoryView) -> tuple[str, str]:
    provider = view.provider()
    if organization is not None and organization.unregistered_fee:
        return organization.unregistered_fee, organization.currency or provider.currency
    return provider.unregistered_fee, provider.currency


def _notified(organization: Organization | None, person: Identity | None) -> tuple[str, ...]:
    if person is not None:
        return person.notified
    return organization.notified if organization is not None else ()
