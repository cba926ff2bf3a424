"""Drills: what goes wrong around a node, and the 911 call that must get through all the same."""

import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.peers.conveyed import Conveyed
from tests.peers.node import Node
from tests.peers.process import wait_for
from tests.peers.sipp import Sipp

pytestmark = [pytest.mark.peers, pytest.mark.stack]

MakeSipp = Callable[..., Sipp]
MakeNode = Callable[..., Node]
QUICK = {"HOLD": "100"}


def call_gets_through(sipp: MakeSipp, node: Node, psap: Sipp) -> None:
    """A 911 call of an ordinary caller arrives with its location."""
    sipp("caller", remote=node.address, blanks=QUICK).succeed()
    assert Conveyed(psap.received("INVITE")[-1]).civic["HNO"] == "115"


def kill(node: Node) -> None:
    """kill -9."""
    os.kill(node.process.pid, signal.SIGKILL)
    node.wait(5)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_killed_node_takes_up_the_call_it_had(transport: str, sipp: MakeSipp, node: MakeNode) -> None:
    lenient = ("-reconnect_close", "false", "-max_reconnect", "3")  # SIPp gives up on a lost connection unless told
    psap = sipp("psap", transport=transport, blanks={"HOLD": "0"}, extra=lenient)
    between = node([f"sip:911@{psap.address};transport={transport}"])
    caller = sipp("caller", remote=between.address, blanks={"HOLD": "6000"})
    caller.wait_until_received("SIP/2.0 200")
    between.wait_for_fact("answered")
    kill(between)
    between.start()
    between.wait_until_ready()
    caller.succeed()
    # Over a connection of its own, where the old one is gone: SIPp takes the BYE, and answers into the dead one.
    wait_for(lambda: bool(psap.received("BYE")), 5, "the PSAP has the BYE", psap.report)
    assert between.facts("restored")
    assert between.wait_for_fact("ended").data["by"] == "caller"


def test_the_psap_hangs_up_a_call_the_node_was_killed_in(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap_hangs_up", blanks={"HOLD": "5000"})
    between = node([f"sip:911@{psap.address}"])
    caller = sipp("caller_is_hung_up_on", remote=between.address)
    caller.wait_until_received("SIP/2.0 200")
    between.wait_for_fact("answered")
    kill(between)
    between.start()
    between.wait_until_ready()
    caller.succeed()
    psap.succeed()


def test_the_journal_of_a_killed_node_is_whole(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", calls=3, blanks=QUICK)
    between = node([f"sip:911@{psap.address}"])
    for _ in range(3):
        call_gets_through(sipp, between, psap)
    between.wait_for(lambda: len(between.facts("ended")) == 3, 5, "three calls are told to have ended")
    kill(between)
    kept = [fact.seq for fact in between.facts()]
    between.start()
    between.wait_until_ready()
    assert [fact.seq for fact in between.facts()][: len(kept)] == kept
    assert kept == list(range(kept[0], kept[0] + len(kept)))


def test_two_thousand_torture_messages_and_then_a_call(sipp: MakeSipp, node: MakeNode, shared_data: Path) -> None:
    folder = shared_data / "protocols" / "rfc4475-torture"
    messages = [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file() and path.stat().st_size]
    assert len(messages) >= 40
    psap = sipp("psap", blanks=QUICK)
    between = node([f"sip:911@{psap.address}"])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as attacker:
        attacker.connect(("127.0.0.1", between.port))
        for number in range(2000):
            attacker.send(messages[number % len(messages)])
    between.wait_until_ready()
    # Torture INVITEs of the trunk's own network are calls, too; ours is the one that E1001 makes.
    sipp("caller", remote=between.address, blanks=QUICK).succeed(60)
    assert between.running()
    assert "Traceback" not in between.output()


def test_torture_over_tcp_and_then_a_call(sipp: MakeSipp, node: MakeNode, shared_data: Path) -> None:
    folder = shared_data / "protocols" / "rfc4475-torture"
    messages = [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file() and path.stat().st_size]
    psap = sipp("psap", blanks=QUICK)
    between = node([f"sip:911@{psap.address}"])
    for message in messages:
        with socket.create_connection(("127.0.0.1", between.port), timeout=5) as attacker:
            attacker.sendall(message)
    sipp("caller", remote=between.address, transport="tcp", blanks=QUICK).succeed(60)
    assert "Traceback" not in between.output()


@pytest.fixture
def slow_peers() -> Iterator[Callable[[int], None]]:
    """Opens so many connections to a port, each of which sends half a line and then nothing more."""
    with ExitStack() as stack:

        def connect(port: int) -> None:
            for _ in range(200):
                peer = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
                peer.sendall(b"INVITE sip:911@cal")

        yield connect


def test_two_hundred_slow_connections_hold_up_nobody(
    slow_peers: Callable[[int], None], sipp: MakeSipp, node: MakeNode
) -> None:
    psap = sipp("psap", transport="tcp", blanks=QUICK)
    between = node([f"sip:911@{psap.address};transport=tcp"])
    slow_peers(between.port)
    sipp("caller", remote=between.address, transport="tcp", blanks=QUICK).succeed()
    assert Conveyed(psap.received("INVITE")[0]).located


def test_a_full_disk_stops_no_call(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", calls=2, blanks=QUICK)
    between = node([f"sip:911@{psap.address}"])
    call_gets_through(sipp, between, psap)
    # No file may grow any more, as on a disk without room; the few lines of the log still fit.
    soft, hard = resource.prlimit(between.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(between.process.pid, resource.RLIMIT_FSIZE, (4000, hard))
    call_gets_through(sipp, between, psap)
    between.wait_for(lambda: "journal" in between.output().lower(), 5, "the full disk is told")
    resource.prlimit(between.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
    between.wait_for(lambda: len(between.facts("ended")) == 2, 15, "what was held back is written in the end")


def test_a_snapshot_that_is_gone_stops_no_call(sipp: MakeSipp, node: MakeNode) -> None:
    psap = sipp("psap", blanks=QUICK)
    between = node([f"sip:911@{psap.address}"])
    for path in (between.data / "node").glob("snapshot.db*"):
        path.unlink()
    call_gets_through(sipp, between, psap)
