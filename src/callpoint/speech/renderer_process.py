"""The process that speaks: `python -m callpoint.speech.renderer_process`.

JSON lines in: `{"id": 1, "text": "…", "speed": 1.0}`; JSON lines out: `{"ready": true}` once, then
`{"id": 1, "audio": base64 of mu-law}` or `{"id": 1, "error": "…"}`. It lives apart from the node because the model
takes 280 MB and up to 0.2 s of processor for a sentence. It ends when its input ends, so it never outlives its owner,
and by itself after IDLE_SECONDS without work; whoever needs it again starts it again.
"""

import base64
import contextlib
import json
import os
import select
import signal
import sys
from typing import Any, BinaryIO

import hibari
import setproctitle

from callpoint.speech.hibari_text import prepare
from callpoint.speech.telephone_audio import to_mu_law

IDLE_SECONDS = 600.0
# The node's own work goes first when the machine is short of processor time.
NICENESS = 5
# A fixed seed makes the noise part of the voice the same each time: same text, same bytes.
SEED = 0


def answer(voice: Any, line: bytes) -> dict[str, object]:
    """The reply to one line of input. Whatever goes wrong is told in it, never raised: the process lives on."""
    number: object = None
    try:
        order = json.loads(line)
        number = order["id"]
        sound = voice(prepare(order["text"]), speed=float(order["speed"]), seed=SEED)
        return {"id": number, "audio": base64.b64encode(to_mu_law(sound, hibari.SAMPLE_RATE)).decode()}
    except Exception as error:  # noqa: BLE001 - the outer edge of this process: the caller gets the reason
        return {"id": number, "error": f"{type(error).__name__}: {error}"}


def _lines(source: BinaryIO) -> Any:
    """Lines of `source` until it ends or stays quiet for IDLE_SECONDS; owns the buffering, so that select is true."""
    pending = b""
    while select.select([source], [], [], IDLE_SECONDS)[0]:
        read = os.read(source.fileno(), 65536)
        if not read:
            return
        *complete, pending = (pending + read).split(b"\n")
        yield from complete


def main() -> None:
    """Serve until the input ends. Anything a library prints goes to stderr, never between the replies."""
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    setproctitle.setproctitle("callpoint speech")
    voice = hibari.Hibari(threads=1)
    # The first sentence loads the lexicon (half a second); better now than in somebody's first prompt.
    voice("Ready.", seed=SEED)
    replies.write(b'{"ready": true}\n')
    for line in _lines(sys.stdin.buffer):
        replies.write(json.dumps(answer(voice, line)).encode() + b"\n")


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
