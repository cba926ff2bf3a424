"""Looks the names of all targets up ahead of calls, so that no call waits for a name server (promise 1)."""

import asyncio
from collections.abc import Collection, Iterable

from callpoint.node.recorder import Recorder
from callpoint.sip.errors import SipError
from callpoint.sip.uri import Uri
from callpoint.snapshot.store import Snapshot
from callpoint.transport.resolver import REFRESH_SECONDS, Resolver, is_numeric


async def watch_targets(
    snapshot: Snapshot, resolver: Resolver, recorder: Recorder, others: Collection[str] = ()
) -> None:
    """Until cancelled. A name that cannot be resolved is an alarm before anybody dials, and cleared when it can.

    `others` are URIs looked up beside those of targets and trunks.
    """
    missing: set[str] = set()
    while True:
        now_missing = set(await resolver.refresh(target_hosts(snapshot) | hosts_of(others)))
        for host in now_missing - missing:
            recorder.alarm("target_name_unknown", f"{host} has no address: check the target's URI or the name server.")
        for host in missing - now_missing:
            recorder.alarm("target_name_unknown", f"{host} has an address again.", cleared=True)
        missing = now_missing
        await asyncio.sleep(REFRESH_SECONDS)


def target_hosts(snapshot: Snapshot) -> set[str]:
    """The host names (not addresses) of all targets, and of where trunks want calls back, as published now."""
    uris = [target.uri for target in snapshot.targets()]
    return hosts_of([*uris, *(trunk.callback_uri for trunk in snapshot.trunks() if trunk.callback_uri)])


def hosts_of(uris: Iterable[str]) -> set[str]:
    """The host names in these URIs; those that cannot be read are left to doctor."""
    hosts = set()
    for text in uris:
        try:
            host = Uri.parse(text).host.strip("[]")
        except SipError:
            continue
        if host and not is_numeric(host):
            hosts.add(host)
    return hosts
