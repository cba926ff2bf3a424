"""The LoST server of a data directory, put in front of Django's application."""

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from callpoint.addresses.live_validator import open_validator
from callpoint.snapshot.boundaries import LiveBoundaries
from callpoint.snapshot.store import Snapshot
from callpoint.web.lis.asking import ask
from callpoint.web.lis.http import LostApplication
from callpoint.web.lis.knowledge import Knowledge
from callpoint.web.lis.server import LostServer
from callpoint.web.lis.settings import LostSettings
from callpoint.web.lis.upstream import Upstreams

logger = logging.getLogger(__name__)

# Below the data directory; the same as the node's and the data command's.
DATASETS: Final = "datasets"
SNAPSHOT: Final = Path("node", "snapshot.db")


def with_lost(rest: Any, data: Path, variables: Mapping[str, str]) -> LostApplication:
    """`rest`, a WSGI application, with LoST in front, over what lies in `data` now and later.

    `variables` hold the `LostSettings`; ValueError when they do not do. The boundaries are read in a thread.
    """
    settings = LostSettings.from_environment(variables)
    boundaries = LiveBoundaries(data / DATASETS, alarm=_tell)
    boundaries.start()
    knowledge = Knowledge(boundaries, open_validator(data / DATASETS), Snapshot(data / SNAPSHOT, alarm=_tell))
    upstreams = Upstreams(settings, ask, time.monotonic)
    return LostApplication(LostServer(settings, knowledge, upstreams, time.time), rest)


def _tell(name: str, text: str, cleared: bool) -> None:
    logger.log(logging.INFO if cleared else logging.WARNING, "lost: %s: %s", name, text)
