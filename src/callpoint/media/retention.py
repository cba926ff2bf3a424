"""Takes recordings away when their time is over: at the start of the process, and every hour."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from callpoint.media.recorder import TIME_FORMAT, folder_of
from callpoint.media.recording_key import FOLDER_NAME
from callpoint.media.sealed_recording import SUFFIX
from callpoint.routing.alert_records import AlertPlan, Monitoring

logger = logging.getLogger(__name__)

EVERY_SECONDS: Final = 3600.0
DAYS_WITHOUT_PLAN: Final = Monitoring().retention_days
"""For recordings of an organization that is gone."""

Plans = Callable[[], Iterable[AlertPlan]]
"""All alert plans there are. Raises LookupError while nobody knows them."""


def remove_outdated(data_dir: Path, plans: Iterable[AlertPlan], now: datetime) -> list[Path]:
    """Removes what is older than its organization wants it kept, by the moment in its name; gives what is gone."""
    days = {folder_of(plan.organization): plan.monitoring.retention_days for plan in plans}
    removed = []
    for path in sorted((data_dir / FOLDER_NAME).glob(f"*/*{SUFFIX}")):
        kept = timedelta(days=days.get(path.parent.name, DAYS_WITHOUT_PLAN))
        began = _began(path)
        if began is None or now - began <= kept:
            continue
        try:
            path.unlink()
        except OSError as error:
            logger.error("the recording %s should be gone: %s", path.name, error)
        else:
            removed.append(path)
    return removed


async def keep_removing(data_dir: Path, plans: Plans, every: float = EVERY_SECONDS) -> None:
    """Until cancelled."""
    while True:
        with contextlib.suppress(LookupError):  # nothing is removed while nobody can say how long it is kept
            known = tuple(plans())
            removed = await asyncio.to_thread(remove_outdated, data_dir, known, datetime.now(UTC))
            if removed:
                logger.info("%d recordings were removed, their time being over", len(removed))
        await asyncio.sleep(every)


def _began(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name.partition("-")[0], TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
