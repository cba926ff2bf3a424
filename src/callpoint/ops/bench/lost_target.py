"""The WSGI application of the LoST bench, as granian's worker loads it."""

import os
from typing import Any

from callpoint.ops.bench.lost_server import COUNT, lost_server
from callpoint.web.lis.http import LostApplication
from callpoint.web.turns import BodyFirst


def nothing(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """What Django would answer."""
    start_response("404 Not Found", [])
    return []


application = BodyFirst(LostApplication(lost_server(int(os.environ[COUNT])), nothing))
