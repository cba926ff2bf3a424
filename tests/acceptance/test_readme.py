"""Every command of the README is run as it stands there, in its order, by a newcomer's hands.

Only what a machine shared with others asks for is put in: a port offset and a data directory, by the environment.
"""

import contextlib
import json
import os
import random
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.stack
ROOT = Path(__file__).resolve().parents[2]
PORTS = (5060, 5061, 5070, 5072, 8911, 8912, 8913)
READY_SECONDS = 90.0
FILES = {
    "locations.csv": "Building Name,Street Address,City,State,Postal Code,Country,Location Name,Floor\n"
    "Annex,120 State Street,Montpelier,VT,05620,US,Annex reception,1\n",
    "users.csv": "Employee ID,First Name,Last Name,Callback Number\nE2001,Grace,Newcomer,802-555-0155\n",
}


def free_offset() -> int:
    """An offset at which every port of the demo is free now: two test runs on one machine must not meet."""
    for offset in random.sample(range(10_000, 23_000, 100), 100):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for port in PORTS:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    stack.enter_context(socket.socket(socket.AF_INET, kind)).bind(("127.0.0.1", port + offset))
            return offset
    raise RuntimeError("no offset leaves all of the demo's ports free")


OFFSET = free_offset()


@dataclass(frozen=True)
class Newcomer:
    """Somebody with a checkout, a started demo, and two files of their own."""

    folder: Path
    environment: dict[str, str]

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        for name in FILES:
            command = command.replace(f" {name}", f" {self.folder / name}")
        command = command.replace("127.0.0.1:8913", f"127.0.0.1:{8913 + OFFSET}")
        command = command.replace("read-back.wav", str(self.folder / "read-back.wav"))
        return subprocess.run(
            command,
            shell=True,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def blocks() -> list[list[str]]:
    """The shell blocks of the README, without comments."""
    text = (ROOT / "README.md").read_text()
    found = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [[line.split("  #")[0].strip() for line in block.splitlines() if line.strip()] for block in found]


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    folder = tmp_path_factory.mktemp("readme")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    environment = dict(os.environ) | {
        "CALLPOINT_DATA": str(folder / "data"),
        "CALLPOINT_PORT_OFFSET": str(OFFSET),
    }
    ready = folder / "ready.json"
    with (folder / "demo.log").open("w") as log:
        demo = subprocess.Popen(
            ["make", "run", f"ARGS=--ready-file {shlex.quote(str(ready))}"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        began = time.monotonic()
        while not ready.exists():
            if demo.poll() is not None or time.monotonic() - began > READY_SECONDS:
                pytest.fail(f"make run did not get ready:\n{(folder / 'demo.log').read_text()}")
            time.sleep(0.2)
        assert json.loads(ready.read_text())["organization"] == "demo"
        yield Newcomer(folder, environment)
    finally:
        with contextlib.suppress(ProcessLookupError):  # it never got up: told above
            os.killpg(demo.pid, signal.SIGTERM)
        demo.wait(30)


def test_the_two_commands_come_first() -> None:
    assert blocks()[0] == ["make run", "make test"]


def test_what_to_try_next(newcomer: Newcomer) -> None:
    call, read_back, explain, unknown = blocks()[1]
    answered = newcomer.run(call)
    assert answered.returncode == 0, answered.stdout + answered.stderr
    heard = newcomer.run(read_back)
    assert heard.returncode == 0, heard.stdout + heard.stderr
    assert (newcomer.folder / "read-back.wav").stat().st_size > 50_000
    told = newcomer.run(explain)
    assert told.returncode == 0
    assert "unregistered" in told.stdout
    assert newcomer.run(unknown).returncode == 0
    psap = newcomer.run("curl -s http://127.0.0.1:8913/psap/calls")
    assert [call["civic"]["RD"] for call in json.loads(psap.stdout)] == ["State"]
    relay = newcomer.run("curl -s http://127.0.0.1:8913/relay/calls")
    assert [call["civic"] for call in json.loads(relay.stdout)] in ([{}], [None])


def test_provoking_a_failure(newcomer: Newcomer) -> None:
    before = len(json.loads(newcomer.run("curl -s http://127.0.0.1:8913/relay/calls").stdout))
    for command in blocks()[2]:
        done = newcomer.run(command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    after = json.loads(newcomer.run("curl -s http://127.0.0.1:8913/relay/calls").stdout)
    assert len(after) == before + 1
    assert after[-1]["civic"]["RD"] == "State"  # the relay center gets the location too


def test_loading_people_and_places(newcomer: Newcomer) -> None:
    for command in blocks()[3]:
        done = newcomer.run(command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert "Grace Newcomer" in newcomer.run(".venv/bin/callpoint explain E2001").stdout


def test_checking_addresses(newcomer: Newcomer) -> None:
    right, typing_error, foreign, listed = [newcomer.run(command) for command in blocks()[4]]
    assert all(done.returncode == 0 for done in (right, typing_error, foreign, listed))
    assert "valid" in right.stdout
    assert "Montpelier dispatch" in right.stdout
    assert "115 State Street" in typing_error.stdout
    assert "--accept" in typing_error.stdout
    assert "refused" in foreign.stdout
    assert "address-points/sample" in listed.stdout


def test_production_commands_exist(newcomer: Newcomer) -> None:
    for command in blocks()[5]:
        name = command.split()[1]
        assert newcomer.run(f".venv/bin/callpoint {name} --help").returncode == 0
