"""The worker's third duty: what 933 would say to somebody is rendered when it changes, not when they call."""

import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from callpoint.routing.decide import decide
from callpoint.routing.plan import IncomingCall
from callpoint.routing.read_back import language_of, read_back_facts
from callpoint.routing.records import Identity, LocationRecord, Trunk
from callpoint.snapshot.changes import Change, Put
from callpoint.snapshot.store import Snapshot
from callpoint.speech.read_back import ReadBackFacts, all_segments
from callpoint.speech.renderer import Renderer

# A text takes some tenths of a second. Of an import of a hundred thousand only the first are rendered ahead, the
# others when they call; a queue of all of them would take days and be out of date.
LONGEST_QUEUE: Final = 2000
POLL_SECONDS: Final = 0.5
READ_BACK: Final = "933"


class Speaker(Protocol):
    """What is needed of `speech.renderer.Renderer`."""

    def render(self, text: str) -> bytes: ...

    def close(self) -> None: ...


class PromptJob:
    """Renders a text a step. `published` may be called from any thread."""

    name = "prompts"

    def __init__(self, node_dir: Path, speaker: Speaker | None = None) -> None:
        self._node_dir = node_dir
        self._speaker = speaker
        self._view = Snapshot(node_dir / "snapshot.db")
        self._changed: deque[Identity | LocationRecord] = deque(maxlen=LONGEST_QUEUE)
        self._texts: deque[str] = deque()
        self._something = threading.Event()

    def published(self, changes: Sequence[Change]) -> None:
        """Note whose prompt may be another now; when the queue is full, the oldest are left to the call itself."""
        for change in changes:
            if isinstance(change, Put) and isinstance(change.record, Identity | LocationRecord):
                self._changed.append(change.record)
        self._something.set()

    def open(self) -> None:
        if self._speaker is None:
            self._speaker = Renderer.open(self._node_dir / "prompts")

    def step(self) -> bool:
        if self._speaker is None:
            raise RuntimeError("the prompt job was not opened")
        if not self._texts and self._changed:
            self._texts.extend(texts_for(self._changed.popleft(), self._view))
        if self._texts:
            self._speaker.render(self._texts.popleft())
            return True
        return bool(self._changed)

    def wait(self, stop: threading.Event) -> None:
        self._something.wait(POLL_SECONDS)
        self._something.clear()

    def close(self) -> None:
        self._view.close()
        if self._speaker is not None:
            self._speaker.close()


def texts_for(record: Identity | LocationRecord, view: Snapshot) -> tuple[str, ...]:
    """Every text a read-back of this person, or of anybody at this location, can need."""
    if isinstance(record, LocationRecord):
        facts = ReadBackFacts(
            destination="psap",
            civic_fields=record.civic.to_fields(),
            point=record.point,
            psap_name=record.psap.name if record.psap is not None else "",
        )
        return all_segments(facts, "fr" if record.civic.A1 == "QC" else "en")
    trunk = Trunk("read-back rendered ahead", record.organization)
    call = IncomingCall(record.organization, READ_BACK, "read_back", "", record.identity, "directory", trunk)
    plan = decide(call, view)
    return all_segments(read_back_facts(plan), language_of(plan))
