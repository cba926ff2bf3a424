"""`callpoint demo`, as the README starts it, called by SIPp: the sample people reach the PSAP or the relay center."""

import json
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.peers.process import ForeignProcess, free_port, wait_for
from tests.peers.sipp import Sipp

pytestmark = [pytest.mark.peers, pytest.mark.stack]

DEFAULT_PORTS = (8911, 8912, 5060, 5061, 5070, 5072, 8913)
READY_WITHIN = 60.0  # seconds; a first start makes the database, the sample and the certificate
QUICK = {"HOLD": "200"}


class Demo(ForeignProcess):
    """The whole of Callpoint with the lab and the sample organization, on ports of its own."""

    def __init__(self, folder: Path) -> None:
        self.ready_file = folder / "ready.json"
        offset = free_offset()
        command = [sys.executable, "-m", "callpoint", "demo", "--data", folder / "data"]
        super().__init__([*command, "--port-offset", str(offset), "--ready-file", self.ready_file], folder)

    def wait_until_ready(self) -> dict[str, Any]:
        """What the ready file says."""
        self.wait_for(
            lambda: self.ready_file.exists() and bool(self.ready_file.read_text()), READY_WITHIN, "demo is up"
        )
        content: dict[str, Any] = json.loads(self.ready_file.read_text(encoding="utf-8"))
        return content


def free_offset() -> int:
    """An offset at which every port of the demo is free at this moment."""
    for _ in range(50):
        offset = free_port() - max(DEFAULT_PORTS)
        if offset > 0 and all(is_free(port + offset) for port in DEFAULT_PORTS):
            return offset
    raise RuntimeError("no offset leaves all of the demo's ports free")


def is_free(port: int) -> bool:
    """Whether UDP and TCP can both be bound there."""
    for table in ("udp", "tcp"):
        lines = Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]
        if any(line.split(maxsplit=2)[1].endswith(f":{port:04X}") for line in lines):
            return False
    return True


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A running demo: what its ready file says."""
    with Demo(tmp_path_factory.mktemp("demo")) as run:
        yield run.wait_until_ready()


def received(demo: dict[str, Any], whom: str) -> list[dict[str, Any]]:
    """The calls that the simulated PSAP ("psap") or relay center ("relay") has had."""
    with urllib.request.urlopen(f"{demo['lab']}/{whom}/calls", timeout=5) as answer:
        calls: list[dict[str, Any]] = json.load(answer)
    return calls


def dial(demo: dict[str, Any], sipp: Callable[..., Sipp], person: str, whom: str) -> dict[str, Any]:
    """Calls 911 as `person` and returns what arrived at `whom`."""
    before = len(received(demo, whom))
    keys = {"identity": f"X-Employee-ID: {person}", "from_user": "agent"}
    sipp("caller", remote=demo["sip"], keys=keys, blanks=QUICK).succeed()
    wait_for(lambda: len(received(demo, whom)) > before, 5, f"{whom} has the call of {person}")
    return received(demo, whom)[-1]


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("E1001", {"HNO": "115", "RD": "State", "A3": "Montpelier", "A1": "VT", "PC": "05633", "FLR": "2"}),
        ("E1002", {"HNO": "111", "RD": "Wellington", "A3": "Ottawa", "A1": "ON", "PC": "K1A 0A9"}),
        ("E1003", {"A3": "Barre", "A1": "VT"}),
    ],
)
def test_each_sample_person_is_where_the_sample_says(
    person: str, address: dict[str, str], demo: dict[str, Any], sipp: Callable[..., Sipp]
) -> None:
    call = dial(demo, sipp, person, "psap")
    assert {name: call["civic"].get(name) for name in address} == address
    assert call["callback_number"].startswith("+1")


@pytest.mark.parametrize("person", ["E1099", "E4711", "e1001"])
def test_whoever_has_no_location_reaches_the_relay_center(
    person: str, demo: dict[str, Any], sipp: Callable[..., Sipp]
) -> None:
    assert not dial(demo, sipp, person, "relay")["civic"]


def test_the_psap_without_service_is_passed_by(demo: dict[str, Any], sipp: Callable[..., Sipp]) -> None:
    behave(demo, "unavailable")
    try:
        assert dial(demo, sipp, "E1001", "relay")["civic"]["HNO"] == "115"
    finally:
        behave(demo, "answer")


def behave(demo: dict[str, Any], mode: str) -> None:
    """Tells the simulated PSAP how to treat calls."""
    order = urllib.request.Request(
        f"{demo['lab']}/psap/behaviour",
        data=json.dumps({"mode": mode}).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(order, timeout=5) as answer:
        assert answer.status in (200, 204)


def test_every_door_is_open(demo: dict[str, Any]) -> None:
    for door in ("web", "streams", "lab"):
        with urllib.request.urlopen(f"{demo[door]}/healthz", timeout=5) as answer:
            assert answer.status == 200, door
