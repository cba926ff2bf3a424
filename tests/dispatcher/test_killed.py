"""kill -9 of the dispatcher in the middle of a burst: nothing is lost, and nothing that is on record is sent again."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from tests.channels.email.mail_server import Sink, running
from tests.dispatcher.cast import LOCATION, plan, subscription
from tests.dispatcher.dispatcher_process import DispatcherProcess

from callpoint.channels.email.message import message_id
from callpoint.routing.alert_records import AlertStep, Recipient
from callpoint.snapshot.journal import Journal

pytestmark = pytest.mark.timeout(180)

CALLS, KILLS = 120, 4
RECIPIENTS = tuple(Recipient(str(number), "email", f"r{number}@acme.example", f"R{number}") for number in (1, 2, 3))
EVERYBODY = subscription("emergency", AlertStep(("1", "2", "3"), 0))


class Counting(Sink):
    """Counts what comes by its Message-ID, as it comes: parsing hundreds of messages again and again takes seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: Counter[str] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        self.arrived.update(re.findall(r"^Message-ID: (\S+)", str(envelope.content, "utf-8"), re.MULTILINE))  # type: ignore[arg-type]
        return answer


class Burst(threading.Thread):
    """Calls arrive steadily, as the node writes them down."""

    def __init__(self, journal: Path) -> None:
        super().__init__(daemon=True)
        self._journal = journal

    def run(self) -> None:
        with Journal(self._journal) as journal:
            for number in range(CALLS):
                call_id = f"call{number:04}"
                journal.append(call_id, "acme", "received", {"service": "emergency", "dialled": "911", "trunk": "main"})
                journal.append(call_id, "acme", "decided", {"direct": True, "location": LOCATION})
                time.sleep(0.02)


def test_nothing_is_lost_and_nothing_on_record_is_sent_again(tmp_path: Path) -> None:
    chance = random.Random(5)
    with (
        counting() as sink,
        DispatcherProcess(tmp_path, [plan(EVERYBODY, recipients=RECIPIENTS)], sink.port) as dispatcher,
    ):
        dispatcher.ready()
        burst = Burst(dispatcher.node_journal)
        burst.start()
        settled: dict[str, int] = {}
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.1, 0.6))
            dispatcher.kill()
            on_record = {fact.data["key"] for fact in dispatcher.facts("notice", "sent")}
            arrived = Counter(sink.arrived)
            settled |= {key: arrived[message_id(key, "callpoint@localhost")] for key in on_record if key not in settled}
            dispatcher.start().ready()
        burst.join()
        keys = {f"call{number:04}/10/0/{one.id}" for number in range(CALLS) for one in RECIPIENTS}
        expected = {message_id(key, "callpoint@localhost"): key for key in keys}
        dispatcher.wait_for(lambda: expected.keys() <= sink.arrived.keys(), 60, "every notice arrives")
        sent = {fact.data["key"] for fact in dispatcher.facts("notice", "sent")}
        dispatcher.wait_for(
            lambda: keys <= {fact.data["key"] for fact in dispatcher.facts("notice", "sent")}, 30, f"{len(sent)} sent"
        )
        assert len({fact.data["alert"] for fact in dispatcher.facts("alert")}) == CALLS
        assert len(dispatcher.facts("alert")) == CALLS
        assert settled, "no kill came while notices were on their way: the drill shows nothing"
        assert {key: sink.arrived[message_id(key, "callpoint@localhost")] for key in settled} == settled


def test_an_alert_and_its_escalation_survive(tmp_path: Path) -> None:
    """Killed between two steps: the next one comes in its time, and a link sent before still works."""
    steps = subscription("emergency", AlertStep(("1",), 0), AlertStep(("2",), 4))
    with (
        running(Sink()) as sink,
        DispatcherProcess(tmp_path, [plan(steps, recipients=RECIPIENTS)], sink.port) as dispatcher,
        Journal(dispatcher.node_journal) as journal,
    ):
        dispatcher.ready()
        journal.append("c1", "acme", "received", {"service": "emergency", "dialled": "911", "trunk": "main"})
        journal.append("c1", "acme", "decided", {"direct": True, "location": LOCATION})
        dispatcher.wait_for(lambda: bool(dispatcher.facts("notice", "sent")), 30, "the first is told")
        dispatcher.kill()
        dispatcher.start().ready()
        dispatcher.wait_for(lambda: bool(dispatcher.facts("escalated")), 30, "the next step comes")
        dispatcher.wait_for(lambda: len(dispatcher.facts("notice", "sent")) >= 2, 30, "the second is told")
        path = sink.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        link = next(word for word in path.split() if "/acknowledge/" in word)
        answer = httpx.post(link, data={"by": "Kim"}, trust_env=False)
        assert answer.status_code == 200
        assert [fact.data["by"] for fact in dispatcher.facts("acknowledged")] == ["Kim"]


@contextmanager
def counting() -> Iterator[Counting]:
    sink = Counting()
    with running(sink):
        yield sink
