"""What this process knows of its installation beside the database: opened once, shared by all threads and pages."""

import logging
import os
from functools import cache
from pathlib import Path

from django.conf import settings

from callpoint.addresses.live_validator import LiveValidator, open_validator
from callpoint.addresses.remote.second_opinion import second_opinion
from callpoint.addresses.remote.settings import RemoteSettings
from callpoint.directory.address_desk import DATASETS, SNAPSHOT, AddressDesk
from callpoint.snapshot.boundaries import LiveBoundaries
from callpoint.snapshot.store import Snapshot
from callpoint.transport.http_exchange import exchange
from callpoint.web.lis.knowledge import Knowledge

logger = logging.getLogger(__name__)


@cache
def boundaries() -> LiveBoundaries:
    """Followed from the first time on; they are read in a thread."""
    live = LiveBoundaries(Path(settings.DATA) / DATASETS, alarm=_tell)
    live.start()
    return live


@cache
def snapshot() -> Snapshot:
    """The node's snapshot, with the boundaries: what a call would be decided by."""
    return Snapshot(Path(settings.DATA) / SNAPSHOT, boundaries=boundaries(), alarm=_tell)


@cache
def fixed_routes() -> Snapshot:
    """The node's snapshot without boundaries."""
    return Snapshot(Path(settings.DATA) / SNAPSHOT, alarm=_tell)


@cache
def validator() -> LiveValidator:
    """Over the loaded data sets, which it follows."""
    return open_validator(Path(settings.DATA) / DATASETS)


@cache
def address_desk() -> AddressDesk:
    """Judges addresses for the pages, with the second opinion the operator may have chosen."""
    opinion = second_opinion(RemoteSettings.from_environment(os.environ), exchange)
    return AddressDesk(validator(), snapshot(), opinion)


def lost_knowledge() -> Knowledge:
    """What the LoST server answers by: the same boundaries and addresses as the pages."""
    return Knowledge(boundaries(), validator(), fixed_routes())


def forget() -> None:
    """Close what is open; the next one who asks opens the data directory of then. For tests."""
    if snapshot.cache_info().currsize:
        snapshot().close()
    if fixed_routes.cache_info().currsize:
        fixed_routes().close()
    if boundaries.cache_info().currsize:
        boundaries().close()
    for clear in (snapshot.cache_clear, fixed_routes.cache_clear, boundaries.cache_clear, validator.cache_clear):
        clear()
    address_desk.cache_clear()


def _tell(name: str, text: str, cleared: bool) -> None:
    logger.log(logging.INFO if cleared else logging.WARNING, "%s: %s", name, text)
