"""Calls that bring only coordinates: the node itself finds the PSAP, from the data sets in its own directory."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callpoint.i3.pidf_lo import Location, PidfLo, write_pidf_lo
from callpoint.i3.shapes import Circle, Point, Shape
from callpoint.node.bodies import PIDF_TYPE, SDP_TYPE
from callpoint.routing.records import FixedRoute, Organization, Provider, Psap, Target, Trunk
from callpoint.sip.message import Request
from callpoint.sip.multipart import Part, write_multipart
from callpoint.snapshot.boundaries import LiveBoundaries
from callpoint.snapshot.changes import Put
from callpoint.snapshot.store import Snapshot
from callpoint.snapshot.writer import SnapshotWriter
from tests.node.world import SDP, World
from tests.snapshot.maps import BARRE, MONTPELIER, area, write_set

HERE = Point(44.26, -72.58)


class Mapped:
    """A world whose directory is a real snapshot with real boundaries."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.folder = world.folder / "datasets"
        self.boundaries: LiveBoundaries

    async def start(self) -> None:
        world = self.world
        path = world.folder / "snapshot.db"
        with SnapshotWriter(path) as writer:
            trunk = Trunk("main", "demo", ("127.0.0.1/32",), location_trusted=True)
            route = FixedRoute(Psap("State police", (self.target("psap"),)), "", "")
            writer.apply([Put(Provider(world.view.relay)), Put(Organization("demo", "Demo")), Put(trunk), Put(route)])
        self.boundaries = LiveBoundaries(self.folder, mapped=False, check_seconds=0.01)
        world.view = Snapshot(path, boundaries=self.boundaries, check_seconds=0.0)  # type: ignore[assignment]
        await world.restart_node()

    def target(self, actor: str) -> Target:
        return Target(actor, f"sip:127.0.0.1:{getattr(self.world, actor).port};transport=udp")

    def uri(self, actor: str) -> str:
        return f"sip:{actor}@127.0.0.1:{getattr(self.world, actor).port};transport=udp"

    async def ready(self) -> None:
        self.boundaries.start()
        await self.world.phone.until(lambda: self.boundaries.loaded)

    def invite(self, shape: Shape) -> Request:
        invite = self.world.invite(identity=None, Geolocation="<cid:loc@corp.example>")
        pidf = write_pidf_lo(
            PidfLo("pres:agent@corp.example", (Location(shape=shape, device_id="urn:x:1", method="GPS"),))
        )
        content_type, body = write_multipart(
            [
                Part((("Content-Type", SDP_TYPE),), SDP),
                Part((("Content-Type", PIDF_TYPE), ("Content-ID", "<loc@corp.example>")), pidf),
            ],
            "outer",
        )
        invite.set("Content-Type", content_type)
        invite.body = body
        return invite

    def decided(self) -> dict[str, object]:
        return self.world.journal.of_kind("decided")[-1]

    def codes(self) -> list[str]:
        return [reason["code"] for reason in self.decided()["reasons"]]  # type: ignore[attr-defined]


@pytest.fixture
async def mapped(tmp_path: Path) -> AsyncIterator[Mapped]:
    async with World(tmp_path) as world:
        mapped = Mapped(world)
        yield mapped
        mapped.boundaries.close()


@pytest.mark.parametrize("shape", [HERE, Circle(HERE, 50.0)], ids=["point", "circle"])
async def test_coordinates_alone_reach_the_psap_of_their_boundary(mapped: Mapped, shape: Shape) -> None:
    write_set(
        mapped.folder, "vermont", area("Montpelier", MONTPELIER, ServiceURI=mapped.uri("psap")), area("Barre", BARRE)
    )
    await mapped.start()
    await mapped.ready()
    await mapped.world.established(mapped.invite(shape))
    assert mapped.world.psap.of_method("INVITE")[0].uri.startswith("urn:service:sos")
    assert mapped.decided()["psap"] == "Montpelier"
    assert mapped.decided()["direct"] is True
    texts = [reason["text"] for reason in mapped.decided()["reasons"]]  # type: ignore[attr-defined]
    assert "Calls from there go to Montpelier (boundary of vermont 1)." in texts


async def test_a_circle_over_two_is_told_and_goes_to_the_one_with_more_of_it(mapped: Mapped) -> None:
    uri = mapped.uri("psap")
    write_set(
        mapped.folder, "vermont", area("Montpelier", MONTPELIER, ServiceURI=uri), area("Barre", BARRE), sample=True
    )
    await mapped.start()
    await mapped.ready()
    await mapped.world.established(mapped.invite(Circle(Point(44.25, -72.501), 400.0)))
    assert mapped.decided()["psap"] == "Montpelier"
    assert {"boundary_partly", "boundary_sample"} <= set(mapped.codes())


async def test_outside_of_all_boundaries_fixed_routes_decide(mapped: Mapped) -> None:
    write_set(mapped.folder, "vermont", area("Montpelier", MONTPELIER))
    await mapped.start()
    await mapped.ready()
    await mapped.world.established(mapped.invite(Point(44.0, -73.0)))
    assert {"boundary_gap", "psap_by_fixed_route"} <= set(mapped.codes())


async def test_until_the_boundaries_are_read_fixed_routes_decide(mapped: Mapped) -> None:
    write_set(mapped.folder, "vermont", area("Montpelier", MONTPELIER))
    await mapped.start()  # not ready
    await mapped.world.established(mapped.invite(HERE))
    assert {"boundaries_loading", "psap_by_fixed_route"} <= set(mapped.codes())


async def test_new_boundaries_count_without_a_restart(mapped: Mapped) -> None:
    await mapped.start()
    await mapped.ready()
    write_set(mapped.folder, "vermont", area("Montpelier", MONTPELIER, ServiceURI=mapped.uri("psap")))
    await mapped.world.phone.until(lambda: len(mapped.boundaries.index))
    await mapped.world.established(mapped.invite(HERE))
    assert "psap_by_boundary" in mapped.codes()


async def test_the_look_up_does_not_hold_up_the_loop(mapped: Mapped) -> None:
    write_set(mapped.folder, "vermont", area("Montpelier", MONTPELIER), area("Barre", BARRE))
    await mapped.start()
    await mapped.ready()
    times = []
    for number in range(300):
        await asyncio.sleep(0)
        began = time.thread_time()
        mapped.world.view.psap_by_boundary(Circle(Point(44.25, -72.5 + number / 1e5), 100.0), "2026-11-23T00:00:00Z")
        times.append(time.thread_time() - began)
    assert sorted(times)[len(times) // 2] < 0.001
