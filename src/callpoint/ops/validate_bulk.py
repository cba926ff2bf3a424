"""A file of addresses, judged in order: in this process, or with two more when it is worth starting them."""

import json
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import Final

from callpoint.addresses.verdict import Reason, Verdict
from callpoint.directory.address_desk import AddressDesk
from callpoint.i3.civic import Civic

# Starting two processes costs about two seconds, in which one process judges this many.
WORTH_PROCESSES: Final = 4000
# Large enough that handing over costs nothing, small enough that answers come while one watches.
CHUNK: Final = 500
# Chunks under way: enough that no process waits, few enough that memory does not grow with the file.
AHEAD: Final = 3


class _Worker:
    """What a worker process keeps between chunks."""

    desk: AddressDesk | None = None


def judged(lines: Iterable[str], data: Path, processes: int | None = None) -> Iterator[str]:
    """One line of JSON for each line, in order, while they are read. `data` is the data directory.

    `processes` None means: as many as there are processors, when there are enough lines. A worker process that
    dies takes no line with it: its lines are judged here.
    """
    rows = iter(lines)
    first = list(islice(rows, WORTH_PROCESSES))
    count = processes if processes is not None else min(2, os.cpu_count() or 1)
    if count > 1 and (processes is not None or len(first) == WORTH_PROCESSES):
        yield from _shared(_chunks(_chain(first, rows)), data, count)
        return
    desk = AddressDesk.open(data)
    for line in _chain(first, rows):
        yield answer(desk, line)
    desk.close()


def _chain(first: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _chunks(lines: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(lines, CHUNK)):
        yield chunk


def _shared(chunks: Iterator[list[str]], data: Path, count: int) -> Iterator[str]:
    # "spawn", because a child must not inherit connections to data files that are open here.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(data,)) as pool:
        waiting: deque[tuple[list[str], Future[list[str]] | None]] = deque()
        for chunk in chunks:
            waiting.append((chunk, _handed(pool, chunk)))
            if len(waiting) >= count * AHEAD:
                yield from _answers(*waiting.popleft(), data)
        while waiting:
            yield from _answers(*waiting.popleft(), data)


def _handed(pool: ProcessPoolExecutor, chunk: list[str]) -> Future[list[str]] | None:
    try:
        return pool.submit(_judge, chunk)
    except BrokenProcessPool:
        return None


def _answers(chunk: list[str], future: Future[list[str]] | None, data: Path) -> list[str]:
    try:
        if future is not None:
            return future.result()
    except BrokenProcessPool:
        pass  # killed, or out of memory; what it had is done below, more slowly
    if _Worker.desk is None:
        _begin(data)
    return _judge(chunk)


def _begin(data: Path) -> None:
    _Worker.desk = AddressDesk.open(data)


def _judge(chunk: list[str]) -> list[str]:
    desk = _Worker.desk
    if desk is None:
        raise RuntimeError("a worker was asked before it had begun")
    return [answer(desk, line) for line in chunk]


def answer(desk: AddressDesk, address: str) -> str:
    """Verdict and PSAP on one line of JSON. Whatever one address breaks, the next is judged."""
    try:
        document = desk.document(desk.verdict(address))
    except Exception as error:  # noqa: BLE001 - a file of a million lines must not end at one of them
        text = f"This could not be judged: {type(error).__name__}: {error}"
        document = Verdict(address, "refused", Civic(), reasons=(Reason("not_judged", text),)).to_json()
    return json.dumps(document, ensure_ascii=False)
