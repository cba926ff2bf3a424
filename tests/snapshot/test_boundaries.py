"""Boundaries that are read, followed, swapped whole, and kept when a set breaks."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.snapshot.maps import BARRE, MONTPELIER, area, write_set

from callpoint.datasets.boundary_file import read
from callpoint.datasets.file import DatasetFile
from callpoint.i3.shapes import Point
from callpoint.routing.rings import RingArrays, build_rings
from callpoint.snapshot import boundaries as boundaries_module
from callpoint.snapshot.boundaries import (
    MOST_TARGETS,
    BoundariesOnDemand,
    LiveBoundaries,
    LoadedBoundaries,
    no_boundaries,
)
from callpoint.snapshot.boundary_store import BoundaryStore, key_of

AT = "2026-11-23T12:00:00Z"
IN_MONTPELIER = Point(44.26, -72.58)
IN_BARRE = Point(44.25, -72.45)

Follow = Callable[..., LiveBoundaries]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "datasets"


@pytest.fixture
def told() -> list[tuple[str, bool]]:
    return []


@pytest.fixture
def live(folder: Path, told: list[tuple[str, bool]]) -> Iterator[Follow]:
    opened: list[LiveBoundaries] = []

    def open_one(**settings: object) -> LiveBoundaries:
        def hear(name: str, text: str, cleared: bool) -> None:
            told.append((f"{name}: {text}", cleared))

        opened.append(LiveBoundaries(folder, alarm=hear, check_seconds=0.01, **settings))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def served(boundaries: LiveBoundaries, point: Point) -> list[str]:
    return [hit.boundary.display_name for hit in boundaries.index.find(point, "urn:service:sos", AT)]


def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_without_data_sets_it_is_ready_at_once(live: Follow) -> None:
    boundaries = live()
    assert boundaries.loaded is not None
    assert len(boundaries.index) == 0
    assert boundaries.follow()
    assert not boundaries.follow()


def test_until_they_are_read_there_is_nothing_and_that_can_be_seen(live: Follow, folder: Path) -> None:
    write_set(folder, "vermont", area("Montpelier", MONTPELIER))
    boundaries = live()
    assert boundaries.loaded is None
    assert served(boundaries, IN_MONTPELIER) == []
    assert boundaries.follow()
    assert boundaries.loaded is not None
    assert boundaries.loaded.read_seconds > 0
    assert served(boundaries, IN_MONTPELIER) == ["Montpelier"]


def test_all_sets_are_one_index_and_each_boundary_tells_its_own(live: Follow, folder: Path) -> None:
    write_set(folder, "a", area("Montpelier", MONTPELIER), version="2026-01-01.aa")
    write_set(folder, "b", area("Barre", BARRE), version="2026-02-02.bb", sample=True)
    boundaries = live()
    boundaries.follow()
    (hit,) = boundaries.index.find(IN_BARRE, "urn:service:sos", AT)
    told = hit.boundary
    assert (told.dataset, told.dataset_version, told.sample) == ("b", "2026-02-02.bb", True)
    assert served(boundaries, IN_MONTPELIER) == ["Montpelier"]


def test_a_new_set_is_followed(live: Follow, folder: Path) -> None:
    write_set(folder, "vermont", area("Montpelier", MONTPELIER))
    boundaries = live()
    boundaries.follow()
    before = boundaries.index
    assert not boundaries.follow()
    write_set(folder, "vermont", area("Capitol", MONTPELIER), version="2")
    assert boundaries.follow()
    assert served(boundaries, IN_MONTPELIER) == ["Capitol"]
    assert [hit.boundary.display_name for hit in before.find(IN_MONTPELIER, "urn:service:sos", AT)] == ["Montpelier"]


def test_a_set_that_is_removed_is_forgotten(live: Follow, folder: Path) -> None:
    write_set(folder, "a", area("Montpelier", MONTPELIER))
    gone = write_set(folder, "b", area("Barre", BARRE))
    boundaries = live()
    boundaries.follow()
    gone.unlink()
    assert boundaries.follow()
    assert served(boundaries, IN_BARRE) == []


def test_a_broken_set_leaves_the_boundaries_of_before(live: Follow, folder: Path, told: list[tuple[str, bool]]) -> None:
    write_set(folder, "a", area("Montpelier", MONTPELIER))
    path = write_set(folder, "b", area("Barre", BARRE))
    boundaries = live()
    boundaries.follow()
    path.unlink()
    path.write_bytes(b"no data set at all" * 100)
    write_set(folder, "a", area("Capitol", MONTPELIER), version="2")
    assert not boundaries.follow()
    assert served(boundaries, IN_MONTPELIER) == ["Montpelier"]
    assert served(boundaries, IN_BARRE) == ["Barre"]
    ((text, cleared),) = told
    assert text.startswith("boundaries_unreadable: ")
    assert "b.sqlite" in text
    assert not cleared
    write_set(folder, "b", area("Barre", BARRE), version="3")
    assert boundaries.follow()
    assert served(boundaries, IN_MONTPELIER) == ["Capitol"]
    assert told[-1][1]


def test_at_the_start_what_can_be_read_is_used(live: Follow, folder: Path, told: list[tuple[str, bool]]) -> None:
    write_set(folder, "a", area("Montpelier", MONTPELIER))
    broken = folder / "psaps" / "b.sqlite"
    broken.write_bytes(b"nothing")
    boundaries = live()
    assert boundaries.follow()
    assert served(boundaries, IN_MONTPELIER) == ["Montpelier"]
    assert [cleared for _, cleared in told] == [False]


def test_a_geometry_nobody_can_read_is_a_broken_set(live: Follow, folder: Path, told: list[tuple[str, bool]]) -> None:
    write_set(folder, "a", area("Montpelier", MONTPELIER))
    path = write_set(folder, "b", area("Barre", BARRE))
    raw = path.read_bytes()
    good = DatasetFile(path)
    wkb = read(good).wkb[0]
    assert raw.count(wkb) == 1
    path.unlink()
    path.write_bytes(raw.replace(wkb, b"\x01\xff" + wkb[2:]))
    boundaries = live()
    assert boundaries.follow()
    assert served(boundaries, IN_MONTPELIER) == ["Montpelier"]
    assert served(boundaries, IN_BARRE) == []
    assert "the boundaries b cannot be used" in told[0][0]


def test_a_passing_trouble_is_tried_again(
    live: Follow, folder: Path, told: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_now(areas: Iterator[bytes]) -> RingArrays:
        for _ in areas:
            raise ValueError("not now")
        return build_rings(())

    write_set(folder, "vermont", area("Montpelier", MONTPELIER))
    boundaries = live()
    with monkeypatch.context() as patch:
        patch.setattr(boundaries_module, "build_rings", not_now)
        assert boundaries.follow()
        assert served(boundaries, IN_MONTPELIER) == []
        assert not boundaries.follow()
    monkeypatch.setattr(boundaries_module, "RETRY_SECONDS", 0.0)
    boundaries._retry_at = 0.0
    assert boundaries.follow()
    assert served(boundaries, IN_MONTPELIER) == ["Montpelier"]
    assert [cleared for _, cleared in told] == [False, True]


def test_the_thread_follows_and_outlives_any_fault(
    live: Follow, folder: Path, told: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[LoadedBoundaries] = []
    boundaries = live(loaded_anew=heard.append)
    boundaries.start()
    until(lambda: heard)
    monkeypatch.setattr(boundaries_module, "RETRY_SECONDS", 0.0)
    with monkeypatch.context() as patch:
        patch.setattr(boundaries_module, "psap_names", lambda _: 1 / 0)
        write_set(folder, "vermont", area("Montpelier", MONTPELIER))
        until(lambda: told)
    assert "ZeroDivisionError" in told[0][0]
    until(lambda: served(boundaries, IN_MONTPELIER) == ["Montpelier"])
    until(lambda: told[-1][1])
    boundaries.close()
    write_set(folder, "vermont", area("Capitol", MONTPELIER), version="2")
    time.sleep(0.05)
    assert served(boundaries, IN_MONTPELIER) == ["Montpelier"]


def test_whoever_asks_never_sees_half_of_a_change(live: Follow, folder: Path) -> None:
    both = [area(name, shape) for name, shape in (("Montpelier", MONTPELIER), ("Barre", BARRE))]
    write_set(folder, "vermont", *both)
    boundaries = live()
    boundaries.start()
    until(lambda: boundaries.loaded)
    seen: set[tuple[str, ...]] = set()
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            loaded = boundaries.loaded
            assert loaded is not None
            hits = [loaded.index.find(point, "urn:service:sos", AT)[0] for point in (IN_MONTPELIER, IN_BARRE)]
            seen.add(tuple(f"{loaded.names[hit.boundary.key]} {hit.boundary.dataset_version}" for hit in hits))

    thread = threading.Thread(target=ask)
    thread.start()
    for version in "2345":
        write_set(folder, "vermont", *both, version=version)
        until(lambda version=version: boundaries.index.boundaries[0].dataset_version == version)  # type: ignore[misc]
    stop.set()
    thread.join()
    assert seen <= {(f"Montpelier {version}", f"Barre {version}") for version in "12345"}
    assert len(seen) > 1


def test_targets_of_a_region_are_known_ahead(live: Follow, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(folder, "vermont", area("Montpelier", MONTPELIER), area("Barre", BARRE, ServiceURI=""))
    boundaries = live()
    boundaries.follow()
    assert boundaries.loaded is not None
    assert [target.uri for target in boundaries.loaded.targets] == ["sip:911@montpelier.vt.example"]
    assert MOST_TARGETS > 1
    monkeypatch.setattr(boundaries_module, "MOST_TARGETS", 0)
    write_set(folder, "vermont", area("Montpelier", MONTPELIER), version="2")
    boundaries.follow()
    assert boundaries.loaded.targets == ()


def test_the_second_process_maps_what_the_first_made(
    live: Follow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_set(folder, "vermont", area("Montpelier", MONTPELIER), area("Barre", BARRE))
    live().follow()

    def must_not(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(boundaries_module, "build_rings", must_not)
    for mapped in (True, False):
        again = live(mapped=mapped)
        again.follow()
        assert served(again, IN_BARRE) == ["Barre"]
        base = again.index.arrays.x.base
        assert ("mmap" in type(getattr(base, "base", base)).__name__) is mapped
        assert again.index.arrays.x.flags.writeable is not mapped


def test_a_large_set_is_made_ready_by_a_process_of_its_own(
    live: Follow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def must_not(*_: object) -> None:
        raise AssertionError("read here")

    write_set(folder, "vermont", area("Montpelier", MONTPELIER))
    monkeypatch.setattr(boundaries_module, "MOST_BYTES_HERE", 0)
    with monkeypatch.context() as patch:
        patch.setattr(boundaries_module, "build_rings", must_not)
        boundaries = live()
        assert boundaries.follow()
        assert served(boundaries, IN_MONTPELIER) == ["Montpelier"]
    monkeypatch.setattr(boundaries_module, "_MODULE", "callpoint.no_such_module")
    write_set(folder, "vermont", area("Capitol", MONTPELIER), version="2")
    assert boundaries.follow()
    assert served(boundaries, IN_MONTPELIER) == ["Capitol"]


def test_a_disk_that_takes_nothing_costs_only_the_sharing(live: Follow, folder: Path) -> None:
    write_set(folder, "vermont", area("Montpelier", MONTPELIER))
    (folder / "ready").write_text("a file where the folder should be")
    boundaries = live()
    assert boundaries.follow()
    assert served(boundaries, IN_MONTPELIER) == ["Montpelier"]


def test_on_demand(folder: Path) -> None:
    write_set(folder, "vermont", area("Montpelier", MONTPELIER))
    once = BoundariesOnDemand(folder).loaded
    assert once is not None
    assert list(once.names.values()) == ["Montpelier"]
    nothing = BoundariesOnDemand(folder / "elsewhere").loaded
    assert nothing is not None
    assert len(nothing.index) == len(no_boundaries().index) == 0


# --- what is kept on disk ---------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> BoundaryStore:
    return BoundaryStore(tmp_path / "ready")


def test_what_is_kept_comes_back(store: BoundaryStore, folder: Path) -> None:
    one = read(DatasetFile(write_set(folder, "vermont", area("Montpelier", MONTPELIER))))
    assert store.open("key", mapped=True) is None
    store.keep("key", one.boundaries, build_rings(one.wkb))
    for mapped in (True, False):
        kept = store.open("key", mapped=mapped)
        assert kept is not None
        assert kept[0] == one.boundaries
        assert kept[1].x.tolist() == build_rings(one.wkb).x.tolist()


def test_old_ones_go_when_a_new_one_comes(store: BoundaryStore, folder: Path, tmp_path: Path) -> None:
    one = read(DatasetFile(write_set(folder, "vermont", area("Montpelier", MONTPELIER))))
    arrays = build_rings(one.wkb)
    store.keep("old", one.boundaries, arrays)
    kept = store.open("old", mapped=True)
    assert kept is not None
    (tmp_path / "ready" / "new.1.part").mkdir()
    store.keep("new", one.boundaries, arrays)
    assert sorted(path.name for path in (tmp_path / "ready").iterdir()) == ["new", "new.1.part"]
    assert kept[1].x.tolist() == arrays.x.tolist()


@pytest.mark.parametrize("damage", ["x.npy", "boundaries.json"])
def test_a_damaged_one_is_made_anew(store: BoundaryStore, folder: Path, tmp_path: Path, damage: str) -> None:
    one = read(DatasetFile(write_set(folder, "vermont", area("Montpelier", MONTPELIER))))
    store.keep("key", one.boundaries, build_rings(one.wkb))
    (tmp_path / "ready" / "key" / damage).write_bytes(b"\x93NUMPY[")
    assert store.open("key", mapped=True) is None
    store.keep("key", one.boundaries, build_rings(one.wkb))
    assert store.open("key", mapped=True) is not None


def test_the_key_names_exactly_these_sets(folder: Path) -> None:
    metas = [DatasetFile(write_set(folder, name, area("Barre", BARRE))).meta for name in ("a", "b")]
    assert key_of(metas) == key_of(metas)
    newer = DatasetFile(write_set(folder, "b", area("Barre", BARRE), version="2")).meta
    assert len({key_of(metas), key_of(metas[:1]), key_of(metas[::-1]), key_of([metas[0], newer]), key_of([])}) == 5


def test_the_module_can_be_run(folder: Path) -> None:
    write_set(folder, "vermont", area("Montpelier", MONTPELIER))
    subprocess.run([sys.executable, "-m", "callpoint.snapshot.boundaries", str(folder)], check=True, timeout=60)
    (kept,) = (folder / "ready").iterdir()
    assert (kept / "x.npy").is_file()
