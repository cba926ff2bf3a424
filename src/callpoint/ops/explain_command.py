"""`callpoint explain`: what would happen if this person dialled 911 now, by the very snapshot a call would use."""

import datetime
from typing import Annotated

import typer

from callpoint.ops.config import Config
from callpoint.ops.errors import OperatorError
from callpoint.ops.options import ConfigOption, DataOption, JsonOption, OffsetOption, print_json, read_configuration
from callpoint.routing.explain import explained, plan_as_json, what_a_real_call_would_do
from callpoint.routing.plan import CallPlan
from callpoint.routing.records import Provider, Target
from callpoint.routing.rehearsal import rehearse_telling
from callpoint.snapshot.boundaries import BoundariesOnDemand
from callpoint.snapshot.store import Snapshot

IdentityArgument = Annotated[str, typer.Argument(metavar="DEVICE_USER_ID", help="The ID, exactly as registered.")]
OrganizationOption = Annotated[str, typer.Option("--org", metavar="SLUG", help="The organization.")]


def explain(
    identity: IdentityArgument,
    org: OrganizationOption = "demo",
    data: DataOption = None,
    config: ConfigOption = None,
    port_offset: OffsetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who it is, whose location and why no better one, which PSAP, which targets, who would be told, what it costs."""
    plan = plan_for(read_configuration(data, config, port_offset), org, identity)
    if as_json:
        print_json(plan_as_json(plan))
        return
    for line in explained(plan):
        typer.echo(line)
    typer.echo(f"\nA 911 call from here {what_a_real_call_would_do(plan)}.")


def plan_for(config: Config, organization: str, identity: str) -> CallPlan:
    """The plan of a 911 call by this person on a trunk of that organization.

    Raises OperatorError while nothing has been published yet, or the snapshot cannot be read.
    """
    path = config.node_dir / "snapshot.db"
    if not path.is_file():
        raise OperatorError(
            f"Nothing has been published into {path} yet.", "Start callpoint up (or demo) with this --data first."
        )
    relay = tuple(Target("relay center", uri, "i3", "relay_center") for uri in config.sip.fallback_relay)
    boundaries = BoundariesOnDemand(config.data_dir / "datasets", alarm=_no_alarm)
    snapshot = Snapshot(path, fallback=Provider(relay_center=relay), boundaries=boundaries, alarm=_no_alarm)
    try:
        if snapshot.trouble:
            raise OperatorError(f"{path} cannot be read: {snapshot.trouble}.", "See callpoint doctor.")
        now = datetime.datetime.now(datetime.UTC)
        return rehearse_telling(identity, organization, snapshot, snapshot.alert_plan(organization), now)
    finally:
        snapshot.close()


def _no_alarm(name: str, text: str, cleared: bool) -> None:
    """A command tells what is wrong in its own words; alarms are the node's."""
