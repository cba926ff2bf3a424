"""After a failure: the next target or the end, row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.routing.records import Target
from callpoint.routing.targets import best_response, next_step

PSAP = Target("PSAP", "sip:psap.example.net", "i3", "psap")
CARRIER = Target("Carrier", "sip:carrier.example.net", "carrier", "psap")
RELAY = Target("Relay", "sip:relay.example.net", "i3", "relay_center")


@pytest.mark.parametrize("status", [486, 600, 603])
def test_a_person_at_the_psap_ends_the_call(status: int) -> None:
    assert next_step(status, PSAP, 1).action == "final"
    assert next_step(status, PSAP, 0).action == "final"


@pytest.mark.parametrize("status", [486, 600, 603])
@pytest.mark.parametrize("target", [CARRIER, RELAY])
def test_the_same_from_others_does_not(status: int, target: Target) -> None:
    assert next_step(status, target, 1).action == "next"
    assert next_step(status, target, 0).action == "exhausted"


@pytest.mark.parametrize("target", [PSAP, CARRIER, RELAY])
@pytest.mark.parametrize(
    "status",
    [
        300, 301, 302, 305, 380, 400, 401, 402, 403, 404, 405, 406, 407, 408, 410, 413, 414, 415, 416, 420, 421, 422,
        424, 433, 480, 481, 482, 483, 484, 485, 487, 488, 489, 491, 493, 499, 500, 501, 502, 503, 504, 505, 513, 580,
        599, 604, 606, 607, 608, 699, 700,
    ],
)  # fmt: skip
def test_every_other_failure_goes_on(status: int, target: Target) -> None:
    step = next_step(status, target, 2)
    assert step.action == "next"
    assert step.why.startswith(f"{status}: ")


@pytest.mark.parametrize("outcome", ["silent", "timed_out", "unreachable"])
def test_no_answer_goes_on(outcome: str) -> None:
    assert next_step(outcome, PSAP, 1).action == "next"  # type: ignore[arg-type]
    assert next_step(outcome, PSAP, 0).action == "exhausted"  # type: ignore[arg-type]


def test_answers_and_progress() -> None:
    assert next_step(200, PSAP, 1).action == "answered"
    assert next_step(202, CARRIER, 0).action == "answered"
    assert next_step(180, PSAP, 1).action == "wait"


@pytest.mark.parametrize(
    ("statuses", "best"),
    [
        ([], 408),
        ([0], 408),
        ([503], 500),
        ([503, 504], 500),
        ([504, 503], 504),
        ([503, 404], 404),
        ([500, 0], 408),
        ([404, 484], 484),
        ([404, 480], 404),
        ([480, 404], 480),
        ([415, 420], 415),
        ([404, 603], 603),
        ([600, 603, 486], 600),
        ([401], 500),
        ([407, 404], 404),
        ([302], 500),
        ([302, 486], 486),
        ([401, 503], 500),
        ([700], 700),
    ],
)
def test_best_response(statuses: list[int], best: int) -> None:
    assert best_response(statuses) == best


@given(st.lists(st.sampled_from([0, 302, 401, 404, 408, 480, 486, 500, 503, 504, 600, 603])))
def test_upstream_is_never_told_503_a_challenge_or_a_redirection(statuses: list[int]) -> None:
    best = best_response(statuses)
    assert best >= 400
    assert best not in (401, 407, 503)
    assert best in (*statuses, 408, 500)
