"""Chromium itself at a call, with a microphone that says a tone: it hears both parties, and is heard once it joined."""

import asyncio
import http.server
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from callpoint.media.tones import tone
from callpoint.media.wav import write_wav
from callpoint.speech import mu_law

from .conftest import until
from .listening_stage import CALL, CALLER_TONE, GUARD_TONE, ORGANIZATION, PATIENCE, PSAP_TONE
from .test_browser_seat import PEER, BrowserStage

pytestmark = [pytest.mark.peers, pytest.mark.timeout(180)]

GUARD = {"call_id": CALL, "organization": ORGANIZATION, "who": "Guard", "mode": "listen"}
PAGE = b"""<!doctype html><title>A guard</title><audio id="heard" autoplay></audio><script>
async function offered(speaks) {
  window.connection = new RTCPeerConnection();
  connection.ontrack = (event) => {
    const stream = event.streams[0] ?? new MediaStream([event.track]);
    document.getElementById("heard").srcObject = stream;
    const context = new AudioContext();
    window.analyser = context.createAnalyser();
    analyser.fftSize = 8192;
    analyser.smoothingTimeConstant = 0;
    context.createMediaStreamSource(stream).connect(analyser);
  };
  if (speaks) {
    const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: plain });
    for (const track of microphone.getTracks()) connection.addTrack(track, microphone);
  } else {
    connection.addTransceiver("audio", { direction: "recvonly" });
  }
  await connection.setLocalDescription(await connection.createOffer());
  while (connection.iceGatheringState !== "complete") await new Promise((resolve) => setTimeout(resolve, 20));
  return connection.localDescription.sdp;
}
async function taken(answer) { await connection.setRemoteDescription({ type: "answer", sdp: answer }); }
function levels(frequencies) {
  if (!window.analyser) return frequencies.map(() => -200);
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(spectrum);
  const width = analyser.context.sampleRate / analyser.fftSize;
  return frequencies.map((frequency) => {
    const bin = Math.round(frequency / width);
    return Math.max(...spectrum.slice(bin - 2, bin + 3));
  });
}
</script>"""
# Decibels of full scale: the tones come at about -18, what leaks beside them is below -60.
HEARD, UNHEARD = -35.0, -50.0
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
]


@contextmanager
def served() -> Iterator[str]:
    """The page, at an address where browsers let pages have a microphone."""

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@asynccontextmanager
async def guard_page(program: str, folder: Path) -> AsyncIterator[Page]:
    microphone = folder / "microphone.wav"
    write_wav(microphone, mu_law.decode(tone([GUARD_TONE], 10.0, level=0.25)))
    options = [*OPTIONS, f"--use-file-for-fake-audio-capture={microphone}"]
    with served() as url:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program, args=options)
            page = await browser.new_page()
            await page.goto(url)
            yield page
            await browser.close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[BrowserStage]:
    stage = BrowserStage(tmp_path)
    yield stage
    await stage.close()


async def listen(stage: BrowserStage, page: Page, speaks: bool) -> str:
    offer = await page.evaluate("offered", speaks)
    answer = await stage.methods.listen(PEER, {**GUARD, "offer": offer})
    await page.evaluate("taken", answer["answer"])
    return str(answer["session"])


async def hears(page: Page, heard: list[float], unheard: list[float]) -> None:
    async with asyncio.timeout(60):
        while True:
            levels = await page.evaluate("levels", [*heard, *unheard])
            there, not_there = levels[: len(heard)], levels[len(heard) :]
            if min(there) > HEARD and max(not_there) < UNHEARD:
                return
            await asyncio.sleep(0.1)


async def test_it_listens_unheard_joins_heard_and_goes(
    stage: BrowserStage, peer: Callable[[str], str], tmp_path: Path
) -> None:
    call = await stage.call()
    async with guard_page(peer("chromium"), tmp_path) as page:
        session = await listen(stage, page, speaks=True)
        await hears(page, [CALLER_TONE, PSAP_TONE], [GUARD_TONE])
        await call.caller.hears(PSAP_TONE)
        # Its microphone is open all the while, and not a tone of it was ever in what the parties heard.
        assert GUARD_TONE not in call.caller.heard_since(0) | call.psap.heard_since(0)
        await stage.methods.mode(PEER, {"session": session, "mode": "join"})
        await call.caller.hears(PSAP_TONE, GUARD_TONE)
        await call.psap.hears(CALLER_TONE, GUARD_TONE)
        await hears(page, [CALLER_TONE, PSAP_TONE], [GUARD_TONE])
        await page.evaluate("connection.close()")
        await until(lambda: stage.states()[-1] in ("left", "failed"), PATIENCE)
        await call.caller.hears(PSAP_TONE)
    assert stage.node.times("release") == 1


async def test_a_page_that_only_receives_hears_both(
    stage: BrowserStage, peer: Callable[[str], str], tmp_path: Path
) -> None:
    """As the board asks for it: no microphone is opened to listen. The tab is then closed without a word."""
    await stage.call()
    async with guard_page(peer("chromium"), tmp_path) as page:
        await listen(stage, page, speaks=False)
        await hears(page, [CALLER_TONE, PSAP_TONE], [GUARD_TONE])
        assert stage.states() == ["joined"]
    await until(lambda: stage.states() == ["joined", "failed"], 60)
    await until(lambda: not stage.guards.anchoring.rooms, PATIENCE)
