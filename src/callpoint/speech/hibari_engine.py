"""hibari-tts in a process of its own: started when first needed, started again when it dies, limited in time."""

import base64
import binascii
import importlib.metadata
import json
import os
import select
import subprocess
import sys
import threading
import time

from callpoint.speech.engine import EngineFailure

COMMAND = (sys.executable, "-m", "callpoint.speech.renderer_process")
# Our own post-processing belongs to the identity of the sound: change one, change this.
PROCESSING_VERSION = 1
# Loading took 1.2 to 4.7 s on a starved machine.
START_TIMEOUT = 15.0
# A sentence of ten seconds takes 0.2 s, on a machine four times overloaded about 1 s. A caller may be waiting.
RENDER_TIMEOUT = 5.0
# After a failure of both tries the engine is left alone for a while, so that each prompt does not wait anew.
REST_AFTER_FAILURE = 30.0


class _ProcessDied(Exception):
    """The process ended or broke its side of the protocol; a fresh one may do better."""


class _ProcessHangs(_ProcessDied):
    """The process did not answer in time; trying again would double the wait."""


class HibariEngine:
    """The first voice. Its `render` serves one text at a time; a dead process is replaced once per text."""

    name = "hibari"
    voice = "heart"

    def __init__(self, speed: float = 1.0, command: tuple[str, ...] = COMMAND) -> None:
        self.speed = speed
        self.version = f"{importlib.metadata.version('hibari-tts')}+{PROCESSING_VERSION}"
        self._command = command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pending = b""
        self._number = 0
        self._resting_until = 0.0
        self._closed = False

    @property
    def process_id(self) -> int | None:
        """The process that speaks, None while there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def render(self, text: str) -> bytes:
        with self._lock:
            if self._closed or time.monotonic() < self._resting_until:
                raise EngineFailure("closed" if self._closed else "failed a moment ago")
            try:
                return self._render_once(text)
            except _ProcessHangs as hangs:
                raise self._failed(hangs) from hangs
            except _ProcessDied as died:
                self._stop()
                if self._closed:
                    raise EngineFailure("closed") from died
            try:
                return self._render_once(text)
            except _ProcessDied as died:
                raise self._failed(died) from died

    def _failed(self, died: _ProcessDied) -> EngineFailure:
        self._stop()
        self._resting_until = time.monotonic() + REST_AFTER_FAILURE
        return EngineFailure(str(died))

    def close(self) -> None:
        self._closed = True
        process = self._process
        if process is not None:
            # Whoever waits for a reply holds the lock; the end of the process wakes it.
            process.kill()
        with self._lock:
            self._stop()

    def _render_once(self, text: str) -> bytes:
        process = self._process or self._start()
        self._number += 1
        order = json.dumps({"id": self._number, "text": text, "speed": self.speed}).encode() + b"\n"
        self._write(process, order)
        reply = self._reply(process, RENDER_TIMEOUT)
        if reply.get("id") != self._number:
            raise _ProcessDied("a reply to another question")
        if "error" in reply:
            # The process is well and says that it cannot say this; asking again would not help.
            raise EngineFailure(str(reply["error"]))
        try:
            return base64.b64decode(str(reply["audio"]), validate=True)
        except (KeyError, binascii.Error) as error:
            raise _ProcessDied("a reply without audio") from error

    def _start(self) -> "subprocess.Popen[bytes]":
        self._pending = b""
        try:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
            )
        except OSError as error:
            raise _ProcessDied(f"cannot be started: {error}") from error
        self._process = process
        if not self._reply(process, START_TIMEOUT).get("ready"):
            raise _ProcessDied("did not say that it is ready")
        return process

    def _write(self, process: "subprocess.Popen[bytes]", order: bytes) -> None:
        if process.stdin is None:
            raise _ProcessDied("has no input")
        try:
            process.stdin.write(order)
        except OSError as error:
            raise _ProcessDied("ended") from error

    def _reply(self, process: "subprocess.Popen[bytes]", timeout: float) -> dict[str, object]:
        line = self._line(process, time.monotonic() + timeout)
        try:
            reply = json.loads(line)
        except ValueError as error:
            raise _ProcessDied("a reply that is not JSON") from error
        if not isinstance(reply, dict):
            raise _ProcessDied("a reply that is not an object")
        return reply

    def _line(self, process: "subprocess.Popen[bytes]", deadline: float) -> bytes:
        if process.stdout is None:
            raise _ProcessDied("has no output")
        output = process.stdout.fileno()
        # Not select(), which knows no descriptor above 1023: the dispatcher has a thousand screens before it speaks.
        waiting = select.poll()
        waiting.register(output, select.POLLIN)
        while b"\n" not in self._pending:
            if not waiting.poll(1000 * max(0.0, deadline - time.monotonic())):
                raise _ProcessHangs("took too long")
            read = os.read(output, 262144)
            if not read:
                raise _ProcessDied("ended")
            self._pending += read
        line, _, self._pending = self._pending.partition(b"\n")
        return line

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
