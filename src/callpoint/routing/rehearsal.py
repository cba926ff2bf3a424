"""A 911 call nobody has dialled: what it would get, asked of the very decision calls are made by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from callpoint.routing.alert_call import alert_call
from callpoint.routing.alert_records import AlertPlan
from callpoint.routing.decide import decide
from callpoint.routing.explain import goes_directly, plan_as_json
from callpoint.routing.plan import CallPlan, IncomingCall
from callpoint.routing.records import Trunk
from callpoint.routing.view import DirectoryView
from callpoint.routing.who_is_told import told


def rehearse(identity: str, organization: str, view: DirectoryView, at: str = "") -> CallPlan:
    """The plan of a 911 call with this ID, by the trunk it would most likely come by and without a location.

    `at` is the moment it is asked for (ISO 8601; "" stands for now).
    """
    trunk = usual_trunk(view.trunks(), organization)
    source = trunk.id_headers[0] if trunk.id_headers else "the directory"
    return decide(
        IncomingCall(organization, "911", "emergency", "urn:service:sos", identity, source, trunk, at=at), view
    )


def rehearse_telling(
    identity: str, organization: str, view: DirectoryView, alerts: AlertPlan | None, at: datetime
) -> CallPlan:
    """As `rehearse`, with who would be told of the call at `at` (aware), by the organization's alert plan."""
    plan = rehearse(identity, organization, view, at.isoformat(timespec="seconds"))
    if alerts is None:
        return plan
    received = {"trunk": usual_trunk(view.trunks(), organization).name, "service": "emergency", "identity": identity}
    call = alert_call("", organization, at.isoformat(), received, plan_as_json(plan))
    return replace(plan, notified=told(alerts, call, "emergency" if goes_directly(plan) else "relay_center", at))


def usual_trunk(trunks: Sequence[Trunk], organization: str) -> Trunk:
    """The organization's own trunk, else a provider-wide one, else a plain one."""
    own = [trunk for trunk in trunks if trunk.organization == organization]
    shared = [trunk for trunk in trunks if not trunk.organization]
    return next(iter([*own, *shared]), Trunk("any trunk", organization))
