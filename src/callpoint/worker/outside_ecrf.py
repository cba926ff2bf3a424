"""The worker's fifth duty: mappings of organizations that route by an outside ECRF are refreshed ahead of calls.

The node never asks anybody. One question at a time, so many a second, each within its time; a server that does not
answer is left alone for a while, and what it said before stays in use.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from django.db import connection

from callpoint.directory.mapping.lost import NoAnswerError, answer_in
from callpoint.directory.mapping.lost_rows import Question, due, forget_left, keep_answer, keep_trouble
from callpoint.directory.tenancy import everywhere
from callpoint.worker.database_file import DatabaseFile

logger = logging.getLogger(__name__)

QUESTIONS_A_SECOND: Final = 5.0  # a thousand addresses in three minutes; a small county's server hardly notices
LOOK_SECONDS: Final = 5.0
LIST_LENGTH: Final = 100
FIRST_REST: Final = 10.0
LONGEST_REST: Final = 300.0


class UnreachableError(RuntimeError):
    """The server itself gave no answer: no connection, too late, a status other than 200. The text says which."""


class Reply(NamedTuple):
    """A body with status 200, and its media type."""

    body: bytes
    content_type: str


Ask = Callable[[str, bytes], Reply]
"""Posts a body to a URL. Raises `UnreachableError`."""


class _Rest(NamedTuple):
    until: float
    seconds: float


class EcrfJob:
    """A step is one question. Nothing is lost by being killed: whatever is due is found again."""

    name = "ecrf"

    def __init__(
        self,
        ask: Ask,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._now = now
        self._clock = clock
        self._file = DatabaseFile()
        self._questions: deque[Question] = deque()
        self._resting: dict[str, _Rest] = {}
        self._next_at = self._look_at = 0.0

    def open(self) -> None:
        self.close()
        self._file.open()

    def step(self) -> bool:
        self._file.check()
        now = self._clock()
        with everywhere():
            if not self._questions and now >= self._look_at:
                self._look(now)
            if not self._questions or now < self._next_at:
                return False
            self._next_at = now + 1.0 / QUESTIONS_A_SECOND
            self._put(self._questions.popleft())
        return True

    def wait(self, stop: threading.Event) -> None:
        stop.wait(max(0.01, self._next_at - self._clock()) if self._questions else LOOK_SECONDS / 10)

    def close(self) -> None:
        self._questions.clear()
        connection.close()

    def _look(self, now: float) -> None:
        forget_left()
        resting = frozenset(url for url, rest in self._resting.items() if rest.until > now)
        self._questions.extend(due(self._now(), resting, LIST_LENGTH))
        if not self._questions:
            self._look_at = now + LOOK_SECONDS

    def _put(self, question: Question) -> None:
        try:
            reply = self._ask(question.url, question.body)
            answer = answer_in(reply.body, reply.content_type, self._now())
        except UnreachableError as error:
            self._let_rest(question, str(error))
        except NoAnswerError as error:
            self._resting.pop(question.url, None)
            keep_trouble(question, str(error), self._now())
        else:
            if self._resting.pop(question.url, None) is not None:
                logger.info("ecrf: %s answers again", question.url)
            keep_answer(question, answer, self._now())

    def _let_rest(self, question: Question, trouble: str) -> None:
        before = self._resting.get(question.url)
        seconds = min(LONGEST_REST, before.seconds * 2) if before is not None else FIRST_REST
        if before is None:
            logger.warning("ecrf: %s gives no answer, its last ones stay in use: %s", question.url, trouble)
        # What else it was to be asked is due again when it has rested.
        self._questions = deque(other for other in self._questions if other.url != question.url)
        self._resting[question.url] = _Rest(self._clock() + seconds, seconds)
        keep_trouble(question, trouble, self._now())
