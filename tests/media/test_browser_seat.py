"""A browser listens and joins: an aiortc client over real sockets, and Chromium with a fake microphone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, AudioResampler

from callpoint.media import browser_line
from callpoint.media.browser_offer import MAX_CANDIDATES, MAX_OFFER_CHARACTERS, BrowserOffer, OfferError
from callpoint.media.control_methods import ControlMethods
from callpoint.media.ice_place import gather_at
from callpoint.media.notifications import Notifications
from callpoint.media.tones import tone
from callpoint.routing.alert_records import Monitoring
from callpoint.speech import mu_law
from callpoint.transport.control import ControlError

from .conftest import LOOPBACK, until
from .listening_stage import (
    CALL,
    CALLER_TONE,
    GUARD_TONE,
    ORGANIZATION,
    PATIENCE,
    PORTS,
    PSAP_TONE,
    WINDOW,
    Stage,
    until_heard,
)

PEER: Any = None  # the methods asked here do not look at who asks


class ToneTrack(MediaStreamTrack):
    """The guard's microphone."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._tone = mu_law.decode(tone([GUARD_TONE], 1.0, level=0.25))
        self._at = 0
        self._due = asyncio.get_running_loop().time()

    async def recv(self) -> AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        self._due += 0.02
        await asyncio.sleep(max(self._due - asyncio.get_running_loop().time(), 0))
        part = self._tone[self._at % 8000 : self._at % 8000 + 160]
        frame = AudioFrame.from_ndarray(part[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 8000, self._at, Fraction(1, 8000)
        self._at += 160
        return frame


class Browser:
    """A WebRTC client as a page would be one. `codec` is the only one it offers ("" for all)."""

    def __init__(self, direction: str = "sendrecv", codec: str = "") -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.sound = bytearray()
        self._task: asyncio.Task[None] | None = None
        track = ToneTrack() if direction == "sendrecv" else "audio"
        transceiver = self.connection.addTransceiver(track, direction)
        if codec:
            known = RTCRtpSender.getCapabilities("audio").codecs
            transceiver.setCodecPreferences([one for one in known if one.mimeType.lower() == f"audio/{codec}"])
        self.connection.on("track", self._came)

    async def offer(self, place: Any) -> str:
        """With its candidates; on loopback, which no browser would offer by itself."""
        ice = self.connection.getTransceivers()[0].receiver.transport.transport
        gather_at(ice._connection, place)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def take(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def hears(self, *frequencies: float) -> None:
        await until_heard(lambda: bytes(self.sound[-WINDOW:]), frequencies)

    def vanish(self) -> None:
        """The machine loses its power: not a word to anybody."""
        ice = self.connection.getTransceivers()[0].receiver.transport.transport._connection
        for protocol in ice._protocols:
            protocol.transport.abort()

    async def close(self) -> None:
        await self.connection.close()
        if self._task is not None:
            self._task.cancel()

    def _came(self, track: MediaStreamTrack) -> None:
        self._task = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        resampler = AudioResampler(format="s16", layout="mono", rate=8000)
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                for part in resampler.resample(frame):  # type: ignore[arg-type]
                    self.sound += mu_law.encode(part.to_ndarray()[0])


class BrowserStage(Stage):
    """Everything as the process has it, asked without the socket."""

    def __init__(self, data_dir: Path, monitoring: Monitoring | None = None) -> None:
        super().__init__(data_dir, monitoring or Monitoring(mode="join"))
        self.methods = ControlMethods(self.guards, Notifications(lambda: ()))
        self.browsers: list[Browser] = []

    async def listen(self, mode: str = "listen", direction: str = "sendrecv", codec: str = "") -> tuple[str, Browser]:
        browser = Browser(direction, codec)
        self.browsers.append(browser)
        params = {"call_id": CALL, "organization": ORGANIZATION, "who": "Guard", "mode": mode}
        answer = await self.methods.listen(PEER, {**params, "offer": await browser.offer(self.place)})
        await browser.take(answer["answer"])
        return answer["session"], browser

    async def close(self) -> None:
        await asyncio.gather(*(browser.close() for browser in self.browsers))
        await super().close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[BrowserStage]:
    stage = BrowserStage(tmp_path)
    yield stage
    await stage.close()


@pytest.mark.parametrize("codec", ["", "opus", "pcma"])
async def test_a_browser_listens_joins_and_listens_again_on_one_connection(stage: BrowserStage, codec: str) -> None:
    call = await stage.call()
    session, browser = await stage.listen(codec=codec)
    await browser.hears(CALLER_TONE, PSAP_TONE)
    assert GUARD_TONE not in call.caller.heard_since(0) | call.psap.heard_since(0)
    await stage.methods.mode(PEER, {"session": session, "mode": "join"})
    await call.caller.hears(PSAP_TONE, GUARD_TONE)
    await call.psap.hears(CALLER_TONE, GUARD_TONE)
    await browser.hears(CALLER_TONE, PSAP_TONE)
    await stage.methods.mode(PEER, {"session": session, "mode": "listen"})
    await call.caller.hears(PSAP_TONE)
    await call.psap.hears(CALLER_TONE)
    await stage.methods.leave(PEER, {"session": session})
    assert stage.states() == ["joined", "mode", "mode", "left"]
    assert stage.node.times("release") == 1


async def test_the_cheapest_codec_is_chosen_and_the_candidate_is_ours_alone(stage: BrowserStage) -> None:
    await stage.call()
    _, browser = await stage.listen()
    answer = browser.connection.remoteDescription.sdp
    candidates = [line for line in answer.splitlines() if line.startswith("a=candidate:")]
    assert len(candidates) == 1
    host, port = candidates[0].split()[4:6]
    assert host == LOOPBACK
    assert PORTS._first <= int(port) < PORTS._first + 2 * PORTS.pairs
    assert "m=audio" in answer
    assert "PCMU/8000" in answer.partition("a=rtpmap:")[2].splitlines()[0]


async def test_a_browser_that_only_receives_listens_and_must_come_anew_to_join(stage: BrowserStage) -> None:
    await stage.call()
    session, browser = await stage.listen(direction="recvonly")
    await browser.hears(CALLER_TONE, PSAP_TONE)
    with pytest.raises(ControlError, match="listen anew to join"):
        await stage.methods.mode(PEER, {"session": session, "mode": "join"})
    with pytest.raises(ControlError, match="takes some to join"):
        await stage.listen("join", direction="recvonly")


async def test_a_browser_that_says_goodbye_leaves_at_once_and_frees_its_ports(stage: BrowserStage) -> None:
    await stage.call()
    _, browser = await stage.listen()
    await browser.hears(CALLER_TONE, PSAP_TONE)
    await browser.close()
    await until(lambda: stage.states() == ["joined", "failed"], PATIENCE)
    await until(lambda: stage.node.times("release") == 1, PATIENCE)
    assert stage.guards.seats == {}


@pytest.mark.parametrize("direction", ["sendrecv", "recvonly"])
async def test_a_browser_that_vanishes_is_noticed(
    stage: BrowserStage, direction: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Less than the 12 s in use, more than a muted browser's longest silence here; the way is the same.
    monkeypatch.setattr(browser_line, "SILENT_SECONDS", 5.0)
    call = await stage.call()
    _, browser = await stage.listen(direction=direction)
    await browser.hears(CALLER_TONE, PSAP_TONE)
    browser.vanish()
    await until(lambda: stage.states() == ["joined", "failed"], PATIENCE)
    await until(lambda: stage.node.times("release") == 1, PATIENCE)
    await call.caller.hears(PSAP_TONE)


async def test_a_silent_listener_with_a_muted_microphone_is_no_lost_one(
    stage: BrowserStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reports alone (RTCP) keep a receiving browser in its seat."""
    monkeypatch.setattr(browser_line, "SILENT_SECONDS", 3.0)
    await stage.call()
    _, browser = await stage.listen(direction="recvonly")
    await browser.hears(CALLER_TONE, PSAP_TONE)
    heard = len(browser.sound)
    await until(lambda: len(browser.sound) > heard + 6 * 8000, PATIENCE)
    assert stage.states() == ["joined"]


async def test_a_browser_that_never_comes_loses_its_seat(stage: BrowserStage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.call()
    monkeypatch.setattr("callpoint.media.guards.SETTLE_SECONDS", 0.5)
    browser = Browser()
    stage.browsers.append(browser)
    params = {"call_id": CALL, "organization": ORGANIZATION, "who": "Guard", "mode": "listen"}
    await stage.methods.listen(PEER, {**params, "offer": await browser.offer(stage.place)})
    await until(lambda: stage.states() == ["failed"], PATIENCE)
    await until(lambda: not stage.guards.anchoring.rooms, PATIENCE)


async def test_a_refused_anchoring_opens_nothing(stage: BrowserStage) -> None:
    await stage.call()
    stage.node.refusal = "The caller's phone did not take it: 488 Not Acceptable Here"
    with pytest.raises(ControlError, match="488"):
        await stage.listen()
    assert stage.guards.seats == {}
    stage.node.refusal = ""
    _, browser = await stage.listen()
    await browser.hears(CALLER_TONE, PSAP_TONE)


# --- hostile and broken offers


async def good_offer(stage: BrowserStage) -> str:
    browser = Browser()
    stage.browsers.append(browser)
    return await browser.offer(stage.place)


def without(offer: str, start: str) -> str:
    return "".join(line for line in offer.splitlines(keepends=True) if not line.startswith(start))


def with_candidates(offer: str) -> str:
    line = next(line for line in offer.splitlines(keepends=True) if line.startswith("a=candidate:"))
    return offer.replace(line, line * (MAX_CANDIDATES + 1))


def at(host: str) -> Callable[[str], str]:
    """The offer with its candidates there."""

    def moved(offer: str) -> str:
        lines = [line.split(" ") for line in offer.split("\r\n")]
        return "\r\n".join(
            " ".join([*line[:4], host, *line[5:]] if line[0].startswith("a=candidate:") else line) for line in lines
        )

    return moved


BROKEN: list[tuple[str, Callable[[str], Any]]] = [
    ("none", lambda _: None),
    ("a number", lambda _: 7),
    ("empty", lambda _: ""),
    ("another text", lambda _: "<script>"),
    ("a version alone", lambda _: "v=0"),
    ("too long", lambda offer: offer + "a=x:" + "y" * MAX_OFFER_CHARACTERS + "\r\n"),
    ("half", lambda offer: offer[: len(offer) // 2]),
    ("lines torn", lambda offer: offer.replace("a=", "a")),
    ("no media", lambda offer: offer.partition("m=audio")[0]),
    ("two streams", lambda offer: offer + offer[offer.index("m=audio") :]),
    ("video", lambda offer: offer.replace("m=audio", "m=video")),
    (
        "data",
        lambda offer: offer + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:9\r\na=sctp-port:5000\r\n",
    ),
    ("no codec of ours", lambda offer: offer.replace("PCMU", "GSM").replace("PCMA", "G729").replace("opus", "speex")),
    ("no credentials", lambda offer: without(offer, "a=ice-ufrag")),
    ("no fingerprint", lambda offer: without(offer, "a=fingerprint")),
    ("many candidates", with_candidates),
    ("a group's address", at("224.0.0.251")),
    ("everybody's address", at("255.255.255.255")),
    ("a group's address of IPv6", at("ff02::1")),
    ("no address", at("0.0.0.0")),
    ("a name to be looked up", at("inside.example")),
    ("inactive", lambda offer: offer.replace("a=sendrecv", "a=inactive")),
    ("deaf", lambda offer: offer.replace("a=sendrecv", "a=sendonly")),
    ("a wrong port", lambda offer: offer.replace("m=audio ", "m=audio x")),
    ("a wrong candidate", lambda offer: offer.replace("a=candidate:", "a=candidate:x y ")),
    ("a wrong map", lambda offer: offer.replace("a=rtpmap:0", "a=rtpmap:zero")),
    ("no bundle", lambda offer: offer.replace("a=group:BUNDLE 0", "a=group:BUNDLE 7")),
]


@pytest.mark.parametrize(("name", "spoil"), BROKEN, ids=[name for name, _ in BROKEN])
async def test_an_offer_that_is_none_is_refused_in_words_or_taken_but_never_a_fault(
    stage: BrowserStage, name: str, spoil: Callable[[str], Any]
) -> None:
    await stage.call()
    params = {"call_id": CALL, "organization": ORGANIZATION, "who": "Guard", "mode": "listen"}
    offer = spoil(await good_offer(stage))
    if name == "no bundle":
        await stage.methods.listen(PEER, {**params, "offer": offer})  # odd, and harmless
        return
    with pytest.raises(ControlError) as refused:
        await stage.methods.listen(PEER, {**params, "offer": offer})
    assert str(refused.value).endswith(".")
    assert stage.guards.seats == {}
    await until(lambda: not stage.guards.anchoring.rooms, PATIENCE)


@pytest.mark.parametrize("cut", range(60))
async def test_an_offer_cut_anywhere_is_an_offer_or_an_offer_error(stage: BrowserStage, cut: int) -> None:
    offer = await good_offer(stage)
    torn = offer[: len(offer) * cut // 60]
    with contextlib.suppress(OfferError):
        assert BrowserOffer.read(torn).receives
