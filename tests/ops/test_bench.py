"""The bench's own parts: what it reports, how it reads SIPp, and that the whole of it runs."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callpoint.ops.bench.probe import milliseconds
from callpoint.ops.bench.report import Aim, Report
from callpoint.ops.bench.sipp import read_statistics
from callpoint.ops.bench.usage import usage
from callpoint.ops.cli import app
from callpoint.ops.errors import OperatorError

HEADER = "ElapsedTime(C);SuccessfulCall(C);FailedCall(C);Retransmissions(C)\n"


def test_an_aim_is_met_missed_or_unmeasured() -> None:
    report = Report("calls", (Aim("p50", "at most", 3, "fast"), Aim("rate", "at least", 10, "many")))
    assert not report.met
    report.figures.update(p50=3.0, rate=10.0)
    assert report.met
    report.figures["rate"] = 9.9
    assert not report.met


def test_the_json_has_the_shape_other_programs_read() -> None:
    report = Report("calls", (Aim("p50", "at most", 3, "fast"),), {"p50": 4.0})
    plain = json.loads(report.as_json())
    assert set(plain) == {"what", "figures", "aims", "met", "machine"}
    assert plain["met"] is False
    assert plain["aims"]["p50"]["says"] == "fast"
    assert plain["machine"]["cores"] == os.cpu_count()


def test_lines_name_every_figure_and_aim() -> None:
    text = "\n".join(Report("calls", (Aim("p50", "at most", 3, "fast"),), {"p50": 4.0}).as_lines())
    assert "p50" in text
    assert "MISSED  fast" in text


def test_calls_that_never_ended_count_as_failed(tmp_path: Path) -> None:
    file = tmp_path / "statistics.csv"
    file.write_text(HEADER + "00:00:01;40;0;1\n00:00:02;97;1;3\n")
    load = read_statistics(file, 100)
    assert (load.calls, load.failed, load.retransmissions) == (100, 3, 3)


@pytest.mark.parametrize("text", [None, HEADER])
def test_missing_statistics_are_told(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "statistics.csv"
    if text is not None:
        file.write_text(text)
    with pytest.raises(OperatorError):
        read_statistics(file, 1)


def test_percentiles() -> None:
    assert milliseconds([]) == (0.0, 0.0)
    assert milliseconds([0.002]) == (2.0, 2.0)
    p50, p99 = milliseconds([number / 1000 for number in range(1, 102)])
    assert (round(p50), round(p99)) == (51, 100)


def test_usage_of_this_process_grows_with_work() -> None:
    before = usage(os.getpid())
    sum(number * number for number in range(3_000_000))
    after = usage(os.getpid())
    assert after.cpu_seconds > before.cpu_seconds
    assert after.rss_mib > 5


def test_an_unknown_bench_is_refused_with_the_known_ones() -> None:
    result = CliRunner().invoke(app, ["bench", "speed"])
    assert result.exit_code == 2
    assert "calls" in result.output


@pytest.mark.peers
@pytest.mark.stack
@pytest.mark.timeout(300)
def test_the_whole_bench_runs(peer: Callable[[str], str]) -> None:
    peer("sipp")
    result = CliRunner().invoke(app, ["bench", "calls", "--quick", "--json"])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout.splitlines()[-1])["figures"]
    assert figures["node_50_failed"] == 0
    assert figures["read_back_first_audio_p50_ms"] > 0
