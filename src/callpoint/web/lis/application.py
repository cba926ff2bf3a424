"""The LoST server, put in front of Django's application."""

import time
from collections.abc import Mapping
from typing import Any

from callpoint.web.lis.asking import ask
from callpoint.web.lis.http import LostApplication
from callpoint.web.lis.knowledge import Knowledge
from callpoint.web.lis.server import LostServer
from callpoint.web.lis.settings import LostSettings
from callpoint.web.lis.upstream import Upstreams


def with_lost(rest: Any, knowledge: Knowledge, variables: Mapping[str, str]) -> LostApplication:
    """`rest`, a WSGI application, with LoST in front. `variables` hold the `LostSettings`; ValueError when they do not
    do."""
    settings = LostSettings.from_environment(variables)
    upstreams = Upstreams(settings, ask, time.monotonic)
    return LostApplication(LostServer(settings, knowledge, upstreams, time.time), rest)
