"""What every process does first: take its name, and write its log in one form."""

import logging
import sys

from setproctitle import setproctitle

LOG_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def begin(name: str) -> None:
    """`name` as in `callpoint NAME`: the title `ps` shows. The log goes to standard error."""
    setproctitle(f"callpoint {name}")
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=LOG_FORMAT)
