"""Foreign programs as fixtures: each gives a maker, and whatever it made is ended with the test."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.peers.baresip import Baresip
from tests.peers.kamailio import Kamailio
from tests.peers.node import TRUNK, Node, Places, directory
from tests.peers.sipp import Sipp
from tests.peers.tls import Authority

from callpoint.routing.records import Profile, Trunk

Peer = Callable[[str], str]


@pytest.fixture
def programs() -> Iterator[ExitStack]:
    """What is entered here is ended with the test, the last first; a failure message gets everybody's report."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def sipp(peer: Peer, tmp_path: Path, programs: ExitStack) -> Callable[..., Sipp]:
    """`sipp("psap", blanks={"HOLD": "0"})` waits for calls, `sipp("caller", remote="127.0.0.1:5060")` makes them."""
    binary = peer("sipp")

    def make(scenario: str, **options: Any) -> Sipp:
        folder = tmp_path / f"sipp-{scenario}-{len(list(tmp_path.iterdir()))}"
        run = programs.enter_context(Sipp(binary, scenario, folder, **options))
        if options.get("remote") is None:
            run.wait_until_listening()
        return run

    return make


@pytest.fixture
def baresip(peer: Peer, tmp_path: Path, programs: ExitStack) -> Callable[..., Baresip]:
    """`baresip("E1001", proxy="127.0.0.1:5080")` is a phone that is switched on."""
    binary = peer("baresip")

    def make(user: str, **options: Any) -> Baresip:
        return programs.enter_context(Baresip(binary, tmp_path / f"phone-{user}", user, **options))

    return make


@pytest.fixture
def kamailio(peer: Peer, tmp_path: Path, programs: ExitStack) -> Callable[..., Kamailio]:
    """`kamailio("127.0.0.1:5060")` is a border controller in front of that node, up and taking calls."""
    binary = peer("kamailio")

    def make(node: str, **options: Any) -> Kamailio:
        folder = tmp_path / f"kamailio-{len(list(tmp_path.iterdir()))}"
        run = programs.enter_context(Kamailio(binary, folder, node, **options))
        run.wait_until_ready()
        return run

    return make


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority for one test run."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered speech, kept for all nodes of this test run."""
    return tmp_path_factory.mktemp("prompts")


@pytest.fixture
def node(tmp_path: Path, programs: ExitStack, prompts: Path) -> Callable[..., Node]:
    """`node(["sip:911@127.0.0.1:5070"])` is a running node whose sample person is served by that PSAP.

    Further: the relay center's URIs, `profile` of the PSAP, `trunk` (who may call), and the options of Node.
    """

    def make(
        psap: Sequence[str] = (),
        relay: Sequence[str] = (),
        *,
        profile: Profile = "i3",
        trunk: Trunk = TRUNK,
        **options: Any,
    ) -> Node:
        changes = directory(Places(psap, relay, profile), trunk)
        run = programs.enter_context(Node(tmp_path / "node", changes, prompts=prompts, **options))
        run.wait_until_ready()
        return run

    return make
