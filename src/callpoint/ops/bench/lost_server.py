"""The web server of the LoST bench: granian as in production, our LoST application, drawn boundaries.

`python -m callpoint.ops.bench.lost_server PORT BOUNDARIES` serves until it is ended.
"""

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from granian.constants import Interfaces
from granian.server import Server

from callpoint.addresses.live_validator import open_validator
from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Shape
from callpoint.ops.bench.drawn_boundaries import drawn_boundaries
from callpoint.routing.boundaries import BoundaryIndex
from callpoint.routing.boundary_psaps import psap_names
from callpoint.routing.records import Psap
from callpoint.snapshot.boundaries import LoadedBoundaries
from callpoint.web.lis.asking import ask
from callpoint.web.lis.knowledge import Knowledge
from callpoint.web.lis.server import LostServer
from callpoint.web.lis.settings import LostSettings
from callpoint.web.lis.upstream import Upstreams
from callpoint.web.process import MOST_COMING

COUNT: Final = "CALLPOINT_BENCH_BOUNDARIES"


@dataclass(frozen=True)
class NoRoutes:
    """An installation without fixed routes and PSAPs of its own."""

    def psap(self, name: str) -> Psap | None:
        return None

    def psap_for(self, civic: Civic | None, shape: Shape | None) -> Psap | None:
        return None


@dataclass(frozen=True)
class Drawn:
    """Boundaries that never change."""

    loaded: LoadedBoundaries


def lost_server(count: int) -> LostServer:
    """The server over `count` drawn boundaries, warm."""
    index = BoundaryIndex(*drawn_boundaries(count))
    index.warm()
    settings = LostSettings("lost.bench.example")
    addresses = open_validator(Path(tempfile.gettempdir(), "callpoint-bench-without-data"))
    boundaries = Drawn(LoadedBoundaries(index, psap_names(index.boundaries)))
    upstreams = Upstreams(settings, ask, time.monotonic)
    return LostServer(settings, Knowledge(boundaries, addresses, NoRoutes()), upstreams, time.time)


def serve(port: int) -> None:
    """Until the process is ended."""
    Server(
        "callpoint.ops.bench.lost_target:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=MOST_COMING,
        backlog=256,
        log_access=False,
        log_enabled=False,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    os.environ[COUNT] = sys.argv[2]
    serve(int(sys.argv[1]))
