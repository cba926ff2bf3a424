"""baresip as a real phone without sound card: it sends a tone or a WAV, records what it hears, is steered over TCP."""

import json
import shutil
import socket
import threading
from pathlib import Path
from typing import Any

from tests.peers.process import ForeignProcess, PeerFailed, free_even_port, free_port, free_port_and_next, wait_for
from tests.peers.tones import Samples, read_wav, tone, write_wav

MODULE_FOLDERS = ("/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules", "/usr/lib64/baresip/modules")
CONFIG = """\
sip_listen {host}:{port}
net_interface {host}
call_max_calls 2
audio_path {folder}
audio_player aubridge,{name}
audio_source aufile,{folder}/says.wav
audio_alert aubridge,{name}-alert
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
ausrc_format s16
auplay_format s16
rtp_ports {rtp}-{rtp_end}
rtp_stats no
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app ctrl_tcp.so
module_app menu.so
ctrl_tcp_listen 127.0.0.1:{control}
snd_path {recordings}
statmode_default off
redial_attempts 0
ringback_disabled yes
"""


class Baresip(ForeignProcess):
    """One phone. `user` is its address's user part, `says` what it says into the line (8000 Hz), once.

    `proxy` ("127.0.0.1:5080") is where all its calls go; it registers nowhere. With `answers` it takes calls itself.
    """

    def __init__(
        self,
        binary: str,
        folder: Path,
        user: str,
        *,
        says: Samples | None = None,
        proxy: str | None = None,
        transport: str = "udp",
        answers: bool = False,
        dtmf: str = "rtpevent",
    ) -> None:
        self.user = user
        self.port = free_port_and_next()
        self.control_port = free_port()
        self.recordings = folder / "recordings"
        self.recordings.mkdir(parents=True, exist_ok=True)
        self.events: list[dict[str, Any]] = []
        self._answers: dict[str, dict[str, Any]] = {}
        self._control: socket.socket | None = None
        self._tokens = 0
        rtp = free_even_port()
        write_wav(folder / "says.wav", tone(440, 60) if says is None else says)
        modules = next((path for path in MODULE_FOLDERS if Path(path).is_dir()), MODULE_FOLDERS[0])
        (folder / "config").write_text(
            CONFIG.format(
                host="127.0.0.1", port=self.port, folder=folder, name=user, rtp=rtp, rtp_end=rtp + 40,
                modules=modules, control=self.control_port, recordings=self.recordings,
            ),
            encoding="utf-8",
        )  # fmt: skip
        parts = [f"<sip:{user}@127.0.0.1:{self.port};transport={transport}>", "regint=0", "audio_codecs=PCMU/8000/1"]
        parts += [f"answermode={'auto' if answers else 'manual'}", f"dtmfmode={dtmf}"]
        if proxy is not None:
            parts.append(f'outbound="sip:{proxy};transport={transport}"')
        (folder / "accounts").write_text(";".join(parts) + "\n", encoding="utf-8")
        (folder / "contacts").write_text("", encoding="utf-8")
        super().__init__([shutil.which("stdbuf") or "stdbuf", "-oL", binary, "-4", "-s", "-f", folder], folder)

    def start(self) -> "Baresip":
        """Starts it and connects to its control port."""
        super().start()
        self.wait_for(self._connect, 10, "baresip opens its control port")
        threading.Thread(target=self._listen, name=f"baresip-{self.user}", daemon=True).start()
        return self

    def stop(self) -> None:
        if self._control is not None:
            self._control.close()
        super().stop()

    def dial(self, uri: str) -> None:
        """Calls `uri`; what comes of it is told by the events."""
        self.command("dial", uri)

    def hang_up(self) -> None:
        """Ends the current call."""
        self.command("hangup")

    def press(self, digits: str) -> None:
        """Presses keys during a call."""
        for digit in digits:
            self.command("sndcode", digit)

    def command(self, name: str, parameters: str = "") -> dict[str, Any]:
        """One command of baresip's menu; returns its answer, raises PeerFailed when it was refused."""
        self._tokens += 1
        token = f"{self.user}-{self._tokens}"
        if self._control is None:
            raise PeerFailed("baresip's control port is not open")
        request = json.dumps({"command": name, "params": parameters, "token": token}).encode()
        self._control.sendall(b"%d:%s," % (len(request), request))
        wait_for(lambda: token in self._answers, 5, f"baresip answers {name}", self.report)
        answer = self._answers[token]
        if not answer.get("ok"):
            raise PeerFailed(f"baresip refused {name} {parameters}: {answer.get('data')}\n{self.report()}")
        return answer

    def wait_for_event(self, kind: str, seconds: float = 10.0) -> dict[str, Any]:
        """The first event of that type ("CALL_ESTABLISHED", "CALL_CLOSED", ...), waited for."""
        self.wait_for(lambda: bool(self.events_of(kind)), seconds, f"baresip tells {kind}")
        return self.events_of(kind)[0]

    def events_of(self, kind: str) -> list[dict[str, Any]]:
        """The events of that type so far."""
        return [event for event in self.events if event.get("type") == kind]

    def heard(self) -> Samples:
        """What came out of its earpiece so far, at 8000 Hz."""
        return self._recorded("dec")

    def said(self) -> Samples:
        """What went into its microphone so far, at 8000 Hz."""
        return self._recorded("enc")

    def _recorded(self, way: str) -> Samples:
        files = sorted(self.recordings.glob(f"dump-*-{way}.wav"))
        if not files:
            raise PeerFailed(f"baresip recorded nothing ({way})\n{self.report()}")
        samples, rate = read_wav(files[-1])
        if rate != 8000:
            raise PeerFailed(f"baresip recorded at {rate} Hz")
        return samples

    def _connect(self) -> bool:
        try:
            self._control = socket.create_connection(("127.0.0.1", self.control_port), timeout=1)
        except OSError:
            return False
        self._control.settimeout(None)
        return True

    def _listen(self) -> None:
        """Reads netstrings of JSON until the connection ends."""
        buffer = b""
        while (control := self._control) is not None:
            try:
                data = control.recv(65536)
            except OSError:
                return
            if not data:
                return
            buffer += data
            while b":" in buffer:
                length, rest = buffer.split(b":", 1)
                size = int(length)
                if len(rest) < size + 1:
                    break
                self._take(json.loads(rest[:size]))
                buffer = rest[size + 1 :]

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("response"):
            self._answers[str(message.get("token"))] = message
        else:
            self.events.append(message)

    def report(self) -> str:
        told = [f"{event.get('type')} {event.get('param', '')}" for event in self.events[-20:]]
        return f"{super().report()}\n--- events: {told}"
