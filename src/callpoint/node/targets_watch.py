"""Looks the names of all targets up ahead of calls, so that no call waits for a name server (promise 1)."""

import asyncio

from callpoint.node.recorder import Recorder
from callpoint.sip.errors import SipError
from callpoint.sip.uri import Uri
from callpoint.snapshot.store import Snapshot
from callpoint.transport.resolver import REFRESH_SECONDS, Resolver, is_numeric


async def watch_targets(snapshot: Snapshot, resolver: Resolver, recorder: Recorder) -> None:
    """Until cancelled. A name that cannot be resolved is an alarm before anybody dials, and cleared when it can."""
    missing: set[str] = set()
    while True:
        now_missing = set(await resolver.refresh(target_hosts(snapshot)))
        for host in now_missing - missing:
            recorder.alarm("target_name_unknown", f"{host} has no address: check the target's URI or the name server.")
        for host in missing - now_missing:
            recorder.alarm("target_name_unknown", f"{host} has an address again.", cleared=True)
        missing = now_missing
        await asyncio.sleep(REFRESH_SECONDS)


def target_hosts(snapshot: Snapshot) -> set[str]:
    """The host names (not addresses) of all targets now published; URIs that cannot be read are left to doctor."""
    hosts = set()
    for target in snapshot.targets():
        try:
            host = Uri.parse(target.uri).host.strip("[]")
        except SipError:
            continue
        if host and not is_numeric(host):
            hosts.add(host)
    return hosts
