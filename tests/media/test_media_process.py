"""The process itself: asked over its socket, killed while guards listen, fed with what nobody should send."""

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from callpoint.media.anchoring import LegPlace
from callpoint.media.control_place import control_socket
from callpoint.media.ports import PortRange
from callpoint.media.process import MediaConfig, leg_place
from callpoint.media.recording_key import FOLDER_NAME, recording_key
from callpoint.media.sealed_recording import read
from callpoint.routing.alert_records import AlertPlan, Monitoring
from callpoint.snapshot.changes import Put
from callpoint.snapshot.writer import SnapshotWriter
from callpoint.transport.control import ControlClient, ControlError, Handler, LinkLostError, Params, Peer

from .conftest import LOOPBACK, until
from .listening_stage import (
    CALL,
    CALLER_TONE,
    GUARD_TONE,
    JOIN,
    ORGANIZATION,
    PATIENCE,
    PSAP_TONE,
    Call,
    FakeNode,
    Phone,
    tones_in,
)
from .test_browser_seat import Browser

pytestmark = pytest.mark.timeout(180)

GUARD = {"call_id": CALL, "organization": ORGANIZATION, "who": "Guard"}
# The browser's own end; ours is in the process.
BROWSERS = LegPlace(LOOPBACK, LOOPBACK, PortRange(36_000, 36_199))


class Media:
    """`callpoint media` on a data directory with a plan, a node and a dispatcher linked to it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.told: list[tuple[str, Params]] = []
        self.lost = 0
        self.node = FakeNode()
        served: dict[str, Handler] = {"anchor": self._asked("anchor"), "release": self._asked("release")}
        heard: dict[str, Handler] = {name: self._told(name) for name in ("session", "recording", "digit")}
        path = control_socket(data_dir)
        # The dispatcher's link stands first: the node must be found among those who serve nothing.
        self.dispatcher = ControlClient(path, heard)
        self.node_link = ControlClient(path, served, on_lost=self._lost)
        self._tasks: list[asyncio.Task[None]] = []
        self.process = self._started()

    @classmethod
    async def start(cls, data_dir: Path, monitoring: Monitoring) -> "Media":
        (data_dir / "node").mkdir()
        with SnapshotWriter(data_dir / "node" / "snapshot.db") as writer:
            writer.apply([Put(AlertPlan(ORGANIZATION, monitoring=monitoring))])
        media = cls(data_dir)
        media._tasks.append(asyncio.create_task(media.dispatcher.run()))
        await until(lambda: media.dispatcher.connected, PATIENCE)
        media._tasks.append(asyncio.create_task(media.node_link.run()))
        await media.linked()
        return media

    async def linked(self) -> None:
        await until(lambda: self.dispatcher.connected and self.node_link.connected, PATIENCE)

    def restart(self) -> None:
        self.process = self._started()

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def states(self, what: str = "session") -> list[str]:
        return [params["state"] for kind, params in self.told if kind == what]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        for call in self.node.calls.values():
            call.close()

    def _started(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "callpoint", "media", "--data", str(self.data_dir)]
        log = (self.data_dir / "log").open("ab")
        ports = {"CALLPOINT_MONITORING_RTP_PORT_MIN": "36200", "CALLPOINT_MONITORING_RTP_PORT_MAX": "36399"}
        return subprocess.Popen(command, stderr=log, env={**os.environ, **ports})

    def _asked(self, method: str) -> Handler:
        async def serve(_: Peer, params: Params) -> Params:
            return await self.node.ask(method, 5.0, **params)

        return serve

    def _told(self, what: str) -> Handler:
        async def serve(_: Peer, params: Params) -> None:
            self.told.append((what, params))

        return serve

    def _lost(self) -> None:
        """As the node does: every call back to direct, without asking anybody."""
        self.lost += 1
        for call in self.node.calls.values():
            call.connect()


@pytest.fixture
async def media(tmp_path: Path) -> AsyncIterator[Media]:
    media = await Media.start(tmp_path, JOIN)
    yield media
    await media.close()
    assert "Traceback" not in (tmp_path / "log").read_text()


async def phone_guard(media: Media, mode: str = "listen") -> tuple[str, Phone]:
    seat = await media.node_link.ask("seat_phone", 30.0, **GUARD, mode=mode)
    phone = await Phone(GUARD_TONE).open()
    phone.talk_to(seat["host"], seat["port"])
    await media.node_link.ask("seat_remote", session=seat["session"], **phone.audio)
    return seat["session"], phone


async def parties_hear_each_other(call: Call) -> None:
    await asyncio.gather(call.caller.hears(PSAP_TONE), call.psap.hears(CALLER_TONE))


async def test_a_browser_and_a_phone_listen_through_the_process_and_it_is_killed(media: Media) -> None:
    """kill -9 with two guards: the node sees it by the link alone, and the process that follows knows of nothing."""
    call = media.node.calls[CALL] = await Call.open()
    browser = Browser()
    answer = await media.dispatcher.ask("listen", 30.0, **GUARD, mode="listen", offer=await browser.offer(BROWSERS))
    await browser.take(answer["answer"])
    _, phone = await phone_guard(media, "join")
    await phone.hears(CALLER_TONE, PSAP_TONE)
    await browser.hears(CALLER_TONE, PSAP_TONE, GUARD_TONE)
    await call.caller.hears(PSAP_TONE, GUARD_TONE)
    await until(lambda: media.states() == ["joined", "joined"], PATIENCE)
    assert await media.dispatcher.ask("status") == {"calls": 1, "guards": 2, "recordings": 0}
    media.kill()
    await until(lambda: media.lost == 1, PATIENCE)
    await parties_hear_each_other(call)
    media.restart()
    await media.linked()
    assert await media.dispatcher.ask("status") == {"calls": 0, "guards": 0, "recordings": 0}
    assert await media.node_link.ask("rooms") == {"calls": []}
    session, again = await phone_guard(media)
    await again.hears(CALLER_TONE, PSAP_TONE)
    await media.node_link.ask("leave", session=session)
    await parties_hear_each_other(call)
    phone.close()
    again.close()
    await browser.close()


async def test_it_stops_by_giving_every_call_back(media: Media) -> None:
    call = media.node.calls[CALL] = await Call.open()
    _, phone = await phone_guard(media)
    await phone.hears(CALLER_TONE, PSAP_TONE)
    media.process.terminate()
    await asyncio.to_thread(media.process.wait, 30)
    assert media.process.returncode == 0
    assert media.node.times("release") == 1
    await parties_hear_each_other(call)
    assert not control_socket(media.data_dir).exists()
    phone.close()


async def test_what_happens_while_nobody_keeps_the_record_is_handed_over_once(media: Media) -> None:
    media.node.calls[CALL] = await Call.open()
    session, phone = await phone_guard(media)
    await media.node_link.ask("mode", session=session, mode="join")
    answer = await media.dispatcher.ask("sessions")
    assert [(told["what"], told["state"], told["who"]) for told in answer["missed"]] == [
        ("session", "joined", "Guard"),
        ("session", "mode", "Guard"),
    ]
    assert [(told["session"], told["mode"]) for told in answer["sessions"]] == [(session, "join")]
    await media.node_link.ask("leave", session=session)
    await until(lambda: media.states()[-1] == "left", PATIENCE)
    assert (await media.dispatcher.ask("sessions"))["missed"] == []
    assert all(told["at"].endswith("Z") for _, told in media.told)
    phone.close()


async def test_keys_of_a_guards_phone_and_the_end_of_the_call_reach_the_node(media: Media) -> None:
    media.node.calls[CALL] = await Call.open()
    session, phone = await phone_guard(media)
    phone.press(b"\x01\x8a\x03\x20", 500, marker=True)
    await until(lambda: any(what == "digit" for what, _ in media.told), PATIENCE)
    [digit] = [told for what, told in media.told if what == "digit"]
    assert (digit["session"], digit["digit"]) == (session, "1")
    media.node_link.tell("call_ended", call_id=CALL)
    await until(lambda: media.states()[-1:] == ["left"], PATIENCE)
    assert await media.node_link.ask("rooms") == {"calls": []}
    assert media.node.times("release") == 0
    with pytest.raises(ControlError, match="over"):
        await media.node_link.ask("mode", session=session, mode="join")
    phone.close()


async def test_a_call_the_node_gave_back_by_itself_has_no_room_any_more(media: Media) -> None:
    media.node.calls[CALL] = await Call.open()
    _, phone = await phone_guard(media)
    media.node_link.tell("released", call_id=CALL, why="a party wants its audio in a way that cannot be mixed")
    await until(lambda: media.states()[-1:] == ["left"], PATIENCE)
    assert "cannot be mixed" in media.told[-1][1]["why"]
    assert await media.node_link.ask("rooms") == {"calls": []}
    phone.close()


async def test_a_party_that_moves_is_followed(media: Media) -> None:
    call = media.node.calls[CALL] = await Call.open()
    _, phone = await phone_guard(media)
    await phone.hears(CALLER_TONE, PSAP_TONE)
    elsewhere = await Phone(CALLER_TONE).open()
    media.node_link.tell("remote_changed", call_id=CALL, party="caller", **elsewhere.audio)
    call.caller.close()
    room = await media.node_link.ask("rooms")
    assert room == {"calls": [CALL]}
    await elsewhere.hears(PSAP_TONE)
    call.caller = elsewhere
    phone.close()


async def test_recordings_are_in_the_data_directory_and_only_for_us(tmp_path: Path) -> None:
    media = await Media.start(tmp_path, Monitoring(mode="off", record=True))
    try:
        call = media.node.calls[CALL] = await Call.open()
        name = (await media.dispatcher.ask("record", 30.0, call_id=CALL, organization=ORGANIZATION))["recording"]
        await parties_hear_each_other(call)
        path = tmp_path / FOLDER_NAME / name
        # What is there when the process is killed is there for good.
        await until(lambda: path.exists() and path.stat().st_size > 32_000, PATIENCE)
        media.kill()
        cut = read(path.read_bytes(), recording_key(tmp_path))
        assert not cut.complete
        assert tones_in(cut.left[-1600:]) == {CALLER_TONE}
        assert tones_in(cut.right[-1600:]) == {PSAP_TONE}
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        await parties_hear_each_other(call)
    finally:
        await media.close()


HOSTILE: list[tuple[str, Any]] = [
    ("listen", {}),
    ("listen", {**GUARD, "mode": "listen"}),
    ("listen", {**GUARD, "mode": "shout", "offer": "v=0"}),
    ("listen", {**GUARD, "mode": "listen", "offer": "v=0\r\n" * 5000}),
    ("listen", {**GUARD, "mode": "listen", "offer": {"sdp": 1}}),
    ("listen", {**GUARD, "call_id": ["x"], "mode": "listen", "offer": "v=0"}),
    ("listen", {**GUARD, "who": "x" * 10_000, "mode": "listen", "offer": "v=0"}),
    ("seat_phone", {}),
    ("seat_phone", {**GUARD, "organization": "unknown", "mode": "listen"}),
    ("seat_phone", {**GUARD, "call_id": "nowhere", "mode": "listen"}),
    ("seat_remote", {}),
    ("seat_remote", {"session": "x", "host": "127.0.0.1", "port": 4000}),
    ("seat_remote", {"session": "x", "host": "; rm -rf /", "port": 4000}),
    ("seat_remote", {"session": "x", "host": "127.0.0.1", "port": 2**70}),
    ("mode", {"session": "x", "mode": "join"}),
    ("mode", {"session": None, "mode": "join"}),
    ("remote_changed", {"call_id": CALL, "party": "caller", "host": "127.0.0.1", "port": 4000}),
    ("remote_changed", {"call_id": CALL}),
    ("record", {"call_id": CALL, "organization": ORGANIZATION}),
    ("record", {"call_id": "../../x", "organization": "../../etc"}),
    ("call_ended", {}),
    ("nothing_we_serve", {}),
]


async def test_hostile_questions_are_refused_in_words_and_the_process_goes_on(media: Media) -> None:
    media.node.calls[CALL] = await Call.open()
    for method, params in HOSTILE:
        with pytest.raises(ControlError) as refused:
            await media.dispatcher.ask(method, 30.0, **params)
        assert not isinstance(refused.value, LinkLostError), method
        assert "fault" not in str(refused.value), (method, params)
    for line in (b"no json\n", b"[1, 2]\n", b'{"id": 1, "method": "listen", "params": {}}\n', b"x" * 2_000_000):
        reader, writer = await asyncio.open_unix_connection(control_socket(media.data_dir))
        with contextlib.suppress(OSError):
            writer.write(line)
            await writer.drain()
            await asyncio.wait_for(reader.readline(), PATIENCE)
        writer.close()
    _, phone = await phone_guard(media)
    await phone.hears(CALLER_TONE, PSAP_TONE)
    phone.close()


# --- where it is reached


def test_an_address_of_this_host_is_bound_itself_and_any_other_only_told(tmp_path: Path) -> None:
    assert leg_place(MediaConfig(tmp_path, "127.0.0.1")).bind == "127.0.0.1"
    elsewhere = leg_place(MediaConfig(tmp_path, "192.0.2.77"))
    assert (elsewhere.bind, elsewhere.advertised) == ("0.0.0.0", "192.0.2.77")
    sixth = leg_place(MediaConfig(tmp_path, "2001:db8::77"))
    assert (sixth.bind, sixth.advertised) == ("::", "2001:db8::77")
    assert leg_place(MediaConfig(tmp_path, "localhost")).advertised == "127.0.0.1"
    own = leg_place(MediaConfig(tmp_path))
    assert own.bind == own.advertised


def test_what_cannot_be_an_address_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no address"):
        leg_place(MediaConfig(tmp_path, "no such host.invalid"))
    with pytest.raises(ValueError, match="no pair of ports"):
        leg_place(MediaConfig(tmp_path, "127.0.0.1", (5000, 4000)))
