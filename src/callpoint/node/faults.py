"""What should not have happened: our own mistakes, told to the operator while the calls go on."""

import logging

from callpoint.node.recorder import Recorder

logger = logging.getLogger(__name__)


def tell(recorder: Recorder, doing: str, error: Exception) -> None:
    """Into the log with its trace, and into the record as an alarm. `doing` says what was being done, in words."""
    logger.error("fault while %s", doing, exc_info=error)
    recorder.alarm("internal_fault", f"A fault while {doing}: {error!r}. The log has its trace; calls go on.")
