"""How a process begins: its name, a log that never makes it wait, and plain words when it cannot run."""

import logging
import os
import queue
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from callpoint.ops.errors import OperatorError
from callpoint.ops.processes.start import DroppingHandler, plainly


def line(text: str) -> logging.LogRecord:
    return logging.LogRecord("test", logging.INFO, "", 0, text, None, None)


def test_a_full_log_drops_lines_and_says_how_many() -> None:
    lines: queue.Queue[logging.LogRecord] = queue.Queue(2)
    handler = DroppingHandler(lines)
    for number in range(5):
        handler.emit(line(f"line {number}"))
    assert handler.dropped == 3
    assert [lines.get_nowait().getMessage() for _ in range(2)] == ["line 0", "line 1"]
    handler.emit(line("again"))
    assert [lines.get_nowait().getMessage() for _ in range(2)] == [
        "3 lines of this log were dropped: nobody read it",
        "again",
    ]
    assert handler.dropped == 0


def test_a_log_nobody_reads_does_not_hold_up_the_process() -> None:
    """Its standard error is a pipe that is full; it logs ten times what fits and still ends soon."""
    program = (
        "import logging, os, sys\n"
        "from callpoint.ops.processes.start import begin\n"
        "begin('test')\n"
        "for number in range(20_000): logging.getLogger('x').info('%060d', number)\n"
        "os.write(1, b'done')\n"
    )
    read_end, write_end = os.pipe()
    try:
        process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=write_end)
        out, _ = process.communicate(timeout=30)
        assert out == b"done"
        assert process.returncode == 0
    finally:
        os.close(read_end)
        os.close(write_end)


def test_what_is_logged_last_is_still_written() -> None:
    program = "import logging\nfrom callpoint.ops.processes.start import begin\nbegin('test')\nlogging.error('the end')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.endswith("ERROR   root: the end\n")


def test_a_child_of_the_process_writes_its_log_too() -> None:
    """As granian's worker is one, in which all pages are made."""
    program = (
        "import logging, os, sys\n"
        "from callpoint.ops.processes.start import begin\n"
        "begin('test')\n"
        "child = os.fork()\n"
        "if child:\n"
        "    sys.exit(os.waitpid(child, 0)[1])\n"
        "logging.error('said by the child')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.count("ERROR   root: said by the child\n") == 1


def test_what_the_system_refuses_is_said_in_words() -> None:
    with pytest.raises(OperatorError, match=r"The node cannot run: .*refused") as caught, plainly("node"):
        raise OSError("refused")
    assert "--port-offset" in caught.value.remedy


@pytest.mark.parametrize("process", ["dispatcher", "lab"])
def test_a_process_started_alone_on_a_taken_port_says_so(process: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        variables = {"CALLPOINT_WEB_STREAMS_PORT": port, "CALLPOINT_LAB_HTTP_PORT": port}
        done = subprocess.run(
            [sys.executable, "-m", "callpoint", process, "--data", str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, **variables},
            check=False,
        )
    assert done.returncode == 1
    assert f"callpoint: The {process} cannot run:" in done.stderr
    assert "Traceback" not in done.stderr
